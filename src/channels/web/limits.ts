/** How much the web door takes in, from one visitor and from all together. */
import { type RateLimit, RateLimiter } from '../rate-limit.js';

interface Limits {
  /** Of a conversation or an address. */
  one: RateLimit;
  /** Of everybody together. */
  all?: RateLimit;
}

export const WEB_LIMITS = {
  write: {
    /** A person types a message every few seconds at most; ten at once are a stuck key or a script. */
    one: { burst: 10, perSecond: 0.5 },
    /** Two cores answer thousands a second, so this only stops a flood. */
    all: { burst: 200, perSecond: 100 },
  },
  /** Reading the history or opening a stream: reloads, tabs, reconnects. */
  read: {
    one: { burst: 30, perSecond: 2 },
    all: { burst: 400, perSecond: 200 },
  },
  /**
   * New visitors of one address. Wide, because a whole mall, or everybody behind a proxy that nobody told us of, may share
   * one; a script that wants a fresh conversation for each message is still slowed to a person's pace.
   */
  arrive: {
    one: { burst: 60, perSecond: 1 },
  },
} as const satisfies Record<string, Limits>;

export class WebLimits {
  readonly #limiters: ReadonlyMap<string, { one: RateLimiter; all?: RateLimiter }>;

  constructor(now: () => number) {
    const limits: [string, Limits][] = Object.entries(WEB_LIMITS);
    this.#limiters = new Map(
      limits.map(([kind, { one, all }]) => [
        kind,
        { one: new RateLimiter(one, now), ...(all === undefined ? {} : { all: new RateLimiter(all, now) }) },
      ]),
    );
  }

  /** Milliseconds to wait; 0 if within the limits. `key`: the conversation or the address; '' if it is not known, so only what all do counts. */
  wait(kind: keyof typeof WEB_LIMITS, key: string): number {
    const limiters = this.#limiters.get(kind);
    return (key !== '' && limiters?.one.take(key)) || limiters?.all?.take('') || 0;
  }

  /** A key starts afresh. */
  forget(key: string): void {
    for (const { one } of this.#limiters.values()) one.forget(key);
  }
}
