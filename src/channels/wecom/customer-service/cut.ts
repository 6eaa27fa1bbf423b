/** Texts that have to be shortened. Pure. */
import { splitBytes, utf8Length } from '../../../text/bytes.js';

const CUT = '\u2026';

/** At most `max` UTF-8 bytes of a text; if something is left out, it ends in an ellipsis. */
export function cutBytes(text: string, max: number): string {
  if (utf8Length(text) <= max) return text;
  return `${splitBytes(text, max - utf8Length(CUT))[0] ?? ''}${CUT}`;
}
