/** What is read in the words of a drill before any of its moves. Pure. */
import type { Drill } from '../knowledge/schema.js';
import { regExpOf } from './regexp.js';
import type { Turn } from './world.js';

export const DRILL = 'drill';

/** True if a text, normalised, fits one of a list of the drill flow's patterns. */
export function drillWords(turn: Turn, list: string, text: string): boolean {
  return turn.world.flows.get(DRILL)?.words[list]?.some((form) => regExpOf(form).test(text)) === true;
}

/** The scenario that the words name by its id. */
export function drillById({ words, world }: Turn): Drill | undefined {
  const said = (words ?? '').toLowerCase().split(/[^a-z0-9.-]+/);
  return said.map((id) => world.knowledge.drills.get(id)).find((one) => one !== undefined);
}
