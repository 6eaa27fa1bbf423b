/** Leases of a store that one process has for itself: in memory, as whoever held one before this process is gone. */
import { renewed } from './rules.js';
import type { Lease } from './store.js';

export class Leases {
  readonly #held = new Map<string, Lease>();

  acquire(name: string, holder: string, now: number, ttlMs: number): boolean {
    const lease = renewed(this.#held.get(name), name, holder, now, ttlMs);
    if (lease) this.#held.set(name, lease);
    return lease !== undefined;
  }

  release(name: string, holder: string): void {
    if (this.#held.get(name)?.holder === holder) this.#held.delete(name);
  }
}
