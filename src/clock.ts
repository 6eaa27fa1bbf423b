/** Time, injected wherever it is read, so that tests never sleep. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, not before `ms` from now; returns what cancels it. */
  after(ms: number, callBack: () => void): () => void;
}

/** Longest delay a timer takes; longer ones are set in steps. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers do not keep the process alive: the server's socket or an open terminal does. */
export const systemClock: Clock = machineClock((timer) => timer.unref());

/** The same for a command that does one thing and ends: it does not end while it waits. */
export const waitingClock: Clock = machineClock(() => undefined);

function machineClock(made: (timer: NodeJS.Timeout) => void): Clock {
  return {
    now: () => Date.now(),
    after: (ms, callBack) => {
      const timer = setTimeout(callBack, Math.min(Math.max(0, ms), MAX_DELAY_MS));
      made(timer);
      return () => clearTimeout(timer);
    },
  };
}

/** A clock that somebody sets. */
export interface SetClock extends Clock {
  /** What it says from now on (ms since the epoch). */
  set(now: number): void;
}

/**
 * Says the machine's time when it is made, then goes by its ticks until it is set: it does not jump when the machine's time is
 * changed. `ticks`: milliseconds of a clock that only goes forward.
 */
export function steadyClock(clock: Clock = systemClock, ticks: () => number = () => performance.now()): SetClock {
  let ahead = clock.now() - ticks();
  return {
    now: () => Math.round(ahead + ticks()),
    after: clock.after,
    set: (now) => {
      ahead = now - ticks();
    },
  };
}

/** Waits for `work`, but no longer than `ms`. */
export async function atMost(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  let cancel = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await Promise.race([work, over]);
  cancel();
}
