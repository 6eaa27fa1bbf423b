/** Words that point at one fault, or select a scenario, where the sentence does not deny them. */
import type { Knowledge, Lexicon, Scenario } from '../knowledge/schema.js';
import { sounds } from '../text/pinyin.js';
import type { Clause } from './clauses.js';
import { createExpander } from './evidence.js';
import { createMatchers } from './needs.js';
import { isDenied, type Polarity } from './polarity.js';
import type { Sign } from './understanding.js';
import { indexWords } from './words.js';

/** A clause with what it says of the things it names. */
export interface ReadClause extends Clause {
  polarity: Polarity;
}

/** From so many units on a word is also recognised by its sound: voice input writes 余鹅不足. Shorter ones sound like too much. */
const SPOKEN = 3;
/** Words → ids; one word may stand for several ids, and words may overlap. */
function finder(entries: readonly (readonly [word: string, id: string])[]) {
  const ids = new Map<string, { word: string; ids: string[] }>();
  for (const [word, id] of entries) {
    const form = word.length >= SPOKEN ? sounds(word) : word;
    const known = ids.get(form);
    if (known === undefined) ids.set(form, { word, ids: [id] });
    else if (!known.ids.includes(id)) known.ids.push(id);
  }
  const index = indexWords([...ids.keys()].map((form) => [form, form]));
  return (clause: ReadClause, report: (id: string, word: string) => void): void => {
    const { text, polarity } = clause;
    const spoken = sounds(text);
    for (let at = 0; at < text.length; at++) {
      for (const heard of text[at] === spoken[at] ? [text] : [text, spoken])
        for (const { word: form } of index.get(heard.charCodeAt(at)) ?? []) {
          // Nearly no word that begins so stands there.
          if (!text.startsWith(form, at) && !spoken.startsWith(form, at)) continue;
          const found = ids.get(form);
          if (found === undefined || isDenied(polarity, at, at + form.length)) continue;
          const source = found.word.length >= SPOKEN ? spoken : text;
          if (source.startsWith(form, at)) for (const id of found.ids) report(id, found.word);
        }
    }
  };
}

/** A sign that is more than one word: 「密码…锁」, 「(执照|证件)…(过期|到期)」, 「就{bank}」. */
const WOVEN = /[…{([]/;
/** What 「…」 may stand for: no more than one short phrase lies between two words of one statement. */
const GAP = '.{0,8}?';

/** The pattern of a woven sign. */
function weave(sign: string, expand: (pattern: string) => string): string {
  return `(?:${expand(sign).replaceAll('…', GAP)})`;
}

/** Woven signs, looked for in each clause and, where one sentence goes on, in two clauses in a row. */
function weaver(faults: Knowledge['faults'], lexicon: Lexicon) {
  const expand = createExpander(lexicon);
  // One expression a sign: of two that match, the shorter may end before the word that would clear it.
  const patterns = [...faults.values()].flatMap(({ id, signs }) => {
    const woven = signs.filter((sign) => WOVEN.test(sign)).map((sign) => weave(sign, expand));
    return woven.length === 0 ? [] : [{ id, woven: woven.map((source) => new RegExp(source)), sources: woven }];
  });
  const { read, mayMatch } = createMatchers(patterns.map(({ sources }) => sources));
  return (clauses: readonly ReadClause[], report: (id: string, words: string) => void): void => {
    const met = read(clauses.map(({ text }) => text).join(''));
    for (const [group, { id, woven }] of patterns.entries()) {
      if (!mayMatch(group, met)) continue;
      const words =
        first(woven, (pattern) => first(clauses, (clause) => inOne(clause, pattern))) ??
        first(woven, (pattern) => inTwo(clauses, pattern));
      if (words !== undefined) report(id, words);
    }
  };
}

/** The first thing found, going through the items in order. */
function first<Item>(items: readonly Item[], find: (item: Item) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the pattern finds in a clause that does not deny it. */
function inOne({ text, polarity }: ReadClause, pattern: RegExp): string | undefined {
  const hit = pattern.exec(text);
  return hit === null || isDenied(polarity, hit.index, hit.index + hit[0].length) ? undefined : hit[0];
}

/** What the pattern finds across two clauses of one sentence of which none is about something denied. */
function inTwo(clauses: readonly ReadClause[], pattern: RegExp): string | undefined {
  for (const [i, clause] of clauses.entries()) {
    const before = clauses[i - 1];
    if (before === undefined || clause.opens) continue;
    const hit = pattern.exec(`${before.text}${clause.text}`);
    const crosses = hit !== null && hit.index < before.text.length && hit.index + hit[0].length > before.text.length;
    if (crosses && before.polarity.deniedFrom === Infinity && clause.polarity.deniedFrom === Infinity) return hit[0];
  }
  return undefined;
}

/**
 * Makes the function that finds signs of faults, each word of a fault once, in knowledge order of faults. A sign is a word, or
 * several with 「…」 for up to eight characters between them, `(a|b)` for either and the placeholders of evidence.yaml; all such
 * signs of a fault count as one.
 * @throws {SyntaxError} if a sign with brackets is no regular expression.
 */
export function createSigns(
  faults: Knowledge['faults'],
  lexicon: Lexicon,
  bare: (text: string) => string,
): (clauses: readonly ReadClause[]) => Sign[] {
  const plain = [...faults.values()].flatMap(({ id, signs }) =>
    signs.filter((sign) => !WOVEN.test(sign)).map((sign) => [bare(sign), id] as const),
  );
  const find = finder(plain);
  const findWoven = weaver(faults, lexicon);
  const order = new Map([...faults.keys()].map((id, i) => [id, i]));
  return (clauses) => {
    const signs = new Map<string, Sign>();
    const report = (fault: string, text: string) => signs.set(`${fault} ${text}`, { fault, text });
    for (const clause of clauses) find(clause, report);
    const named = new Set([...signs.values()].map(({ fault }) => fault));
    // A plain word of the same fault says it already: what a pattern finds around it is no second sign.
    findWoven(clauses, (fault, text) => {
      if (!named.has(fault)) report(fault, text);
    });
    return [...signs.values()].sort((a, b) => (order.get(a.fault) ?? 0) - (order.get(b.fault) ?? 0));
  };
}

/** Makes the function that finds the scenario that most words name; null if none does. */
export function createScenario(
  scenarios: Knowledge['scenarios'],
  bare: (text: string) => string,
): (clauses: readonly ReadClause[]) => Scenario['id'] | null {
  const all = [...scenarios.values()];
  const find = finder(all.flatMap((scenario) => scenario.signs.map((sign) => [bare(sign), scenario.id] as const)));
  return (clauses) => {
    const votes = new Map<string, Set<string>>();
    for (const clause of clauses)
      find(clause, (id, word) => {
        votes.set(id, (votes.get(id) ?? new Set()).add(word));
      });
    let best: Scenario['id'] | null = null;
    // Of equals the more special one: everyday business is what a sentence is about anyway.
    for (const { id } of [...all].sort((a, b) => Number(a.id === 'daily') - Number(b.id === 'daily')))
      if ((votes.get(id)?.size ?? 0) > (best === null ? 0 : (votes.get(best)?.size ?? 0))) best = id;
    return best;
  };
}
