/** What happens to the database, and what the store makes of it. */
import { inspect } from 'node:util';
import { isPosDoctorError, type PosDoctorError } from '../../../src/errors.js';
import { createPostgresStore } from '../../../src/store/postgres.js';
import type { Portable } from '../../../src/store/transfer.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { all, caseEvent, gate, put, record, T0 } from '../records.js';

let database: TestDatabase;
let store: Portable;
let problems: PosDoctorError[];
const opened: Portable[] = [];

/** A store that is closed after the test. `settings`: put into the URL. */
async function storeWith(settings: Record<string, string> = {}): Promise<Portable> {
  const url = new URL(database.url);
  for (const [name, value] of Object.entries(settings)) url.searchParams.set(name, value);
  const made = createPostgresStore(url.href, { log: (problem) => problems.push(problem) });
  await made.open();
  opened.push(made);
  return made;
}

beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());
beforeEach(async () => {
  problems = [];
  await database.empty();
  store = await storeWith();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (isPosDoctorError(error) ? `${error.code}: ${error.subject.why}` : String(error)),
  );

/** A transaction that waits inside until told. */
function held(id = 'c', seen = 'held', on = store) {
  const { opened: entered, open: enter } = gate();
  const { opened: let_, open: leave } = gate();
  const ended = outcome(
    on.transact(id, async (old) => {
      enter();
      await let_;
      return { record: { ...(old ?? record(id)), seen: [seen] }, result: null };
    }),
  );
  return { entered, leave, ended };
}

describe('a connection that is cut', () => {
  test('in the middle of a transaction undoes it, and lets the next one in', async () => {
    await put(store, 'c', { seen: ['m1'] });
    const { entered, leave, ended } = held();
    await entered;
    expect(await database.cut('in transaction')).toBe(1);
    leave();
    // Whether the server's word of it comes before the next statement or with its answer is chance.
    expect(await ended).toMatch(/^STORE_UNREACHABLE: the (?:connection was lost|server ended the connection)$/);
    expect(await store.read('c')).toEqual(record('c', { seen: ['m1'], version: 1 }));
    await put(store, 'c', { seen: ['m2'] });
    expect(await store.read('c')).toMatchObject({ seen: ['m2'], version: 2 });
  });

  test('in the middle of a first message leaves no conversation behind', async () => {
    const { entered, leave, ended } = held('new');
    await entered;
    await database.cut('in transaction');
    leave();
    expect(await ended).toMatch(/^STORE_UNREACHABLE/);
    expect(await all(store.conversations())).toEqual([]);
    expect(await store.transact('new', (old) => ({ record: null, result: old }))).toBeNull();
  });

  test('fails the one that it hits alone: those that wait come to a new connection', async () => {
    await put(store, 'c');
    const { entered, leave, ended } = held();
    await entered;
    const rest = [1, 2, 3].map((n) => outcome(put(store, 'c', { seen: [`m${n}`] })));
    await database.cut('in transaction');
    leave();
    expect(await ended).toMatch(/^STORE_UNREACHABLE/);
    // They had not begun: they come to a new connection.
    expect(await Promise.all(rest)).toEqual(['done', 'done', 'done']);
    expect(await store.read('c')).toMatchObject({ seen: ['m3'], version: 4 });
  });

  test('while nobody uses it is not noticed by anybody', async () => {
    await put(store, 'c');
    for (let cut = 0; cut < 3; cut += 1) {
      await database.cut();
      // The news of it is on its way: whoever comes before it is told, and is served when he comes again.
      const told = [await outcome(put(store, 'c')), await outcome(put(store, 'c'))];
      expect(told.at(-1)).toBe('done');
    }
  });
});

describe('a conversation that another process holds', () => {
  test('for too long is given up, and can be had afterwards', async () => {
    const impatient = await storeWith({ lock_timeout: '50' });
    await put(store, 'c', { seen: ['m1'] });
    const { entered, leave, ended } = held();
    await entered;
    expect(await outcome(put(impatient, 'c'))).toBe(
      'STORE_UNREACHABLE: another transaction held what was wanted for too long',
    );
    expect(await outcome(put(impatient, 'd'))).toBe('done');
    leave();
    expect(await ended).toBe('done');
    expect(await outcome(put(impatient, 'c', { seen: ['m2'] }))).toBe('done');
  });

  test('with its first message, likewise', async () => {
    const impatient = await storeWith({ lock_timeout: '50' });
    const { entered, leave, ended } = held('new');
    await entered;
    expect(await outcome(put(impatient, 'new'))).toMatch(/^STORE_UNREACHABLE/);
    leave();
    expect(await ended).toBe('done');
    expect(await impatient.read('new')).toMatchObject({ seen: ['held'] });
  });

  test('and that hangs loses it to whoever comes next, and cannot commit any more', async () => {
    const hanging = await storeWith({ idle_in_transaction_session_timeout: '500' });
    await put(store, 'c');
    const { entered, leave, ended } = held('c', 'hung', hanging);
    await entered;
    await put(store, 'c', { seen: ['m1'] });
    leave();
    expect(await ended).toMatch(
      /^STORE_UNREACHABLE: (?:a transaction was left open for too long|the connection was lost)/,
    );
    expect(await store.read('c')).toMatchObject({ seen: ['m1'] });
    await put(hanging, 'c', { seen: ['m2'] });
  });
});

test('a statement that takes too long is given up', async () => {
  const impatient = await storeWith({ statement_timeout: '500' });
  await database.sql(`CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
    CREATE TRIGGER slow BEFORE INSERT ON pos_doctor.case_events FOR EACH ROW EXECUTE FUNCTION slow()`);
  expect(await outcome(impatient.journal([caseEvent('e1')]))).toBe('STORE_UNREACHABLE: a statement took too long');
  await database.sql('DROP FUNCTION slow CASCADE');
  expect(await outcome(impatient.journal([caseEvent('e1')]))).toBe('done');
});

describe('a database that takes no writes', () => {
  test('because its disk is full refuses them, and the old record stands', async () => {
    await put(store, 'c', { seen: ['m1'] });
    await database.sql(`CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''no'' USING ERRCODE = ''disk_full''; END'`);
    for (const table of ['conversations', 'case_events', 'small_records', 'leases'])
      await database.sql(`CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON pos_doctor.${table}
        FOR EACH ROW EXECUTE FUNCTION no_room()`);
    const refused = [
      put(store, 'c', { seen: ['m2'] }),
      put(store, 'new'),
      store.journal([caseEvent('e1')]),
      store.putSmall('k', 1),
      store.acquireLease('bot', 'one', T0, 1),
    ];
    for (const one of refused) expect(await outcome(one)).toBe('STORE_FULL: the disk of the database is full');
    expect(await store.read('c')).toMatchObject({ seen: ['m1'] });
    expect(await all(store.conversations())).toEqual(['c']);
    await database.sql('DROP FUNCTION no_room CASCADE');
    await put(store, 'c', { seen: ['m2'] });
    expect(await store.read('c')).toMatchObject({ seen: ['m2'], version: 2 });
  });

  test('because it is read-only refuses them, can still be read, and takes them again', async () => {
    await put(store, 'c', { seen: ['m1'] });
    await database.sql(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
    const late = await database.cut();
    expect(late).toBeGreaterThan(0);
    await outcome(store.read('c'));
    await outcome(put(store, 'c'));
    expect(await outcome(put(store, 'c'))).toBe(
      'STORE_REFUSED: the database is read-only: a standby, or set so (SQLSTATE 25006)',
    );
    expect(await store.read('c')).toMatchObject({ seen: ['m1'] });
    await database.sql(
      `SET transaction_read_only = off; ALTER DATABASE ${database.name} RESET default_transaction_read_only`,
    );
    await database.cut();
    await outcome(put(store, 'c'));
    expect(await outcome(put(store, 'c'))).toBe('done');
  });
});

describe('a row that is no record', () => {
  test('is reported once, set aside with what it holds, and the conversation begins anew', async () => {
    await put(store, 'c', { seen: ['m1'] });
    await database.sql(`UPDATE pos_doctor.conversations SET record = '{"secret words'`);
    expect(await store.read('c')).toBeNull();
    const seen = store.transact('c', (old) => ({ record: record('c', { seen: ['m2'] }), result: old }));
    expect(await seen).toBeNull();
    expect(problems.map(({ code }) => code)).toEqual(['DATA_CORRUPT', 'DATA_CORRUPT']);
    expect(inspect(problems, { depth: null })).not.toContain('secret words');
    expect(await store.read('c')).toMatchObject({ seen: ['m2'], version: 1 });
    expect(await database.sql('SELECT id, record FROM pos_doctor.set_aside')).toEqual([
      { id: 'c', record: '{"secret words' },
    ]);
  });

  test('stays where it is if nothing is written in its place', async () => {
    await put(store, 'c');
    await database.sql(`UPDATE pos_doctor.conversations SET record = '[]'`);
    await store.transact('c', () => ({ record: null, result: null }));
    expect(await database.sql('SELECT record FROM pos_doctor.conversations')).toEqual([{ record: '[]' }]);
    expect(await database.sql('SELECT * FROM pos_doctor.set_aside')).toEqual([]);
  });

  test('of a newer version is left alone', async () => {
    await put(store, 'c');
    await database.sql(`UPDATE pos_doctor.conversations SET record = '{"schema":999,"id":"c"}'`);
    for (const refused of [store.read('c'), put(store, 'c')])
      await expect(refused).rejects.toMatchObject({ code: 'DATA_TOO_NEW', subject: { found: 999 } });
    expect(problems).toEqual([]);
    expect(await database.sql('SELECT record FROM pos_doctor.conversations')).toEqual([
      { record: '{"schema":999,"id":"c"}' },
    ]);
  });
});
