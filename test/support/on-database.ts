/** A database for the tests of a file, and the content trained before the first of them. */
import { PATIENCE, TestDatabase } from '../postgres/database.js';
import { realWorld } from './world.js';

/** Makes it before all tests and drops it after them. @returns how tests get it */
export function onDatabase(): () => TestDatabase {
  let database: TestDatabase;
  beforeAll(async () => {
    realWorld();
    database = await TestDatabase.create();
  }, PATIENCE);
  afterAll(() => database.drop());
  return () => database;
}
