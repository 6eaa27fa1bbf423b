import type { Clock } from '../../src/clock.js';

export interface TestClock extends Clock {
  /** Moves time on, running what falls due, in order, and waits in between: for promises to settle, and after each moment for `settled`. */
  advance(ms: number, settled?: () => Promise<void>, turns?: number): Promise<void>;
}

/** A clock that stands still until told otherwise. */
export function testClock(start = Date.UTC(2026, 10, 23, 2, 0, 0)): TestClock {
  let now = start;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + Math.max(0, ms), run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    async advance(ms, settled = async () => undefined, turns = 20) {
      const end = now + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers = timers.filter((one) => one !== next);
        now = Math.max(now, next.at);
        next.run();
        for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        // What falls due in one moment is one step: both sides come to rest at its end.
        if (!timers.some(({ at }) => at <= now)) await settled();
      }
      now = end;
    },
  };
}
