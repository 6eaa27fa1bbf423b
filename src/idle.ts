/**
 * Gives memory back while nothing happens. V8 collects when it allocates: a service that trained its classifier, or was busy and fell
 * silent, would otherwise keep the garbage of that for as long as the silence lasts.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from './clock.js';

/** How often is looked, and so the shortest silence that counts. Milliseconds. */
export const IDLE_MS = 5_000;

/** A full collection; some tens of milliseconds for a heap of this size. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** Collections a silence: the first frees, the second lets V8 hand the emptied pages back to the system. */
const COLLECTIONS = 2;

/**
 * Collects when activity is followed by silence, and after start.
 * @param activity a number that grows with what happens
 * @returns what ends it
 */
export function collectWhenIdle(
  clock: Clock,
  activity: () => number,
  collect: () => void = collectGarbage,
): () => void {
  let seen = -1;
  let left = COLLECTIONS;
  let cancel: () => void = () => undefined;
  const look = (): void => {
    const now = activity();
    if (now !== seen) left = COLLECTIONS;
    else if (left > 0) {
      left -= 1;
      collect();
    }
    seen = now;
    cancel = clock.after(IDLE_MS, look);
  };
  look();
  return () => cancel();
}
