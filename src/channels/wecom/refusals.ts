/** Counts what is refused, and says so in one line a second at most: whoever floods the door must not flood the log too. */
import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';

const EVERY_MS = 1000;

/** `R`: a closed set of reasons. */
export class Refusals<R extends string> {
  #counts: Partial<Record<R, number>> = {};
  #error: string | undefined;
  #waiting = false;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly door: string,
  ) {}

  /** @param error what made us refuse, if it is our own trouble; the last one of a second is logged */
  note(reason: R, error?: unknown): void {
    this.#counts[reason] = (this.#counts[reason] ?? 0) + 1;
    if (error !== undefined) this.#error = String(error);
    if (this.#waiting) return;
    this.#waiting = true;
    this.clock.after(EVERY_MS, () => this.#say());
  }

  #say(): void {
    const ours = this.#error === undefined ? {} : { error: this.#error };
    this.log.warn({ door: this.door, refused: this.#counts, ...ours }, 'callback requests were refused');
    this.#counts = {};
    this.#error = undefined;
    this.#waiting = false;
  }
}
