import { createPostgresStore } from '../../../src/store/postgres.js';
import { PATIENCE, TestDatabase } from '../../postgres/database.js';
import { storeContract } from '../contract.js';
import { type PortableUnderTest, portableContract } from '../contract-portable.js';

describe('the PostgreSQL store', () => {
  let database: TestDatabase;
  let under: PortableUnderTest;
  beforeAll(async () => {
    database = await TestDatabase.create();
  }, PATIENCE);
  afterAll(() => database.drop());

  storeContract(async () => {
    await database.empty();
    let store = createPostgresStore(database.url, { leasesByCaller: true });
    await store.open();
    const reopen = async () => {
      await store.close();
      store = createPostgresStore(database.url, { leasesByCaller: true });
      await store.open();
      return store;
    };
    under = { store, reopen };
    return { ...under, shared: true, cleanup: () => store.close() };
  });
  portableContract(() => under);
});
