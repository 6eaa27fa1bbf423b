/**
 * Signed requests that were taken, by their signature. WeCom sends a request again when our answer was lost, and so does
 * anybody who has overheard one; either way it must not be delivered twice, and is no error.
 * Only what bears a right signature gets here, so nobody else can fill it.
 */
export class Replays<T> {
  /** Signature → until when it could come again, and when it was taken (ms). */
  readonly #taken = new Map<string, { until: number; at: number }>();
  readonly #underWay = new Map<string, Promise<T>>();

  /**
   * @param max signatures remembered; beyond it the oldest is forgotten. Ids of events catch what then comes again.
   */
  constructor(
    private readonly max: number,
    private readonly now: () => number,
  ) {}

  get size(): number {
    return this.#taken.size + this.#underWay.size;
  }

  /** Whether it was taken already. */
  isTaken(signature: string): boolean {
    return this.#taken.has(signature);
  }

  /** Milliseconds since it was taken; undefined if it was not. */
  age(signature: string): number | undefined {
    const taken = this.#taken.get(signature);
    return taken && this.now() - taken.at;
  }

  /** Runs `work` for the first of requests with one signature; the others get its outcome. What fails is forgotten. */
  once(signature: string, until: number, work: () => Promise<T>): Promise<T> {
    const first = this.#underWay.get(signature);
    if (first !== undefined) return first;
    const outcome = (async () => {
      try {
        const result = await work();
        this.#remember(signature, until);
        return result;
      } finally {
        this.#underWay.delete(signature);
      }
    })();
    this.#underWay.set(signature, outcome);
    return outcome;
  }

  #remember(signature: string, until: number): void {
    const now = this.now();
    this.#taken.set(signature, { until, at: now });
    // In the order they came, so the first that may still come again ends the look; two a time, so that it shrinks.
    let looks = 2;
    for (const [oldest, { until: end }] of this.#taken) {
      if (looks === 0 || (end > now && this.#taken.size <= this.max)) break;
      this.#taken.delete(oldest);
      looks -= 1;
    }
  }
}
