/** How much waits in the outboxes, looked up in the store now and then: it is the truth over all processes and after a restart. */
import type { Clock } from '../clock.js';
import { NEVER } from '../store/rules.js';
import type { Store } from '../store/store.js';

export interface OutboxState {
  waiting: number;
  /** At least so many: those of a conversation that waits for something else later are not looked for. */
  dead: number;
  /** Milliseconds; 0 if nothing waits. */
  oldestMs: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** More conversations were to be looked at than one look takes: the numbers are too low. */
  cut: boolean;
}

/** Conversations that are looked at in one look. */
export const LOOK_MAX = 500;
/** Milliseconds between two looks, at least: whoever reads the metrics more often gets the last look. */
export const LOOK_EVERY_MS = 10_000;
/** What waits is tried again within this, ms (the dispatcher's longest wait, and what a platform may ask for). */
const RETRIED_WITHIN_MS = 10 * 60_000;

export class OutboxLook {
  state: OutboxState | null = null;
  #last: Promise<void> | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly store: Pick<Store, 'pending' | 'read'>,
    private readonly clock: Clock,
  ) {}

  /** Looks, unless it did lately. Never rejects: what could not be looked up leaves the last state, whose age tells. */
  look(): Promise<void> {
    const since = this.clock.now() - this.#lookedAt;
    if (this.#last !== null || (since >= 0 && since < LOOK_EVERY_MS)) return this.#last ?? Promise.resolve();
    this.#lookedAt = this.clock.now();
    this.#last = this.#look()
      .catch(() => undefined)
      .finally(() => {
        this.#last = null;
      });
    return this.#last;
  }

  async #look(): Promise<void> {
    const now = this.clock.now();
    const state: OutboxState = { waiting: 0, dead: 0, oldestMs: 0, at: now, cut: false };
    const due = (await this.store.pending()).filter(({ dueAt }) => dueAt <= now + RETRIED_WITHIN_MS || dueAt === NEVER);
    due.sort((a, b) => a.dueAt - b.dueAt);
    state.cut = due.length > LOOK_MAX;
    for (const { conversation } of due.slice(0, LOOK_MAX))
      for (const item of (await this.store.read(conversation))?.outbox ?? [])
        if (item.state === 'dead') state.dead += 1;
        else {
          state.waiting += 1;
          state.oldestMs = Math.max(state.oldestMs, now - item.createdAt);
        }
    this.state = state;
  }
}
