/**
 * 100 points in seven items. Each point is earned by an act at a moment of the transcript under a rule that stands in
 * docs/drills.zh-CN.md; nothing is earned by not doing. The weights follow section 5.2 of the project's domain notes, which puts
 * together what acquirers and shops publish (a composition: no public table of this kind was found). Pure.
 */

import type { Done, DrillRun, Entry, Told } from '../dialogue/drill-state.js';
import { type Drill, OTHER } from '../knowledge/schema.js';
import type { Insight } from './insight.js';
import { type DrillWorld, standingOf } from './truth.js';

export const ITEMS = ['record', 'money', 'open', 'isolate', 'steps', 'escalate', 'review'] as const;
export type ItemId = (typeof ITEMS)[number];

/** Points by rule; each item's rules sum to what it is worth. */
export const POINTS = {
  record: { words: 4, details: 3, prompt: 3 },
  money: { 'looked-up': 12, acted: 8 },
  open: { backup: 10, informed: 5 },
  isolate: { narrowed: 12, worth: 8 },
  steps: { right: 10, second: 5, back: 5 },
  escalate: { person: 5, facts: 5 },
  review: { cause: 2, prevention: 2, owner: 1 },
} as const satisfies Record<ItemId, Record<string, number>>;

/** Limits that the rules name. */
export const RULES = {
  /** Seconds to the first right act. */
  prompt: 60,
  /** Seconds to a second way of paying and to a word to the customer. */
  open: 300,
  /** Questions to at most two causes; half the points up to `late`. */
  questions: 4,
  late: 6,
  /** Bits from which a question counts as one that tells something. */
  tells: 0.05,
  /** Facts that a caller has at hand: all points, half of them. */
  facts: 4,
  someFacts: 2,
  /** Taken off the steps for each trap walked into. */
  trap: 5,
} as const;

/** One rule: what it gave, and the entry that earned or lost it. */
export interface Judged {
  rule: string;
  points: number;
  of: number;
  /** Index of the entry; undefined: nothing of the kind was done. */
  entry?: number;
}

export interface Item {
  id: ItemId;
  points: number;
  of: number;
  rules: readonly Judged[];
  /** What made it worth nothing, whatever was earned: the act, and the entry. */
  lost?: { act: string; entry: number };
  /** Traps walked into. */
  traps?: readonly { act: string; entry: number }[];
}

export interface Score {
  score: number;
  items: readonly Item[];
}

interface Seen extends Done {
  entry: number;
}

/** Everything that the rules look at. */
interface Transcript {
  run: Pick<DrillRun, 'entries'>;
  drill: Drill;
  world: DrillWorld;
  insight: Insight;
  done: readonly Seen[];
}

/** The same transcript, the same score. */
export function scoreOf(run: Pick<DrillRun, 'entries'>, drill: Drill, insight: Insight, world: DrillWorld): Score {
  const done = run.entries.flatMap((entry, index) => entry.done.map((one) => ({ ...one, entry: index })));
  const transcript: Transcript = { run, drill, world, insight, done };
  const items: Item[] = [
    item('record', recorded(transcript)),
    { ...item('money', moneySafe(transcript)), ...forfeited(transcript) },
    item('open', keptOpen(transcript)),
    item('isolate', isolated(transcript)),
    stepsItem(transcript),
    item('escalate', escalated(transcript)),
    item('review', reviewed(transcript)),
  ].map((one) => ({ ...one, points: one.lost ? 0 : one.points }));
  return { score: items.reduce((sum, { points }) => sum + points, 0), items };
}

function item(id: ItemId, rules: readonly Judged[]): Item {
  const of = Object.values(POINTS[id]).reduce((sum: number, points) => sum + points, 0);
  return { id, points: rules.reduce((sum, { points }) => sum + points, 0), of, rules };
}

function judged(rule: string, of: number, share: number, entry: number | undefined): Judged {
  return { rule, of, points: Math.round(of * share), ...(entry === undefined ? {} : { entry }) };
}

/** Earned by the first that fits; nothing without one. */
function earned(rule: string, of: number, by: Seen | Entry | undefined, { run }: Transcript): Judged {
  if (by === undefined) return judged(rule, of, 0, undefined);
  return judged(rule, of, 1, 'entry' in by ? by.entry : run.entries.indexOf(by));
}

const actOf = ({ world }: Transcript, { act }: Done) => world.knowledge.drillActs.get(act);

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
    judged('details', details, found.length / 3, found[0] && run.entries.indexOf(found[0])),
    earned('prompt', prompt, right && first !== undefined && first.at <= RULES.prompt ? first : undefined, transcript),
  ];
}

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

function isolated(transcript: Transcript): Judged[] {
  const { insight, done } = transcript;
  const { narrowed: full, worth } = POINTS.isolate;
  const telling = insight.asked.find(({ bits }) => bits >= RULES.tells);
  const entryOf = (question: string | undefined) => done.find(({ found }) => found?.question === question)?.entry;
  const followed = done.find((one) => isProper(transcript, one) && actOf(transcript, one)?.call === undefined);
  // What the first words settle is earned by acting on it; the rest by the question that settles it.
  const settled =
    insight.narrowed === 0 ? followed?.entry : entryOf(insight.asked[(insight.narrowed ?? 0) - 1]?.question);
  const asked = insight.narrowed ?? Infinity;
  const share = asked <= RULES.questions ? 1 : asked <= RULES.late ? 0.5 : 0;
  // Where nothing is worth asking, what is wasted is taken off the step that could be made at once.
  const worthless = insight.modelBits < RULES.tells;
  const by = worthless ? followed?.entry : telling && entryOf(telling.question);
  return [
    judged('narrowed', full, settled === undefined ? 0 : share, settled),
    judged('worth', worth, by === undefined ? 0 : worthOf(insight), by),
  ];
}

/** Bits against those of the plan's own way, with what was wasted on top taken off: 0 … 1. */
function worthOf({ bits, wasted, modelBits }: Insight): number {
  const gained = modelBits < RULES.tells ? 1 : Math.min(1, bits / modelBits);
  // Ten minutes wasted are worth nothing any more.
  return gained * Math.max(0, 1 - wasted / 10);
}

/** A step of the right fix; money taken blindly is a step of nothing. */
const isProper = ({ drill }: Transcript, { act, blind }: Done): boolean =>
  blind !== true && (drill.right.includes(act) || drill.cures.includes(act));

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
    earned('right', right, seen[0], transcript),
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

function isCalled({ drill, world }: Transcript, id: string): boolean {
  const call = world.knowledge.drillActs.get(id)?.call;
  return call !== undefined && drill.call.includes(call);
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
  const notes = transcript.run.entries.filter((entry) => entry.done.some(({ act }) => act === 'review'));
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
