/** What a send that WeCom did not take means for the outbox. */
import { isPosDoctorError, PosDoctorError } from '../../errors.js';
import { reactionOf } from './api.js';

/** Somebody has to change a setting; nobody does so within seconds. Milliseconds. */
const CONFIGURE_MS = 60_000;
/** The customer has to write first; when they do, what waits is sent at once. Milliseconds. */
const CUSTOMER_MS = 3_600_000;

/** SEND_REFUSED for what never will be taken, else SEND_FAILED with the time before which there is no point in trying. */
export function sendError(channel: string, error: unknown): PosDoctorError {
  if (isPosDoctorError(error, 'SEND_REFUSED') || isPosDoctorError(error, 'SEND_FAILED')) return error;
  const why = error instanceof Error ? error.message : 'unknown';
  const reaction = reactionOf(error);
  if (reaction === 'refuse' || reaction === 'defect')
    return new PosDoctorError('SEND_REFUSED', { channel, why }, { cause: error });
  const asked = isPosDoctorError(error) ? (error.retryAfterMs ?? 0) : 0;
  const least = reaction === 'configure' ? CONFIGURE_MS : reaction === 'wait-for-customer' ? CUSTOMER_MS : 0;
  return new PosDoctorError('SEND_FAILED', { channel, why }, { cause: error, retryAfterMs: Math.max(asked, least) });
}
