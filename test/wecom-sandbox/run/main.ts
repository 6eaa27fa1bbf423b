/** `npm run sandbox`: the local WeCom, the real service before it, and a page on which a person chats through both. */
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../../src/clock.js';
import { createSandbox, type Sandbox, type Started } from '../index.js';
import { Acts } from './acts.js';
import { type Arguments, HELP, readArguments } from './arguments.js';
import { AES_KEY, BOT_NAME, KF_NAME, MEMBERS, places, ROBOT_KEY, SERVICER, TOKEN } from './corp.js';
import { faultMenu } from './fault-menu.js';
import { Feed } from './feed.js';
import { Keeper } from './keeper.js';
import { PageServer } from './page-server.js';
import { Service } from './service.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const CLI = join(ROOT, 'dist', 'cli.js');
const PAGE = join(ROOT, '.sandbox', 'page');
const PORT = 4000;
/** What the service must not take from the shell: it is to see this WeCom and this folder only. */
const OURS = /^(?:WECOM_.*|HOST|PORT|PUBLIC_URL|TRUST_PROXY|DATA_DIR|DATABASE_URL|NODE_OPTIONS)$/;

/** Runs until it is told to stop. @returns the exit status; the process is to end with it, whatever is still under way */
export async function main(args: readonly string[]): Promise<number> {
  let options: Arguments;
  try {
    options = readArguments(args);
  } catch (error) {
    complain(error, ' (npm run sandbox -- --help shows the flags)');
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const stopped = stopSignal();
  /** What is to be ended, in the order in which it began. */
  const begun: (() => Promise<void> | void)[] = [];
  try {
    // Told to stop while it begins, it does not wait until it has begun.
    await Promise.race([stopped, begin(options, begun).then(({ failed }) => failed)]);
    return 0;
  } catch (error) {
    complain(error);
    return 1;
  } finally {
    for (const end of begun.reverse()) await end();
  }
}

/** @returns what rejects if the service ends by itself */
async function begin(options: Arguments, begun: (() => Promise<void> | void)[]): Promise<{ failed: Promise<never> }> {
  if (!existsSync(CLI)) throw new Error('dist/cli.js is missing; start it with npm run sandbox, which builds it');
  const { botCallback: callbackMode } = options;
  const data = dataFolder(options.data, begun);
  const sandbox = createSandbox({
    members: MEMBERS.map(({ id }) => id),
    bot: { name: BOT_NAME, ackMs: { from: 240, to: 450 } },
    kf: { accounts: { wkSANDBOX1: KF_NAME }, servicers: [SERVICER.id] },
    webhookKeys: [ROBOT_KEY],
  });
  begun.push(() => sandbox.stop());
  const env = environment(sandbox, await sandbox.start(), data, callbackMode, await freePort());
  const keeper = new Keeper(() => startService(sandbox, env, callbackMode));
  begun.push(() => keeper.close());
  await keeper.open();

  const chats = places(callbackMode);
  const feed = new Feed({ sandbox, places: chats, faults: faultMenu(callbackMode), callbackMode, clock: systemClock });
  begun.push(() => feed.stop());
  const restart = async () => {
    feed.service = { service: 'restarting', address: '' };
    await keeper.restart();
    feed.service = { service: 'up', address: keeper.url };
  };
  feed.service = { service: 'up', address: keeper.url };
  const acts = new Acts({ sandbox, feed, places: chats, callbackMode, restart });
  const page = new PageServer({ folder: PAGE, feed, perform: (act) => acts.perform(act) });
  begun.push(() => page.stop());
  const url = await page.listen(options.port ?? PORT, options.port !== undefined);
  process.stdout.write(`sandbox is ready: ${url} (open it in a browser; Ctrl-C ends it)\n`);
  return keeper;
}

/** Starts the service and saves its callback addresses as the admin console does, with its check. */
async function startService(sandbox: Sandbox, env: NodeJS.ProcessEnv, callbackMode: boolean): Promise<Service> {
  const service = await Service.start(CLI, env);
  const credentials = { token: TOKEN, aesKey: AES_KEY };
  sandbox.app.callback = { url: `${service.url}/wecom/app`, ...credentials };
  sandbox.kf.callback = { url: `${service.url}/wecom/kf`, ...credentials };
  sandbox.botHttp.callback = { url: `${service.url}/wecom/bot`, ...credentials };
  const doors = [sandbox.app, sandbox.kf, ...(callbackMode ? [sandbox.botHttp] : [])];
  for (const { callbacks } of doors) {
    const { ok, status } = await callbacks.check();
    if (ok) continue;
    await service.stop();
    throw new Error(`the service answers the check of its callback address with ${status}`);
  }
  return service;
}

function environment(
  { options }: Sandbox,
  { apiBase, wsUrl }: Started,
  data: string,
  callbackMode: boolean,
  port: number,
): NodeJS.ProcessEnv {
  const shell = Object.entries(process.env).filter(([name]) => !OURS.test(name));
  return {
    LOG_LEVEL: 'warn',
    ...Object.fromEntries(shell),
    PORT: String(port),
    // Without it the doors leave the links to the knowledge pages out.
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    DATA_DIR: data,
    WECOM_API_BASE: apiBase,
    WECOM_CORP_ID: options.corpId,
    ...(callbackMode
      ? { WECOM_BOT_TOKEN: TOKEN, WECOM_BOT_AES_KEY: AES_KEY }
      : { WECOM_BOT_ID: options.bot.botId, WECOM_BOT_SECRET: options.bot.secret, WECOM_BOT_WS_URL: wsUrl }),
    WECOM_APP_AGENT_ID: String(options.app.agentId),
    WECOM_APP_SECRET: options.app.secret,
    WECOM_APP_TOKEN: TOKEN,
    WECOM_APP_AES_KEY: AES_KEY,
    WECOM_KF_SECRET: options.kf.secret,
    WECOM_KF_TOKEN: TOKEN,
    WECOM_KF_AES_KEY: AES_KEY,
    WECOM_GROUP_ROBOT_KEY: ROBOT_KEY,
  };
}

/** One that nobody listens on now: links of before a restart still lead to the service after it. */
async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** @throws {Error} if the folder holds something: this WeCom would not know what was said before */
function dataFolder(named: string | undefined, begun: (() => void)[]): string {
  if (named !== undefined) {
    const folder = resolve(named);
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length > 0) throw new Error(`--data ${named} is not empty; name a new folder`);
    return folder;
  }
  const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-sandbox-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  // Also when we end in a way that nobody thought of.
  process.once('exit', remove);
  begun.push(remove);
  return folder;
}

/** Resolves at the first signal; those that follow while things are ended are no news (npm passes Ctrl-C on a second time). */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

function complain(error: unknown, more = ''): void {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : error}${more}\n`);
}
