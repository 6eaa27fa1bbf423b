/**
 * Features beyond runs of tokens: pairs of tokens that stand anywhere in the utterance, runs in which each character is replaced
 * by its radical, runs in which each number is one token, and words of the platform's dictionary. Short sentences about things
 * that training never named share these with it: 「痛经」 and 「黄疸」 have the radical of illness in common.
 */
import type { Token } from './token.js';

export interface PatternSettings {
  /** Pairs of different tokens, whatever stands between; an utterance with more different tokens than this gives none. 0: none. */
  pairs: number;
  /** Longest n-gram of shapes: the radical of a Chinese character, the length of a number, Latin. 0: none. */
  shapes: number;
  /** Longest n-gram in which a number, in digits or in Chinese, is one token. 0: none. */
  numbers: number;
  /** Longest n-gram of dictionary words (Intl.Segmenter). 0: none. */
  words: number;
}

/** Which kind of pattern, as `put` is told. */
export const PATTERN = { pairs: 0, shapes: 1, numbers: 2, words: 3 } as const;
export type Pattern = (typeof PATTERN)[keyof typeof PATTERN];

const FIRST_IDEOGRAPH = 0x4e00;
const LAST_IDEOGRAPH = 0x9fff;
const RADICALS = 214;

/**
 * Unicode orders its ideographs by Kangxi radical, and each radical's section begins with the radical itself (The Unicode
 * Standard, chapter 18; the characters added later, from U+9FA6 on, fall to the last radical).
 */
const sections = Array.from({ length: RADICALS }, (_, i) =>
  String.fromCodePoint(0x2f00 + i)
    .normalize('NFKC')
    .charCodeAt(0),
);

/** Number of the Kangxi radical (1 … 214) under which Unicode files a character; 0 for what is no ideograph. */
export function radical(unit: number): number {
  if (unit < FIRST_IDEOGRAPH || unit > LAST_IDEOGRAPH) return 0;
  let low = 0;
  let high = RADICALS - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sections[middle] ?? 0) <= unit) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** Numerals that are one character; other writings of numbers are Unicode's own (\p{N}). */
const NUMERAL = /^[\p{N}\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e\u5343\u4e07\u4e24]+$/u;
const LATIN = /^[a-z]+$/;
const DIGITS = /^\d+$/;
/** Codes of shapes and of numbers; tokens' own codes are larger or single characters. */
const SHAPE_LATIN = 300;
const SHAPE_MIXED = 301;
const SHAPE_NUMBER = 310;
const NUMBER = 1;
const EDGE = 2;

/** Takes one feature: the codes it is made of, and the first and the number of tokens that it covers. */
export type Put = (pattern: Pattern, codes: readonly number[], first: number, length: number) => void;

/** A token or word in a run: its code and the tokens it covers. */
interface Item {
  code: number;
  first: number;
  last: number;
}

/** Every run of up to `longest` items, the borders of the utterance being items too; a border alone is none. */
function runs(items: readonly Item[], longest: number, pattern: Pattern, put: Put): void {
  for (let from = -1; from <= items.length; from++) {
    const codes: number[] = [];
    for (let n = 0; n < longest && from + n <= items.length; n++) {
      const item = items[from + n];
      codes.push(item?.code ?? EDGE);
      if (n === 0 && item === undefined) continue;
      const first = items[Math.max(0, from)]?.first ?? 0;
      const last = (items[Math.min(items.length - 1, from + n)] ?? item)?.last ?? first;
      put(pattern, codes, first, last - first + 1);
    }
  }
}

/** Makes the function that gives an utterance's patterns to `put`. `hash` numbers a word. */
export function createPatterns(
  settings: PatternSettings,
  hash: (text: string) => number,
): (text: string, tokens: readonly Token[], put: Put) => void {
  const segmenter = settings.words > 0 ? new Intl.Segmenter('zh', { granularity: 'word' }) : null;

  const shapeOf = (word: string, code: number): number => {
    if (code < 0x10000) return radical(code);
    if (DIGITS.test(word)) return SHAPE_NUMBER + Math.min(word.length, 4);
    return LATIN.test(word) ? SHAPE_LATIN : SHAPE_MIXED;
  };

  function pairs(tokens: readonly Token[], put: Put): void {
    const first = new Map<number, number>();
    tokens.forEach(({ code }, index) => {
      if (!first.has(code)) first.set(code, index);
    });
    if (first.size > settings.pairs) return;
    const list = [...first].sort((a, b) => a[0] - b[0]);
    for (let i = 0; i < list.length; i++)
      for (let j = i + 1; j < list.length; j++) {
        const [a, firstOfA] = list[i] ?? [0, 0];
        const [b, firstOfB] = list[j] ?? [0, 0];
        // It belongs to both; the earlier one stands for them where only one token can be named.
        put(PATTERN.pairs, [a, b], Math.min(firstOfA, firstOfB), 1);
      }
  }

  function words(text: string, tokens: readonly Token[], put: Put): void {
    const items: Item[] = [];
    let next = 0;
    for (const { segment, index, isWordLike } of segmenter?.segment(text) ?? []) {
      const end = index + segment.length;
      const first = next;
      while (next < tokens.length && (tokens[next]?.start ?? 0) < end) next++;
      if (isWordLike === true && next > first) items.push({ code: hash(segment), first, last: next - 1 });
    }
    runs(items, settings.words, PATTERN.words, put);
  }

  return (text, tokens, put) => {
    if (settings.pairs > 0) pairs(tokens, put);
    if (settings.words > 0) words(text, tokens, put);
    if (settings.shapes === 0 && settings.numbers === 0) return;
    const shapes: Item[] = [];
    const numbers: Item[] = [];
    tokens.forEach(({ code, start, end }, index) => {
      const word = text.slice(start, end);
      shapes.push({ code: shapeOf(word, code), first: index, last: index });
      const isNumber = NUMERAL.test(word);
      const before = numbers[numbers.length - 1];
      if (isNumber && before?.code === NUMBER) before.last = index;
      else numbers.push({ code: isNumber ? NUMBER : code, first: index, last: index });
    });
    if (settings.shapes > 0) runs(shapes, settings.shapes, PATTERN.shapes, put);
    if (settings.numbers > 0) runs(numbers, settings.numbers, PATTERN.numbers, put);
  };
}
