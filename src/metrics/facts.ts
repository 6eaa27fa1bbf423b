/** What the journal's events of one commit say that is worth counting. Pure. */
import type { CaseEvent } from '../store/store.js';

/** How a turn ended, the first that holds: */
export const TURN_OUTCOMES = [
  /** It failed, and the user was told to call somebody. */
  'failed',
  /** The case went to a human. */
  'handed-over',
  'solved',
  /** The case was closed in another way: cancelled, begun anew, silence. */
  'closed',
  'not-understood',
  'out-of-scope',
  /** A fix was offered. */
  'fix',
  /** A question was asked, a look-up of the payment among them. */
  'asked',
  /** Something else was said. */
  'answered',
  /** Nothing was said. */
  'silent',
] as const;
export type TurnOutcome = (typeof TURN_OUTCOMES)[number];

export const CLOSINGS = [
  'resolved',
  'resolved-by-human',
  'paid',
  'cancelled',
  'restarted',
  'silence',
  'other',
] as const;
export type Closing = (typeof CLOSINGS)[number];
const SOLVED: readonly Closing[] = ['resolved', 'resolved-by-human', 'paid'];

/** Why a human was called; `asked`: the user wanted one, or could go on in no other way. */
export const ESCALATIONS = [
  'asked',
  'money',
  'cheaper',
  'questions-cap',
  'fixes-cap',
  'nothing-left',
  'other',
] as const;
export type Escalation = (typeof ESCALATIONS)[number];

export const RATINGS = ['good', 'bad', 'withdrawn'] as const;
export type Rating = (typeof RATINGS)[number];

export interface Facts {
  turns: TurnOutcome[];
  /** Messages that were answered together with one before them. */
  joined: number;
  /** Fixes that were offered: what they mend was concluded to be the cause. */
  offered: string[];
  /** Cases that ended: how, and after how many questions. */
  closed: { closing: Closing; questions: number }[];
  escalations: Escalation[];
  notUnderstood: number;
  outOfScope: number;
  ratings: Rating[];
}

export function factsOf(events: readonly CaseEvent[]): Facts {
  const facts: Facts = {
    turns: [],
    joined: 0,
    offered: [],
    closed: [],
    escalations: [],
    notUnderstood: 0,
    outOfScope: 0,
    ratings: [],
  };
  for (const { type, data } of events) {
    const rank = outcomeOf(type, data);
    const last = facts.turns.length - 1;
    if (type === 'turn') facts.turns.push(rank);
    // What happens in a turn stands behind it.
    else if (last >= 0) facts.turns[last] = firstOf(facts.turns[last] ?? rank, rank);
    note(facts, type, data);
  }
  return facts;
}

function note(facts: Facts, type: string, data: CaseEvent['data']): void {
  switch (type) {
    case 'turn':
      facts.joined += Math.max(0, textsOf(data.input).length - 1);
      return;
    case 'fix':
      if (data.outcome === 'open') facts.offered.push(String(data.fix));
      return;
    case 'closed': {
      const { asked } = (data.known ?? {}) as { asked?: unknown };
      facts.closed.push({ closing: closingOf(data), questions: Array.isArray(asked) ? asked.length : 0 });
      return;
    }
    case 'human':
      // The platform's event of a human at the desk has no case.
      if (data.case !== undefined)
        facts.escalations.push(data.why === '' ? 'asked' : (oneOf(ESCALATIONS, data.why) ?? 'other'));
      return;
    case 'not-understood':
      facts.notUnderstood += 1;
      return;
    case 'out-of-scope':
      facts.outOfScope += 1;
      return;
    case 'feedback': {
      const rating = oneOf(RATINGS, data.rating);
      if (rating) facts.ratings.push(rating);
    }
  }
}

function outcomeOf(type: string, data: CaseEvent['data']): TurnOutcome {
  switch (type) {
    case 'turn':
      return Array.isArray(data.replies) && data.replies.length > 0 ? 'answered' : 'silent';
    case 'turn-failed':
      return 'failed';
    case 'human':
      return data.case === undefined ? 'silent' : 'handed-over';
    case 'closed':
      return SOLVED.includes(closingOf(data)) ? 'solved' : 'closed';
    case 'not-understood':
    case 'out-of-scope':
      return type;
    case 'question':
    case 'look-up':
      return 'asked';
    case 'fix':
      return data.outcome === 'open' ? 'fix' : 'silent';
    default:
      return 'silent';
  }
}

function firstOf(a: TurnOutcome, b: TurnOutcome): TurnOutcome {
  return TURN_OUTCOMES.indexOf(a) <= TURN_OUTCOMES.indexOf(b) ? a : b;
}

function closingOf(data: CaseEvent['data']): Closing {
  return oneOf(CLOSINGS, data.outcome) ?? 'other';
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((one) => one === value);
}

function textsOf(input: unknown): readonly unknown[] {
  const { texts } = (input ?? {}) as { texts?: unknown };
  return Array.isArray(texts) ? texts : [];
}
