/** What is real while a drill is under way, and what only sounds so. Pure. */
import type { Drill } from '../knowledge/schema.js';
import { dangerIn, emergencyOf } from './danger.js';
import { regExpOf } from './regexp.js';
import type { Turn, World } from './world.js';

export const DRILL = 'drill';

export function drillWords(turn: Turn, list: string, text: string): boolean {
  return turn.world.flows.get(DRILL)?.words[list]?.some((form) => regExpOf(form).test(text)) === true;
}

/**
 * An emergency in whatever words, another danger that no drill plays, or that it is meant for real. What is denied, asked of the
 * customer or looked back on is a trainee's word; so is what the drill's own story tells of.
 */
export function isReal(turn: Turn, text: string): boolean {
  const danger = dangerIn(turn)?.id ?? '';
  const grave = turn.world.flows.get(DRILL)?.words['real-dangers']?.includes(danger) === true;
  if (grave || drillWords(turn, 'real', text)) return true;
  return soundsReal(turn) && !drillWords(turn, 'of-drill', text) && !isOfStory(turn);
}

/** An emergency is named, in whatever way. */
export function soundsReal({ world, words }: Turn): boolean {
  return emergencyOf(world, words ?? '') !== undefined;
}

/** True if the drill's own texts tell of the same emergency. */
function isOfStory({ session, world, words }: Turn): boolean {
  const drill = world.knowledge.drills.get(session.drill?.drill ?? '');
  const emergency = emergencyOf(world, words ?? '');
  return drill !== undefined && emergency !== undefined && emergenciesOf(drill, world).has(emergency);
}

const known = new WeakMap<Drill, ReadonlySet<string>>();

/** What the story tells of, in its own words and in those that the knowledge base has for its fault. */
function emergenciesOf(drill: Drill, world: World): ReadonlySet<string> {
  const found = known.get(drill);
  if (found) return found;
  const fault = world.knowledge.faults.get(drill.fault);
  const texts = [
    drill.title,
    drill.opening,
    drill.answered,
    drill.lookUp,
    ...Object.values(drill.shows).map(({ text }) => text),
    ...Object.values(drill.tells),
    ...drill.events.map(({ text }) => text),
    fault?.title,
    ...(fault?.symptoms ?? []),
  ];
  const all = texts.flatMap((text) => emergencyOf(world, text ?? '') ?? []);
  const made = new Set(all);
  known.set(drill, made);
  return made;
}
