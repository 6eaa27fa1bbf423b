/** A process of the service with its watch for outages: doors that remember, a clock that stands still. */
import { Assistant } from '../../src/assistant.js';
import type { World } from '../../src/dialogue/world.js';
import { PosDoctorError } from '../../src/errors.js';
import { BoardWatch, readBoard } from '../../src/incident-board.js';
import { IncidentWatch, WATCH } from '../../src/incident-watch.js';
import { type Detector, detectorFrom, stateOf } from '../../src/incidents/index.js';
import type { Log } from '../../src/log.js';
import { silentLog } from '../../src/log.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { Store } from '../../src/store/store.js';
import { noticeboards } from '../../src/switchboard.js';
import { TEN, trainedDetector } from '../incidents/trained.js';
import { FakeChannel } from './channel.js';
import { type TestClock, testClock } from './clock.js';
import { realWorld } from './world.js';

export const ROBOT = 'wecom-group-robot';

/** A store that several processes of one test use: closed by none of them. */
export async function sharedMemory(): Promise<Store> {
  const store = createMemoryStore();
  await store.open();
  store.close = async () => undefined;
  return store;
}

/** Has a detector in the store that knows what is usual. */
export async function train(store: Store): Promise<void> {
  await store.putSmall(WATCH, { version: 1, place: null, detector: stateOf(trainedDetector()) });
}

/** A clock that stands at ten, and a store of several processes whose detector knows what is usual. */
export async function trained(): Promise<{ clock: TestClock; store: Store }> {
  const store = await sharedMemory();
  await train(store);
  return { clock: testClock(TEN), store };
}

/** Shops that reported a way of paying and nothing else, which no ordinary report does, as was saved last; each as often as it counts. */
export async function hitsIn(store: Store): Promise<number[]> {
  const hits = ((await savedIn(store))?.memory.entries ?? []).filter(({ streams }) => streams.length === 2);
  return hits.map(({ owner }) => owner);
}

/** The detector as it was saved last. */
export async function savedIn(store: Store): Promise<Detector | null> {
  const { detector } = ((await store.getSmall(WATCH))?.value ?? {}) as { detector?: unknown };
  return detectorFrom(detector);
}

export class Watched {
  readonly web = new FakeChannel('web');
  readonly doors: Map<string, FakeChannel>;
  readonly assistant: Assistant;
  readonly board: BoardWatch;
  readonly watch: IncidentWatch;
  readonly #world: World;
  readonly store: Store;
  #dead = false;

  constructor(
    shared: Store,
    readonly clock: TestClock,
    readonly holder = 'one',
    { names = [ROBOT], world = realWorld(), log = silentLog }: { names?: string[]; world?: World; log?: Log } = {},
  ) {
    this.#world = world;
    const store: Store = new Proxy(shared, {
      get: (target, name) => {
        if (this.#dead && name !== 'close')
          throw new PosDoctorError('STORE_UNREACHABLE', { why: 'the process is dead' });
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    this.store = store;
    this.doors = new Map(names.map((name) => [name, new FakeChannel(name)]));
    const robot = this.doors.get(ROBOT);
    if (robot) Object.assign(robot.capabilities, { takesNotices: true });
    const channels = [this.web, ...this.doors.values()];
    this.board = new BoardWatch(store, clock, silentLog);
    const content = () => ({ ...this.#world, ...(this.board.board ? { incidents: this.board.board.incidents } : {}) });
    this.assistant = new Assistant({ store, world: content, channels, clock, log: silentLog });
    const byName = new Map(channels.map((channel) => [channel.name, channel]));
    this.watch = new IncidentWatch({
      store,
      clock,
      log,
      holder,
      knowledge: () => this.#world.knowledge,
      accept: (channel, event) => this.assistant.accept(channel, event),
      noticeboards: () => noticeboards(this.#world.knowledge, byName),
    });
  }

  async start(): Promise<this> {
    await this.board.start();
    await this.assistant.start();
    this.watch.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.watch.stop();
    await this.board.stop();
    await this.assistant.stop();
  }

  /** Dies: from now on it reaches nothing, and nobody learns what it knew. */
  async die(): Promise<void> {
    this.#dead = true;
    await this.stop().catch(() => undefined);
  }

  async say(text: string, conversation: string, id = `${conversation}:${this.clock.now()}`): Promise<void> {
    await this.assistant.accept('web', {
      kind: 'message',
      id,
      conversation,
      at: this.clock.now(),
      text,
      mayJoin: false,
    });
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.watch.settled();
    await this.assistant.settled();
  }

  /** `count` shops say it, so many ms apart. */
  async burst(count: number, text = '微信付不了', apart = 15_000, name = 'hit'): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await this.say(text, `${name}${n}`);
      await this.clock.advance(apart, () => this.settled());
    }
  }

  pass(minutes: number): Promise<void> {
    return this.clock.advance(minutes * 60_000, () => this.settled());
  }

  async incidents() {
    return (await readBoard(this.store)).incidents;
  }

  /** What a door was given, of whatever conversation. */
  texts(name: string): string[] {
    return (this.doors.get(name)?.sent ?? []).map(({ item }) => item.reply.text);
  }
}
