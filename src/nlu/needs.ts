/**
 * What characters a regular expression cannot match without. Hundreds of patterns are tried on each clause and hardly one fits: a look
 * at the clause's characters spares nearly all of them. Pure.
 */

/** One of these characters has to be there. */
export type Need = ReadonlySet<string>;

/** More needs of one pattern spare little more. */
const MOST_NEEDS = 3;
/** A class or a choice wider than this is met by nearly everything. */
const WIDEST = 400;

const DIGITS: Need = new Set('0123456789');

/** A cursor on the source of a pattern. */
interface Source {
  text: string;
  at: number;
}

/**
 * The needs of a pattern that is a valid regular expression without flags: a text that fails one of them does not match. What is not
 * understood (backreferences, negated classes, lookarounds) needs nothing.
 */
export function needsOf(pattern: string): Need[] {
  const found = choice({ text: pattern, at: 0 });
  return found
    .filter((need) => need.size <= WIDEST)
    .sort((a, b) => a.size - b.size)
    .slice(0, MOST_NEEDS);
}

/** `a|b|c`: one character of the narrowest needs of each, if each has one. */
function choice(source: Source): Need[] {
  const branches = [sequence(source)];
  while (source.text[source.at] === '|') {
    source.at += 1;
    branches.push(sequence(source));
  }
  const [only] = branches;
  if (branches.length === 1 && only) return only;
  const union = new Set<string>();
  for (const branch of branches) {
    const [first, ...rest] = branch;
    if (first === undefined) return [];
    for (const unit of rest.reduce((best, need) => (need.size < best.size ? need : best), first)) union.add(unit);
  }
  return [union];
}

/** One thing after the other: all that those need that have to be there. */
function sequence(source: Source): Need[] {
  const needs: Need[] = [];
  while (source.at < source.text.length && !'|)'.includes(source.text[source.at] ?? '')) {
    const own = atom(source);
    if (!isOptional(source)) needs.push(...own);
  }
  return needs;
}

function atom(source: Source): Need[] {
  const unit = source.text[source.at] ?? '';
  source.at += 1;
  if (unit === '(') return group(source);
  if (unit === '[') return characters(source);
  if (unit === '\\') return escapeSequence(source);
  return '.^$'.includes(unit) ? [] : [new Set([unit])];
}

const OPENING = /\?(?:(?<kind>:|=|!|<=|<!)|<[^>]+>)/y;

function group(source: Source): Need[] {
  OPENING.lastIndex = source.at;
  const opening = OPENING.exec(source.text);
  source.at += opening?.[0].length ?? 0;
  const inside = choice(source);
  // The closing bracket.
  source.at += 1;
  const around = opening?.groups?.kind;
  return around === undefined || around === ':' ? inside : [];
}

const CLASS = /(?<not>\^)?(?<members>(?:\\[\s\S]|[^\]\\])*)\]/y;

function characters(source: Source): Need[] {
  CLASS.lastIndex = source.at;
  const found = CLASS.exec(source.text);
  source.at += found?.[0].length ?? 0;
  const { not, members = '' } = found?.groups ?? {};
  if (not !== undefined || members.includes('\\')) return [];
  const need = new Set<string>();
  for (let i = 0; i < members.length; i += 1) {
    const [first, dash, last] = [members[i] ?? '', members[i + 1], members[i + 2]];
    const ranged = dash === '-' && last !== undefined;
    const [low, high] = [first.charCodeAt(0), (ranged ? last : first).charCodeAt(0)];
    if (high - low > WIDEST) return [];
    for (let code = low; code <= high; code += 1) need.add(String.fromCharCode(code));
    if (ranged) i += 2;
  }
  return [need];
}

function escapeSequence(source: Source): Need[] {
  const unit = source.text[source.at] ?? '';
  source.at += 1;
  if (unit === 'd') return [DIGITS];
  if (unit === 'u') {
    const code = source.text.slice(source.at, source.at + 4);
    source.at += 4;
    return [new Set([String.fromCharCode(Number.parseInt(code, 16))])];
  }
  // \s, \w, \b, \1 …: letters and numbers stand for something else.
  return /[A-Za-z0-9]/.test(unit) ? skipped(source, unit) : [new Set([unit])];
}

/** Steps over the rest of \k<name>, \xHH, \cX. */
function skipped(source: Source, unit: string): Need[] {
  const rest = unit === 'k' ? /<[^>]*>/y : unit === 'x' ? /[\s\S]{2}/y : unit === 'c' ? /[\s\S]/y : /\d*/y;
  rest.lastIndex = source.at;
  source.at += rest.exec(source.text)?.[0].length ?? 0;
  return [];
}

const QUANTIFIER = /(?:[*+?]|\{(?<least>\d+)(?:,\d*)?\})\??/y;

/** Steps over a quantifier; true if it allows for none. */
function isOptional(source: Source): boolean {
  QUANTIFIER.lastIndex = source.at;
  const found = QUANTIFIER.exec(source.text);
  if (found === null) return false;
  source.at += found[0].length;
  const least = found.groups?.least;
  return least === undefined ? found[0][0] !== '+' : Number(least) === 0;
}

/** Groups of patterns, each asked whether one of its patterns matches. */
export interface Matchers {
  /** Looks at the characters of a text once, for all groups. */
  read(text: string): Uint8Array;
  /** True if a pattern of the group matches the text that was read so. */
  matches(group: number, text: string, read: Uint8Array): boolean;
}

/** @throws {SyntaxError} if a pattern is no regular expression. */
export function createMatchers(groups: readonly (readonly string[])[]): Matchers {
  const patterns: { regExp: RegExp; needs: number }[] = [];
  const starts: number[] = [];
  /** Character → patterns and the bit of the need that it meets. */
  const meets = new Map<string, { pattern: number; bit: number }[]>();
  for (const group of groups) {
    starts.push(patterns.length);
    for (const source of group) {
      const regExp = new RegExp(source);
      const needs = needsOf(source);
      for (const [i, need] of needs.entries())
        for (const unit of need) {
          const list = meets.get(unit) ?? [];
          list.push({ pattern: patterns.length, bit: 1 << i });
          meets.set(unit, list);
        }
      patterns.push({ regExp, needs: (1 << needs.length) - 1 });
    }
  }
  starts.push(patterns.length);
  return {
    read(text) {
      const met = new Uint8Array(patterns.length);
      for (const unit of new Set(text.split('')))
        for (const { pattern, bit } of meets.get(unit) ?? []) met[pattern] = (met[pattern] ?? 0) | bit;
      return met;
    },
    matches(group, text, read) {
      const end = starts[group + 1] ?? 0;
      for (let i = starts[group] ?? 0; i < end; i += 1) {
        const pattern = patterns[i];
        if (pattern !== undefined && read[i] === pattern.needs && pattern.regExp.test(text)) return true;
      }
      return false;
    },
  };
}
