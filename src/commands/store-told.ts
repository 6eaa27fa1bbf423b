/** What the store tells of itself while a service runs, as lines of the log. */
import { isStoreOutage, type PosDoctorError } from '../errors.js';
import type { Log } from '../log.js';

/**
 * What can't be read is for somebody to look into. What the store could not do behind our backs (remove what is old, renew a claim,
 * listen to the other processes) because it was away, is tried again; whoever wants to write meanwhile says so louder.
 */
export function tellOfStore(log: Log): (problem: PosDoctorError) => void {
  return (problem) => {
    const told = { code: problem.code, what: problem.message };
    if (isStoreOutage(problem)) log.warn(told, 'the store failed in the background; trying again');
    else log.error(told, 'the store reports a problem');
  };
}
