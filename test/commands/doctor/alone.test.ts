import { mkdirSync, writeFileSync } from 'node:fs';
import { createSandbox, type Sandbox } from '../../wecom-sandbox/index.js';
import { cleanUp, type Env, expectComplaint, run, tempFolder } from '../cli.js';
import { Service } from '../service.js';
import { AES_KEY, closedPort, diagnosis, doctor, fullEnv, only, TOKEN } from './support.js';

let sandbox: Sandbox;
let env: Env;

beforeEach(async () => {
  sandbox = createSandbox();
  const port = String(await closedPort());
  const doors = fullEnv(sandbox, await sandbox.start());
  env = { ...doors, DATA_DIR: tempFolder(), PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` };
});
afterEach(async () => {
  await cleanUp();
  await sandbox.stop();
});

const botOnly = () => only(env, 'WECOM_BOT', 'DATA', 'PORT');
const commands = () => sandbox.bot.socket.frames.map(({ cmd }) => cmd);

describe('no service runs', () => {
  test('callbacks cannot be checked, and what to do about it is said', async () => {
    const told = await diagnosis(only(env, 'WECOM_APP', 'WECOM_KF', 'DATA', 'PORT', 'PUBLIC_URL'), { basics: true });
    expect(told.wrong).toEqual(['app callback', 'kf callback']);
    expect(told.said('app', 'callback')).toMatch(/服务没在运行：http:\/\/127\.0\.0\.1:\d+ 没人答 → 先启动服务.*serve/);
    expect(told.said('basics', 'service')).toMatch(/服务没在运行/);
    expect(told.said('bot', 'off')).toMatch(/没开。.*WECOM_BOT_ID/);
  });

  test('the bot logs in once and hangs up, after saying what that does', async () => {
    const { code, out, err } = await doctor(botOnly());
    expect(err).toMatch(/^ {2}马上用这个 Bot ID 登录一次再退出。.*顶下线.*--no-connect/);
    expect(out).toContain('  ✓ 登录成功，已经退出\n');
    expect(out).toMatch(/– 没设 PUBLIC_URL：.*不带网页链接.*\n {4}→ 把 PUBLIC_URL/);
    expect(code).toBe(0);
    await sandbox.until(() => !sandbox.bot.socket.connected, 'the bot to hang up');
    expect(commands()).toEqual(['aibot_subscribe']);
    sandbox.assertClean();
  });

  test('the bot does not log in if it is not to', async () => {
    const { said, wrong, before } = await diagnosis(botOnly(), { connect: false });
    expect([said('bot', 'connection'), wrong, before]).toEqual(['没查（--no-connect） → ', [], '']);
    expect(commands()).toEqual([]);
  });

  test('a wrong secret of the bot', async () => {
    const told = await diagnosis({ ...botOnly(), WECOM_BOT_SECRET: 'wr0ngS3cret' });
    expect(told.wrong).toEqual(['bot connection']);
    expect(told.said('bot', 'connection')).toMatch(/登录被拒.*「长连接」.*WECOM_BOT_SECRET/);
    expect(commands()).toEqual(['aibot_subscribe']);
  });

  test('a line that leads nowhere', async () => {
    const told = await diagnosis({ ...botOnly(), WECOM_BOT_WS_URL: `ws://127.0.0.1:${env.PORT}` });
    expect(told.wrong).toEqual(['bot connection']);
    expect(told.said('bot', 'connection')).toMatch(/连不上 127\.0\.0\.1:\d+ → .*出站.*WebSocket/);
  });
});

test('the bot in callback mode is asked by its callback', async () => {
  const mode = { WECOM_BOT_TOKEN: TOKEN, WECOM_BOT_AES_KEY: AES_KEY };
  const shared = { ...only(env), WECOM_BOT_WS_URL: '', DATA_DIR: env.DATA_DIR ?? '', ...mode };
  const { url } = await Service.start(shared);
  const { wrong, said, doors } = await diagnosis({ ...shared, PORT: new URL(url).port, PUBLIC_URL: url });
  expect([wrong, doors.bot?.length]).toEqual([[], 1]);
  expect(said('bot', 'callback')).toMatch(/\/wecom\/bot。后台这个机器人的 API 设置/);
});

test('a service that runs without the door', async () => {
  const { url } = await Service.start({ DATA_DIR: env.DATA_DIR ?? '' });
  const app = only(env, 'WECOM_APP', 'DATA');
  const told = await diagnosis({ ...app, PORT: new URL(url).port, PUBLIC_URL: url });
  expect(told.wrong).toEqual(['app callback']);
  expect(told.said('app', 'callback')).toMatch(/没有开这个门 → .*重启/);
});

test('content with an error is named by file and line, in our own words', async () => {
  const content = tempFolder();
  mkdirSync(`${content}/knowledge`);
  writeFileSync(`${content}/knowledge/ui.yaml`, 'doctor.bot.okay: 好\n');
  const { code, out } = await doctor({ CONTENT_DIR: content, DATA_DIR: env.DATA_DIR ?? '' });
  expect(out).toMatch(/ {2}✗ 内容有 1 处错误，第一处：.*ui\.yaml:1.*doctor\.bot\.okay.*\n {4}→ .*knowledge check/);
  expect(out).toMatch(/\n有 1 处要改。/);
  expect(code).toBe(1);
});

test('a variable that cannot be read ends it like every other command', async () => {
  expectComplaint(await run(['doctor'], '', { WECOM_BOT_ID: 'aibDEMO' }), 2, /WECOM_BOT_SECRET/, /BAD_CONFIG/);
});
