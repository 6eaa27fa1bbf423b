/** One move of the trainee: time passes, things happen, acts show what they show. Pure. */

import {
  type Done,
  type DrillEnd,
  type DrillRun,
  type Found,
  RUN_LIMITS,
  type Standing,
  type Told,
} from '../dialogue/drill-state.js';
import type { Drill, DrillAct, DrillRole, EVENT_SOURCES } from '../knowledge/schema.js';
import { type DrillWorld, shownBy, standingOf } from './truth.js';

/** Seconds that a message without any act takes. */
const IDLE = 10;
/** In a drill against the clock: real seconds between two messages that count at most. */
const LONGEST_PAUSE = 600;

/** The act that needs somebody on the phone. */
const HANG_UP = 'hang-up';

/** Something shown: words as they stand, or a sentence of flows/drill.yaml by its key. */
export type Shown =
  | { text: string }
  | { key: string; values: Readonly<Record<string, string | number>> }
  | { from: (typeof EVENT_SOURCES)[number]; role: DrillRole | undefined; text: string };

export interface Move {
  /** Masked. */
  words: string;
  acts: readonly DrillAct[];
  told: readonly Told[];
  role: DrillRole;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface Moved {
  run: DrillRun;
  shown: Shown[];
  standing: Standing;
  /** Why it is over, if it is. */
  over?: DrillEnd;
}

export function newRun(
  drill: Drill,
  run: Pick<DrillRun, 'run' | 'seed' | 'timed' | 'hints'> & { role?: DrillRole },
): DrillRun {
  return { ...run, drill: drill.id, seconds: 0, saidAt: run.run, events: [], entries: [] };
}

/** Carries the acts out one after the other. */
export function play(before: DrillRun, drill: Drill, move: Move, world: DrillWorld): Moved {
  const waited = passed(before, drill, move.at);
  let { run } = waited;
  const shown: Shown[] = [...waited.shown];
  const start = run.seconds;
  const done: Done[] = [];
  const entry = () => ({
    at: start,
    role: move.role,
    words: move.words.slice(0, RUN_LIMITS.words),
    done,
    told: move.told,
  });
  const sofar = () => standingOf({ entries: [...before.entries, entry()] }, drill, world);
  for (const act of move.acts) {
    // Whoever is alone does everything.
    if (run.team && act.roles?.includes(move.role) === false) {
      shown.push({ key: 'not-your-role', values: { act: act.label } });
      continue;
    }
    if (act.id === HANG_UP && !hasRung(run, drill)) {
      shown.push({ key: 'no-call', values: {} });
      continue;
    }
    const was = sofar();
    const blind = act.charges && was.money !== 'failed';
    const found = blind ? undefined : findingOf(act, drill, run.seed, world);
    done.push({ act: act.id, at: run.seconds, ...(found ? { found } : {}), ...(blind ? { blind } : {}) });
    shown.push(...answerTo(act, found, was, sofar(), drill, world));
    const after = elapse(run, drill, act.seconds);
    run = after.run;
    shown.push(...after.shown);
  }
  if (move.acts.length === 0) {
    const after = elapse(run, drill, IDLE);
    run = after.run;
    shown.push(...after.shown);
  }
  const entries = [...before.entries, entry()];
  const standing = standingOf({ entries }, drill, world);
  const over = endOf({ ...run, entries }, drill, move);
  return { run: { ...run, entries }, shown, standing, ...(over ? { over } : {}) };
}

/** Against the clock, time passes while nothing is said. */
export function passed(run: DrillRun, drill: Drill, at: number): { run: DrillRun; shown: Shown[] } {
  const seconds = run.timed ? Math.min(LONGEST_PAUSE, Math.max(0, Math.round((at - run.saidAt) / 1000))) : 0;
  const after = elapse(run, drill, seconds);
  return { run: { ...after.run, saidAt: Math.max(at, run.saidAt) }, shown: after.shown };
}

/** Lets seconds pass: what was to happen by then happens. */
function elapse(run: DrillRun, drill: Drill, seconds: number): { run: DrillRun; shown: Shown[] } {
  const now = run.seconds + seconds;
  const due = drill.events
    .map((event, index) => ({ event, index }))
    .filter(({ event, index }) => event.after <= now && !run.events.includes(index))
    .sort((a, b) => a.event.after - b.event.after);
  return {
    run: { ...run, seconds: now, events: [...run.events, ...due.map(({ index }) => index)] },
    shown: due.map(({ event: { from, role, text } }) => ({ from, role, text })),
  };
}

/** True if somebody has called, as far as the story goes. */
function hasRung({ events }: DrillRun, drill: Drill): boolean {
  return drill.events.some(({ from }, index) => from === 'phone' && events.includes(index));
}

function findingOf(act: DrillAct, drill: Drill, seed: number, world: DrillWorld): Found | undefined {
  const option = act.question === undefined ? undefined : shownBy(act.question, drill, seed, world);
  return act.question === undefined || option === undefined ? undefined : { question: act.question, option };
}

/** What an act shows. `was` and `is`: before it and after it. */
function answerTo(
  act: DrillAct,
  found: Found | undefined,
  was: Standing,
  is: Standing,
  drill: Drill,
  world: DrillWorld,
): Shown[] {
  if (act.charges && was.money !== 'failed') return [charged(was, drill)];
  if (act.id === 'backup') return [{ key: `backup-${was.money}`, values: {} }];
  if (act.id === 'look-up')
    return [
      drill.lookUp === undefined
        ? { key: `look-up-${drill.money}`, values: { amount: drill.amount } }
        : { text: drill.lookUp },
    ];
  if (!was.cured && is.cured)
    return [drill.cured === undefined ? { key: 'cured', values: { act: act.label } } : { text: drill.cured }];
  if (act.charges && is.cured) return [{ key: 'collected', values: { amount: drill.amount } }];
  // What was to be done is done: the same again would say that nothing has changed.
  if (act.measure && was.cured && !act.afterwards) return [{ key: 'already', values: {} }];
  if (found) return [findingShown(found, drill, world)];
  if (act.call !== undefined && drill.call.includes(act.call) && drill.answered !== undefined)
    return [{ text: drill.tells[act.id] ?? drill.answered }];
  if (act.call !== undefined && !drill.call.includes(act.call))
    return [{ text: act.shows }, { key: 'not-theirs', values: {} }];
  return [{ text: drill.tells[act.id] ?? act.shows }];
}

/** Collected before it was known that nothing was: what comes of it, said without a word of blame. */
function charged(was: Standing, drill: Drill): Shown {
  const twice = drill.money === 'paid' || was.money === 'paid';
  return { key: twice ? 'charged-twice' : 'charged-blind', values: { amount: drill.amount } };
}

function findingShown({ question, option }: Found, drill: Drill, { knowledge }: DrillWorld): Shown {
  const written = drill.shows[question];
  if (written) return { text: written.text };
  const asked = knowledge.questions.get(question);
  return {
    key: 'found',
    values: { what: asked?.because[option] ?? asked?.options.find(({ id }) => id === option)?.label ?? option },
  };
}

function endOf(run: DrillRun, drill: Drill, { acts }: Move): DrillEnd | undefined {
  if (acts.some(({ id }) => id === 'review')) return 'finished';
  const long = run.seconds > drill.minutes * 60 * RUN_LIMITS.overtime;
  return long || run.entries.length >= RUN_LIMITS.entries ? 'time' : undefined;
}
