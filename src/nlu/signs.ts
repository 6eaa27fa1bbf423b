/** Words that point at one fault, or select a scenario, where the sentence does not deny them. */
import type { Knowledge, Scenario } from '../knowledge/schema.js';
import type { Clause } from './clauses.js';
import { isDenied, type Polarity } from './polarity.js';
import type { Sign } from './understanding.js';
import { indexWords } from './words.js';

/** A clause with what it says of the things it names. */
export interface ReadClause extends Clause {
  polarity: Polarity;
}

/** Words → ids; one word may stand for several ids, and words may overlap. */
function finder(entries: readonly (readonly [word: string, id: string])[]) {
  const ids = new Map<string, string[]>();
  for (const [word, id] of entries) {
    const list = ids.get(word);
    if (list === undefined) ids.set(word, [id]);
    else list.push(id);
  }
  const index = indexWords(entries);
  return (clause: ReadClause, report: (id: string, word: string) => void): void => {
    const { text, polarity } = clause;
    for (let at = 0; at < text.length; at++)
      for (const { word } of index.get(text.charCodeAt(at)) ?? [])
        if (text.startsWith(word, at) && !isDenied(polarity, at, at + word.length))
          for (const id of ids.get(word) ?? []) report(id, word);
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
