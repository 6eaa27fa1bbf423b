/** The whole door: a real assistant behind it, the local WeCom before it, on a clock that a test moves. */
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Assistant } from '../../../../src/assistant.js';
import { WecomApi } from '../../../../src/channels/wecom/api.js';
import {
  type CustomerServiceChannel,
  createCustomerServiceChannel,
} from '../../../../src/channels/wecom/customer-service/channel.js';
import { fetchTokenThrough, TokenKeeper } from '../../../../src/channels/wecom/token.js';
import { createMemoryStore } from '../../../../src/store/memory.js';
import type { ConversationRecord, Store } from '../../../../src/store/store.js';
import { type TestClock, testClock } from '../../../support/clock.js';
import { realWorld } from '../../../support/world.js';
import { createSandbox, type Sandbox } from '../../../wecom-sandbox/index.js';
import type { GivenOptions } from '../../../wecom-sandbox/options.js';
import type { Bubble } from '../../../wecom-sandbox/rooms.js';
import { keptLog } from '../stub.js';

const CALLBACK = { token: 'kftoken', aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' };
/** Longer than messages wait for others to join them. */
const PAUSE_MS = 10_000;
export const ACCOUNT = 'wkSANDBOX1';

export interface StandOptions {
  kf?: GivenOptions['kf'];
  /** WECOM_KF_ACCOUNTS. */
  accounts?: readonly string[];
  store?: Store;
}

interface Open {
  assistant: Assistant;
  door: CustomerServiceChannel;
}

export class Stand {
  readonly clock: TestClock = testClock();
  readonly log = keptLog();
  readonly store: Store;
  readonly sandbox: Sandbox;
  #open: Open | null = null;
  #base = '';
  readonly #server = createAdaptorServer({
    fetch: (request) =>
      this.#open?.door.callback.request(`/${new URL(request.url).search}`, request) ??
      new Response(null, { status: 502 }),
  });

  private constructor(private readonly options: StandOptions) {
    this.store = options.store ?? createMemoryStore();
    this.sandbox = createSandbox({ clock: this.clock, ...(options.kf ? { kf: options.kf } : {}) });
  }

  /** WeCom is there, the service is not yet. */
  static async build(options: StandOptions = {}): Promise<Stand> {
    // Trained before anybody connects: meanwhile a connection would be closed for being idle.
    realWorld();
    const stand = new Stand(options);
    stand.#base = (await stand.sandbox.start()).apiBase;
    await new Promise<void>((resolve) => stand.#server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = stand.#server.address() as AddressInfo;
    stand.sandbox.kf.callback = { url: `http://127.0.0.1:${port}/`, ...CALLBACK };
    return stand;
  }

  /** With the service running and its first pull done. */
  static async open(options: StandOptions = {}): Promise<Stand> {
    const stand = await Stand.build(options);
    await stand.start();
    return stand;
  }

  get door(): CustomerServiceChannel {
    if (!this.#open) throw new Error('it is not running');
    return this.#open.door;
  }

  get assistant(): Assistant {
    if (!this.#open) throw new Error('it is not running');
    return this.#open.assistant;
  }

  async start(): Promise<void> {
    const { clock, log, store } = this;
    const { corpId, kf } = this.sandbox.options;
    const plain = { base: this.#base, clock, log };
    const fetchToken = fetchTokenThrough(new WecomApi(plain));
    const keeper = new TokenKeeper({ store, corpId, secret: kf.secret, fetchToken, clock, holder: 'test' });
    const door = createCustomerServiceChannel({
      ...CALLBACK,
      corpId,
      accounts: this.options.accounts ?? [],
      api: new WecomApi({ ...plain, keeper }),
      store,
      knowledge: () => realWorld().knowledge,
      clock,
      log,
    });
    const assistant = new Assistant({ store, world: realWorld, channels: [door], clock, log });
    this.#open = { door, assistant };
    await assistant.start();
    await this.settle();
  }

  /** The service stops; WeCom stays. */
  async stop(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    let stopped = false;
    const stopping = open?.assistant.stop().finally(() => {
      stopped = true;
    });
    // What waits before it tries again is waited for, and its clock is ours.
    while (open && !stopped) await this.clock.advance(100, turns);
    await stopping;
  }

  /** Everything stops, and nothing was done that WeCom would not have taken. */
  async close(): Promise<void> {
    await this.stop();
    await this.sandbox.stop();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.sandbox.assertClean();
  }

  /** Lets everything that is under way come to its end, or to where it waits for time to pass. */
  async settle(): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      await turns();
      await this.sandbox.settled();
      let settled = false;
      void Promise.all([this.#open?.door.settled(), this.#open?.assistant.settled()]).then(() => {
        settled = true;
      });
      await this.#quiet(() => settled);
    }
  }

  /** Until that holds, or nothing has been on the wire for long. */
  async #quiet(holds: () => boolean): Promise<void> {
    const { calls } = this.sandbox.http;
    for (let still = 0, seen = -1; still < 50; still += 1) {
      await turns();
      if (holds()) return;
      await this.sandbox.settled();
      if (calls.length !== seen) still = 0;
      seen = calls.length;
    }
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms, () => this.settle());
  }

  /** A customer does something, and everything that follows from it happens. @returns what they see since */
  async after(customer: string, does: (customer: ReturnType<Sandbox['kf']['customer']>) => unknown): Promise<Bubble[]> {
    await this.pass(PAUSE_MS);
    const before = this.seen(customer).length;
    does(this.sandbox.kf.customer(customer));
    await this.settle();
    return this.seen(customer)
      .slice(before)
      .filter(({ from }) => from !== 'user');
  }

  /** As `after`, for what is said. */
  says(customer: string, text: string): Promise<Bubble[]> {
    return this.after(customer, (one) => one.says(text));
  }

  taps(customer: string, label: string): Promise<Bubble[]> {
    return this.after(customer, (one) => one.taps(label));
  }

  seen(customer: string): Bubble[] {
    return this.sandbox.kf.seen(customer);
  }

  async record(customer: string, account = ACCOUNT): Promise<ConversationRecord> {
    const record = await this.store.read(`wecom-kf:${account}:${customer}`);
    if (!record) throw new Error('there is no such conversation');
    return record;
  }

  /** How often an API was called, by its path below kf/. */
  calls(api: string): number {
    return this.sandbox.http.calls.filter((call) => call.api === `kf/${api}`).length;
  }

  /** Messages of the log, of these levels. */
  logged(...levels: string[]): string[] {
    return this.log.lines.filter(({ level }) => levels.includes(level)).map(({ message }) => message);
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What bubbles say, with the labels of their menus. */
export function wordsOf(bubbles: readonly Bubble[]): string {
  return bubbles.map(({ text }) => text).join('\n');
}
