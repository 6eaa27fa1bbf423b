import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLowdbStore } from '../../src/store/lowdb.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { holds, opened } from './history.js';
import { newDisk, storeOn } from './sim-machine.js';

describe('any history of calls has the outcome of a simple model', () => {
  test('in the memory store', async () => {
    const make = () => {
      const store = createMemoryStore();
      return opened(() => store);
    };
    await holds(make, 300);
  });

  test('in the lowdb store, on a disk in memory', async () => {
    const make = () => {
      const disk = newDisk();
      return opened(() => storeOn(disk));
    };
    await holds(make, 200);
  });

  test('in the lowdb store, on the real disk', async () => {
    const make = () => {
      const folder = mkdtempSync(join(tmpdir(), 'pos-doctor-store-'));
      return opened(() => createLowdbStore(folder), { cleanup: () => rmSync(folder, { recursive: true }) });
    };
    await holds(make, 20);
  });
});
