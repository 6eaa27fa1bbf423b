/** What is real while a drill is under way, and what only sounds so. Pure. */
import type { Drill } from '../knowledge/schema.js';
import { dangerIn, emergencyOf } from './danger.js';
import { DRILL, drillWords } from './drill-words.js';
import { regExpOf } from './regexp.js';
import type { Turn, World } from './world.js';

/**
 * An emergency in whatever words, another danger that no drill plays, or that it is meant for real. What is denied or asked of the
 * customer is a trainee's word; so is what the drill's own story tells of, but for secrets and money that were given away.
 */
export function isReal(turn: Turn, text: string): boolean {
  const { words } = turn.world.flows.get(DRILL) ?? { words: {} as Record<string, readonly string[]> };
  if (words['real-dangers']?.includes(dangerIn(turn)?.id ?? '') === true || drillWords(turn, 'real', text)) return true;
  const emergency = emergencyTold(turn, text);
  return emergency !== undefined && !isOfStory(turn, emergency);
}

/** The emergency of the drill's own story that words tell of: they may be meant for real all the same. */
export function soundsReal(turn: Turn, text: string): boolean {
  return emergencyTold(turn, text) !== undefined;
}

/** The emergency that words tell of, without what they only deny or ask: each clause counts up to where it begins to. */
function emergencyTold({ world }: Turn, text: string): string | undefined {
  const forms = world.flows.get(DRILL)?.words['of-drill'] ?? [];
  const told = text.split(CLAUSE).map((clause) => {
    const places = forms.map((form) => regExpOf(form).exec(clause)?.index).filter((at) => at !== undefined);
    return clause.slice(0, Math.min(...places, clause.length));
  });
  return emergencyOf(world, told.join());
}

const CLAUSE = /[,.;:!?。\n]+/;

/** True if the drill's own texts tell of the same emergency, and it is one that a story may tell of. */
function isOfStory({ session, world }: Turn, emergency: string): boolean {
  const drill = world.knowledge.drills.get(session.drill?.drill ?? '');
  const may = world.flows.get(DRILL)?.words['of-story']?.includes(emergency) === true;
  return may && drill !== undefined && emergenciesOf(drill, world).has(emergency);
}

/** What the story tells of, in its own words and in those that the knowledge base has for its fault. */
function emergenciesOf(drill: Drill, world: World): ReadonlySet<string> {
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
  return new Set(texts.flatMap((text) => emergencyOf(world, text ?? '') ?? []));
}
