/**
 * What the classifier sees of an utterance: n-grams of tokens and of their sounds, each as a 32-bit number. A token is a Chinese
 * character, a Latin word or a number. Two n-grams of one vocabulary share a number less often than once in fifty thousand.
 */
import { syllable } from '../text/pinyin.js';
import { type Clause, isHan } from './clauses.js';
import { createPatterns, type Pattern, type PatternSettings } from './patterns.js';
import type { Token } from './token.js';

export type { Token } from './token.js';

export interface FeatureSettings {
  /** Longest n-gram of tokens. */
  tokens: number;
  /** Longest n-gram of sounds; 0: none. */
  sounds: number;
  /** Weight of a sound feature beside a token feature. */
  soundWeight: number;
  /** Weight of n-grams that begin in a clause which clears what it names; they are features of their own. */
  clearedWeight: number;
  /** Weight that such n-grams keep as ordinary features. */
  clearedRest: number;
  /** Longest and shortest n-gram of letters inside Latin words, word borders included; 0: none. */
  lettersMin: number;
  lettersMax: number;
  /** Weight of the features given from outside. */
  hintWeight: number;
  /** True: the borders of the utterance are tokens too. */
  edges: boolean;
  /** Features that are no runs of tokens or sounds; none without. */
  patterns?: PatternSettings;
}

/** Kinds of features; those of patterns follow in `PATTERN`'s order. A kind can be given a length of its own in the vector. */
export const KIND = { tokens: 0, sounds: 1, letters: 2, hints: 3, patterns: 4 } as const;
export const KINDS = 8;

/** A feature of an utterance: its key, its kind, its weight before TF-IDF, and the tokens it was made of. */
export interface Features {
  count: number;
  keys: Uint32Array;
  kinds: Uint8Array;
  weights: Float32Array;
  /** Index of the first token (-1: the border before it), and how many tokens. */
  first: Int16Array;
  length: Uint8Array;
  tokens: readonly Token[];
}

function mix(hash: number, value: number): number {
  let h = Math.imul(hash ^ value, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  return h ^ (h >>> 13);
}

/** Hash of a string (FNV-1a, mixed). */
export function hashText(text: string, seed = 0): number {
  let h = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h, text.length) >>> 0;
}

const isLetter = (unit: number): boolean => unit >= 97 && unit <= 122;
const isDigit = (unit: number): boolean => unit >= 48 && unit <= 57;

/** Codes of tokens that are no single character begin here. */
const WORD = 0x10000;
const EDGE = WORD - 1;
/** 「l1」, 「a0」 and 「y2」 are one token, 「pos96」 is two. */
const MIXED = 3;

function wordEnd(text: string, from: number): number {
  let end = from + 1;
  while (end < text.length && (isLetter(text.charCodeAt(end)) || isDigit(text.charCodeAt(end)))) end++;
  if (end - from <= MIXED) return end;
  const digits = isDigit(text.charCodeAt(from));
  end = from + 1;
  while (end < text.length && (digits ? isDigit(text.charCodeAt(end)) : isLetter(text.charCodeAt(end)))) end++;
  return end;
}

/** Cuts clauses into tokens; marks, spaces and other scripts are none. From `clearedFrom` on a clause clears what it names. */
export function tokenise(clauses: readonly (Clause & { clearedFrom?: number })[]): Token[] {
  const tokens: Token[] = [];
  for (const { text, at, clearedFrom = Number.POSITIVE_INFINITY } of clauses) {
    for (let i = 0; i < text.length; ) {
      const unit = text.charCodeAt(i);
      const start = at[i] ?? 0;
      const cleared = i >= clearedFrom;
      if (isLetter(unit) || isDigit(unit)) {
        const end = wordEnd(text, i);
        const code = WORD + (hashText(text.slice(i, end)) & 0x3fffffff);
        tokens.push({ code, sound: code, cleared, start, end: (at[end - 1] ?? start) + 1 });
        i = end;
        continue;
      }
      if (isHan(unit)) tokens.push({ code: unit, sound: syllable(unit) || unit, cleared, start, end: start + 1 });
      i++;
    }
  }
  return tokens;
}

const SOUND = 16;
const CLEARED = 32;
const LETTERS = 64;
const HINT = 65;
const PATTERNS = 96;

/**
 * Makes the extractor. `text` is the normalised utterance that the clauses' positions refer to; `hints` are features from
 * elsewhere (the cause that a code stands for). The result is valid until the next call.
 */
export function createExtractor(
  settings: FeatureSettings,
): (text: string, tokens: readonly Token[], hints: readonly string[]) => Features {
  let room = 1024;
  let out = {
    keys: new Uint32Array(room),
    kinds: new Uint8Array(room),
    weights: new Float32Array(room),
    first: new Int16Array(room),
    length: new Uint8Array(room),
  };
  let count = 0;
  const put = (kind: number, key: number, weight: number, first: number, length: number): void => {
    if (count === room) {
      room *= 2;
      const grown = {
        keys: new Uint32Array(room),
        kinds: new Uint8Array(room),
        weights: new Float32Array(room),
        first: new Int16Array(room),
        length: new Uint8Array(room),
      };
      grown.keys.set(out.keys);
      grown.kinds.set(out.kinds);
      grown.weights.set(out.weights);
      grown.first.set(out.first);
      grown.length.set(out.length);
      out = grown;
    }
    out.keys[count] = key;
    out.kinds[count] = kind;
    out.weights[count] = weight;
    out.first[count] = first;
    out.length[count] = length;
    count++;
  };
  const { clearedWeight, clearedRest, soundWeight } = settings;
  const longest = Math.max(settings.tokens, settings.sounds);
  const patterns = settings.patterns === undefined ? null : createPatterns(settings.patterns, hashText);
  const putPattern = (pattern: Pattern, codes: readonly number[], first: number, length: number): void => {
    let key = PATTERNS + pattern;
    for (const code of codes) key = mix(key, code);
    put(KIND.patterns + pattern, mix(key, codes.length) >>> 0, 1, first, length);
  };
  return (text, tokens, hints) => {
    count = 0;
    const from = settings.edges ? -1 : 0;
    const to = settings.edges ? tokens.length + 1 : tokens.length;
    for (let first = from; first < to; first++) {
      const cleared = tokens[first]?.cleared ?? false;
      const rest = cleared ? clearedRest : 1;
      let code = 0;
      let sound = 0;
      for (let n = 1; n <= longest && first + n <= to; n++) {
        const token = tokens[first + n - 1];
        code = mix(code, token?.code ?? EDGE);
        sound = mix(sound, token?.sound ?? EDGE);
        if (token === undefined && n === 1) continue;
        if (n <= settings.tokens) {
          if (rest > 0) put(KIND.tokens, mix(code, n) >>> 0, rest, first, n);
          if (cleared) put(KIND.tokens, mix(code, n | CLEARED) >>> 0, clearedWeight, first, n);
        }
        if (n <= settings.sounds) {
          if (rest > 0) put(KIND.sounds, mix(sound, n | SOUND) >>> 0, rest * soundWeight, first, n);
          if (cleared) put(KIND.sounds, mix(sound, n | SOUND | CLEARED) >>> 0, clearedWeight * soundWeight, first, n);
        }
      }
    }
    if (settings.lettersMax > 0) letters(text, tokens);
    patterns?.(text, tokens, putPattern);
    for (const hint of hints) put(KIND.hints, hashText(hint, HINT), settings.hintWeight, 0, 0);
    return { count, tokens, ...out };
  };

  function letters(text: string, tokens: readonly Token[]): void {
    for (let index = 0; index < tokens.length; index++) {
      const token = tokens[index];
      if (token === undefined || token.code < WORD) continue;
      const word = `^${text.slice(token.start, token.end)}$`;
      for (let n = settings.lettersMin; n <= settings.lettersMax; n++)
        for (let i = 0; i + n <= word.length; i++)
          put(KIND.letters, hashText(word.slice(i, i + n), LETTERS), 1, index, 1);
    }
  }
}
