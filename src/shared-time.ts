/**
 * Processes that share a store go by its clock: a reply made by one whose machine is an hour ahead would else be due an hour later
 * for the others, and be over an hour earlier for it.
 */
import { type Clock, type SetClock, steadyClock, systemClock } from './clock.js';
import type { Claims } from './store/store.js';

/** Milliseconds between two looks at the store's clock: what machines' ticks differ by meanwhile is less than one. */
export const LOOK_MS = 10_000;
/** An answer that took longer, ms, says too little; the clock then goes on by its ticks. */
export const SLOW_ANSWER_MS = 1_000;

export interface SharedTime {
  clock: Clock;
  stop(): void;
}

/** `claims`: of the store; without them there is nobody to agree with. Throws STORE_UNREACHABLE. */
export async function sharedTime(
  claims: Pick<Claims, 'time'> | undefined,
  machine: Clock = systemClock,
  ticks: () => number = () => performance.now(),
): Promise<SharedTime> {
  if (!claims) return { clock: machine, stop: () => undefined };
  const clock = steadyClock(machine, ticks);
  await look(claims, clock, ticks, Number.POSITIVE_INFINITY);
  let cancel: () => void;
  const again = (): void => {
    cancel = machine.after(LOOK_MS, () => {
      // Where the store is away others say so.
      look(claims, clock, ticks, SLOW_ANSWER_MS).catch(() => undefined);
      again();
    });
  };
  again();
  return { clock, stop: () => cancel() };
}

async function look(
  claims: Pick<Claims, 'time'>,
  clock: SetClock,
  ticks: () => number,
  longest: number,
): Promise<void> {
  const asked = ticks();
  const now = await claims.time();
  const took = ticks() - asked;
  if (took <= longest) clock.set(now + took / 2);
}
