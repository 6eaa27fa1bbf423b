import { createPostgresStore } from '../../../src/store/postgres.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { holds, opened } from '../history.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());

test('any history of calls has the outcome of a simple model in the PostgreSQL store', async () => {
  const make = async () => {
    await database.empty();
    return opened(() => createPostgresStore(database.url, { leasesByCaller: true }), { shared: true });
  };
  await holds(make, 40);
}, 60_000);
