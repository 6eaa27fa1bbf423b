/** Splitting texts for channels that count UTF-8 bytes. */

/** UTF-8 bytes of one code point. */
function size(codePoint: number): number {
  return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
}

/** UTF-8 bytes of a text; a lone surrogate counts 3, as encoders replace it by U+FFFD. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += size(character.codePointAt(0) ?? 0);
  return bytes;
}

/** Characters that belong to the one before them: combining marks, variation selectors, skin tones, joiners. */
const CONTINUES = /^[\p{M}\p{Emoji_Modifier}\u200d]/u;

/** Index after the longest prefix of `text` from `from` on that fits into `max` bytes, at a character border. */
function prefix(text: string, from: number, max: number): number {
  let bytes = 0;
  let at = from;
  let border = from;
  while (at < text.length) {
    const codePoint = text.codePointAt(at) ?? 0;
    const character = String.fromCodePoint(codePoint);
    const joined = at > from && (CONTINUES.test(character) || text[at - 1] === '\u200d');
    if (!joined) border = at;
    bytes += size(codePoint);
    // A sequence longer than the limit is cut inside rather than never.
    if (bytes > max) return border > from ? border : Math.max(at, from + character.length);
    at += character.length;
  }
  return at;
}

/**
 * Splits a text into parts of at most `max` UTF-8 bytes each, at line ends where possible, else between characters (never
 * inside a surrogate pair or an emoji sequence that fits). Line ends at which it splits are dropped, and so are parts without
 * any text. `max` below 4 is taken as 4, the size of the largest character.
 */
export function splitBytes(text: string, max: number): string[] {
  const limit = Math.max(4, Math.floor(max));
  const parts: string[] = [];
  let from = 0;
  while (from < text.length) {
    let end = prefix(text, from, limit);
    let next = end;
    if (end < text.length && text[end] !== '\n') {
      const line = text.lastIndexOf('\n', end - 1);
      if (line > from) {
        end = line;
        next = line + 1;
      }
    } else if (text[end] === '\n') next = end + 1;
    const part = text.slice(from, end);
    if (part.trim() !== '') parts.push(part);
    from = next;
  }
  return parts;
}
