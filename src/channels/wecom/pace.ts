/** WeCom's own limits on how often one may write, kept on our side: what is sent beyond them is dropped without a word. */
import { z } from 'zod';
import type { Store } from '../../store/store.js';

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

/**
 * Takes one of what the limits allow. `taken`: when earlier ones were, ms, oldest first.
 * @returns 0 if there was room, else the milliseconds until there is; and what is then to be remembered: at most as many times as
 * the largest limit counts
 */
export function takeOne(
  limits: readonly PaceLimit[],
  taken: readonly number[],
  now: number,
): { waitMs: number; taken: number[] } {
  const longest = Math.max(0, ...limits.map(({ windowMs }) => windowMs));
  const most = Math.max(0, ...limits.map(({ count }) => count));
  // After the clock was set back, what lies ahead is forgotten: a limit exceeded once harms less than an hour of silence.
  const times = taken.filter((at) => at <= now && now - at < longest).slice(-most);
  const waitMs = Math.max(0, ...limits.map((limit) => untilRoom(limit, times, now)));
  return { waitMs, taken: waitMs === 0 ? [...times, now].slice(-most) : times };
}

export class Pace {
  /** Key → when it was taken, oldest first. */
  readonly #taken = new Map<string, number[]>();

  /**
   * @param now milliseconds, from any origin
   * @param maxKeys keys remembered, each with at most as many times as the largest limit counts; beyond it the one used
   *   longest ago starts afresh, so that it may exceed its limit once
   */
  constructor(
    private readonly limits: readonly PaceLimit[],
    private readonly now: () => number,
    private readonly maxKeys = 2_000,
  ) {}

  /** Takes one if there is room and returns 0, else the milliseconds until there is. */
  wait(key: string): number {
    const { waitMs, taken } = takeOne(this.limits, this.#taken.get(key) ?? [], this.now());
    this.#taken.delete(key);
    this.#taken.set(key, taken);
    const [oldest] = this.#taken.keys();
    if (this.#taken.size > this.maxKeys && oldest !== undefined) this.#taken.delete(oldest);
    return waitMs;
  }

  /** Keys remembered. */
  get size(): number {
    return this.#taken.size;
  }
}

/** The pace of something that several processes write to, in a small record of the store that they share. */
export class SharedPace {
  constructor(
    private readonly limits: readonly PaceLimit[],
    private readonly now: () => number,
    private readonly store: Pick<Store, 'getSmall' | 'putSmall'>,
    private readonly key: string,
  ) {}

  /** As {@link Pace.wait}. Throws what the store throws. */
  async wait(): Promise<number> {
    for (;;) {
      const small = await this.store.getSmall(this.key);
      const known = kept.safeParse(small?.value).data ?? [];
      const { waitMs, taken } = takeOne(this.limits, known, this.now());
      if (waitMs > 0 || (await this.store.putSmall(this.key, taken, small?.version ?? 0))) return waitMs;
    }
  }
}

const kept = z.array(z.number());

function untilRoom({ count, windowMs }: PaceLimit, times: readonly number[], now: number): number {
  const first = times[times.length - count];
  return first === undefined ? 0 : Math.max(0, first + windowMs - now);
}
