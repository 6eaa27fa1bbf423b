import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Finding } from '../../../src/commands/doctor/desk.js';
import { CALLER_IP } from '../../wecom-sandbox/http.js';
import { createSandbox, type Sandbox } from '../../wecom-sandbox/index.js';
import { cleanUp, type Env, tempFolder } from '../cli.js';
import { Service } from '../service.js';
import { closedPort, diagnosis, doctor, fullEnv, only } from './support.js';

let sandbox: Sandbox;
let service: Service;
/** As the service has it, and where it is. */
let env: Env;

beforeAll(async () => {
  sandbox = createSandbox();
  const data = tempFolder();
  const doors = { ...fullEnv(sandbox, await sandbox.start()), DATA_DIR: data };
  service = await Service.start(doors);
  env = { ...doors, PORT: new URL(service.url).port, PUBLIC_URL: service.url };
  await sandbox.until(() => sandbox.bot.socket.connected, 'the bot to connect');
});
afterAll(async () => {
  await cleanUp();
  await sandbox.stop();
});

const subscribes = () => sandbox.bot.socket.frames.filter(({ cmd }) => cmd === 'aibot_subscribe').length;
const inGroup = () => sandbox.webhook.seen('sandbox-webhook-key').map(({ text }) => text);

test('all is well: a block for each door, nothing wrong, the running bot left alone, a line in the group', async () => {
  const { code, out, err } = await doctor(env);
  expect(err).toBe('');
  expect(out).toMatch(/没有发现问题。\n$/);
  expect(out).not.toContain('\u001b');
  expect(out).not.toContain('✗');
  expect(code).toBe(0);
  const titles = out.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
  expect(titles.slice(0, -1)).toEqual(['基本设置和网页', '智能机器人（长连接）', '自建应用', '微信客服', '群机器人']);
  expect(out).toMatch(/ {2}✓ 服务在运行：http/);
  expect(out).toMatch(/ {2}✓ 数据文件夹正由进程 \d+ 用着/);
  expect(out).toContain(`  ✓ 回调答得对（从这台机器看）：${env.PUBLIC_URL}/wecom/app。后台「应用管理」`);
  expect(out).toContain(`${env.PUBLIC_URL}/wecom/kf。后台「应用管理」→给微信客服用的应用`);
  expect(out).toContain('  ✓ 接待的客服账号：收款客服 wkSANDBOX1\n');
  expect(out).toContain('  ✓ 收款客服 有 2 位接待人员在接待\n');
  expect(out).toContain('  ✓ 服务在运行，没说机器人掉线。这里不再登录');
  expect(inGroup()).toEqual(['pos-doctor 自检：这个群能收到提醒。']);
  expect([subscribes(), sandbox.bot.socket.connected]).toEqual([1, true]);
  sandbox.assertClean();
});

test('the same for programs: one object, stable ids', async () => {
  const before = inGroup().length;
  const { code, lines } = await doctor(env, '--json', '--no-send');
  expect([code, lines.length]).toEqual([0, 1]);
  const { ok, doors } = JSON.parse(lines[0] ?? '') as { ok: boolean; doors: { door: string; checks: Finding[] }[] };
  expect(ok).toBe(true);
  expect(doors.map(({ door, checks }) => [door, ...checks.map(({ id }) => id)])).toEqual([
    ['basics', 'environment', 'content', 'data', 'public-url', 'service'],
    ['bot', 'connection'],
    ['app', 'token', 'agent', 'callback'],
    ['kf', 'token', 'accounts', 'servicers', 'callback'],
    ['groupRobot', 'send'],
  ]);
  expect(doors.at(-1)?.checks[0]).toEqual({ id: 'send', verdict: 'note', text: '没查（--no-send）' });
  expect(inGroup()).toHaveLength(before);
});

test('the running bot is left alone, wherever the running service is known from', async () => {
  const elsewhere = { ...env, DATA_DIR: tempFolder() };
  const byPublicUrl = { ...elsewhere, PORT: String(await closedPort()) };
  const byFolder = { ...env, PORT: byPublicUrl.PORT, PUBLIC_URL: '' };
  for (const known of [elsewhere, byPublicUrl, byFolder])
    await diagnosis(only(known, 'WECOM_BOT', 'PORT', 'PUBLIC_URL', 'DATA'));
  expect([subscribes(), sandbox.bot.socket.connected]).toEqual([1, true]);
  const { said, doors } = await diagnosis(only(byFolder, 'WECOM_BOT', 'PORT', 'DATA'));
  expect(doors.bot?.[0]?.verdict).toBe('note');
  expect(said('bot', 'connection')).toMatch(/进程 \d+ 用着数据文件夹.*顶下线.*HOST、PORT/);
});

describe('tells what is wrong and where to click:', () => {
  // What is done wrong here is what the local WeCom would fail a test for.
  const cases: [string, () => Partial<Env>, string[], [door: string, id: string, said: RegExp][]][] = [
    [
      'a wrong secret of the app',
      () => ({ WECOM_APP_SECRET: 'wr0ngS3cret' }),
      ['app token'],
      [['app', 'token', /errcode 40001.*「应用管理」.*WECOM_APP_SECRET/]],
    ],
    [
      'a wrong corp id, in both doors that have it, and callbacks of another corp',
      () => ({ WECOM_CORP_ID: 'wwOTHER' }),
      ['app token', 'app callback', 'kf token', 'kf callback'],
      [
        ['app', 'token', /errcode 40013.*「我的企业」/],
        ['kf', 'callback', /不认这里的 Token/],
      ],
    ],
    [
      'another agent id',
      () => ({ WECOM_APP_AGENT_ID: '1000099' }),
      ['app agent'],
      [['app', 'agent', /errcode 40056.*AgentId/]],
    ],
    [
      'a secret that may not call customer service',
      () => ({ WECOM_KF_SECRET: sandbox.options.app.secret }),
      ['kf accounts'],
      [['kf', 'accounts', /errcode 48002.*可调用接口的应用/]],
    ],
    [
      'accounts that are not ours, and those that are',
      () => ({ WECOM_KF_ACCOUNTS: 'wkFOREIGN,wkSANDBOX1' }),
      ['kf accounts'],
      [['kf', 'accounts', /不能用的账号：wkFOREIGN。能用的是：收款客服 wkSANDBOX1 → 改 WECOM_KF_ACCOUNTS/]],
    ],
    [
      'a key of no robot',
      () => ({ WECOM_GROUP_ROBOT_KEY: 'no-such-key' }),
      ['groupRobot send'],
      [['groupRobot', 'send', /errcode 93000.*key= 后面/]],
    ],
    [
      'a token that the service does not have (yet)',
      () => ({ WECOM_APP_TOKEN: 'anotherToken' }),
      ['app callback'],
      [['app', 'callback', /不认这里的 Token 和 EncodingAESKey.*重启/]],
    ],
    [
      'an interface that cannot be reached',
      () => ({ WECOM_API_BASE: `http://127.0.0.1:${closed}` }),
      ['app token', 'kf token', 'groupRobot send'],
      [['app', 'token', /连不上企业微信的接口（ECONNREFUSED）.*http:\/\/127\.0\.0\.1:\d+.*443/]],
    ],
    [
      'a public address that leads nowhere',
      () => ({ PUBLIC_URL: `http://127.0.0.1:${closed}` }),
      ['app callback', 'kf callback'],
      [['app', 'callback', /从 PUBLIC_URL 进不来（ECONNREFUSED）.*本机直连是通的.*反向代理/]],
    ],
  ];
  let closed: number;
  beforeAll(async () => {
    closed = await closedPort();
  });

  test.each(cases)('%s', async (_, changed, wrong, lines) => {
    const told = await diagnosis({ ...env, ...(changed() as Env) });
    expect(told.wrong).toEqual(wrong);
    for (const [door, id, said] of lines) expect(told.said(door, id)).toMatch(said);
  });

  test('no public address is worth knowing, and wrong for no door', async () => {
    const told = await diagnosis({ ...env, PUBLIC_URL: '' }, { basics: true });
    expect(told.wrong).toEqual([]);
    expect(told.said('basics', 'public-url')).toMatch(/没设 PUBLIC_URL：.*不带网页链接.*点过的卡片/);
    expect(told.said('app', 'callback')).toMatch(/服务本身答得对.*\/wecom\/app/);
  });

  test('for people, under the line that is wrong', async () => {
    const { code, out } = await doctor({ ...env, WECOM_APP_SECRET: 'wr0ngS3cret' }, '--no-send');
    expect(out).toMatch(/\n {2}✗ 企业微信不认（errcode 40001）\n {4}→ 应用的 Secret 不对/);
    expect(out).toMatch(/有 1 处要改。/);
    expect(code).toBe(1);
  });

  test('an address that is not allowed, by name', async () => {
    sandbox.faults.api('agent/get', { errcode: 60020 });
    sandbox.faults.api('kf/account/list', { errcode: 60020 });
    const told = await diagnosis(env, { send: false });
    expect(told.wrong).toEqual(['app agent', 'kf accounts']);
    for (const line of [told.said('app', 'agent'), told.said('kf', 'accounts')])
      expect(line).toContain(`加上 ${CALLER_IP}`);
  });

  test('a robot that was removed from its group, or switched off', async () => {
    sandbox.faults.api('webhook/send', { errcode: 93004 });
    expect((await diagnosis(env)).said('groupRobot', 'send')).toMatch(/93004.*停用了/);
    sandbox.webhook.remove('sandbox-webhook-key');
    expect((await diagnosis(env)).wrong).toEqual(['groupRobot send']);
  });

  test('another program on our port', async () => {
    const other = await startOther();
    const port = String((other.address() as AddressInfo).port);
    const told = await diagnosis(
      { ...env, PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` },
      { basics: true, send: false },
    );
    expect(told.wrong).toEqual(['basics service', 'app callback', 'kf callback']);
    expect(told.said('basics', 'service')).toMatch(/答话的不是 pos-doctor.*PORT/);
    other.close();
  });
});

test('what tells nothing about a setting is not called wrong', async () => {
  sandbox.faults.api('agent/get', { errcode: 48002 });
  sandbox.faults.api('kf/account/list', { errcode: 45009 });
  sandbox.faults.api('webhook/send', { errcode: 99_999_999 }, 4);
  const told = await diagnosis(env);
  expect(told.wrong).toEqual([]);
  expect(told.said('app', 'agent')).toContain('没查成：企业微信答了 errcode 48002');
  expect(told.said('kf', 'accounts')).toContain('45009');
});

test('one app for two doors that each need its callback is worth knowing', async () => {
  const { WECOM_KF_SECRET = '' } = env;
  sandbox.tokens.allow(WECOM_KF_SECRET, 'app');
  const told = await diagnosis({ ...env, WECOM_APP_SECRET: WECOM_KF_SECRET }, { send: false });
  expect(told.wrong).toEqual([]);
  expect(told.said('kf', 'shared')).toMatch(/一个应用只有一个回调地址.*\/wecom\/app.*\/wecom\/kf/);
});

test('nobody receiving is worth knowing, not wrong', async () => {
  for (const id of ['servicer1', 'servicer2']) sandbox.kf.servicer(id).receives(false);
  const told = await diagnosis(env, { send: false });
  expect(told.wrong).toEqual([]);
  expect(told.said('kf', 'servicers')).toMatch(
    /收款客服 现在没有接待人员在接待：要人工的顾客只会拿到电话.*「接待人员」/,
  );
});

async function startOther(): Promise<Server> {
  const server = createServer((_, response) => response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
