/** Sliding windows: "at most n in m milliseconds". */
import type { Clock } from '../../src/clock.js';
import { Recent } from './recent.js';

export interface Limit {
  count: number;
  ms: number;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export class Rates {
  readonly #times = new Recent<number[]>();

  constructor(
    private readonly clock: Clock,
    private readonly limits: readonly Limit[],
  ) {}

  /** Counts one more of `key`; false, and not counted, if a limit is reached. */
  take(key: string): boolean {
    const now = this.clock.now();
    const longest = Math.max(...this.limits.map(({ ms }) => ms));
    const times = (this.#times.get(key) ?? []).filter((at) => now - at < longest);
    const full = this.limits.some(({ count, ms }) => times.filter((at) => now - at < ms).length >= count);
    if (!full) times.push(now);
    this.#times.set(key, times);
    return !full;
  }
}
