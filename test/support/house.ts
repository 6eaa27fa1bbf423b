/** The whole assistant over one door and a clock that a test moves, on a store that survives it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Assistant } from '../../src/assistant.js';
import type { InboundEvent } from '../../src/dialogue/event.js';
import type { World } from '../../src/dialogue/world.js';
import { silentLog } from '../../src/log.js';
import { createLowdbStore } from '../../src/store/lowdb.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { ConversationRecord, Store } from '../../src/store/store.js';
import { FakeChannel } from './channel.js';
import { type TestClock, testClock } from './clock.js';
import { realWorld } from './world.js';

export const TROUBLE = '该渠道业务不可用';
/** Milliseconds of silence until the reminder. */
export const REMIND = (realWorld().flows.get('repair')?.minutes.remind ?? 0) * 60_000;
export const T0 = Date.UTC(2026, 10, 23, 2, 0, 0);

export interface Ground {
  /** A store on what the last one left. */
  store(): Store;
  clear(): void;
}

/** What a store stands on, by name: for tests that hold for both. */
export const GROUNDS: readonly (readonly [string, () => Ground])[] = [
  [
    'memory',
    () => {
      const store = createMemoryStore();
      return { store: () => store, clear: () => undefined };
    },
  ],
  [
    'lowdb',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-house-'));
      return { store: () => createLowdbStore(folder), clear: () => rmSync(folder, { recursive: true, force: true }) };
    },
  ],
];

/** Gives each test of a block a house of its own, running; afterwards it is stopped and the ground cleared. */
export function houseForEach(makeGround: () => Ground, give: (house: House, ground: Ground) => void): void {
  let house: House;
  let ground: Ground;
  beforeEach(async () => {
    ground = makeGround();
    house = new House(ground);
    give(house, ground);
    await house.assistant.start();
  });
  afterEach(async () => {
    await house.assistant.stop();
    ground.clear();
  });
}

export class House {
  readonly clock: TestClock;
  readonly channel: FakeChannel;
  readonly log: string[] = [];
  world: World = realWorld();
  assistant: Assistant;
  store: Store;
  #count = 0;

  constructor(
    private readonly ground: Ground,
    options: { channel?: FakeChannel; clock?: TestClock } = {},
  ) {
    this.channel = options.channel ?? new FakeChannel();
    this.clock = options.clock ?? testClock(T0);
    this.store = ground.store();
    this.assistant = this.#make();
  }

  /** A stop and a start, on the same data. `downFor`: how long nobody was there, ms. */
  async restart(downFor = 0): Promise<void> {
    await this.assistant.stop();
    await this.clock.advance(downFor);
    this.store = this.ground.store();
    this.assistant = this.#make();
    await this.assistant.start();
    await this.pass(0);
  }

  /** Takes a message in and lets it be answered. */
  async say(text: string, conversation = 'c'): Promise<InboundEvent> {
    this.#count += 1;
    const base = { id: `m${this.#count}`, conversation, at: this.clock.now() };
    const event: InboundEvent = { ...base, kind: 'message', text };
    await this.assistant.accept('web', event);
    await this.assistant.settled();
    return event;
  }

  /** Lets time pass and everything that falls due happen. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms, () => this.assistant.settled());
    await this.assistant.settled();
  }

  async record(conversation = 'c'): Promise<ConversationRecord> {
    const record = await this.store.read(conversation);
    if (!record) throw new Error(`there is no ${conversation}`);
    return record;
  }

  /** The messages of each turn, from the journal. */
  async turns(conversation = 'c'): Promise<(readonly string[] | string)[]> {
    const turns: (readonly string[] | string)[] = [];
    for await (const { type, data } of this.store.readJournal({ conversation })) {
      const input = data.input as { kind: string; texts?: readonly string[]; name?: string };
      if (type === 'turn') turns.push(input.texts ?? input.name ?? input.kind);
    }
    return turns;
  }

  #make(): Assistant {
    const note = (data: object, message: string) => void this.log.push(`${message} ${JSON.stringify(data)}`);
    return new Assistant({
      store: this.store,
      world: () => this.world,
      channels: [this.channel],
      clock: this.clock,
      log: { ...silentLog, warn: note, error: note },
    });
  }
}
