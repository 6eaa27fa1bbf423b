import type { Keep } from '../../../src/store/keeping.js';
import { BATCH } from '../../../src/store/postgres/keeping.js';
import { createPostgresStore } from '../../../src/store/postgres.js';
import { EVERY } from '../../../src/store/reaper.js';
import type { Store } from '../../../src/store/store.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { type TestClock, testClock } from '../../support/clock.js';
import { all, caseEvent, gate, put, record, reply, T0 } from '../records.js';

const DAY = 86_400_000;

let database: TestDatabase;
let clock: TestClock;
let stores: Store[];
beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());
beforeEach(async () => {
  await database.empty();
  stores = [];
  clock = testClock(T0);
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
});

async function storeThatKeeps(keep?: Keep): Promise<Store> {
  const store = createPostgresStore(database.url, { clock, ...(keep ? { keep } : {}) });
  await store.open();
  stores.push(store);
  return store;
}

const ids = async (store: Store) => (await all(store.conversations())).sort();
const events = async (store: Store) => (await all(store.readJournal())).map(({ id }) => id);

/** Lets the reaper do what it does, until nothing more is to be done. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await clock.advance(1_000);
    await new Promise(setImmediate);
  }
}

describe('what is old', () => {
  test('stays for ever if nothing else is said', async () => {
    const store = await storeThatKeeps();
    await put(store, 'c');
    await store.journal([caseEvent('e1', { at: 0 })]);
    await clock.advance(1_000 * DAY);
    expect([await ids(store), await events(store)]).toEqual([['c'], ['e1']]);
  });

  test('goes after its days, not before: a conversation counts from its last commit, an event from when it happened', async () => {
    const store = await storeThatKeeps({ conversationDays: 30, journalDays: 10 });
    await put(store, 'old');
    await store.journal([caseEvent('first', { at: T0 }), caseEvent('second', { at: T0 + 5 * DAY })]);
    await clock.advance(5 * DAY);
    await put(store, 'younger');
    await clock.advance(5 * DAY);
    expect(await events(store)).toEqual(['first', 'second']);
    await clock.advance(DAY);
    await until(async () => (await events(store)).length === 1);
    await clock.advance(19 * DAY);
    expect(await ids(store)).toEqual(['old', 'younger']);
    await clock.advance(DAY);
    await until(async () => (await ids(store)).length === 1 && (await events(store)).length === 0);
    expect(await ids(store)).toEqual(['younger']);
  });

  test('stays as long as something is pending, but for dead letters', async () => {
    const store = await storeThatKeeps({ conversationDays: 1 });
    await put(store, 'waiting', { outbox: [reply('r')] });
    await put(store, 'unjournaled', { unjournaled: [caseEvent('e')], outbox: [reply('r', { state: 'dead' })] });
    await put(store, 'dead', { outbox: [reply('r', { state: 'dead' })] });
    await put(store, 'done');
    await clock.advance(3 * DAY);
    await until(async () => (await ids(store)).length === 2);
    expect(await ids(store)).toEqual(['unjournaled', 'waiting']);
  });
});

test('many are removed a batch at a time, and the rest at the next look if it is stopped before', async () => {
  await (await storeThatKeeps()).close();
  const stored = 2 * BATCH + 10;
  await database.sql(
    `INSERT INTO pos_doctor.conversations SELECT 'c' || i, '', NULL, 0 FROM generate_series(1, ${stored}) AS i`,
  );
  const left = async () =>
    (await database.sql<{ n: number }>('SELECT count(*)::int AS n FROM pos_doctor.conversations'))[0]?.n;
  const first = await storeThatKeeps({ conversationDays: 30 });
  // The clock stands still: one batch at once, the next after the pause.
  await first.close();
  expect(await left()).toBe(stored - BATCH);
  const second = await storeThatKeeps({ conversationDays: 30 });
  await until(async () => (await left()) === 0);
  await put(second, 'c');
  expect(await ids(second)).toEqual(['c']);
});

test('a turn is passed over and waits for nothing; what it uses is not removed under it', async () => {
  const store = await storeThatKeeps({ conversationDays: 30 });
  for (const id of ['used', 'left']) await put(store, id);
  const { opened, open } = gate();
  const { opened: entered, open: enter } = gate();
  const turn = store.transact('used', async (old) => {
    enter();
    await opened;
    return { record: { ...(old ?? record('used')), seen: ['m2'] }, result: null };
  });
  await entered;
  await clock.advance(31 * DAY);
  await until(async () => (await ids(store)).length === 1);
  open();
  await turn;
  await clock.advance(EVERY);
  expect(await store.read('used')).toMatchObject({ seen: ['m2'], version: 2 });
  // A conversation that was removed begins anew.
  expect(await store.transact('left', (old) => ({ record: record('left'), result: old }))).toBeNull();
});

test('several processes share the work', async () => {
  await (await storeThatKeeps()).close();
  await database.sql(
    `INSERT INTO pos_doctor.conversations SELECT 'c' || i, '', NULL, 0 FROM generate_series(1, 1000) AS i`,
  );
  const [one] = await Promise.all([1, 2, 3].map(() => storeThatKeeps({ conversationDays: 30 })));
  await until(async () => (await ids(one as Store)).length === 0);
});

test('a look that fails is reported, and the next one does its work', async () => {
  const problems: string[] = [];
  await (await storeThatKeeps()).close();
  await database.sql(`INSERT INTO pos_doctor.conversations VALUES ('old', '', NULL, 0)`);
  await database.sql(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN RAISE EXCEPTION ''no'' USING ERRCODE = ''io_error''; END';
    CREATE TRIGGER fail BEFORE DELETE ON pos_doctor.conversations FOR EACH ROW EXECUTE FUNCTION fail()`);
  const log = ({ message }: Error) => void problems.push(message);
  const store = createPostgresStore(database.url, { clock, log, keep: { conversationDays: 30 } });
  await store.open();
  stores.push(store);
  await until(async () => problems.length > 0);
  expect(problems).toEqual(['the store refused a write: the disk of the database failed']);
  await database.sql('DROP FUNCTION fail CASCADE');
  await clock.advance(EVERY);
  await until(async () => (await ids(store)).length === 0);
});
