/** Everything a diagnosis is computed from. Kept in the session; a belief is recomputed from it, never stored. */
import type { Cause } from '../knowledge/schema.js';

/** Whether the last payment attempt moved money. */
export type Money =
  /** Not asked yet. */
  | 'unknown'
  /** It may have: look the transaction up first, charge nothing. */
  | 'in-doubt'
  /** Known to have failed: collecting again is safe. */
  | 'failed'
  /** Known to have succeeded: never collect again. */
  | 'paid';

/** An answer to a question, tapped, typed, or found in a sentence. */
export interface Answer {
  question: string;
  /** An option id or `unknown`. */
  option: string;
  /** How we know. */
  from: 'answer' | 'utterance';
}

/** A code as it was understood: every reading still possible. */
export interface CodeSeen {
  code: string;
  /** System ids whose reading is still possible. */
  systems: string[];
}

/** What has been established about one merchant's failure. */
export interface Case {
  scenario: 'daily' | 'promotion' | 'cross-region' | null;
  /**
   * One distribution over the causes an utterance (given that it is one of them), at most 3, latest last. `signs`: the
   * fault id of each sign found in it; a fault twice if two of its signs were found.
   */
  texts: { causes: Record<Cause, number>; signs: string[] }[];
  codes: CodeSeen[];
  answers: Answer[];
  /** Question ids asked so far, in order (answered or not). */
  asked: string[];
  /** Fix ids that did not help, in order. */
  failedFixes: string[];
  /** Fix ids that the user can't carry out now: not offered again, but neither evidence nor failures. */
  skippedFixes?: string[];
  /** Factors on the prior that open incidents brought when the case was last thought about: fault or cause id → factor. */
  incidents?: Readonly<Record<string, number>>;
  money: Money;
}

export interface Belief {
  /** Fault id (and `other`) → probability, in the model's order; sums to 1. */
  faults: ReadonlyMap<string, number>;
  /** Cause id (and `other`) → probability, in the order of CAUSES; sums to 1. */
  causes: ReadonlyMap<string, number>;
}

/** What the plan says to do next, with the numbers that say why. */
export interface Plan {
  step:
    | { kind: 'ask'; question: string }
    | { kind: 'fix'; fix: string }
    /** `why`: cheaper than any fix left; a cap was reached (`questions-cap`: but for it, asking would pay); no fix is left. */
    | { kind: 'human'; why: 'cheaper' | 'questions-cap' | 'fixes-cap' | 'nothing-left' };
  /**
   * Expected cost of repair without another question, minutes: the best fixes that may still be tried, then a human; less
   * the credit for the likeliest cause.
   */
  ecr: number;
  /**
   * The shortlist, least expected cost first. `gain` in bits, `eco` and `cost` in minutes (with the margin, and the cost of
   * `charged` where that has to be asked before).
   */
  questions: { question: string; gain: number; cost: number; eco: number }[];
  /** Fixes left, most efficient first. `p` = P(works | evidence), `cost` in minutes. */
  fixes: { fix: string; p: number; cost: number }[];
}
