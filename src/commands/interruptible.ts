/** Long work that Ctrl-C ends in order, and the progress of reading a journal. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { CaseEvent } from '../store/store.js';
import { endProgress, showProgress } from './progress.js';

/** The convention for a program that SIGINT ended. */
const INTERRUPTED = 130;
/** Events between two looks at whether to stop. */
const EVENTS_AT_ONCE = 5000;

/** Asked now and then; true once somebody pressed Ctrl-C. */
export type Stopped = () => boolean;

/**
 * Does the work until it is over or somebody presses Ctrl-C, upon which it is to return null: that is said, with `left`, and the
 * program ends with 130. A second Ctrl-C ends the process as usual. Throws what the work throws.
 */
export async function interruptible<T>(
  work: (stopped: Stopped) => Promise<T | null>,
  left = 'nothing written',
): Promise<T | null> {
  let interrupted = false;
  const stop = () => {
    interrupted = true;
  };
  process.once('SIGINT', stop);
  try {
    const done = await work(() => interrupted);
    endProgress();
    if (done === null) {
      process.stderr.write(`pos-doctor: interrupted, ${left}\n`);
      process.exitCode = INTERRUPTED;
    }
    return done;
  } finally {
    endProgress();
    process.off('SIGINT', stop);
  }
}

/** Takes one event after the other and shows how many it were. @returns false if it was stopped */
export async function takeEvents(
  events: AsyncIterable<CaseEvent>,
  take: (event: CaseEvent) => void,
  stopped: Stopped,
): Promise<boolean> {
  let taken = 0;
  for await (const event of events) {
    take(event);
    taken += 1;
    if (taken % EVENTS_AT_ONCE !== 0) continue;
    showProgress(`${taken} events`);
    await breathe();
    if (stopped()) return false;
  }
  return true;
}
