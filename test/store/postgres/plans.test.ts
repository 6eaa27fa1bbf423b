/** What a statement touches stays the same however much is stored, whatever the server knows of the tables. */
import pg from 'pg';
import { DUE } from '../../../src/store/postgres/claims.js';
import { PENDING } from '../../../src/store/postgres/conversations.js';
import type { Statement } from '../../../src/store/postgres/database.js';
import { AFTER, LAST, READ, READ_ONE } from '../../../src/store/postgres/journal.js';
import { BATCH, CONVERSATIONS, EVENTS } from '../../../src/store/postgres/keeping.js';
import { createPostgresStore } from '../../../src/store/postgres.js';
import type { Store } from '../../../src/store/store.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { T0 } from '../records.js';

const STORED = 20_000;
const WITH_WORK = 20;
const EVENTS_STORED = 50_000;
/** Rows of a page of the journal. */
const PAGE = 500;

let database: TestDatabase;
let store: Store;
let client: pg.Client;
beforeAll(async () => {
  database = await TestDatabase.create();
  store = createPostgresStore(database.url);
  await store.open();
  client = new pg.Client(database.url);
  await client.connect();
  for (const table of ['conversations', 'case_events'])
    await client.query(`ALTER TABLE pos_doctor.${table} SET (autovacuum_enabled = off)`);
  await client.query(
    `INSERT INTO pos_doctor.conversations
     SELECT 'c' || i, repeat(md5(i::text), 100), CASE WHEN i % $2 = 0 THEN $1::float8 + i END, 20000 + i / 500
     FROM generate_series(1, ${STORED}) AS i`,
    [T0, STORED / WITH_WORK],
  );
  await client.query(
    `INSERT INTO pos_doctor.case_events (id, day, conversation, event)
     SELECT 'e' || i, 20000 + i / 500, 'c' || i % 1000, '{"at":0}' FROM generate_series(1, ${EVENTS_STORED}) AS i`,
  );
}, PATIENCE);
afterAll(async () => {
  await client.end();
  await store.close();
  await database.drop();
});

interface Plan {
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
}

/** Blocks (8 kB) that a statement touches, planned for any values as for a statement prepared long ago. Nothing is kept of it. */
async function blocks({ text }: Statement, types: string, values: string): Promise<number> {
  await client.query(`BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; PREPARE one${types} AS ${text}`);
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE one${values}`,
  );
  await client.query('ROLLBACK; DEALLOCATE one');
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
}

describe.each([
  ['before statistics are there', ''],
  ['with statistics', 'ANALYZE pos_doctor.conversations, pos_doctor.case_events'],
])('%s', (_, statistics) => {
  beforeAll(() => client.query(statistics));

  test(`pending work among ${STORED} conversations is found by its index`, async () => {
    const values = `(9e14, '{""}', 10, 'me')`;
    expect(await blocks(DUE, '(float8, text[], int, text)', values)).toBeLessThan(20 * WITH_WORK);
    expect(await blocks(PENDING, '', '')).toBeLessThan(5 * WITH_WORK);
  });

  test(`a page of a journal of ${EVENTS_STORED} events is found by its index, and so are the events of a conversation`, async () => {
    expect(await blocks(READ, '(int, bigint, int)', "(20050, '0', 2147483647)")).toBeLessThan(PAGE);
    const one = await blocks(READ_ONE, '(int, bigint, int, text)', "(-2147483648, '0', 2147483647, 'c7')");
    expect(one).toBeLessThan(3 * (EVENTS_STORED / 1000));
  });

  test('what was appended since is found by its index, however much lies before and after it', async () => {
    expect(await blocks(LAST, '(int)', '(20050)')).toBeLessThan(20);
    const [row] = (await client.query('SELECT max(place) AS last FROM pos_doctor.case_events WHERE day = 20050')).rows;
    const [from, to] = [Number(row.last) - 20, Number(row.last)];
    const values = `(20050, ${from}, ${to}, '"at"', 500)`;
    expect(await blocks(AFTER, '(int, bigint, bigint, text, int)', values)).toBeLessThan(60);
  });

  test('a batch of what is old is found by its index', async () => {
    // Rows, their toast and the index entries; the whole table has far more.
    expect(await blocks(CONVERSATIONS, '(int, float8)', '(20010, 9e15)')).toBeLessThan(25 * BATCH);
    expect(await blocks(EVENTS, '(int)', '(20010)')).toBeLessThan(10 * BATCH);
  });
});

test('what is pending is named, soonest first', async () => {
  const found = await store.pending();
  expect(found).toHaveLength(WITH_WORK);
  expect(found[0]).toEqual({ conversation: `c${STORED / WITH_WORK}`, dueAt: T0 + STORED / WITH_WORK });
});
