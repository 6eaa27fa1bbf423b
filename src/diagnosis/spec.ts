/** A diagnosis model in plain data: what fixtures, simulators and `knowledge/` have in common. `model.ts` compiles it. */
import { CHARGED, type CodeReading, type Fix, type Knowledge, OTHER, type Question } from '../knowledge/schema.js';

/** Id → number; what the id names is said where it is used. */
export type Weights = Readonly<Record<string, number>>;

export interface FaultSpec {
  id: string;
  cause: string;
  /** Relative frequency, any positive scale. */
  prior: number;
}

export interface QuestionSpec {
  id: string;
  /** Without `unknown`. */
  options: readonly string[];
  /** Fault id → P(option | fault); wins over `byCause`. Missing options count as (almost) impossible. */
  byFault?: Readonly<Record<string, Weights>>;
  /** Cause id or `other` → P(option | cause). A fault without a row speaks like `other`, and without that like nobody. */
  byCause?: Readonly<Record<string, Weights>>;
  /** Merchant minutes, the annoyance of being asked included. */
  cost: number;
  /** Finding the answer out takes money from somebody's card. */
  charges?: boolean;
  /** Question id → options, one of which must be the latest answer. */
  requires?: Readonly<Record<string, readonly string[]>>;
}

export interface FixSpec {
  id: string;
  /** Merchant minutes. */
  cost: number;
  /** Fault id → P(fix works | fault); 0 for those left out. */
  success: Weights;
  /** How many of its steps take money. A fix all of whose steps charge is nothing without them. */
  charges?: 'none' | 'some' | 'all';
}

export interface CodeSpec {
  /** Upper case. */
  code: string;
  system: string;
  /** Fault id → P(code | fault). */
  byFault: Weights;
  /** P(code | any other fault). */
  rest: number;
}

export interface CostSpec {
  /** Minutes; a call always ends the case. */
  humanCall: number;
  /** P(unknown) for any question, 0 … 1. */
  unknownRate: number;
  maxQuestions: number;
  maxFailedFixes: number;
  /** How many questions, by gain ÷ cost, are examined by expected cost. */
  shortlist: number;
  /** Minutes that a question has to save to be asked. Default 0. */
  margin?: number;
  /** Minutes that knowing the cause is worth when a fix or a call is offered, beside what it saves (SACSO). Default 0. */
  credit?: number;
}

export interface ModelSpec {
  /** `other` included, if there is one. */
  faults: readonly FaultSpec[];
  questions: readonly QuestionSpec[];
  fixes: readonly FixSpec[];
  costs: CostSpec;
  codes?: readonly CodeSpec[];
  /** Scenario id → fault or cause id → factor on the prior; the fault's own wins over its cause's. */
  scenarios?: Readonly<Record<string, Weights>>;
  /** Exponent on what the classifier says, 0 … 1. */
  textTrust?: number;
  /** Factor for a sign of a fault. */
  sign?: number;
  /**
   * Share of answers that come from anywhere, 0 … 1: rows are authored as if people were sure and authors right. Each row is
   * mixed with an even one in this proportion. Default 0.
   */
  answerNoise?: number;
}

/**
 * Rows are authored as if people were sure and the author right. Where one answer in seven and one row in five is wrong, more
 * would be best, where all are right, none; the loss of this is small at both ends (docs/diagnosis.md).
 */
const ANSWER_NOISE = 0.13;
/** Ten seconds: what a question saves is estimated no better, and each is one more message to read at a full till. */
const MARGIN = 0.15;
/**
 * A minute and a half: the right cause also prevents the next failure, and tells a human whom to call what to look at. With less, a
 * work-around that helps in half of the cases is offered before anything is known.
 */
const CREDIT = 1.5;

/** The knowledge base as a model description, with `other` as its last fault. */
export function specOf(knowledge: Knowledge): ModelSpec {
  const { costs, likelihoods } = knowledge;
  const faults = [...knowledge.faults.values()];
  return {
    faults: [
      ...faults.map(({ id, cause, prior }) => ({ id, cause, prior })),
      { id: OTHER, cause: OTHER, prior: likelihoods.otherPrior },
    ],
    questions: [...knowledge.questions.values()].map((question) => questionSpec(question, knowledge)),
    fixes: [...knowledge.fixes.values()].map((fix) => ({
      id: fix.id,
      cost: fix.minutes,
      success: { ...fix.helps, [fix.fault]: fix.success },
      charges: chargingSteps(fix),
    })),
    costs: { ...costs, margin: MARGIN, credit: CREDIT },
    codes: [...knowledge.codes.values()].flat().map((reading) => codeSpec(reading, knowledge)),
    scenarios: Object.fromEntries([...knowledge.scenarios.values()].map(({ id, shifts }) => [id, shifts])),
    textTrust: likelihoods.textTrust,
    sign: likelihoods.sign,
    answerNoise: ANSWER_NOISE,
  };
}

function questionSpec(question: Question, knowledge: Knowledge): QuestionSpec {
  // `charged` gates and never attributes: whatever somebody writes into its rows must not move the belief.
  const attributes = question.id !== CHARGED;
  const overrides = [...knowledge.faults.values()].flatMap(({ id, answers }) => {
    const row = answers[question.id];
    return row && attributes ? [[id, row] as const] : [];
  });
  return {
    id: question.id,
    options: question.options.map((option) => option.id),
    byFault: Object.fromEntries(overrides),
    byCause: attributes ? question.likelihood : {},
    cost: question.seconds / 60 + knowledge.costs.questionOverhead,
    charges: question.charges,
    requires: question.requires,
  };
}

/** How many of a fix's steps take money. */
export function chargingSteps(fix: Pick<Fix, 'steps'>): 'none' | 'some' | 'all' {
  if (fix.steps.every((step) => step.charges)) return 'all';
  return fix.steps.some((step) => step.charges) ? 'some' : 'none';
}

/**
 * P(code | fault) by how the reading names the fault: itself, by its cause where the reading names no fault at all (it then
 * speaks of the cause as a whole), by a cause in `also` or as another fault of its cause, or not. A code about settlement, refund or
 * nothing says the same of every fault but those in `also`.
 */
function codeSpec(reading: CodeReading, knowledge: Knowledge): CodeSpec {
  const { code } = knowledge.likelihoods;
  const also = new Set<string>(reading.also);
  const named = new Set(reading.faults);
  const byFault: Record<string, number> = {};
  for (const { id, cause } of knowledge.faults.values()) {
    if (named.has(id)) byFault[id] = code.fault;
    else if (cause === reading.cause) byFault[id] = named.size > 0 ? code.also : code.cause;
    else if (also.has(cause)) byFault[id] = code.also;
  }
  return { code: reading.code.toUpperCase(), system: reading.system, byFault, rest: code.rest };
}
