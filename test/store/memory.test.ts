import { createMemoryStore } from '../../src/store/memory.js';
import { storeContract } from './contract.js';

describe('the memory store', () => {
  storeContract(async () => {
    const store = createMemoryStore();
    await store.open();
    const reopen = async () => {
      await store.close();
      await store.open();
      return store;
    };
    return { store, shared: false, reopen, cleanup: () => store.close() };
  });
});
