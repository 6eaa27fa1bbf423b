import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLowdbStore } from '../../src/store/lowdb.js';
import { storeContract } from './contract.js';
import { type PortableUnderTest, portableContract } from './contract-portable.js';

describe('the lowdb store', () => {
  let under: PortableUnderTest;
  storeContract(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-store-'));
    let store = createLowdbStore(folder);
    await store.open();
    const reopen = async () => {
      await store.close();
      store = createLowdbStore(folder);
      await store.open();
      return store;
    };
    const cleanup = async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    };
    under = { store, reopen };
    return { ...under, shared: false, cleanup };
  });
  portableContract(() => under);
});
