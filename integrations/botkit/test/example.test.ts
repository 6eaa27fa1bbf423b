import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSandbox, type Sandbox } from '../../../test/wecom-sandbox/index.js';

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const EXAMPLE = here('examples/wecom.js');

test.each(['README.md', 'README.zh-CN.md'])('the example in %s is the one that runs', (name) => {
  expect(readFileSync(here(name), 'utf8')).toContain(`\`\`\`js\n${readFileSync(EXAMPLE, 'utf8')}\`\`\`\n`);
});

describe('the example', () => {
  let sandbox: Sandbox;
  let child: ChildProcess;
  let told = '';
  const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-botkit-'));
  const shown = () => sandbox.bot.seen('zhangsan').filter(({ from }) => from === 'bot');

  beforeAll(async () => {
    sandbox = createSandbox();
    const { wsUrl } = await sandbox.start();
    const { botId, secret } = sandbox.options.bot;
    child = spawn(process.execPath, [EXAMPLE], {
      env: { WECOM_BOT_ID: botId, WECOM_BOT_SECRET: secret, WECOM_BOT_WS_URL: wsUrl, DATA_DIR: folder },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    child.stderr?.on('data', (part) => {
      told += part;
    });
    await sandbox.until(() => sandbox.bot.socket.connected, 'the example to connect');
  });
  afterAll(async () => {
    child.kill('SIGKILL');
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('answers its own keyword, and lets the assistant answer the rest', async () => {
    sandbox.bot.message({ user: 'zhangsan', text: '你们营业时间是？' });
    await sandbox.until(() => shown().some(({ text, finished }) => finished && text === '每天 9:00–21:00'));
    sandbox.bot.message({ user: 'zhangsan', text: '该渠道业务不可用' });
    await sandbox.until(() => shown().some(({ card }) => card?.buttons.some(({ text }) => text === '不清楚')));
    const before = shown().length;
    sandbox.bot.tap('zhangsan', '不清楚');
    await sandbox.until(() => shown().some(({ card }) => card?.text === '已选：不清楚'));
    await sandbox.until(() => shown().length > before);
    sandbox.assertClean();
  });

  test('ends when it is told to, with nothing on its mind', async () => {
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(told).toBe('');
  });
});
