/** What to do next: ask, fix or call a human, by expected cost in merchant minutes. Pure; tens of microseconds. */
import { CHARGED } from '../knowledge/schema.js';
import { credited, examine, type Weighing } from './ask.js';
import { latestAnswers, massOf } from './belief.js';
import type { Belief, Case, Plan } from './case.js';
import type { Model, QuestionModel } from './model.js';
import { costNow, repair, type Terms, worksMass, workspace } from './repair.js';

export { informationGain } from './ask.js';

/** Takes the place of the cost table's limits; for simulators and tests. */
export interface PlanOptions {
  maxQuestions?: number;
  maxFailedFixes?: number;
  shortlist?: number;
  margin?: number;
  credit?: number;
}

/** What may be put to the user at this point. */
interface Offer {
  terms: Terms;
  questions: QuestionModel[];
  /** Questions that may still be asked before the cap. */
  questionsLeft: number;
}

/**
 * The next step, with the numbers that say why (SACSO 2001; Heckerman, Breese & Rommelse 1995).
 *
 * - ECR: expected cost of the greedy sequence of fixes, at most as many as may still fail, then a human call.
 * - Of the questions that may be asked, the `shortlist` best by information gain ÷ cost are examined:
 *   ECO(q) = cost(q) + u · ECR(e) + (1 − u) · Σ P(answer | e) · ECR(e, answer), u = P(unknown), which tells nothing.
 *   Costs hold a margin for each question, and ECR is less by a credit for the cause that is then likeliest: what a message more is
 *   worth at a full till, and what the right cause is worth beside the minutes it saves (SACSO).
 * - The question with the least ECO is asked if ECO < ECR; else the best fix is offered; else, as soon as that is cheaper
 *   or no more may fail, a human.
 * - A question may be asked if it was neither asked nor answered so far (an `unknown` is an answer), some fault answers
 *   it differently from another, its `requires` hold, and the cap leaves room. The cap counts all in `known.asked`,
 *   `charged` included. A fix that failed or was skipped is not offered again.
 *
 * Money. `charged` is settled outside: only `known.money` counts here. Whether it was paid is not a matter of minutes,
 * so no cost can buy a step that charges:
 * - `failed`: everything may come.
 * - `unknown`: nothing that charges may come. Charging candidates compete with the cost of `charged` added (to the
 *   first of a sequence, and again after each fix that charges and fails); if one of them wins, the step is to ask `charged`. The last question
 *   of the cap is kept for it: without it hardly any fix can be carried through.
 *   Where `charged` cannot be asked (asked or answered before, cap reached, no such question), as for `in-doubt`.
 * - `in-doubt`, `paid`: charging questions don't exist, nor do fixes all of whose steps charge; a fix with some charging
 *   steps may come, and the dialogue leaves those steps out.
 */
export function plan(model: Model, belief: Belief, known: Case, options: PlanOptions = {}): Plan {
  const { terms, questions, questionsLeft } = offer(model, known, options);
  const mass = massOf(model, belief);
  const space = workspace(model);
  const { first, cost } = repair(model, mass, terms, space);
  const weighing: Weighing = {
    model,
    terms,
    space,
    shortlist: options.shortlist ?? model.costs.shortlist,
    margin: options.margin ?? model.costs.margin ?? 0,
    credit: options.credit ?? model.costs.credit ?? 0,
  };
  const ecr = cost - credited(weighing, mass);
  const open = questionsLeft >= room(terms) ? questions : [];
  // With the cap reached the questions are weighed all the same: to say that it was the cap that led to a human.
  const examined = examine(weighing, mass, questionsLeft > 0 ? open : questions, ecr);
  const best = examined[0];
  const worthAsking = best !== undefined && best.eco < ecr;
  const numbers = {
    ecr,
    questions: examined.map(({ question, ...rest }) => ({ question: question.id, ...rest })),
    fixes: rankFixes(model, mass, terms),
  };
  if (worthAsking && questionsLeft > 0)
    return { step: { kind: 'ask', question: settled(model, best.question.id, terms) }, ...numbers };
  const fix = model.fixes[first];
  if (fix && fix.charges !== 'none' && terms.gate > 0) return { step: { kind: 'ask', question: CHARGED }, ...numbers };
  if (fix) return { step: { kind: 'fix', fix: fix.id }, ...numbers };
  return { step: { kind: 'human', why: whyHuman(terms, worthAsking) }, ...numbers };
}

function whyHuman(terms: Terms, worthAsking: boolean): 'cheaper' | 'questions-cap' | 'fixes-cap' | 'nothing-left' {
  if (terms.attempts === 0) return 'fixes-cap';
  if (worthAsking) return 'questions-cap';
  return terms.open.every((open) => open === 0) ? 'nothing-left' : 'cheaper';
}

/** The question itself, or `charged` if it may not be put before that is answered. */
function settled(model: Model, id: string, terms: Terms): string {
  return terms.gate > 0 && model.questionById.get(id)?.charges ? CHARGED : id;
}

/** Questions that the cap must have room for to ask one now: while `charged` is open the last one is kept for it. */
function room(terms: Terms): number {
  return terms.gate > 0 ? 2 : 1;
}

function offer(model: Model, known: Case, options: PlanOptions): Offer {
  const { costs } = model;
  const asked = new Set(known.asked);
  const failed = new Set(known.failedFixes);
  const skipped = new Set(known.skippedFixes);
  const answers = latestAnswers(known);
  const done = (question: string): boolean => asked.has(question) || answers.has(question);
  const questionsLeft = Math.max(0, (options.maxQuestions ?? costs.maxQuestions) - asked.size);
  const settle = known.money === 'unknown' && model.chargedCost !== null && questionsLeft > 0 && !done(CHARGED);
  const mayCharge = known.money === 'failed' || settle;
  return {
    terms: {
      open: Uint8Array.from(model.fixes, (fix) =>
        !failed.has(fix.id) && !skipped.has(fix.id) && (mayCharge || fix.charges !== 'all') ? 1 : 0,
      ),
      attempts: Math.max(0, (options.maxFailedFixes ?? costs.maxFailedFixes) - failed.size),
      gate: settle ? (model.chargedCost ?? 0) : 0,
      again: model.chargedCost ?? 0,
    },
    questions: model.questions.filter(
      (question) =>
        question.informative &&
        question.id !== CHARGED &&
        !done(question.id) &&
        (mayCharge || !question.charges) &&
        question.requires.every(({ question: id, options: accepted }) => {
          const answer = answers.get(id);
          return answer !== undefined && accepted.includes(answer.option);
        }),
    ),
    questionsLeft,
  };
}

function rankFixes(model: Model, mass: Float64Array, terms: Terms): Plan['fixes'] {
  const left = model.fixes.filter((_, index) => terms.open[index] === 1);
  const ranked = left.map((fix) => ({ fix: fix.id, p: worksMass(fix, mass), cost: costNow(fix, terms.gate) }));
  return ranked.sort((left, right) => right.p / right.cost - left.p / left.cost);
}
