/**
 * 100 points in seven items. Each point is earned by an act at a moment of the transcript under a rule that stands in
 * docs/drills.zh-CN.md; nothing is earned by not doing. The weights follow section 5.2 of the project's domain notes, which puts
 * together what acquirers and shops publish (a composition: no public table of this kind was found). Pure.
 */

import type { DrillRun, Told } from '../dialogue/drill-state.js';
import { type Drill, OTHER } from '../knowledge/schema.js';
import type { Insight } from './insight.js';
import { isolated } from './isolated.js';
import { type Item, type ItemId, type Judged, POINTS, RULES, type Score } from './points.js';
import {
  actOf,
  beyondTries,
  earned,
  isCalled,
  isProper,
  judged,
  type Seen,
  straysIn,
  type Transcript,
} from './transcript.js';
import { type DrillWorld, standingOf } from './truth.js';

/** The same transcript, the same score. */
export function scoreOf(run: Pick<DrillRun, 'entries'>, drill: Drill, insight: Insight, world: DrillWorld): Score {
  const done = run.entries.flatMap((entry, index) => entry.done.map((one) => ({ ...one, entry: index })));
  const transcript: Transcript = { run, drill, world, insight, done };
  const beyond = beyondTries(transcript);
  const wrongCalls = straysIn(transcript).filter(({ act }) => world.knowledge.drillActs.get(act)?.call !== undefined);
  const items: Item[] = [
    item('record', recorded(transcript)),
    { ...item('money', moneySafe(transcript)), ...forfeited(transcript) },
    withStrays(item('open', keptOpen(transcript)), RULES.strayTime, beyond),
    item('isolate', isolated(transcript)),
    withStrays(stepsItem(transcript), RULES.stray, beyond),
    withStrays(item('escalate', escalated(transcript)), RULES.wrongCall, wrongCalls),
    item('review', reviewed(transcript)),
  ].map((one) => ({ ...one, points: one.lost ? 0 : one.points }));
  return { score: items.reduce((sum, { points }) => sum + points, 0), items };
}

function item(id: ItemId, rules: readonly Judged[]): Item {
  const of = Object.values(POINTS[id]).reduce((sum: number, points) => sum + points, 0);
  return { id, points: rules.reduce((sum, { points }) => sum + points, 0), of, rules };
}

/** Takes points off for what fits nothing, down to none. */
function withStrays(made: Item, each: number, strays: NonNullable<Item['strays']>): Item {
  if (strays.length === 0) return made;
  return { ...made, points: Math.max(0, made.points - each * strays.length), strays };
}

function recorded(transcript: Transcript): Judged[] {
  const { run, done } = transcript;
  const { words, details, prompt } = POINTS.record;
  const notes = run.entries.filter((entry) => entry.done.some(({ act }) => act === 'record'));
  const named = (told: Told) => notes.find((entry) => entry.told.includes(told));
  const found = (['time', 'method', 'amount'] as const).map(named).filter((entry) => entry !== undefined);
  const first = done[0];
  const act = first && actOf(transcript, first);
  const right = act !== undefined && act.harm === undefined && !act.charges && !act.forfeits;
  return [
    earned('words', words, named('screen'), transcript),
    {
      ...judged('details', details, found.length / 3, found[0] && run.entries.indexOf(found[0])),
      ...(WRONG.some((told) => named(told)) ? { wrong: true } : {}),
    },
    earned('prompt', prompt, right && first !== undefined && first.at <= RULES.prompt ? first : undefined, transcript),
  ];
}

/** Facts that contradict the story. */
const WRONG = ['wrong-time', 'wrong-method', 'wrong-amount'] as const;

function moneySafe(transcript: Transcript): Judged[] {
  const { done, drill } = transcript;
  const lookedUp = done.find(({ act }) => act === 'look-up');
  const after = lookedUp === undefined ? [] : done.slice(done.indexOf(lookedUp) + 1);
  // What is known not to have been charged may be collected, another way or the same; else the customer is told not to pay again.
  const acts = drill.money === 'failed' ? ['backup', 'inform', 'collect'] : ['inform'];
  const acted = after.find(
    (one) => acts.includes(one.act) || (drill.money === 'failed' && actOf(transcript, one)?.charges === true),
  );
  return [
    earned('looked-up', POINTS.money['looked-up'], lookedUp, transcript),
    earned('acted', POINTS.money.acted, acted, transcript),
  ];
}

/** The knock-out: money taken while it was not known to have failed, secrets or money given away. */
function forfeited({ run, drill, world }: Transcript): Pick<Item, 'lost'> {
  const { breach } = standingOf(run, drill, world);
  return breach === undefined ? {} : { lost: breach };
}

function keptOpen(transcript: Transcript): Judged[] {
  const { backup, informed } = POINTS.open;
  const first = (id: string) => transcript.done.find(({ act }) => act === id);
  const second = first('backup');
  const told = first('inform');
  const share = (one: Seen | undefined) => (one === undefined ? 0 : one.at <= RULES.open ? 1 : 0.5);
  return [
    judged('backup', backup, share(second), second?.entry),
    judged('informed', informed, share(told), told?.entry),
  ];
}

function stepsItem(transcript: Transcript): Item {
  const { run, drill, world, done } = transcript;
  const { right, second, back } = POINTS.steps;
  const proper = new Set([...drill.right, ...drill.cures]);
  const seen = [...new Map(done.filter((one) => isProper(transcript, one)).map((one) => [one.act, one])).values()];
  const standing = standingOf(run, drill, world);
  const over = drill.cures.length > 0 ? standing.cured : standing.escalated;
  const last = done.findLast(({ act }) => drill.cures.includes(act) || isCalled(transcript, act));
  const few = proper.size < 2;
  const rules = [
    judged('right', right, rightOf(seen[0], transcript), seen[0]?.entry),
    earned('second', second, few ? seen[0] : seen[1], transcript),
    earned('back', back, over ? last : undefined, transcript),
  ];
  const harmful = done.find((one) => actOf(transcript, one)?.harm !== undefined);
  const traps = drill.traps.flatMap(({ act }) => {
    const fell = done.find((one) => one.act === act);
    return fell ? [{ act, entry: fell.entry }] : [];
  });
  const made = item('steps', rules);
  return {
    ...made,
    points: Math.max(0, made.points - RULES.trap * traps.length),
    ...(harmful ? { lost: { act: harmful.act, entry: harmful.entry } } : {}),
    ...(traps.length > 0 ? { traps } : {}),
  };
}

/** A call by somebody who asked nothing before is half a step: whoever answers does the thinking. */
function rightOf(first: Seen | undefined, transcript: Transcript): number {
  if (first === undefined) return 0;
  const blind = isCalled(transcript, first.act) && !transcript.insight.asked.some(({ at }) => at <= first.at);
  return blind ? 0.5 : 1;
}

function escalated(transcript: Transcript): Judged[] {
  const { run, done } = transcript;
  const { person, facts } = POINTS.escalate;
  const called = done.find(({ act }) => isCalled(transcript, act));
  const known = new Set<Told>(
    called === undefined
      ? []
      : run.entries.slice(0, called.entry + 1).flatMap(({ told }) => told.filter((one) => FACTS.has(one))),
  );
  const share = known.size >= RULES.facts ? 1 : known.size >= RULES.someFacts ? 0.5 : 0;
  return [earned('person', person, called, transcript), judged('facts', facts, share, called?.entry)];
}

const FACTS: ReadonlySet<Told> = new Set<Told>(['screen', 'time', 'method', 'amount', 'merchant', 'terminal']);

function reviewed(transcript: Transcript): Judged[] {
  const reviews = transcript.run.entries.filter((entry) => entry.done.some(({ act }) => act === 'review'));
  // Whoever names every cause has found none: such a review is none.
  const notes = reviews.filter(({ told }) => !told.includes('every-cause'));
  const named = (told: Told) => notes.find((entry) => entry.told.includes(told));
  const { cause, prevention, owner } = POINTS.review;
  return [
    earned('cause', cause, named('cause'), transcript),
    earned('prevention', prevention, named('prevention'), transcript),
    earned('owner', owner, named('owner'), transcript),
  ];
}

/** Cause ids in the order of the belief's, `other` last; for curves. */
export function orderedCauses(insight: Insight): string[] {
  return Object.keys(insight.start).sort((a, b) => Number(a === OTHER) - Number(b === OTHER));
}
