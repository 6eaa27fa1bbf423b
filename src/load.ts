/** How much is under way: when it is too much, and who waits for what. */
import { PosDoctorError } from './errors.js';
import { LIMITS } from './store/store.js';

/** Events being taken in at once from which on the others wait their turn; half as many end it. */
export const BUSY_AT = 100;
/** Events being taken in at once beyond which none is taken: the platform brings them again. */
export const FULL_AT = 2_000;
/** Conversations attended to at once, of those whose time has come: the rest waits in line. */
export const ATTENDED = 16;

export class Load {
  /** Conversation → its events that are being taken in. */
  readonly #taking = new Map<string, number>();
  #count = 0;
  #busy = false;
  #attended = 0;
  readonly #line: (() => void)[] = [];

  /** More comes than can be answered at once. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Events being taken in. */
  get count(): number {
    return this.#count;
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
    if (own >= LIMITS.inbox || this.#count >= FULL_AT)
      throw new PosDoctorError('QUEUE_FULL', { conversation, count: Math.max(own, this.#count) });
    this.#taking.set(conversation, own + 1);
    this.#count += 1;
    if (this.#count >= BUSY_AT) this.#busy = true;
    try {
      return await work();
    } finally {
      this.#count -= 1;
      if (this.#count <= BUSY_AT / 2) this.#busy = false;
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
