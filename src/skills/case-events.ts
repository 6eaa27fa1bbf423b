/** What happens in a case, for the journal: enough to re-estimate likelihoods and to report, no free text. */

import type { Belief, Plan } from '../diagnosis/case.js';
import { type PastCase, withPast } from '../dialogue/past-cases.js';
import { copyCase } from '../dialogue/session.js';
import type { Turn } from '../dialogue/world.js';

/** How many faults of a belief are written down; the tail says little. */
const TOP_FAULTS = 5;

/** Notes a happening of the case. */
export function caseEvent(turn: Turn, type: string, data: Readonly<Record<string, unknown>> = {}): void {
  turn.happenings.push({ type, data: { case: turn.session.caseNumber, ...data } });
}

/** Notes a step of the plan together with the belief that it rests on; what is asked or offered next rests on the same. */
export function planEvent(turn: Turn, plan: Plan, belief: Belief): void {
  const top = [...belief.faults]
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP_FAULTS)
    .map(([id, p]) => ({ id, p: Math.round(p * 1e4) / 1e4 }));
  caseEvent(turn, 'plan', { step: plan.step, ecr: plan.ecr, belief: top });
}

/** Records what came of a fix, once a fix. */
export function noteTried(turn: Turn, fix: string, outcome: 'solved' | 'not-solved' | 'open'): void {
  const { session } = turn;
  session.tried = [...session.tried.filter((one) => one.fix !== fix), { fix, outcome }];
  caseEvent(turn, 'fix', { fix, outcome });
}

/** Notes how a case ended, with everything that was known of it: a labelled case to learn from. */
export function caseClosed(turn: Turn, outcome: string, data: Readonly<Record<string, unknown>> = {}): void {
  caseEvent(turn, 'closed', { outcome, ...data, known: copyCase(turn.session.case) });
  const past = pastCase(turn, outcome);
  if (past) turn.session.past = withPast(turn.session.past, past);
}

const SOLVED: readonly string[] = ['resolved', 'resolved-by-human', 'paid'] satisfies PastCase['outcome'][];

/** The case as it is remembered; one that ended without a solution only if anything was done about it. */
function pastCase({ session, world, at }: Turn, outcome: string): PastCase | undefined {
  const solved = SOLVED.includes(outcome);
  if (!solved && !session.handoff && session.tried.length === 0) return undefined;
  const solvedBy = session.tried.findLast((one) => one.outcome === 'solved') ?? session.tried.at(-1);
  const fix = solvedBy?.fix ?? session.fix ?? undefined;
  const fault = session.suspect ?? world.knowledge.fixes.get(fix ?? '')?.fault;
  const cause = world.knowledge.faults.get(fault ?? '')?.cause;
  return {
    case: session.caseNumber,
    opened: session.caseOpenedAt,
    at,
    ...(session.shop?.merchant === undefined ? {} : { merchant: session.shop.merchant }),
    ...(cause === undefined ? {} : { cause }),
    ...(fault === undefined ? {} : { fault }),
    ...(fix === undefined ? {} : { fix }),
    outcome: solved ? (outcome as PastCase['outcome']) : 'open',
  };
}
