/** The whole service with its WeCom doors against the local WeCom, on one clock that the test moves. */
import { fileURLToPath } from 'node:url';
import { Assistant } from '../../../src/assistant.js';
import { createWebChannel } from '../../../src/channels/web.js';
import type { WecomConfig } from '../../../src/config-wecom.js';
import type { World } from '../../../src/dialogue/world.js';
import { createDoors, type Doors } from '../../../src/doors.js';
import type { BoardIncident } from '../../../src/incidents/board.js';
import type { Knowledge } from '../../../src/knowledge/schema.js';
import type { Log } from '../../../src/log.js';
import type { Observer } from '../../../src/observer.js';
import { createServer, type Server } from '../../../src/server.js';
import { createMemoryStore } from '../../../src/store/memory.js';
import type { Store } from '../../../src/store/store.js';
import { type TestClock, testClock } from '../../support/clock.js';
import { realWorld } from '../../support/world.js';
import { createSandbox, type Sandbox } from '../../wecom-sandbox/index.js';
import type { GivenOptions } from '../../wecom-sandbox/options.js';

export type DoorName = 'bot' | 'botCallback' | 'app' | 'kf' | 'groupRobot';

/** The page as it is before it is built: these tests never open it. */
const ASSETS = fileURLToPath(new URL('../../../web/', import.meta.url));

export const TOKEN = 'StageToken';
export const AES_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

export interface Stage {
  sandbox: Sandbox;
  clock: TestClock;
  store: Store;
  assistant: Assistant;
  doors: Doors;
  /** Everything said to the log, as text. */
  logged(): string;
  /** Resolves when nothing is under way on either side. */
  quiet(): Promise<void>;
  /** Lets time pass, in steps that leave both sides time to work. */
  pass(ms: number): Promise<void>;
  /** Ends the service (as a stop does) and starts it anew on the same store. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface StageOptions {
  doors: readonly DoorName[];
  sandbox?: GivenOptions;
  store?: Store;
  config?: (config: WecomConfig) => WecomConfig;
  /** Milliseconds of the machine's own time between two beats of the bot's socket. */
  heartbeatMs?: number;
  /** PUBLIC_URL; null: not set. */
  publicUrl?: string | null;
  /** False: the bot will not get its connection. */
  connects?: boolean;
  observer?: Observer;
  /** The board at a moment (ms since the epoch). */
  incidents?: (now: number) => readonly BoardIncident[];
  /** What the operator has laid over the content at the moment: a list of shops, contacts. */
  given?: (world: World) => World;
  /** Colleagues who can be asked to take a conversation over. */
  onCall?: Knowledge['organization']['onCall'];
  onCallGroup?: string;
  /** What else stands in organization.yaml. */
  organization?: Partial<Knowledge['organization']>;
}

interface Running {
  assistant: Assistant;
  server: Server;
  doors: Doors;
}

export async function openStage(options: StageOptions): Promise<Stage> {
  const clock = testClock();
  const laidOver = options.given ?? ((same: World) => same);
  const sandbox = createSandbox({ clock, ...options.sandbox });
  const { apiBase, wsUrl } = await sandbox.start();
  const store = options.store ?? createMemoryStore();
  let logged = '';
  const note = (data: object, message: string) => {
    logged += `${message} ${JSON.stringify(data)}\n`;
  };
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const config = (options.config ?? ((same) => same))(configOf(sandbox, apiBase, wsUrl, options.doors));
  const observed = options.observer === undefined ? {} : { observer: options.observer };
  let running = await run(config);

  async function run(wecom: WecomConfig): Promise<Running> {
    const given = options.publicUrl !== null;
    const publicUrl = () => options.publicUrl ?? (given ? 'https://pos.example.com' : 'http://127.0.0.1:3000');
    const world = { ...withOnCall(realWorld(), options), publicUrl: publicUrl() };
    const knowledge = () => world.knowledge;
    const doors = createDoors({
      config: wecom,
      store,
      knowledge,
      publicUrl,
      publicUrlGiven: given,
      clock,
      log,
      random: () => 0.5,
      ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
      ...observed,
    });
    const now = (): World => ({ ...laidOver(world), incidents: options.incidents?.(clock.now()) ?? [] });
    const assistant = new Assistant({ store, world: now, channels: doors.channels, clock, log, ...observed });
    const web = createWebChannel({
      publicUrl,
      knowledge,
      mask: (text) => text,
      key: async () => new Uint8Array(32),
      log,
    });
    const { callbacks } = doors;
    const server = createServer({
      config: { host: '127.0.0.1', port: 0, publicUrl: publicUrl() },
      knowledge,
      assistant,
      web,
      callbacks,
      log,
      assets: ASSETS,
    });
    const { url } = await server.listen();
    sandbox.app.callback = { url: `${url}/wecom/app`, token: TOKEN, aesKey: AES_KEY };
    sandbox.botHttp.callback = { url: `${url}/wecom/bot`, token: TOKEN, aesKey: AES_KEY };
    sandbox.kf.callback = { url: `${url}/wecom/kf`, token: TOKEN, aesKey: AES_KEY };
    await assistant.start();
    if (wecom.bot && options.connects !== false)
      await sandbox.until(() => sandbox.bot.socket.connected, 'the bot to connect');
    // The ack of the subscription.
    await clock.advance(options.sandbox?.bot?.ackMs?.to ?? 0, () => sandbox.settled());
    return { assistant, server, doors };
  }

  async function halt({ assistant, server }: Running): Promise<void> {
    const closed = server.close(0);
    await assistant.stop();
    await closed;
  }

  /** What waits for the clock, or hangs on purpose, is not waited for. */
  async function quiet(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      await orSpins(sandbox.settled());
      await orSpins(running.doors.settled().then(() => running.assistant.settled()));
      await spins(5);
    }
  }

  async function unlessIdle(): Promise<void> {
    let idle = false;
    void running.doors
      .settled()
      .then(() => running.assistant.settled())
      .then(() => {
        idle = true;
      });
    await spins(1);
    if (!idle) await quiet();
  }

  return {
    sandbox,
    clock,
    store,
    get assistant() {
      return running.assistant;
    },
    get doors() {
      return running.doors;
    },
    logged: () => logged,
    quiet,
    async pass(ms) {
      await quiet();
      // The bot's lease is renewed every two seconds: over minutes, both sides come to rest only where the service is at work.
      const turns = ms > HALF_AN_HOUR ? 1 : ms > 60_000 ? 5 : undefined;
      await clock.advance(ms, ms > 60_000 ? unlessIdle : quiet, turns);
      await quiet();
    },
    async restart() {
      await halt(running);
      running = await run(config);
    },
    async stop() {
      await halt(running);
      await sandbox.stop();
    },
  };
}

function withOnCall(world: World, { onCall = [], onCallGroup = '', organization = {} }: StageOptions): World {
  const { knowledge } = world;
  const given = { ...knowledge.organization, onCall, onCallGroup, ...organization };
  return { ...world, knowledge: { ...knowledge, organization: given } };
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

const HALF_AN_HOUR = 1_800_000;

/** Turns of the event loop after which what is not done yet is taken to wait for something else. */
const PATIENCE = 300;

async function spins(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits for the work, and no longer than that: turns that nobody waits for would only take time from the tests. */
async function orSpins(work: Promise<unknown>): Promise<void> {
  let done = false;
  const end = () => {
    done = true;
  };
  work.then(end, end);
  for (let turn = 0; turn < PATIENCE && !done; turn += 1) await spins(1);
}
