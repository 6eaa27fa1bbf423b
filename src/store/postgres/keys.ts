/** Any string as a key of PostgreSQL: its text holds neither NUL nor half a surrogate pair, and an index entry ends at 2.7 kB. */
import { createHash } from 'node:crypto';

/** Longest key that is kept as it is, bytes. */
const LONGEST = 1000;
/** Never at the start of a key that is whole: JSON writes nothing else than `"\/bfnrtu` after a backslash. */
export const HASHED = '\\~';

/** Different for different strings; a long one is replaced by its hash, so what it stands for has to be kept elsewhere. */
export function keyOf(text: string): string {
  const key = JSON.stringify(text).slice(1, -1);
  if (Buffer.byteLength(key) <= LONGEST) return key;
  return HASHED + createHash('sha256').update(key).digest('hex');
}

/** What a key stands for; undefined for a hash. */
export function textOf(key: string): string | undefined {
  return key.startsWith(HASHED) ? undefined : (JSON.parse(`"${key}"`) as string);
}
