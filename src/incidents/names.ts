/** What an incident is about, in the words of people: lexicon names of its scope, title of what it means. Pure. */
import type { Knowledge } from '../knowledge/schema.js';
import type { BoardIncident } from './board.js';
import { ATTRIBUTES } from './streams.js';

/** The lexicon's first word for each attribute of a scope, in order; what it has no word for stands as it is. */
export function scopeNames(scope: BoardIncident['scope'], { lexicon }: Pick<Knowledge, 'lexicon'>): string[] {
  const lists = {
    channel: lexicon.channels,
    acquirer: lexicon.acquirers,
    bank: lexicon.banks,
    terminal: lexicon.terminals,
    region: {} as Record<string, readonly string[]>,
  };
  return ATTRIBUTES.flatMap((name) => {
    const id = scope[name];
    return id === undefined ? [] : [lists[name][id]?.[0] ?? id];
  });
}

/** The title of a fault, the label of a cause; the id if it is neither. */
export function meansName(means: string, { faults, causes }: Pick<Knowledge, 'faults' | 'causes'>): string {
  return faults.get(means)?.title ?? [...causes.values()].find(({ id }) => id === means)?.label ?? means;
}
