/** What the rules look at, and what more than one of them asks. Pure. */
import type { Done, DrillRun, Entry } from '../dialogue/drill-state.js';
import type { Drill, DrillAct } from '../knowledge/schema.js';
import type { Insight } from './insight.js';
import { type ActAt, type Judged, RULES } from './points.js';
import type { DrillWorld } from './truth.js';

export interface Seen extends Done {
  entry: number;
}

export interface Transcript {
  run: Pick<DrillRun, 'entries'>;
  drill: Drill;
  world: DrillWorld;
  insight: Insight;
  done: readonly Seen[];
}

export function judged(rule: string, of: number, share: number, entry: number | undefined): Judged {
  return { rule, of, points: Math.round(of * share), ...(entry === undefined ? {} : { entry }) };
}

/** Earned by the first that fits; nothing without one. */
export function earned(rule: string, of: number, by: Seen | Entry | undefined, { run }: Transcript): Judged {
  if (by === undefined) return judged(rule, of, 0, undefined);
  return judged(rule, of, 1, 'entry' in by ? by.entry : run.entries.indexOf(by));
}

export const actOf = ({ world }: Transcript, { act }: Done): DrillAct | undefined => world.knowledge.drillActs.get(act);

/** A step of the right fix; money taken blindly is a step of nothing. */
export const isProper = ({ drill }: Transcript, { act, blind }: Done): boolean =>
  blind !== true && (drill.right.includes(act) || drill.cures.includes(act));

/** A call to somebody whom it concerns. */
export function isCalled({ drill, world }: Transcript, id: string): boolean {
  const call = world.knowledge.drillActs.get(id)?.call;
  return call !== undefined && drill.call.includes(call);
}

/** What was found out by an act told something. */
function told({ insight }: Transcript, { found }: Done): boolean {
  return insight.asked.some(({ question, bits }) => question === found?.question && bits >= RULES.tells);
}

/** Calls to people who have nothing to do with it and measures that fit nothing and tell nothing, each once. Traps cost by themselves. */
export function straysIn(transcript: Transcript): ActAt[] {
  const { drill, done } = transcript;
  const fits = new Set([...drill.path, ...drill.traps.map(({ act }) => act)]);
  const strays = done.filter((one) => {
    if (fits.has(one.act) || isProper(transcript, one) || isCalled(transcript, one.act)) return false;
    const act = actOf(transcript, one);
    return act?.call !== undefined || (act?.measure === true && !told(transcript, one));
  });
  const first = new Map(strays.toReversed().map(({ act, entry }) => [act, { act, entry }]));
  return [...first.values()].toReversed();
}

/** Those beyond the ones that everybody may try. */
export const beyondTries = (transcript: Transcript): ActAt[] => straysIn(transcript).slice(RULES.tries);

/** True if so much was tried in vain before that what came then says nothing of knowing. */
export function isAfterHeap(entry: number, transcript: Transcript): boolean {
  return beyondTries(transcript).some((stray) => stray.entry <= entry);
}
