/** Texts that have to be shortened. Pure. */
import { splitBytes, utf8Length } from '../../../text/bytes.js';

const CUT = '\u2026';

/** At most `max` UTF-8 bytes of a text; if something is left out, it ends in an ellipsis. */
export function cutBytes(text: string, max: number): string {
  if (utf8Length(text) <= max) return text;
  // In one line, so that it is not cut at a line's end long before the limit.
  const line = text.replaceAll('\n', '\r');
  const [kept = ''] = splitBytes(line, max - utf8Length(CUT));
  return `${kept.replaceAll('\r', '\n')}${CUT}`;
}
