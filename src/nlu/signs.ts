/** Words that point at one fault, or select a scenario, where the sentence does not deny them. */
import type { Knowledge, Scenario } from '../knowledge/schema.js';
import { syllable } from '../text/pinyin.js';
import type { Clause } from './clauses.js';
import { isDenied, type Polarity } from './polarity.js';
import type { Sign } from './understanding.js';
import { indexWords } from './words.js';

/** A clause with what it says of the things it names. */
export interface ReadClause extends Clause {
  polarity: Polarity;
}

/** From so many units on a word is also recognised by its sound: voice input writes 余鹅不足. Shorter ones sound like too much. */
const SPOKEN = 3;
/** Syllables are written as private-use characters. */
const PRIVATE = 0xe000;

/** A text in which each Chinese character is replaced by its sound; as long as the text. */
function sounds(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const sound = syllable(unit);
    out += String.fromCharCode(sound === 0 ? unit : PRIVATE + sound);
  }
  return out;
}

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
          const found = ids.get(form);
          if (found === undefined || isDenied(polarity, at, at + form.length)) continue;
          const source = found.word.length >= SPOKEN ? spoken : text;
          if (source.startsWith(form, at)) for (const id of found.ids) report(id, found.word);
        }
    }
  };
}

/** Makes the function that finds signs of faults, each word of a fault once, in knowledge order of faults. */
export function createSigns(
  faults: Knowledge['faults'],
  bare: (text: string) => string,
): (clauses: readonly ReadClause[]) => Sign[] {
  const find = finder(
    [...faults.values()].flatMap((fault) => fault.signs.map((sign) => [bare(sign), fault.id] as const)),
  );
  const order = new Map([...faults.keys()].map((id, i) => [id, i]));
  return (clauses) => {
    const signs = new Map<string, Sign>();
    for (const clause of clauses) find(clause, (fault, text) => signs.set(`${fault} ${text}`, { fault, text }));
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
