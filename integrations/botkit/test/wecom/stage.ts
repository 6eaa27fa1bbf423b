/** A Botkit bot behind WeCom's doors, against the local WeCom, on one clock that the test moves. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryStorage } from 'botbuilder-core';
import { Botkit } from 'botkit';
import { Assistant, createMemoryStore, type Log, type Store, type WecomConfig } from 'pos-doctor';
import { type TestClock, testClock } from '../../../../test/support/clock.js';
import { createSandbox, type Sandbox } from '../../../../test/wecom-sandbox/index.js';
import { posDoctor } from '../../src/plugin.js';
import { WeComAdapter } from '../../src/wecom/adapter.js';
import { realWorld } from '../stand.js';

export type DoorName = 'bot' | 'botCallback' | 'app' | 'kf' | 'groupRobot';

const TOKEN = 'StageToken';
const AES_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

export interface Stage {
  sandbox: Sandbox;
  clock: TestClock;
  store: Store;
  adapter: WeComAdapter;
  controller: Botkit;
  /** Undefined without the plug-in. */
  assistant: Assistant | undefined;
  errors: Error[];
  /** Everything said to the log, as text. */
  logged(): string;
  quiet(): Promise<void>;
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export interface StageOptions {
  doors: readonly DoorName[];
  /** With the assistant in the bot. */
  assistant?: boolean;
  /** The bot's own handlers; they stand before the plug-in. */
  bot?: (controller: Botkit, adapter: WeComAdapter) => void;
  store?: Store;
}

export async function openStage({ doors, bot, ...options }: StageOptions): Promise<Stage> {
  const clock = testClock();
  const sandbox = createSandbox({ clock });
  const { apiBase, wsUrl } = await sandbox.start();
  const store = options.store ?? createMemoryStore();
  await store.open();
  let logged = '';
  const note = (data: object, message: string) => {
    logged += `${message} ${JSON.stringify(data)}\n`;
  };
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const adapter = new WeComAdapter({
    config: configOf(sandbox, apiBase, wsUrl, doors),
    store,
    knowledge: () => realWorld().knowledge,
    publicUrl: () => 'https://pos.example.com',
    clock,
    log,
    random: () => 0.5,
  });
  const errors: Error[] = [];
  adapter.onTurnError = async (_context, error) => void errors.push(error);
  const assistant = options.assistant
    ? new Assistant({ store, world: realWorld, channels: adapter.boards, clock, log })
    : undefined;
  await assistant?.start();
  const storage = new MemoryStorage();
  const controller = new Botkit({ adapter, storage, disable_webserver: true, disable_console: true });
  bot?.(controller, adapter);
  if (assistant) controller.usePlugin(posDoctor({ assistant, clock, log }));
  const server = createServer(adapter.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const secrets = { token: TOKEN, aesKey: AES_KEY };
  sandbox.app.callback = { url: `${url}/wecom/app`, ...secrets };
  sandbox.kf.callback = { url: `${url}/wecom/kf`, ...secrets };
  sandbox.botHttp.callback = { url: `${url}/wecom/bot`, ...secrets };
  await adapter.started;
  if (doors.includes('bot')) await sandbox.until(() => sandbox.bot.socket.connected, 'the bot to connect');

  async function quiet(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      await sandbox.settled();
      await adapter.settled();
      await assistant?.settled();
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    sandbox,
    clock,
    store,
    adapter,
    controller,
    assistant,
    errors,
    logged: () => logged,
    quiet,
    async pass(ms) {
      await quiet();
      await clock.advance(ms, quiet);
      await quiet();
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      // What is under way may wait for a clock that nobody moves any more.
      const stopped = controller.shutdown();
      await clock.advance(1_000);
      await stopped;
      await assistant?.stop();
      await store.close();
      await sandbox.stop();
    },
  };
}

function configOf(sandbox: Sandbox, apiBase: string, wsUrl: string, on: readonly DoorName[]): WecomConfig {
  const { corpId, bot, app, kf, webhookKeys } = sandbox.options;
  const callback = { token: TOKEN, aesKey: AES_KEY };
  const only = <T>(door: DoorName, config: T): T | undefined => (on.includes(door) ? config : undefined);
  return {
    apiBase,
    corpId,
    bot: only('bot', { id: bot.botId, secret: bot.secret, wsUrl }),
    botCallback: only('botCallback', { id: bot.botId, ...callback }),
    app: only('app', { corpId, agentId: app.agentId, secret: app.secret, ...callback, markdown: false }),
    kf: only('kf', { corpId, secret: kf.secret, ...callback, accounts: [] }),
    groupRobot: only('groupRobot', { key: webhookKeys[0] ?? '' }),
  };
}
