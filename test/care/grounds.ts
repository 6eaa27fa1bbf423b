/** Every store, empty and open. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLowdbStore } from '../../src/store/lowdb.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { createPostgresStore } from '../../src/store/postgres.js';
import type { Store } from '../../src/store/store.js';
import { PATIENCE, TestDatabase } from '../postgres/database.js';

export interface Place {
  store: Store;
  close(): Promise<void>;
}

let database: TestDatabase;

/** For a block that uses {@link PLACES}: has a database ready. */
export function withDatabase(): void {
  beforeAll(async () => {
    database = await TestDatabase.create();
  }, PATIENCE);
  afterAll(() => database.drop());
}

async function opened(store: Store, clear: () => void): Promise<Place> {
  await store.open();
  const close = async () => {
    await store.close();
    clear();
  };
  return { store, close };
}

export const PLACES: readonly (readonly [string, () => Promise<Place>])[] = [
  ['memory', () => opened(createMemoryStore(), () => undefined)],
  [
    'lowdb',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-care-'));
      return opened(createLowdbStore(folder), () => rmSync(folder, { recursive: true }));
    },
  ],
  [
    'PostgreSQL',
    async () => {
      await database.empty();
      return opened(createPostgresStore(database.url), () => undefined);
    },
  ],
];
