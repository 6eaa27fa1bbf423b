/** What a send that WeCom did not take means for the outbox. */
import { isPosDoctorError, PosDoctorError } from '../../errors.js';
import { reactionOf, TOO_OFTEN_MS } from './api.js';
import type { Reaction } from './errcodes.js';

/** Before what there is no point in trying, unless the error itself says when. Milliseconds. */
const LEAST_MS: Partial<Record<Reaction, number>> = {
  // Somebody has to change a setting; nobody does so within seconds.
  configure: 60_000,
  // The customer has to write first; when they do, what waits is sent at once.
  'wait-for-customer': 3_600_000,
  'slow-down': TOO_OFTEN_MS,
};

/** SEND_REFUSED for what never will be taken, else SEND_FAILED with the time before which there is no point in trying. */
export function sendError(channel: string, error: unknown): PosDoctorError {
  if (isPosDoctorError(error, 'SEND_REFUSED') || isPosDoctorError(error, 'SEND_FAILED')) return error;
  const why = error instanceof Error ? error.message : 'unknown';
  const reaction = reactionOf(error);
  if (reaction === 'refuse' || reaction === 'defect')
    return new PosDoctorError('SEND_REFUSED', { channel, why }, { cause: error });
  const asked = isPosDoctorError(error) ? (error.retryAfterMs ?? 0) : 0;
  const least = (reaction && LEAST_MS[reaction]) ?? 0;
  const retryAfterMs = asked > 0 ? asked : least;
  return new PosDoctorError('SEND_FAILED', { channel, why }, { cause: error, retryAfterMs });
}
