/** Token buckets, one a key, with a bound on how many are remembered. The clock comes in, so a test can move it. */

export interface RateLimit {
  /** Most tokens a key can save up; at least 1. */
  burst: number;
  /** Tokens gained a second. */
  perSecond: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param now milliseconds, from any origin.
   * @param maxKeys keys remembered; beyond it the one used longest ago starts afresh, so a second limit over all keys
   *   has to bound what many keys do together.
   */
  constructor(
    private readonly limit: RateLimit,
    private readonly now: () => number,
    private readonly maxKeys = 10_000,
  ) {}

  /** Takes a token. Returns 0 if there was one, else the milliseconds until there is. */
  take(key: string): number {
    const { burst, perSecond } = this.limit;
    const now = this.now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    // A clock that was set back must not take tokens away.
    const gained = (Math.max(0, now - bucket.at) / 1000) * perSecond;
    const tokens = Math.min(burst, bucket.tokens + gained);
    const granted = tokens >= 1;
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: granted ? tokens - 1 : tokens, at: now });
    if (this.#buckets.size > this.maxKeys) this.#forgetOldest();
    return granted ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
  }

  forget(key: string): void {
    this.#buckets.delete(key);
  }

  /** Keys remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
