/** What a note, a call or a review names. Pure. */

import type { Told } from '../dialogue/drill-state.js';
import { regExpOf } from '../dialogue/regexp.js';
import type { Drill } from '../knowledge/schema.js';
import type { Understanding } from '../nlu/understanding.js';
import { causeOf, type DrillWorld } from './truth.js';

/** Characters of the screen's words that have to be repeated for them to count as written down. */
const REPEATED = 4;

/**
 * @param patterns told → regular expressions over the normalised words, for what no entity says
 * @param screen what stands on the screen, normalised
 */
export function toldIn(
  { normalized, entities, signs }: Understanding,
  drill: Drill,
  screen: string,
  patterns: Readonly<Record<string, readonly string[]>>,
  world: DrillWorld,
): Told[] {
  const has = (type: string) => entities.some((one) => one.type === type);
  const said = (told: string) => patterns[`told-${told}`]?.some((form) => regExpOf(form).test(normalized)) === true;
  const tests: readonly [Told, boolean][] = [
    ['screen', repeats(normalized, screen)],
    ['time', has('time') || said('time')],
    ['method', has('channel') || said('method')],
    ['amount', has('amount')],
    ['merchant', said('merchant')],
    ['terminal', said('terminal')],
    ['cause', signs.some(({ fault }) => fault === drill.fault) || namesCause(normalized, drill, world)],
    ['prevention', said('prevention')],
    ['owner', said('owner')],
  ];
  return tests.filter(([, is]) => is).map(([told]) => told);
}

/** True if a piece of the screen's words, long enough not to be chance, is repeated; a short screen in whole. */
function repeats(text: string, screen: string): boolean {
  if (screen.length <= REPEATED) return screen !== '' && text.includes(screen);
  for (let at = 0; at + REPEATED <= screen.length; at += 1)
    if (text.includes(screen.slice(at, at + REPEATED))) return true;
  return false;
}

function namesCause(text: string, drill: Drill, world: DrillWorld): boolean {
  const { knowledge } = world;
  const fault = knowledge.faults.get(drill.fault);
  const cause = knowledge.causes.get(causeOf(drill, world) as never);
  const said = bare(text);
  return [fault?.title, cause?.label].some((name) => name !== undefined && said.includes(bare(name)));
}

/** Without what may be written in either way: case, spaces, punctuation. */
const bare = (text: string): string => text.toLowerCase().replace(/[\p{P}\p{S}\s]/gu, '');
