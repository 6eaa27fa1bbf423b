/** What is read in the words of a drill before any of its moves. Pure. */
import type { Drill } from '../knowledge/schema.js';
import { essence } from './options.js';
import { regExpOf } from './regexp.js';
import type { Turn } from './world.js';

export const DRILL = 'drill';

/** True if a text, normalised, fits one of a list of the drill flow's patterns. */
export function drillWords(turn: Turn, list: string, text: string): boolean {
  return turn.world.flows.get(DRILL)?.words[list]?.some((form) => regExpOf(form).test(text)) === true;
}

/** The scenario that the words name by its id or its whole title. */
export function drillNamed({ words, world }: Turn): Drill | undefined {
  const { drills } = world.knowledge;
  const said = (words ?? '').toLowerCase();
  const byId = said
    .split(/[^a-z0-9.-]+/)
    .map((id) => drills.get(id))
    .find((one) => one !== undefined);
  const bare = essence(said);
  return byId ?? [...drills.values()].find(({ title }) => bare.includes(essence(title)));
}
