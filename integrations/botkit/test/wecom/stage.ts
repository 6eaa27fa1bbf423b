/** A Botkit bot behind WeCom's doors, against the local WeCom, on one clock that the test moves. */
import { createServer, type Server } from 'node:http';
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

/** One process of the bot. */
interface Running {
  adapter: WeComAdapter;
  controller: Botkit;
  /** Undefined without the plug-in. */
  assistant: Assistant | undefined;
  server: Server;
}

export interface Stage extends Running {
  sandbox: Sandbox;
  clock: TestClock;
  store: Store;
  errors: Error[];
  /** Everything said to the log, as text. */
  logged(): string;
  quiet(): Promise<void>;
  pass(ms: number): Promise<void>;
  /** Ends the bot and starts it anew on the same store. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface StageOptions {
  doors: readonly DoorName[];
  /** With the assistant in the bot. */
  assistant?: boolean;
  /** The bot's own handlers; they stand before the plug-in. */
  bot?: (controller: Botkit, adapter: WeComAdapter) => void;
  /** WeCom calls Botkit's own server. */
  botkitServer?: boolean;
}

export async function openStage({ doors, ...options }: StageOptions): Promise<Stage> {
  const clock = testClock();
  const sandbox = createSandbox({ clock });
  const { apiBase, wsUrl } = await sandbox.start();
  const config = configOf(sandbox, apiBase, wsUrl, doors);
  const store = createMemoryStore();
  const errors: Error[] = [];
  let logged = '';
  const note = (data: object, message: string) => {
    logged += `${message} ${JSON.stringify(data)}\n`;
  };
  const log: Log = { debug: note, info: note, warn: note, error: note };
  let running = await run();

  async function run(): Promise<Running> {
    await store.open();
    const world = { ...realWorld(), publicUrl: 'https://pos.example.com' };
    const knowledge = () => world.knowledge;
    const publicUrl = () => world.publicUrl;
    const adapter = new WeComAdapter({ config, store, knowledge, publicUrl, clock, log, random: () => 0.5 });
    adapter.onTurnError = async (_context, error) => void errors.push(error);
    const assistant = options.assistant
      ? new Assistant({ store, world: () => world, channels: adapter.boards, clock, log })
      : undefined;
    await assistant?.start();
    const storage = new MemoryStorage();
    const disable_webserver = options.botkitServer !== true;
    // Botkit listens where this says.
    process.env.PORT = '0';
    const controller = new Botkit({ adapter, storage, disable_webserver, disable_console: true });
    options.bot?.(controller, adapter);
    if (assistant) controller.usePlugin(posDoctor({ assistant, clock, log }));
    await new Promise<void>((resolve) => controller.ready(() => resolve()));
    const server: Server = controller.http ?? createServer(adapter.handler);
    if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const secrets = { token: TOKEN, aesKey: AES_KEY };
    sandbox.app.callback = { url: `${url}/wecom/app`, ...secrets };
    sandbox.kf.callback = { url: `${url}/wecom/kf`, ...secrets };
    sandbox.botHttp.callback = { url: `${url}/wecom/bot`, ...secrets };
    await adapter.started;
    if (doors.includes('bot')) await sandbox.until(() => sandbox.bot.socket.connected, 'the bot to connect');
    return { adapter, controller, assistant, server };
  }

  async function halt(): Promise<void> {
    running.server.close();
    running.server.closeAllConnections();
    // What is under way may wait for a clock that nobody moves any more.
    const stopped = running.controller.shutdown();
    await clock.advance(1_000);
    await stopped;
    await running.assistant?.stop();
    await store.close();
  }

  async function quiet(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      await sandbox.settled();
      await running.adapter.settled();
      await running.assistant?.settled();
      for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  return {
    sandbox,
    clock,
    store,
    errors,
    get adapter() {
      return running.adapter;
    },
    get controller() {
      return running.controller;
    },
    get assistant() {
      return running.assistant;
    },
    get server() {
      return running.server;
    },
    logged: () => logged,
    quiet,
    async pass(ms) {
      await quiet();
      await clock.advance(ms, quiet);
      await quiet();
    },
    async restart() {
      await halt();
      running = await run();
    },
    async stop() {
      await halt();
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
