import { createPostgresStore } from '../../../src/store/postgres.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { linearisable } from '../linear.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());

test('turns of a conversation are linearisable over three processes in the PostgreSQL store', async () => {
  const stores = Array.from({ length: 3 }, () => createPostgresStore(database.url));
  for (const store of stores) await store.open();
  const make = async () => {
    await database.empty();
    return { stores, end: async () => undefined };
  };
  await linearisable(make, 60).finally(() => Promise.all(stores.map((store) => store.close())));
}, 60_000);
