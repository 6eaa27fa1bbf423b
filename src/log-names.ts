/**
 * Names for conversations in the log. A WeCom user id is somebody's name; the log holds a keyed hash of it instead, the same in every
 * process and after every restart, which `pos-doctor log-name` knows how to find.
 */
import { createHmac } from 'node:crypto';

/** Hexadecimal digits of a name: two of a hundred thousand people are the same once in 60,000 installations. */
const DIGITS = 12;
const FORM = new RegExp(`^c-[0-9a-f]{${DIGITS}}$`);

export type LogName = (conversation: string) => string;

/** @param key the store's own secret, that of the cookies; without it nobody can try out user ids */
export function logNames(key: Uint8Array): LogName {
  const own = createHmac('sha256', key).update('log names').digest();
  return (conversation) => `c-${createHmac('sha256', own).update(conversation).digest('hex').slice(0, DIGITS)}`;
}

export function isLogName(text: string): boolean {
  return FORM.test(text);
}
