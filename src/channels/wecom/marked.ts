/** What begins with a mark in 【】, as all that a drill says, wears it on every message that it takes. Pure. */
import { splitBytes, utf8Length } from '../../text/bytes.js';

const MARK = /^【[^】]{1,12}】/;

/** The mark that a text begins with; '' for none. */
export function markOf(text: string): string {
  return MARK.exec(text)?.[0] ?? '';
}

/** As {@link splitBytes}; each part begins with the mark that the text begins with. */
export function splitMarked(text: string, max: number): string[] {
  const mark = markOf(text);
  if (mark === '' || utf8Length(text) <= max) return splitBytes(text, max);
  const [first = '', ...more] = splitBytes(text, max - utf8Length(mark));
  return [first, ...more.map((part) => `${mark}${part}`)];
}
