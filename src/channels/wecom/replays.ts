export interface OutcomeLimits {
  /** Milliseconds that what was answered is kept. */
  ms: number;
  /** Answers kept, and bytes of all of them; beyond either the oldest is given up. */
  count: number;
  bytes: number;
}

interface Taken<T> {
  /** Until when it could come again, and when it was taken (ms). */
  until: number;
  at: number;
  /** Undefined: nothing was answered, or it is no longer kept. */
  outcome: T | undefined;
  bytes: number;
}

/**
 * Signed requests that were taken, by their signature. WeCom sends a request again when our answer was lost, and so does
 * anybody who has overheard one; either way it must not be delivered twice, and is no error.
 * Only what bears a right signature gets here, so nobody else can fill it.
 */
export class Replays<T> {
  readonly #taken = new Map<string, Taken<T>>();
  readonly #underWay = new Map<string, Promise<T>>();
  /** Signatures whose outcome is kept, oldest first. */
  readonly #kept = new Set<string>();
  #bytes = 0;

  /**
   * @param max signatures remembered; beyond it the oldest is forgotten. Ids of events catch what then comes again.
   * @param bytesOf what an outcome counts; 0: there is nothing to keep
   */
  constructor(
    private readonly max: number,
    private readonly now: () => number,
    private readonly limits: OutcomeLimits = { ms: 0, count: 0, bytes: 0 },
    private readonly bytesOf: (outcome: T) => number = () => 0,
  ) {}

  get size(): number {
    return this.#taken.size + this.#underWay.size;
  }

  /** Outcomes kept, and their bytes. */
  get kept(): { count: number; bytes: number } {
    return { count: this.#kept.size, bytes: this.#bytes };
  }

  /** Whether it was taken already. */
  isTaken(signature: string): boolean {
    return this.#taken.has(signature);
  }

  /** Milliseconds since it was taken, and what was answered if that is still kept; undefined if it was not taken. */
  taken(signature: string): { ageMs: number; outcome: T | undefined } | undefined {
    this.#prune();
    const taken = this.#taken.get(signature);
    return taken && { ageMs: this.now() - taken.at, outcome: taken.outcome };
  }

  /** Runs `work` for the first of requests with one signature; the others get its outcome. What fails is forgotten. */
  once(signature: string, until: number, work: () => Promise<T>): Promise<T> {
    const first = this.#underWay.get(signature);
    if (first !== undefined) return first;
    const outcome = (async () => {
      try {
        const result = await work();
        this.#remember(signature, until, result);
        return result;
      } finally {
        this.#underWay.delete(signature);
      }
    })();
    this.#underWay.set(signature, outcome);
    return outcome;
  }

  #remember(signature: string, until: number, outcome: T): void {
    const now = this.now();
    const bytes = this.bytesOf(outcome);
    this.#taken.set(signature, { until, at: now, outcome: bytes === 0 ? undefined : outcome, bytes });
    if (bytes > 0) {
      this.#kept.add(signature);
      this.#bytes += bytes;
    }
    this.#prune();
    // In the order they came, so the first that may still come again ends the look; two a time, so that it shrinks.
    let looks = 2;
    for (const [oldest, { until: end }] of this.#taken) {
      if (looks === 0 || (end > now && this.#taken.size <= this.max)) break;
      this.#giveUp(oldest);
      this.#taken.delete(oldest);
      looks -= 1;
    }
  }

  /** Lets go of outcomes whose time is over, and of the oldest beyond the limits. */
  #prune(): void {
    const { ms, count, bytes } = this.limits;
    const now = this.now();
    for (const signature of this.#kept) {
      const at = this.#taken.get(signature)?.at ?? 0;
      if (now - at <= ms && this.#kept.size <= count && this.#bytes <= bytes) break;
      this.#giveUp(signature);
    }
  }

  #giveUp(signature: string): void {
    const taken = this.#taken.get(signature);
    if (!taken || !this.#kept.delete(signature)) return;
    this.#bytes -= taken.bytes;
    taken.outcome = undefined;
  }
}
