/** What questions are worth: information, and expected cost of repair one or two steps on. Pure; a fraction of a millisecond. */
import type { Model, QuestionModel } from './model.js';
import { failed, repair, sum, type Terms, type Workspace } from './repair.js';

/** Everything that the weighing of one step has in common. */
export interface Weighing {
  model: Model;
  terms: Terms;
  space: Workspace;
  /** How many questions, by gain ÷ cost, are examined at each look. */
  shortlist: number;
  /** How many of them where a second question is weighed behind a first. */
  second: number;
  /** Minutes that the right cause is worth when a fix or a call is offered, beside what it saves. */
  credit: number;
}

/** A question examined: `gain` in bits, `cost` and `eco` in minutes × mass. */
export interface Examined {
  question: QuestionModel;
  gain: number;
  cost: number;
  eco: number;
}

/**
 * IG(q | e) = H(answer | e) − Σ_fault P(fault | e) · H(answer | fault), in bits, for an answer that is not `unknown`. This is
 * the same as the fall in the entropy of the belief, with no logarithm a fault. `mass` may be a joint: the gain is then per
 * unit of mass.
 */
export function informationGain(question: QuestionModel, mass: Float64Array, total = sum(mass)): number {
  const size = mass.length;
  let gain = 0;
  for (let option = 0; option < question.options.length; option += 1) {
    const row = option * size;
    let p = 0;
    for (let fault = 0; fault < size; fault += 1) p += (mass[fault] as number) * (question.p[row + fault] as number);
    if (p > 0) gain -= p * Math.log2(p / total);
  }
  for (let fault = 0; fault < size; fault += 1) gain -= (mass[fault] as number) * (question.entropy[fault] as number);
  return Math.max(0, gain / total);
}

/** Minutes of putting a question now: with the gate's, if it is the first that charges. */
const priceOf = (question: QuestionModel, gate: number): number =>
  question.charges ? question.cost + gate : question.cost;

/** The best `size` by gain ÷ cost. */
function shortlisted(
  weighing: Weighing,
  mass: Float64Array,
  total: number,
  questions: readonly QuestionModel[],
  size: number,
) {
  const { unknownRate } = weighing.model.costs;
  const ranked = questions.map((question) => {
    const cost = priceOf(question, weighing.terms.gate);
    return { question, cost, gain: (1 - unknownRate) * informationGain(question, mass, total) };
  });
  ranked.sort((left, right) => right.gain / right.cost - left.gain / left.cost);
  return ranked.slice(0, size);
}

/**
 * The shortlist with its expected costs, least first: cost(q) + Σ P(answer | e) · value(e, answer), where the value is ECR, or, if `ahead`,
 * the least of ECR and what one more question leads to. `unknown` is an answer that tells nothing.
 */
export function examine(
  weighing: Weighing,
  mass: Float64Array,
  questions: readonly QuestionModel[],
  ahead: boolean,
): Examined[] {
  const total = sum(mass);
  const list = shortlisted(weighing, mass, total, questions, ahead ? weighing.shortlist : weighing.second);
  const examined = list.map(({ question, cost, gain }) => ({ question, cost, gain, eco: 0 }));
  for (const one of examined) one.eco = expected(weighing, mass, total, one, ahead ? questions : []);
  return examined.sort((left, right) => left.eco - right.eco);
}

function expected(
  weighing: Weighing,
  mass: Float64Array,
  total: number,
  { question, cost }: Pick<Examined, 'question' | 'cost'>,
  others: readonly QuestionModel[],
): number {
  const { model, terms } = weighing;
  const { unknownRate } = model.costs;
  // By the time a charging question is answered the gate was paid, for what comes after it as well.
  const opens = question.charges && terms.gate > 0;
  const after = opens ? { ...weighing, terms: { ...terms, gate: 0 } } : weighing;
  const left = others.filter((other) => other !== question);
  const unanswered = unknownRate > 0 ? value(after, mass, left) : 0;
  const { p } = question;
  const size = mass.length;
  const joint = new Float64Array(size);
  let known = 0;
  for (let row = 0; row < p.length; row += size) {
    for (let fault = 0; fault < size; fault += 1) joint[fault] = (mass[fault] as number) * (p[row + fault] as number);
    known += value(after, joint, left);
  }
  return cost * total + unknownRate * unanswered + (1 - unknownRate) * known;
}

/** The mass of the likeliest cause, in minutes. */
export function credited({ model, credit }: Weighing, mass: Float64Array): number {
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

/** Expected minutes × mass from here: repair, or one more of these questions and then repair. */
export function value(weighing: Weighing, mass: Float64Array, questions: readonly QuestionModel[]): number {
  const now = repair(weighing.model, mass, weighing.terms, weighing.space).cost - credited(weighing, mass);
  if (questions.length === 0) return now;
  const [best] = examine(weighing, mass, questions, false);
  return best ? Math.min(now, best.eco) : now;
}

/** What offering this fix now leads to, if a question may follow its failure. Minutes × mass. */
export function valueOfFix(
  weighing: Weighing,
  mass: Float64Array,
  fix: number,
  questions: readonly QuestionModel[],
): number {
  const { model, terms } = weighing;
  const charges = model.cures.charges[fix] === 1;
  const open = Uint8Array.from(terms.open);
  open[fix] = 0;
  const cost = (model.cures.cost[fix] as number) + (charges ? terms.gate : 0);
  const after = {
    ...weighing,
    credit: 0,
    terms: { open, attempts: terms.attempts - 1, gate: charges ? terms.again : terms.gate, again: terms.again },
  };
  return cost * sum(mass) - credited(weighing, mass) + value(after, failed(model, fix, mass), questions);
}
