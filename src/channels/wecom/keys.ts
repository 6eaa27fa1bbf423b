/** What a button or a menu entry sends back when it is tapped: an option of a question, or words as if they were typed. Pure. */

/** Bytes that every door allows for an id; ASCII only (protocol page, 3.2 and 5.2). */
export const KEY_MAX = 128;

export type Press = { kind: 'option'; option: string; question?: string } | { kind: 'words'; words: string };

const OPTION = 'o';
const WORDS = 'w';
const SEPARATOR = '~';

/** @returns null if it cannot be written within {@link KEY_MAX} bytes: then there is no button for it */
export function keyOf(press: Press): string | null {
  const parts = press.kind === 'words' ? [WORDS, press.words] : [OPTION, press.question ?? '', press.option];
  const key = parts.map((part) => encodeURIComponent(part.toWellFormed()).replaceAll('~', '%7E')).join(SEPARATOR);
  return key.length <= KEY_MAX ? key : null;
}

/** The inverse of {@link keyOf}. A key that is not of ours (an operator's own menu, say) stands for its own words. */
export function pressOf(key: string): Press {
  const [kind, ...rest] = key.split(SEPARATOR);
  try {
    const [first = '', second = ''] = rest.map(decodeURIComponent);
    if (kind === WORDS && rest.length === 1) return { kind: 'words', words: first };
    if (kind === OPTION && rest.length === 2)
      return first === '' ? { kind: 'option', option: second } : { kind: 'option', option: second, question: first };
  } catch {
    // Not percent-encoded by us.
  }
  return { kind: 'words', words: key };
}
