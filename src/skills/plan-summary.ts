/** What a run of the emergency plan was, in words: times, what could not be done, whom to call. Pure. */
import { joined, say, sentence } from '../dialogue/interpreter.js';
import { PLAN } from '../dialogue/plan-run.js';
import { minutesBetween, openStep, type PlanOutcome, type PlanRun, type StepRun } from '../dialogue/plan-state.js';
import type { Turn } from '../dialogue/world.js';
import { chinaTime } from '../text/china-time.js';
import { contactFor, dialLinks, roleLine } from './contact-choice.js';

/** Kinds of contacts named at the end. */
const MOST_CALLS = 2;

export function planSummary(turn: Turn, plan: PlanRun, outcome: PlanOutcome): void {
  const { world, at } = turn;
  const situation = world.knowledge.situations.get(plan.situation);
  const failed = plan.steps.filter((step) => step.outcome === 'cannot');
  const ids = new Set(failed.map(({ step }) => step));
  const kinds = situation?.steps.filter(({ id }) => ids.has(id)).flatMap(({ call }) => call) ?? [];
  // Something was left undone and names nobody: whoever installed the terminal can help on.
  const calls = failed.length === 0 ? [] : [...new Set(kinds.length === 0 ? (['acquirer'] as const) : kinds)];
  const roles = calls.slice(0, MOST_CALLS);
  const text = sentence(
    turn,
    'summary',
    {
      outcome: sentence(turn, `ended-${outcome}`, {}, PLAN),
      title: situation?.title ?? '',
      from: chinaTime(plan.run, at),
      to: chinaTime(at, at),
      minutes: inWords(turn, minutesBetween(plan.run, at)),
      steps: plan.steps.map((step, index) => line(turn, step, index + 1)).join('\n'),
      failed: titles(turn, failed),
      left: titles(
        turn,
        plan.steps.filter(({ outcome: how = 'open' }) => how === 'skipped' || how === 'open'),
      ),
      money: leavesMoneyOpen(turn, plan) ? sentence(turn, 'money-open', {}, PLAN) : '',
      numbers: roles.map((kind) => roleLine(turn, kind)).join('\n'),
    },
    PLAN,
  );
  const contacts = roles.map((kind) => contactFor(turn, kind));
  say(turn, text, 'summary', contacts.length === 0 ? [] : dialLinks(turn, contacts));
}

function titles(turn: Turn, steps: readonly StepRun[]): string {
  const named = steps.map(({ title }) => title);
  return joined(turn, named, 'items');
}

/** Something was left undone while it is not known whether money moved. */
function leavesMoneyOpen({ session }: Turn, { steps }: PlanRun): boolean {
  const { money } = session.case;
  return money === 'in-doubt' || (money === 'unknown' && steps.some(({ outcome }) => outcome !== 'done'));
}

/** How far it is, for whoever takes the case over; '' if nothing runs. */
export function planLine(turn: Turn): string {
  const { plan } = turn.session;
  const open = openStep(plan);
  if (!plan || !open) return '';
  const title = turn.world.knowledge.situations.get(plan.situation)?.title ?? '';
  const severity = sentence(turn, `severity-${plan.severity}`, {}, PLAN);
  return sentence(turn, 'brief', { title, severity, number: plan.steps.length, step: open.title }, PLAN);
}

function line(turn: Turn, { title, role, given, done, outcome = 'open' }: StepRun, number: number): string {
  // A list of 「不到 1 分钟」 tells nothing.
  const spent = minutesBetween(given, done ?? given);
  const values = {
    number,
    title,
    role: turn.world.knowledge.planRoles.get(role)?.label ?? role,
    minutes: Math.round(spent) === 0 ? '' : inWords(turn, spent),
  };
  return sentence(turn, `line-${outcome}`, values, PLAN);
}

/** Whole minutes; less than half of one has words of its own. */
function inWords(turn: Turn, minutes: number): string {
  const whole = Math.round(minutes);
  return sentence(turn, whole === 0 ? 'minute-under' : 'minutes', { n: whole }, PLAN);
}
