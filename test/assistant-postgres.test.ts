import { createPostgresStore } from '../src/store/postgres.js';
import type { Store } from '../src/store/store.js';
import { GRACE_MS, SWEEP_MS } from '../src/sweeper.js';
import { PATIENCE, TestDatabase } from './postgres/database.js';
import { Wire } from './postgres/wire.js';
import { check, type Hardware, type Run, run } from './support/crash.js';
import { House, T0, TROUBLE } from './support/house.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());

/** A process that may die with any write to the database: before the write was carried out, or before it heard of that. */
class Process implements Hardware {
  operations = 0;
  crashAt = Number.POSITIVE_INFINITY;
  readonly late = SWEEP_MS + GRACE_MS;
  #store: Store | undefined;

  constructor(private readonly lastWrite: 'lost' | 'done') {}

  async reboot(): Promise<void> {
    this.crashAt = Number.POSITIVE_INFINITY;
    await this.#store?.close();
  }

  store(): Store {
    const store = createPostgresStore(database.url);
    this.#store = store;
    const { transact, journal } = store;
    const write = async <T>(call: () => Promise<T>): Promise<T> => {
      const dead = this.operations >= this.crashAt;
      this.operations += 1;
      if (this.operations < this.crashAt) return call();
      if (!dead && this.lastWrite === 'done') await call();
      throw new Error('the process is dead');
    };
    const { finish } = store.claims ?? {};
    if (store.claims && finish)
      Object.assign(store.claims, {
        finish: (...args: Parameters<typeof finish>) => write(() => finish.apply(store.claims, args)),
      });
    return Object.assign(store, {
      transact: (...args: Parameters<Store['transact']>) => write(() => transact.apply(store, args)),
      journal: (...args: Parameters<Store['journal']>) => write(() => journal.apply(store, args)),
    });
  }
}

/** Every second write, so that it stays cheap; the disk's test takes each. */
const STEP = 2;

describe('the assistant over PostgreSQL, when its process dies with a write', () => {
  let whole: Run;
  beforeAll(async () => {
    whole = await run(new Process('lost'), Number.POSITIVE_INFINITY);
  });
  beforeEach(() => database.empty());

  test.each(['lost', 'done'] as const)(
    'that is %s answers every accepted message once, loses none and repeats a reply at most once',
    async (lastWrite) => {
      expect(whole.problems).toEqual([]);
      expect(whole.operations).toBeGreaterThan(10);
      for (let at = lastWrite === 'lost' ? 1 : 2; at <= whole.operations; at += STEP) {
        await database.empty();
        const one = await run(new Process(lastWrite), at);
        // On a busy machine two of the last writes may go as one: then there is one fewer to die with.
        if (one.machine.crashes === 0 && at >= whole.operations - 1) continue;
        try {
          expect(one.machine.crashes).toBe(1);
          check(one, whole);
        } catch (error) {
          throw new Error(`stopped at write ${at}: ${String(error)}`);
        }
      }
    },
    60_000,
  );
});

describe('the assistant over PostgreSQL, when the database is away', () => {
  let house: House;
  let wire: Wire;
  beforeEach(async () => {
    await database.empty();
    const line = await Wire.to(database.url);
    wire = line.wire;
    house = new House({ store: () => createPostgresStore(line.url), clear: () => undefined });
    await house.assistant.start();
  });
  afterEach(async () => {
    await house.assistant.stop();
    await wire.close();
  });
  const unkept = () => house.log.filter((line) => line.startsWith('nothing can be kept'));

  test('refuses messages, says so once, is not ready, and takes them again when it is back', async () => {
    await house.say(TROUBLE);
    expect(await house.assistant.ready()).toEqual({ ok: true });
    const sent = house.channel.sent.length;
    wire.cut();
    const event = { kind: 'message', id: 'late', conversation: 'c', at: T0, text: '刷卡的' } as const;
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(house.assistant.accept('web', event)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    await house.clock.advance(5_000);
    expect(await house.assistant.ready()).toMatchObject({ ok: false, why: expect.stringContaining('cannot be had') });
    expect(unkept()).toHaveLength(1);
    expect(house.log.join()).not.toContain('刷卡的');
    wire.restore();
    await house.clock.advance(5_000);
    expect(await house.assistant.ready()).toEqual({ ok: true });
    await house.assistant.accept('web', event);
    await house.assistant.settled();
    expect(await house.turns()).toEqual([[TROUBLE], ['刷卡的']]);
    expect(house.channel.sent.length).toBeGreaterThan(sent);
  });

  test('does not lose what falls due meanwhile: it is tried again', async () => {
    await house.say(TROUBLE);
    await house.say('刷卡的');
    wire.cut();
    await house.pass(60_000);
    expect(unkept()).toHaveLength(1);
    wire.restore();
    await house.pass(60_000);
    expect(await house.turns()).toEqual([[TROUBLE], ['刷卡的']]);
  });
});
