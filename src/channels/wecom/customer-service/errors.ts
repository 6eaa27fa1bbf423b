/** What WeCom's refusals mean for an answer of 微信客服. */
import { isPosDoctorError, PosDoctorError } from '../../../errors.js';
import { KNOWN_ERRCODES } from '../errcodes.js';
import { sendError } from '../send-error.js';
import { KF } from './address.js';

/** A reply is given up after a day; until then it is tried again as soon as the customer writes. Milliseconds. */
const UNTIL_THEY_WRITE_MS = 24 * 3_600_000;

/** 95001: five were sent; 95002: 48 h are over; 95013: the session has ended. */
const EXHAUSTED: ReadonlySet<number> = new Set([95001, 95002, 95013]);
const FORBIDDEN_STATE = 95018;
/**
 * Which code a used msgid is refused with is not documented (GAP, protocol page 5.2). 40058, a wrong parameter, is the likeliest
 * of the known ones, and our messages are within every limit, so it is taken for that: passing over a message that is
 * there loses nothing.
 */
export const WRONG_PARAMETER = 40058;

/** Zero: not an error of WeCom's. */
export function errcodeOf(error: unknown): number {
  return isPosDoctorError(error, 'WECOM_ERROR') ? Number(error.subject.errcode) : 0;
}

export const isForbiddenState = (error: unknown): boolean => errcodeOf(error) === FORBIDDEN_STATE;
export const isExhausted = (error: unknown): boolean => EXHAUSTED.has(errcodeOf(error));

/**
 * Whether the message is there already.
 * @param unsure an earlier attempt may have arrived: then a code that nobody has listed means that as well
 */
export function isUsedMsgid(error: unknown, unsure: boolean): boolean {
  const errcode = errcodeOf(error);
  return errcode === WRONG_PARAMETER || (unsure && errcode !== 0 && !KNOWN_ERRCODES.includes(errcode));
}

/** Nothing can be sent before the customer writes: an answer waits for that, what is said of our own accord is dropped. */
export function exhausted(isAnswer: boolean, why: string): PosDoctorError {
  return isAnswer
    ? new PosDoctorError('SEND_FAILED', { channel: KF, why }, { retryAfterMs: UNTIL_THEY_WRITE_MS })
    : refused(why);
}

export function refused(why: string): PosDoctorError {
  return new PosDoctorError('SEND_REFUSED', { channel: KF, why });
}

export function failed(error: unknown): PosDoctorError {
  return sendError(KF, error);
}
