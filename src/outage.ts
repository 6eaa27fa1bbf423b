/** Whether the store takes what is written: told when it begins to refuse and when it takes writes again, not for each write. */
import type { Log } from './log.js';

export class Outage {
  /** When a write last showed it (ms since the epoch), or null. */
  at: number | null = null;
  /** Why the last write was refused, or null if it was kept. */
  why: string | null = null;

  constructor(private readonly log: Log) {}

  kept(at: number): void {
    if (this.why !== null) this.log.info({}, 'the store takes writes again');
    this.at = at;
    this.why = null;
  }

  refused(why: string, at: number): void {
    if (this.why === null)
      this.log.error({ error: why }, 'nothing can be kept: messages are refused until the store takes writes again');
    this.at = at;
    this.why = why;
  }
}
