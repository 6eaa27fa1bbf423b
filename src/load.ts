/** How much is under way: when it is too much, and who waits for what. */
import { PosDoctorError } from './errors.js';
import { LIMITS } from './store/store.js';

/** It is too much when so many events are being taken in … */
export const BUSY_AT = 100;
/** … and the first of them has been for so long, ms: a crowd that is through in a moment is none. */
export const SLOW_MS = 500;
/** Events of one conversation being taken in at once: it is being flooded. */
export const FLOOD_AT = LIMITS.inbox / 2;
/** Events being taken in at once beyond which none is taken: the platform brings them again. */
export const FULL_AT = 2_000;
/** Conversations attended to at once, of those whose time has come: the rest waits in line. */
export const ATTENDED = 16;

export type Busy = 'crowd' | 'flood';

export class Load {
  /** Conversation → its events that are being taken in. */
  readonly #taking = new Map<string, number>();
  /** When each was begun (ms since the epoch), the first one first. */
  readonly #begun = new Set<{ at: number }>();
  #attended = 0;
  readonly #line: (() => void)[] = [];

  constructor(private readonly now: () => number) {}

  /** More comes than can be answered at once. */
  get busy(): boolean {
    const [first] = this.#begun;
    return first !== undefined && this.count >= BUSY_AT && this.now() - first.at >= SLOW_MS;
  }

  /** Why a message of this conversation should wait: more comes than can be answered at once, from all or from it alone. */
  busyFor(conversation: string): Busy | null {
    if (this.busy) return 'crowd';
    return (this.#taking.get(conversation) ?? 0) >= FLOOD_AT ? 'flood' : null;
  }

  /** Events being taken in. */
  get count(): number {
    return this.#begun.size;
  }

  /** Conversations in line. */
  get waiting(): number {
    return this.#line.length;
  }

  /**
   * Counts an event while it is taken in.
   * @throws {PosDoctorError} QUEUE_FULL if too many are, of this conversation or in all
   */
  async take<T>(conversation: string, work: () => Promise<T>): Promise<T> {
    const own = this.#taking.get(conversation) ?? 0;
    if (own >= LIMITS.inbox || this.count >= FULL_AT)
      throw new PosDoctorError('QUEUE_FULL', { conversation, count: Math.max(own, this.count) });
    this.#taking.set(conversation, own + 1);
    const begun = { at: this.now() };
    this.#begun.add(begun);
    try {
      return await work();
    } finally {
      this.#begun.delete(begun);
      const left = (this.#taking.get(conversation) ?? 1) - 1;
      if (left === 0) this.#taking.delete(conversation);
      else this.#taking.set(conversation, left);
    }
  }

  /** First come, first served. */
  async attend<T>(work: () => Promise<T>): Promise<T> {
    if (this.#attended >= ATTENDED) await new Promise<void>((resolve) => this.#line.push(resolve));
    else this.#attended += 1;
    try {
      return await work();
    } finally {
      // Whoever is next takes this place; nobody who comes meanwhile can.
      const next = this.#line.shift();
      if (next) next();
      else this.#attended -= 1;
    }
  }
}
