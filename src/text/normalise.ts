/**
 * Brings an utterance into the one form that rules and features are written for, and remembers for each unit of the result
 * which units of the original it stands for.
 */
import { fold } from './fold.js';

/** Only so many UTF-16 units of a text are looked at: nobody at a till says more, and cost stays bounded. */
export const LIMIT = 2000;

/** A normalised text. `starts[i]` and `ends[i]` are the UTF-16 range of the original that unit `i` of `text` stands for. */
export interface Normalised {
  text: string;
  starts: Uint16Array;
  ends: Uint16Array;
}

/** UTF-16 range in the original text of the range `start` … `end` (end exclusive, not empty) of the normalised one. */
export function original(source: Normalised, start: number, end: number): { start: number; end: number } {
  const from = source.starts[start] ?? 0;
  return { start: from, end: Math.max(from, source.ends[end - 1] ?? from) };
}

const LETTER = /\p{L}/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;
const ALNUM = /[a-z0-9]/;

/** 0 other, 1 letter, 2 punctuation; computed once a unit. */
const kinds = new Uint8Array(0x10000);
function kind(unit: number): 'letter' | 'punctuation' | 'other' {
  let known = kinds[unit] ?? 0;
  if (known === 0) {
    const character = String.fromCharCode(unit);
    // A run of asterisks is a masked number and keeps its length.
    known = LETTER.test(character) ? 2 : character !== '*' && PUNCTUATION.test(character) ? 3 : 1;
    kinds[unit] = known;
  }
  return known === 2 ? 'letter' : known === 3 ? 'punctuation' : 'other';
}

const SPACE = 32;
const NEWLINE = 10;

/** Grows unit by unit and squeezes on the way: white space and equal marks to one, three or more equal letters to one. */
class Builder {
  readonly units: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  add(unit: number, start: number, end: number): void {
    const last = this.units.length - 1;
    const previous = this.units[last];
    if (unit === SPACE || unit === NEWLINE) {
      if (previous === undefined) return;
      if (previous === SPACE || previous === NEWLINE) {
        if (unit === NEWLINE) this.units[last] = NEWLINE;
        this.ends[last] = end;
        return;
      }
    } else if (previous === unit) {
      const what = kind(unit);
      if (what === 'punctuation') {
        this.ends[last] = end;
        return;
      }
      // The third of a run makes it one; what follows a squeezed run is swallowed by the same rule.
      if (what === 'letter' && (this.units[last - 1] === unit || this.run === last)) {
        if (this.run !== last) this.drop();
        this.run = this.units.length - 1;
        this.ends[this.run] = end;
        return;
      }
    }
    this.units.push(unit);
    this.starts.push(start);
    this.ends.push(end);
  }

  /** Index of a letter that stands for a squeezed run. */
  private run = -1;

  private drop(): void {
    this.units.pop();
    this.starts.pop();
    this.ends.pop();
  }

  finish(): Normalised {
    const last = this.units[this.units.length - 1];
    if (last === SPACE || last === NEWLINE) this.drop();
    return {
      text: String.fromCharCode(...this.units),
      starts: Uint16Array.from(this.starts),
      ends: Uint16Array.from(this.ends),
    };
  }
}

function folded(text: string): Normalised {
  const out = new Builder();
  for (let at = 0; at < text.length && at < LIMIT; ) {
    const codePoint = text.codePointAt(at) ?? 0;
    const end = at + (codePoint > 0xffff ? 2 : 1);
    if (end > LIMIT) break;
    const plain = fold(codePoint);
    for (let i = 0; i < plain.length && out.units.length < LIMIT; i++) out.add(plain.charCodeAt(i), at, end);
    at = end;
  }
  return out.finish();
}

/** Written forms by first unit, longest first. A canonical form stands for itself, so that it is never torn apart. */
type Synonyms = Map<number, { from: string; to: string }[]>;

function prepare(synonyms: Readonly<Record<string, string>>): Synonyms {
  const pairs = new Map<string, string>();
  for (const to of Object.values(synonyms)) pairs.set(folded(to).text, folded(to).text);
  for (const [from, to] of Object.entries(synonyms)) {
    const written = folded(from).text;
    if (written !== '' && !pairs.has(written)) pairs.set(written, folded(to).text);
  }
  const byFirst: Synonyms = new Map();
  for (const [from, to] of [...pairs].sort((a, b) => b[0].length - a[0].length)) {
    const first = from.charCodeAt(0);
    const list = byFirst.get(first);
    if (list === undefined) byFirst.set(first, [{ from, to }]);
    else list.push({ from, to });
  }
  return byFirst;
}

/** A Latin word is only replaced where it is a whole word. */
function wholeWord(text: string, at: number, word: string): boolean {
  const before = text[at - 1] ?? '';
  const after = text[at + word.length] ?? '';
  return (
    !(ALNUM.test(word[0] ?? '') && ALNUM.test(before)) &&
    !(ALNUM.test(word[word.length - 1] ?? '') && ALNUM.test(after))
  );
}

/** One pass, leftmost and longest first; null if nothing was replaced. */
function replaced(source: Normalised, synonyms: Synonyms): Normalised | null {
  const { text } = source;
  let out: Builder | null = null;
  for (let at = 0; at < text.length; ) {
    const found = synonyms
      .get(text.charCodeAt(at))
      ?.find(({ from }) => text.startsWith(from, at) && wholeWord(text, at, from));
    if (found !== undefined && found.to !== found.from && out === null) {
      out = new Builder();
      for (let i = 0; i < at; i++) out.add(text.charCodeAt(i), source.starts[i] ?? 0, source.ends[i] ?? 0);
    }
    const length = found?.from.length ?? 1;
    if (out !== null && found !== undefined && found.to !== found.from) {
      const range = original(source, at, at + length);
      for (let i = 0; i < found.to.length; i++) out.add(found.to.charCodeAt(i), range.start, range.end);
    } else if (out !== null) {
      for (let i = at; i < at + length; i++) out.add(text.charCodeAt(i), source.starts[i] ?? 0, source.ends[i] ?? 0);
    }
    at += length;
  }
  return out?.finish() ?? null;
}

/** Replacements can make new matches; a lexicon that goes round in a circle ends here. */
const PASSES = 4;

/**
 * Makes the function that normalises: full-width to half-width, lower case, traditional to simplified, no control or
 * zero-width characters, pictures as spaces, runs squeezed, the lexicon's synonyms. Looks at the first 2,000 units only.
 * Normalising what is normalised changes nothing (given a lexicon whose canonical forms are not written forms themselves).
 */
export function createNormaliser(synonyms: Readonly<Record<string, string>> = {}): (text: string) => Normalised {
  const prepared = prepare(synonyms);
  return (text) => {
    let result = folded(text);
    for (let pass = 0; pass < PASSES; pass++) {
      const next = replaced(result, prepared);
      if (next === null) break;
      result = next;
    }
    return result;
  };
}
