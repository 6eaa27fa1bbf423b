import { PENDING } from '../../../src/store/postgres/conversations.js';
import { createPostgresStore } from '../../../src/store/postgres.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { put, T0 } from '../records.js';

const STORED = 20_000;
const WITH_WORK = 20;

let database: TestDatabase;
beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: Plan[];
}

/** How the server lists pending work, and how many blocks (8 kB) it touches. */
async function plan(): Promise<{ by: string | undefined; blocks: number }> {
  const [row] = await database.sql<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${PENDING.text}`,
  );
  const top = row?.['QUERY PLAN'][0]?.Plan;
  const leaf = top?.Plans?.[0] ?? top;
  return { by: leaf?.['Index Name'], blocks: (top?.['Shared Hit Blocks'] ?? 0) + (top?.['Shared Read Blocks'] ?? 0) };
}

test(`pending work among ${STORED} conversations is found by its index alone, before and after statistics are there`, async () => {
  const store = createPostgresStore(database.url);
  await store.open();
  await database.sql('ALTER TABLE pos_doctor.conversations SET (autovacuum_enabled = off)');
  await database.sql(
    `INSERT INTO pos_doctor.conversations
     SELECT 'c' || i, repeat(md5(i::text), 100), CASE WHEN i % $2 = 0 THEN $1::float8 + i END, 20000
     FROM generate_series(1, ${STORED}) AS i`,
    [T0, STORED / WITH_WORK],
  );
  for (const statistics of ['', 'ANALYZE pos_doctor.conversations']) {
    await database.sql(statistics);
    const { by, blocks } = await plan();
    expect(by).toBe('conversations_due');
    expect(blocks).toBeLessThan(5 * WITH_WORK);
  }
  const found = await store.pending();
  expect(found).toHaveLength(WITH_WORK);
  expect(found[0]).toEqual({ conversation: `c${STORED / WITH_WORK}`, dueAt: T0 + STORED / WITH_WORK });
  for (const { conversation } of found)
    await database.sql('DELETE FROM pos_doctor.conversations WHERE id = $1', [conversation]);
  await put(store, 'new', { wakeUps: [{ name: 'x', at: T0 }] });
  expect(await store.pending()).toHaveLength(1);
  await store.close();
});
