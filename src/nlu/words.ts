/** Looking for words of the lexicon in a text: by first unit, the longest first. */

/** Words by their first unit, the longest first, each with the id it stands for. */
export type WordIndex = ReadonlyMap<number, readonly { word: string; id: string }[]>;

/** Indexes words; of two ids for one word the first one given wins. Empty words are left out. */
export function indexWords(entries: Iterable<readonly [word: string, id: string]>): WordIndex {
  const seen = new Map<string, string>();
  for (const [word, id] of entries) if (word !== '' && !seen.has(word)) seen.set(word, id);
  const index = new Map<number, { word: string; id: string }[]>();
  for (const [word, id] of [...seen].sort((a, b) => b[0].length - a[0].length)) {
    const list = index.get(word.charCodeAt(0));
    if (list === undefined) index.set(word.charCodeAt(0), [{ word, id }]);
    else list.push({ word, id });
  }
  return index;
}

const ALNUM = /[a-z0-9]/;

/** The longest word that stands at `at`, or undefined. A Latin word counts only as a whole word. */
export function wordAt(index: WordIndex, text: string, at: number): { word: string; id: string } | undefined {
  return index.get(text.charCodeAt(at))?.find(({ word }) => text.startsWith(word, at) && isWhole(text, at, word));
}

function isWhole(text: string, at: number, word: string): boolean {
  return (
    !(ALNUM.test(word[0] ?? '') && ALNUM.test(text[at - 1] ?? '')) &&
    !(ALNUM.test(word[word.length - 1] ?? '') && ALNUM.test(text[at + word.length] ?? ''))
  );
}

/** A word found: `text.slice(start, end)`. */
export interface WordHit {
  id: string;
  start: number;
  end: number;
}

/** All words, leftmost and longest first, not overlapping. */
export function findWords(index: WordIndex, text: string): WordHit[] {
  const hits: WordHit[] = [];
  for (let at = 0; at < text.length; ) {
    const found = wordAt(index, text, at);
    if (found === undefined) at++;
    else {
      hits.push({ id: found.id, start: at, end: at + found.word.length });
      at += found.word.length;
    }
  }
  return hits;
}
