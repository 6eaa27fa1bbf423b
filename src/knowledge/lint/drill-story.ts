/**
 * drill-cure, drill-title, drill-event: a drill's story fits its fault, and does not tell it.
 *
 * - drill-cure: what cures is a step of one of the fault's own fixes, calls somebody who has to hear of the fault, is a check that
 *   works in this story, or takes the money in another way.
 * - drill-title: the title, which everybody reads before the drill, does not name the fault.
 * - drill-event: something happens in it.
 */
import { bare } from '../../text/bare.js';
import { createNormaliser } from '../../text/normalise.js';
import type { Entry } from '../content.js';
import type { Problem } from '../problem.js';
import type { Drill, DrillAct, Fault } from '../schema.js';
import { type Rule, report } from './context.js';
import { namesAct } from './drills.js';

/** Options that say that an act did help. */
const GOOD = ['works', 'succeeds'];
/** Characters in a row of the fault's title that name it. */
const TELLING = 5;

export const drillStories: Rule = ({ content }) => {
  const faults = new Map(content.faults.map(({ value }) => [value.id, value]));
  const acts = new Map(content.drillActs.map(({ value }) => [value.id, value]));
  const reads = reader(content.singles.lexicon.value.synonyms);
  return content.drills.flatMap((drill) => {
    const fault = faults.get(drill.value.fault);
    return [
      ...(drill.value.events.length > 0
        ? []
        : [report(drill, ['events'], 'drill-event', 'nothing happens in it; add what the customer says meanwhile')]),
      ...(fault ? [...cures(drill, fault, acts, reads), ...told(drill, fault)] : []),
    ];
  });
};

type Reads = (sentence: string, act: DrillAct) => boolean;

function reader(synonyms: Parameters<typeof createNormaliser>[0]): Reads {
  const normalise = createNormaliser(synonyms);
  return (sentence, act) => namesAct(normalise(sentence).text.replaceAll(' ', ''), act);
}

function cures(drill: Entry<Drill>, fault: Fault, acts: ReadonlyMap<string, DrillAct>, reads: Reads): Problem[] {
  const steps = fault.fixes.flatMap(({ title, steps: all }) => [title, ...all.map(({ text }) => text)]);
  return drill.value.cures.flatMap((id, index) => {
    const act = acts.get(id);
    if (!act || act.charges || (act.call !== undefined && fault.call.includes(act.call))) return [];
    const shown = drill.value.shows[act.question ?? '']?.option ?? '';
    if (GOOD.includes(shown) || steps.some((step) => reads(step, act))) return [];
    const message = `"${id}" is no step of any fix of "${fault.id}"; choose one of its fixes, or another fault`;
    return [report(drill, ['cures', index], 'drill-cure', message)];
  });
}

function told(drill: Entry<Drill>, { title }: Fault): Problem[] {
  const piece = shared(bare(drill.value.title), bare(title));
  if (piece === undefined) return [];
  return [report(drill, ['title'], 'drill-title', `"${piece}" gives the fault away; say what the shop sees first`)];
}

/** A piece of the one that stands in the other, long enough to tell; undefined: none. */
function shared(said: string, name: string): string | undefined {
  for (let at = 0; at + TELLING <= name.length; at += 1) {
    const piece = name.slice(at, at + TELLING);
    if (said.includes(piece)) return piece;
  }
  return undefined;
}
