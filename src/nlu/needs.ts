/**
 * What characters a regular expression cannot match without. Hundreds of patterns are tried on each clause and hardly one fits: a look
 * at the clause's characters spares nearly all of them. Pure.
 */

/** One of these characters has to be there; each is named once. Text, as sets of one or two took most of the time of a start. */
export type Need = string;

/** More needs of one pattern spare little more. */
const MOST_NEEDS = 3;
/** A class or a choice wider than this is met by nearly everything. */
const WIDEST = 400;

const DIGITS: Need = '0123456789';

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
    .filter((need) => need.length <= WIDEST)
    .sort((a, b) => a.length - b.length)
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
  let union = '';
  for (const branch of branches) {
    const [first, ...rest] = branch;
    if (first === undefined) return [];
    union = withUnits(
      union,
      rest.reduce((best, need) => (need.length < best.length ? need : best), first),
    );
  }
  return [union];
}

/** Adds what is not there yet. */
function withUnits(need: Need, units: string): Need {
  let all = need;
  for (let i = 0; i < units.length; i += 1) {
    const unit = units.charAt(i);
    if (!all.includes(unit)) all += unit;
  }
  return all;
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
  return '.^$'.includes(unit) ? [] : [unit];
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
  let need = '';
  for (let i = 0; i < members.length; i += 1) {
    const [first, dash, last] = [members[i] ?? '', members[i + 1], members[i + 2]];
    const ranged = dash === '-' && last !== undefined;
    const [low, high] = [first.charCodeAt(0), (ranged ? last : first).charCodeAt(0)];
    if (high - low > WIDEST) return [];
    for (let code = low; code <= high; code += 1) need = withUnits(need, String.fromCharCode(code));
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
    return [String.fromCharCode(Number.parseInt(code, 16))];
  }
  // \s, \w, \b, \1 …: letters and numbers stand for something else.
  return /[A-Za-z0-9]/.test(unit) ? skipped(source, unit) : [unit];
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

/** What a text's characters leave possible: for each group whether a pattern may match, then for each pattern which needs are met. */
export type Met = Uint8Array;

/** Groups of patterns, each asked whether one of its patterns matches. */
export interface Matchers {
  /** Looks at the characters of a text once, for all groups. */
  read(text: string): Met;
  /** False if no pattern of the group can match the text that was read so. */
  mayMatch(group: number, met: Met): boolean;
  /** True if a pattern of the group matches the text that was read so. */
  matches(group: number, text: string, met: Met): boolean;
}

interface Pattern {
  regExp: RegExp;
  group: number;
  /** Where its needs are noted, and what stands there when all are met. */
  at: number;
  all: number;
}

/** @throws {SyntaxError} if a pattern is no regular expression. */
export function createMatchers(groups: readonly (readonly string[])[]): Matchers {
  let at = groups.length;
  const byGroup = groups.map((sources, group) =>
    sources.map((source): Pattern & { needs: Need[] } => {
      const needs = needsOf(source);
      return { regExp: new RegExp(source), group, at: at++, all: (1 << needs.length) - 1, needs };
    }),
  );
  /** What is possible whatever the text. */
  const empty = new Uint8Array(at);
  const meeting = new Map<string, number[]>();
  for (const pattern of byGroup.flat()) {
    if (pattern.all === 0) empty[pattern.group] = 1;
    for (const [i, need] of pattern.needs.entries())
      for (const unit of need.split('')) {
        const list = meeting.get(unit) ?? [];
        list.push(pattern.at, 1 << i, pattern.all, pattern.group);
        meeting.set(unit, list);
      }
  }
  /** Character → for each need that it meets where that is noted, its bit, what stands there when all are met, and the group: flat, as hundreds are gone through for each text. */
  const meets = new Map([...meeting].map(([unit, list]) => [unit.charCodeAt(0), Int32Array.from(list)]));
  const mayMatch = (group: number, met: Met): boolean => met[group] === 1;
  return {
    mayMatch,
    read(text) {
      const met = empty.slice();
      for (let i = 0; i < text.length; i += 1) {
        const list = meets.get(text.charCodeAt(i));
        if (list === undefined || text.indexOf(text.charAt(i)) < i) continue;
        for (let entry = 0; entry < list.length; entry += 4) {
          const at = list[entry] as number;
          const now = (met[at] as number) | (list[entry + 1] as number);
          met[at] = now;
          if (now === list[entry + 2]) met[list[entry + 3] as number] = 1;
        }
      }
      return met;
    },
    matches: (group, text, met) =>
      mayMatch(group, met) &&
      (byGroup[group] ?? []).some((pattern) => met[pattern.at] === pattern.all && pattern.regExp.test(text)),
  };
}
