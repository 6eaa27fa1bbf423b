/** What every store must do; run against each implementation. */
import type { Store } from '../../src/store/store.js';
import { followContract } from './contract-follow.js';
import { keepingContract } from './contract-keeping.js';
import { recordContract } from './contract-records.js';
import { restContract } from './contract-rest.js';

export interface StoreUnderTest {
  store: Store;
  /** True if other processes may use it: then leases outlive one that goes. */
  shared: boolean;
  /** Closes the store and opens one on the same data. */
  reopen(): Promise<Store>;
  cleanup(): Promise<void>;
}

/** `make` gives an open, empty store. */
export function storeContract(make: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest;
  beforeEach(async () => {
    under = await make();
  });
  afterEach(() => under.cleanup());

  recordContract(() => under);
  restContract(() => under);
  followContract(() => under);
  keepingContract(() => under);
}
