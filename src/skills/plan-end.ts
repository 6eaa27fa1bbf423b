/** How a run of the emergency plan ends: what it was, and whether it works again. Pure. */
import { flowOf, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import { closeStep, PLAN, PLAN_OVER, stepsOf, withoutPlan } from '../dialogue/plan-run.js';
import { minutesBetween, openStep, type PlanOutcome } from '../dialogue/plan-state.js';
import { topFrame } from '../dialogue/session.js';
import type { Turn } from '../dialogue/world.js';
import { planSummary } from './plan-summary.js';

/** The button that asks for a human. */
const HUMAN = 'human';

/** The run is over: its times, what could not be done, whom to call; and whether it works again, unless that is known or moot. */
export function endPlan(turn: Turn): string {
  const { session } = turn;
  const situation = turn.world.knowledge.situations.get(session.plan?.situation ?? '');
  const walked = (session.plan?.steps.length ?? 0) > 0;
  const outcome = closeRun(turn);
  const isOpen = session.closed === null && (outcome === 'finished' || outcome === 'stopped');
  if (!isOpen || !walked || situation?.blocks !== true || session.frames.length > 1) return 'ended';
  const over = sentence(turn, 'over', {}, PLAN);
  const options = asReplyOptions(flowOf(turn, PLAN).states['asking-over']?.options ?? []);
  const summary = turn.replies.pop();
  const text = `${summary?.text ?? ''}\n\n${over}`;
  prompt(turn, { type: 'summary', links: summary?.links ?? [], text, options, question: PLAN_OVER });
  // Said again, it is said without the times.
  const frame = topFrame(session);
  if (frame?.prompt) frame.prompt = { ...frame.prompt, type: 'question', text: over, links: [] };
  return 'over';
}

/** Ends the run and says what it was; whatever it interrupted is left as it is. */
export function closeRun(turn: Turn): PlanOutcome | undefined {
  const { session, world, at } = turn;
  const { plan } = session;
  if (!plan) return undefined;
  const left = stepsOf(world, plan).filter(({ id }) => !plan.steps.some(({ step }) => step === id)).length;
  const outcome = outcomeOf(turn, left);
  if (plan.steps.length === 0) say(turn, sentence(turn, 'not-started', {}, PLAN));
  else {
    closeStep(turn, 'open');
    const minutes = minutesBetween(plan.run, at);
    turn.happenings.push({ type: 'plan-ended', data: { run: plan.run, outcome, minutes, left } });
    planSummary(turn, session.plan ?? plan, outcome);
  }
  session.plan = undefined;
  session.trail = [];
  const top = topFrame(session);
  session.frames = [...withoutPlan(session.frames), ...(top?.skill === PLAN ? [top] : [])];
  return outcome;
}

/** 「现在能收了吗？」 */
export function takeOver(turn: Turn): string {
  const { option } = turn.signal;
  if (option === 'working') return 'close';
  if (option === HUMAN) {
    turn.signal = { name: 'asked' };
    return HUMAN;
  }
  say(turn, sentence(turn, 'still', {}, PLAN));
  return 'still';
}

function outcomeOf({ session, signal }: Turn, left: number): PlanOutcome {
  if (signal.name === 'solved' || signal.option === 'solved') return 'solved';
  if (signal.name === 'silence') return 'silence';
  return left === 0 && !openStep(session.plan) ? 'finished' : 'stopped';
}
