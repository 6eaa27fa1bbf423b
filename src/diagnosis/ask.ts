/** What questions are worth: information, and expected cost of repair one step on. Pure; tens of microseconds. */
import type { Model, QuestionModel } from './model.js';
import { repair, type Terms, type Workspace } from './repair.js';

/** Everything that the weighing of one step has in common. */
export interface Weighing {
  model: Model;
  terms: Terms;
  space: Workspace;
  /** How many questions, by gain ÷ cost, are examined. */
  shortlist: number;
  /** Minutes that each question costs beside its own. */
  margin: number;
  /** Minutes that the right cause is worth when a fix or a call is offered, beside what it saves. */
  credit: number;
}

/** A question examined: `gain` in bits, `cost` and `eco` in minutes. */
export interface Examined {
  question: QuestionModel;
  gain: number;
  cost: number;
  eco: number;
}

/**
 * IG(q | e) = H(answer | e) − Σ_fault P(fault | e) · H(answer | fault), in bits, for an answer that is not `unknown`. This is
 * the same as the fall in the entropy of the belief, with no logarithm a fault.
 */
export function informationGain(question: QuestionModel, mass: Float64Array): number {
  const size = mass.length;
  let gain = 0;
  for (let option = 0; option < question.options.length; option += 1) {
    const row = option * size;
    let p = 0;
    for (let fault = 0; fault < size; fault += 1) p += (mass[fault] as number) * (question.p[row + fault] as number);
    if (p > 0) gain -= p * Math.log2(p);
  }
  for (let fault = 0; fault < size; fault += 1) gain -= (mass[fault] as number) * (question.entropy[fault] as number);
  return Math.max(0, gain);
}

/** The best `shortlist` questions by gain ÷ cost. */
function shortlisted(weighing: Weighing, mass: Float64Array, questions: readonly QuestionModel[]) {
  const { model, terms, margin, shortlist } = weighing;
  const ranked = questions.map((question) => {
    // A charging question that comes before the gate is paid for pays it.
    const cost = question.cost + margin + (question.charges ? terms.gate : 0);
    return { question, cost, gain: (1 - model.costs.unknownRate) * informationGain(question, mass) };
  });
  ranked.sort((left, right) => right.gain / right.cost - left.gain / left.cost);
  return ranked.slice(0, shortlist);
}

/**
 * The shortlist with its expected costs, least first: ECO(q) = cost(q) + Σ P(answer | e) · ECR(e, answer); `unknown` is an answer
 * that tells nothing. `ecr`: the same without a question, minutes.
 */
export function examine(
  weighing: Weighing,
  mass: Float64Array,
  questions: readonly QuestionModel[],
  ecr: number,
): Examined[] {
  const { model, terms } = weighing;
  const { unknownRate } = model.costs;
  const ungated = { ...weighing, terms: { ...terms, gate: 0 } };
  const examined = shortlisted(weighing, mass, questions).map((one) => {
    // By the time a charging question is answered the gate was paid, for the fixes after it as well.
    const opens = one.question.charges && terms.gate > 0;
    const after = opens ? ungated : weighing;
    const unanswered = opens ? creditedRepair(after, mass) : ecr;
    const answered = answeredRepair(after, mass, one.question);
    return { ...one, eco: one.cost + unknownRate * unanswered + (1 - unknownRate) * answered };
  });
  return examined.sort((left, right) => left.eco - right.eco);
}

/** Σ_j P(j | e) · ECR(e, j) over the answers that are not `unknown`. Minutes. */
function answeredRepair(weighing: Weighing, mass: Float64Array, { p }: QuestionModel): number {
  const { joint } = weighing.space;
  const size = mass.length;
  let cost = 0;
  for (let row = 0; row < p.length; row += size) {
    for (let fault = 0; fault < size; fault += 1) joint[fault] = (mass[fault] as number) * (p[row + fault] as number);
    cost += creditedRepair(weighing, joint);
  }
  return cost;
}

/** ECR less the credit for the cause that is then likeliest (SACSO's credit for identification). Minutes × mass. */
function creditedRepair(weighing: Weighing, mass: Float64Array): number {
  return repair(weighing.model, mass, weighing.terms, weighing.space).cost - credited(weighing, mass);
}

/** The credit for the likeliest cause: minutes × its mass. */
export function credited({ model, credit }: Pick<Weighing, 'model' | 'credit'>, mass: Float64Array): number {
  if (credit === 0) return 0;
  const sums = new Float64Array(model.causes.length);
  let top = 0;
  for (let fault = 0; fault < mass.length; fault += 1) {
    const cause = model.causeOf[fault] as number;
    const total = (sums[cause] as number) + (mass[fault] as number);
    sums[cause] = total;
    if (total > top) top = total;
  }
  return credit * top;
}
