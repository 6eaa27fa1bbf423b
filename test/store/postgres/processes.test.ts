/** Two stores on one database are two processes to each other. */

import { CONNECTIONS } from '../../../src/store/postgres/database.js';
import { createPostgresStore } from '../../../src/store/postgres.js';
import type { ConversationRecord, Store } from '../../../src/store/store.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { all, caseEvent, gate, put, record, T0 } from '../records.js';

let database: TestDatabase;
let stores: Store[];
let one: Store;
let other: Store;

beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());
beforeEach(async () => {
  await database.empty();
  stores = [
    createPostgresStore(database.url, { leasesByCaller: true }),
    createPostgresStore(database.url, { leasesByCaller: true }),
  ];
  [one, other] = stores as [Store, Store];
  await Promise.all(stores.map((store) => store.open()));
});
afterEach(() => Promise.all(stores.map((store) => store.close())));

/** Adds a name to what the conversation has seen. */
const see = (store: Store, name: string, id = 'c') =>
  store.transact(id, async (old) => {
    const base = old ?? record(id);
    await null;
    return { record: { ...base, seen: [...base.seen, name] }, result: base.seen.length };
  });
const seen = async (id = 'c') => (await one.read(id))?.seen ?? [];

describe('transactions of two processes on one conversation', () => {
  test('run one after the other, those of each in call order, each on what the one before left', async () => {
    await put(one, 'c');
    const calls = Array.from({ length: 60 }, (_, i) => ({ store: i % 2 === 0 ? one : other, name: `${i % 2}-${i}` }));
    const places = await Promise.all(calls.map(({ store, name }) => see(store, name)));
    const names = await seen();
    // Each got the place that it saw: no two saw the same record.
    expect(calls.map(({ name }) => names.indexOf(name))).toEqual(places);
    for (const process of ['0-', '1-']) {
      const its = names.filter((name) => name.startsWith(process));
      expect(its).toEqual(calls.map(({ name }) => name).filter((name) => name.startsWith(process)));
    }
    expect(await one.read('c')).toMatchObject({ version: 61 });
  });

  test('both with the first message: neither is lost, and neither is done twice', async () => {
    for (let round = 0; round < 20; round += 1) {
      const id = `new-${round}`;
      const places = await Promise.all([see(one, 'a', id), see(other, 'b', id), see(one, 'c', id)]);
      expect([...places].sort()).toEqual([0, 1, 2]);
      expect([...(await seen(id))].sort()).toEqual(['a', 'b', 'c']);
    }
  });

  test('the second starts anew if the first, with the first message, fails', async () => {
    const { opened, open } = gate();
    const { opened: entered, open: enter } = gate();
    const failing = one.transact('c', async () => {
      enter();
      await opened;
      throw new Error('no');
    });
    await entered;
    const second = see(other, 'b');
    open();
    await expect(failing).rejects.toThrow('no');
    expect(await second).toBe(0);
    expect(await one.read('c')).toMatchObject({ seen: ['b'], version: 1 });
  });

  test('reading waits for neither', async () => {
    await put(one, 'c', { seen: ['m1'], wakeUps: [{ name: 'x', at: T0 }] });
    await one.transact('c', async (old) => {
      expect(await other.read('c')).toMatchObject({ seen: ['m1'] });
      expect(await other.pending()).toHaveLength(1);
      expect(await all(other.conversations())).toEqual(['c']);
      return { record: old, result: null };
    });
  });
});

test('more transactions than connections, each of which reads meanwhile, do not wait for each other for ever', async () => {
  const ids = Array.from({ length: 3 * CONNECTIONS.transactions }, (_, i) => `c${i}`);
  await Promise.all(ids.map((id) => put(one, id, { seen: [id] })));
  const read = ids.map((id) => one.transact(id, async (old) => ({ record: old, result: (await one.read(id))?.seen })));
  expect(await Promise.all(read)).toEqual(ids.map((id) => [id]));
});

test('transactions that wait for each other share a commit', async () => {
  await put(one, 'c');
  await database.sql(`CREATE TABLE writes (); CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN INSERT INTO writes DEFAULT VALUES; RETURN NULL; END';
    CREATE TRIGGER note AFTER UPDATE ON pos_doctor.conversations FOR EACH ROW EXECUTE FUNCTION note()`);
  const { opened, open } = gate();
  const first = one.transact('c', async (old) => {
    await opened;
    return { record: old, result: null };
  });
  const rest = Array.from({ length: 10 }, (_, i) => see(one, `m${i}`));
  open();
  await Promise.all([first, ...rest]);
  expect(await seen()).toHaveLength(10);
  expect(await database.sql('SELECT count(*)::int AS writes FROM writes')).toEqual([{ writes: 1 }]);
  await database.sql('DROP FUNCTION note CASCADE');
});

test('a lease, a small record and the journal are shared', async () => {
  expect(await one.acquireLease('bot', 'one', T0, 1_000)).toBe(true);
  expect(await other.acquireLease('bot', 'two', T0, 1_000)).toBe(false);
  await one.releaseLease('bot', 'one');
  const won = await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 ? one : other).acquireLease('bot', `h${i}`, T0, 1_000)),
  );
  expect(won.filter(Boolean)).toHaveLength(1);
  const writes = Array.from({ length: 20 }, (_, i) => (i % 2 ? one : other).putSmall('cursor', i, 0));
  expect((await Promise.all(writes)).filter(Boolean)).toHaveLength(1);
  const events = Array.from({ length: 30 }, (_, i) => caseEvent(`e${i}`));
  await Promise.all([one.journal(events), other.journal(events), one.journal(events)]);
  expect(await all(other.readJournal())).toEqual(events);
});

test('what one process left pending is there for another, in the order in which it is due', async () => {
  await put(one, 'later', { wakeUps: [{ name: 'x', at: T0 + 5 }] });
  await put(other, 'sooner', { wakeUps: [{ name: 'x', at: T0 }] });
  const third: Store = createPostgresStore(database.url, { leasesByCaller: true });
  stores.push(third);
  await third.open();
  expect(await third.pending()).toEqual([
    { conversation: 'sooner', dueAt: T0 },
    { conversation: 'later', dueAt: T0 + 5 },
  ]);
  await third.transact('sooner', (old) => ({ record: { ...(old as ConversationRecord), wakeUps: [] }, result: null }));
  expect(await one.pending()).toHaveLength(1);
});

test('a journal of several pages is read whole and in order, all of it or one conversation', async () => {
  const events = Array.from({ length: 1_234 }, (_, i) =>
    caseEvent(`e${i}`, { conversation: i % 3 === 0 ? 'a' : 'b', at: T0 + (i % 2) * 86_400_000 }),
  );
  await one.journal(events);
  const days = [0, 1].flatMap((day) => events.filter((_, i) => i % 2 === day));
  expect(await all(other.readJournal())).toEqual(days);
  const its = days.filter(({ conversation }) => conversation === 'b');
  expect(await all(other.readJournal({ conversation: 'b' }))).toEqual(its);
  expect(await all(other.readJournal({ conversation: 'a', from: T0 + 1 }))).toHaveLength(206);
});

test('conversations of several pages are all named', async () => {
  await database.sql(
    `INSERT INTO pos_doctor.conversations SELECT 'c' || i, '{}', NULL, 0 FROM generate_series(1, 2500) AS i`,
  );
  const long = '店'.repeat(1_000);
  await put(one, long);
  const ids = await all(one.conversations());
  expect(ids).toHaveLength(2_501);
  expect(new Set(ids).size).toBe(2_501);
  expect(ids).toContain(long);
});
