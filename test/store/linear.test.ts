import { createMemoryStore } from '../../src/store/memory.js';
import type { Store } from '../../src/store/store.js';
import { linearisable } from './linear.js';
import { newDisk, storeOn } from './sim-machine.js';

describe('turns of a conversation are linearisable', () => {
  const alone = (make: () => Store) => async () => {
    const store = make();
    await store.open();
    return { stores: [store], end: () => store.close() };
  };
  test('in the memory store', () => linearisable(alone(createMemoryStore), 100));
  test('in the lowdb store', () =>
    linearisable(
      alone(() => storeOn(newDisk())),
      100,
    ));
});
