/** A run of the emergency plan under way: the next step, the times, the reminder, the end. Pure. */
import { PLAN_LIMITS, type PlanStep, SEVERITIES, type Severity } from '../knowledge/schema.js';
import { call, sentence } from './interpreter.js';
import {
  minutesBetween,
  openStep,
  type PlanOutcome,
  type PlanRun,
  type StepOutcome,
  type StepRun,
} from './plan-state.js';
import type { Frame, Session } from './session.js';
import { topFrame } from './session.js';
import { promptOf } from './state.js';
import type { Happening, Turn, World } from './world.js';

/** The skill, its flow, and the wake-up that looks whether a step takes too long. */
export const PLAN = 'emergency-plan';
/** What is asked before the first step. */
export const PLAN_SITUATION = 'plan-situation';
export const PLAN_ROLE = 'plan-role';
const MINUTE = 60_000;

/** All steps of a run, in order: of its roles, as severe as it is. */
export function stepsOf({ knowledge }: Pick<World, 'knowledge'>, { situation, role, severity }: PlanRun): PlanStep[] {
  const walks = new Set([role, ...(knowledge.planRoles.get(role)?.walks ?? [])]);
  const all = knowledge.situations.get(situation)?.steps ?? [];
  return all.filter((step) => walks.has(step.role) && step.severities?.includes(severity) !== false);
}

/** The step that comes next; undefined at the end. A plan edited meanwhile goes on with what it holds now. */
export function nextOf(world: Pick<World, 'knowledge'>, plan: PlanRun): PlanStep | undefined {
  if (plan.steps.length >= PLAN_LIMITS.steps) return undefined;
  return stepsOf(world, plan).find(({ id }) => !plan.steps.some(({ step }) => step === id));
}

/** The graver of two. */
export function graver(one: Severity, other: Severity): Severity {
  return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other) ? one : other;
}

/** A new run, whose situation and role are not known yet. */
export function openRun(session: Session, at: number): void {
  session.plan = { run: at, situation: '', role: '', severity: 'normal', steps: [] };
}

export function change(session: Session, changes: Partial<PlanRun>): void {
  if (session.plan) session.plan = { ...session.plan, ...changes };
}

/** Closes the open step, if there is one, and writes it down for the journal. */
export function closeStep(turn: Turn, outcome: StepOutcome): StepRun | undefined {
  const { session, at } = turn;
  const open = openStep(session.plan);
  if (!session.plan || !open) return undefined;
  const closed = { ...open, outcome, done: Math.max(at, open.given) };
  change(session, { steps: [...session.plan.steps.slice(0, -1), closed] });
  turn.happenings.push(stepEvent(session.plan.run, closed));
  return closed;
}

function stepEvent(
  run: number,
  { step, title, role, limit, given, done = given, outcome = 'open' }: StepRun,
): Happening {
  const minutes = minutesBetween(given, done);
  return { type: 'plan-step', data: { run, step, title, role, outcome, minutes, limit, given, done } };
}

/**
 * What the journal is told of a run that is dropped with a case that lay untouched for long. `last`: of the turn before, ms since the
 * epoch; what came after it was silence, which is no time that the run took.
 */
export function droppedRun(world: Pick<World, 'knowledge'>, plan: PlanRun, last: number): Happening[] {
  if (plan.steps.length === 0) return [];
  const open = openStep(plan);
  const left = stepsOf(world, plan).filter(({ id }) => !plan.steps.some(({ step }) => step === id)).length;
  const outcome: PlanOutcome = 'silence';
  return [
    ...(open ? [stepEvent(plan.run, { ...open, outcome: 'open', done: Math.max(last, open.given) })] : []),
    { type: 'plan-ended', data: { run: plan.run, outcome, minutes: minutesBetween(plan.run, last), left } },
  ];
}

/** When to look whether the open step takes too long (ms since the epoch); undefined if there is nothing to say. */
export function lateAt(session: Session): number | undefined {
  const open = openStep(session.plan);
  // Whoever put the step aside for a human hears from them what is next.
  const waits = session.handoff && topFrame(session)?.skill === 'handoff';
  return open === undefined || open.late === true || waits ? undefined : open.given + open.limit * MINUTE;
}

/** True if what is on the table is a step of the plan. */
export function isOnTable(session: Session): boolean {
  return topFrame(session)?.skill === PLAN && promptOf(session) !== null;
}

/** Says once that the open step takes longer than planned; the buttons come again if it is on the table. */
export function remindOfPlan(turn: Turn): void {
  const late = lateNote(turn);
  const prompt = promptOf(turn.session);
  if (late === '') return;
  if (isOnTable(turn.session) && prompt) turn.replies.push({ ...prompt, text: late });
  else turn.replies.push({ type: 'text', text: late, options: [], links: [] });
}

/** That the open step is late, in words, and takes note that it was said; '' if it is not, or was said before. */
function lateNote(turn: Turn): string {
  const { session, at } = turn;
  const due = lateAt(session);
  const open = openStep(session.plan);
  if (!session.plan || !open || due === undefined || at < due) return '';
  change(session, { steps: [...session.plan.steps.slice(0, -1), { ...open, late: true }] });
  const key = isOnTable(session) ? 'late' : 'late-beside';
  const note = sentence(turn, key, { title: open.title, limit: open.limit }, PLAN);
  const help = session.plan.severity === 'emergency' ? sentence(turn, 'late-help', {}, PLAN) : '';
  return note + help;
}

/** Ends the run, wherever it is in the stack. `why`: `stop`, `solved`, `silence`. */
export function finishPlan(turn: Turn, why: string): void {
  turn.session.frames = withoutPlan(turn.session.frames);
  turn.signal = { name: why };
  call(turn, PLAN, 'finish');
}

/**
 * After a turn: a case that was closed takes its run along, and through a door where the bot cannot speak first a step that takes too
 * long is told of with the next answer. `before`: the run at the beginning of the turn; `silent`: nobody said anything.
 */
export function settlePlan(turn: Turn, before: PlanRun | undefined, silent: boolean): void {
  const { session, replies } = turn;
  if (session.plan && session.closed !== null) {
    const said = replies.splice(0);
    finishPlan(turn, session.closed === 'resolved' ? 'solved' : silent ? 'silence' : 'stop');
    replies.push(...said);
    return;
  }
  const waited = openStep(before);
  const open = openStep(session.plan);
  if (!session.plan || !waited || waited.step !== open?.step || replies.length === 0) return;
  // 「上一步」 takes back what was answered, not what was said.
  if (waited.late) change(session, { steps: [...session.plan.steps.slice(0, -1), { ...open, late: true }] });
  const note = lateNote(turn);
  if (note !== '') replies.unshift({ type: 'text', text: note, options: [], links: [] });
}

/** Frames without those of the plan: it is on the table once or not at all. */
export function withoutPlan(frames: readonly Frame[]): Frame[] {
  return frames.filter(({ skill }) => skill !== PLAN);
}
