/** WeCom's own limits on how often one may write, kept on our side: what is sent beyond them is dropped without a word. */

export interface PaceLimit {
  /** At most so many … */
  count: number;
  /** … in any stretch of so many milliseconds. */
  windowMs: number;
}

/**
 * WeCom counts when a message arrives, we when it leaves: one that was slow on its way and one that was fast after it are
 * closer together there than here. So each window is longer than WeCom's by more than ways differ.
 */
const MARGIN_MS = 2_000;

const MINUTE_MS = 60_000 + MARGIN_MS;
const HOUR_MS = 3_600_000 + MARGIN_MS;

/** Replies and pushes together, for each conversation of a bot (page 101463) and each member of an app (page 90236). */
export const CONVERSATION_PACE: readonly PaceLimit[] = [
  { count: 30, windowMs: MINUTE_MS },
  { count: 1000, windowMs: HOUR_MS },
];
/** For each group robot (page 99110). Whether its window slides is not documented; one that slides keeps both. */
export const ROBOT_PACE: readonly PaceLimit[] = [{ count: 20, windowMs: MINUTE_MS }];

export class Pace {
  /** Key → when it was taken, oldest first. */
  readonly #taken = new Map<string, number[]>();
  readonly #longest: number;
  readonly #most: number;

  /**
   * @param now milliseconds, from any origin
   * @param maxKeys keys remembered, each with at most as many times as the largest limit counts; beyond it the one used
   *   longest ago starts afresh, so that it may exceed its limit once
   */
  constructor(
    private readonly limits: readonly PaceLimit[],
    private readonly now: () => number,
    private readonly maxKeys = 2_000,
  ) {
    this.#longest = Math.max(0, ...limits.map(({ windowMs }) => windowMs));
    this.#most = Math.max(0, ...limits.map(({ count }) => count));
  }

  /** Takes one if there is room and returns 0, else the milliseconds until there is. */
  wait(key: string): number {
    const earlier = this.#taken.get(key) ?? [];
    const now = this.now();
    // After the clock was set back, what lies ahead is forgotten: a limit exceeded once harms less than an hour of silence.
    const times = earlier.filter((at) => at <= now && now - at < this.#longest).slice(-this.#most);
    const wait = Math.max(0, ...this.limits.map((limit) => untilRoom(limit, times, now)));
    if (wait === 0) times.push(now);
    this.#taken.delete(key);
    this.#taken.set(key, times);
    const [oldest] = this.#taken.keys();
    if (this.#taken.size > this.maxKeys && oldest !== undefined) this.#taken.delete(oldest);
    return wait;
  }

  /** Keys remembered. */
  get size(): number {
    return this.#taken.size;
  }
}

function untilRoom({ count, windowMs }: PaceLimit, times: readonly number[], now: number): number {
  const first = times[times.length - count];
  return first === undefined ? 0 : Math.max(0, first + windowMs - now);
}
