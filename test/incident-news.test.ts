/** Whoever was told of an incident hears once that it is over: over processes, restarts and a store that fails. */
import { Assistant } from '../src/assistant.js';
import { BoardWatch, changeBoard } from '../src/incident-board.js';
import type { BoardChange } from '../src/incidents/board.js';
import { silentLog } from '../src/log.js';
import { createMemoryStore } from '../src/store/memory.js';
import { createPostgresStore } from '../src/store/postgres.js';
import type { Store } from '../src/store/store.js';
import { PATIENCE, TestDatabase } from './postgres/database.js';
import { FakeChannel } from './support/channel.js';
import { type TestClock, testClock } from './support/clock.js';
import { realWorld } from './support/world.js';

const MINUTE = 60_000;
const OPEN: BoardChange = { do: 'open', what: '微信支付', scope: { channel: 'wechat' }, means: 'channel-outage' };
const OVER = '微信支付已恢复';

class Process {
  readonly door = new FakeChannel('web');
  readonly assistant: Assistant;
  readonly board: BoardWatch;

  constructor(
    readonly store: Store,
    readonly clock: TestClock,
    pushes = true,
  ) {
    if (!pushes) Object.assign(this.door, { capabilities: { ...this.door.capabilities, canPush: false } });
    this.board = new BoardWatch(store, clock, silentLog);
    const { board } = this;
    const world = () => ({ ...realWorld(), ...(board.board ? { incidents: board.board.incidents } : {}) });
    this.assistant = new Assistant({ store, world, channels: [this.door], clock, log: silentLog });
  }

  async start(): Promise<this> {
    await this.assistant.start();
    await this.board.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.board.stop();
    await this.assistant.stop();
  }

  async say(text: string, id: string): Promise<void> {
    await this.assistant.accept('web', { kind: 'message', id, conversation: 'c', at: 0, text, mayJoin: false });
    await this.assistant.settled();
  }

  /** How often it was told to be over. */
  get told(): number {
    return this.door.sent.filter(({ item }) => item.reply.text.includes(OVER)).length;
  }
}

beforeAll(() => void realWorld(), 60_000);

describe('in one process', () => {
  let clock: TestClock;
  let store: Store;
  let one: Process;
  beforeEach(() => {
    clock = testClock();
    store = createMemoryStore();
  });
  afterEach(() => one.stop());
  const pass = (minutes: number) => clock.advance(minutes * MINUTE, () => one.assistant.settled());

  test('it is said once, at most a few minutes late, and the conversation then waits for nothing', async () => {
    one = await new Process(store, clock).start();
    const { id } = await changeBoard(store, OPEN, clock.now());
    await pass(1);
    await one.say('微信付不了', 'm1');
    expect(one.door.sent.at(-1)?.item.reply.text).toContain('不是您店里的问题');
    await pass(20);
    expect(one.told).toBe(0);
    await changeBoard(store, { do: 'close', id }, clock.now());
    await pass(5);
    expect(one.told).toBe(1);
    await pass(60);
    expect(one.told).toBe(1);
    expect((await store.read('c'))?.wakeUps).toEqual([]);
  });

  test('a look at the board is no turn', async () => {
    one = await new Process(store, clock).start();
    await changeBoard(store, OPEN, clock.now());
    await pass(1);
    await one.say('微信付不了', 'm1');
    const before = (await store.read('c'))?.session;
    await pass(60);
    expect((await store.read('c'))?.session).toEqual(before);
  });

  test('a reminder keeps its time beside it', async () => {
    one = await new Process(store, clock).start();
    await changeBoard(store, OPEN, clock.now());
    await pass(1);
    await one.say('微信付不了', 'm1');
    await one.say('不是，别的也不行', 'm2');
    const names = async () => ((await store.read('c'))?.wakeUps ?? []).map(({ name }) => name).sort();
    expect(await names()).toEqual(['close', 'incident', 'remind']);
    await pass(11);
    expect(one.door.sent.filter(({ item }) => item.reply.text.includes('还在吗'))).toHaveLength(1);
    expect(await names()).toEqual(['close', 'incident']);
  });

  test('through a door that cannot write first it is said with the next answer', async () => {
    one = await new Process(store, clock, false).start();
    const { id } = await changeBoard(store, OPEN, clock.now());
    await pass(1);
    await one.say('微信付不了', 'm1');
    await changeBoard(store, { do: 'close', id }, clock.now());
    await pass(60);
    expect(one.told).toBe(0);
    await one.say('在吗', 'm2');
    await one.say('谢谢', 'm3');
    expect(one.told).toBe(1);
  });

  test('after a restart, and a store that was away when it was due', async () => {
    let away = false;
    const failing = new Proxy(store, {
      get: (target, name: keyof Store) => {
        const method = target[name];
        if (away && (name === 'getSmall' || name === 'transact')) return () => Promise.reject(new Error('away'));
        return typeof method === 'function' ? method.bind(target) : method;
      },
    });
    one = await new Process(failing, clock).start();
    const { id } = await changeBoard(store, OPEN, clock.now());
    await pass(1);
    await one.say('微信付不了', 'm1');
    away = true;
    await pass(10);
    expect(one.board.board?.incidents[0]?.state).toBe('open');
    await one.stop();
    away = false;
    one = await new Process(failing, clock).start();
    await pass(5);
    expect(one.told).toBe(0);
    await changeBoard(store, { do: 'close', id }, clock.now());
    await pass(5);
    expect(one.told).toBe(1);
  });
});

test(
  'of two processes one says it, once',
  async () => {
    const database = await TestDatabase.create();
    const clock = testClock();
    const both = [0, 1].map(() => new Process(createPostgresStore(database.url), clock));
    const [one, other] = both;
    if (!one || !other) throw new Error('there are two');
    try {
      await one.start();
      await other.start();
      const settled = async () => void (await Promise.all(both.map(({ assistant }) => assistant.settled())));
      const pass = async (minutes: number) => {
        for (let minute = 0; minute < minutes; minute += 1) {
          await settled();
          await Promise.all(both.map(({ board }) => board.stop().then(() => board.start())));
          await clock.advance(MINUTE, settled);
        }
      };
      const { id } = await changeBoard(one.store, OPEN, clock.now());
      await pass(1);
      await one.say('微信付不了', 'm1');
      await changeBoard(other.store, { do: 'close', id }, clock.now());
      await pass(6);
      expect(one.told + other.told).toBe(1);
    } finally {
      await Promise.all(both.map((each) => each.stop()));
      await database.drop();
    }
  },
  PATIENCE,
);
