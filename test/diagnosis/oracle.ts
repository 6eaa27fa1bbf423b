/**
 * The best that any policy can do on a tiny model, by full dynamic programming, and what ours does there, both exact: no
 * sampling. Money counts as settled.
 */
import { beliefOf, posterior } from '../../src/diagnosis/belief.js';
import type { Belief, Case, Plan } from '../../src/diagnosis/case.js';
import type { FixModel, Model, QuestionModel } from '../../src/diagnosis/model.js';
import { plan } from '../../src/diagnosis/plan.js';
import { answered } from './fixtures.js';

export type Policy = (model: Model, belief: Belief, known: Case) => Plan['step'];

const sum = (mass: readonly number[]): number => mass.reduce((left, right) => left + right, 0);
const failing = (fix: FixModel, mass: readonly number[]): number[] =>
  mass.map((p, fault) => {
    const index = fix.at.indexOf(fault);
    return index < 0 ? p : p * (1 - (fix.success[index] ?? 0));
  });
const answering = (question: QuestionModel, option: number, mass: readonly number[]): number[] =>
  mass.map((p, fault) => p * (question.p[option * mass.length + fault] ?? 0));

/** Expected minutes of the optimal policy under the model's own caps. */
export function optimalCost(model: Model): number {
  const { humanCall, unknownRate, maxQuestions, maxFailedFixes } = model.costs;
  const memo = new Map<string, number>();
  // `mass` is the joint P(fault, all that happened), so that expectations are plain sums.
  const value = (mass: readonly number[], told: readonly string[], failed: readonly boolean[]): number => {
    const key = `${told.join()}|${failed.join()}`;
    const before = memo.get(key);
    if (before !== undefined) return before;
    const total = sum(mass);
    let best = humanCall * total;
    if (failed.filter(Boolean).length < maxFailedFixes) {
      model.fixes.forEach((fix, index) => {
        if (failed[index]) return;
        const after = failed.map((was, at) => was || at === index);
        best = Math.min(best, fix.cost * total + value(failing(fix, mass), told, after));
      });
      if (told.filter((option) => option !== '').length < maxQuestions)
        model.questions.forEach((question, index) => {
          if (told[index] !== '') return;
          const after = (option: string) => told.map((was, at) => (at === index ? option : was));
          let cost = question.cost * total;
          cost += value(
            mass.map((p) => p * unknownRate),
            after('?'),
            failed,
          );
          question.options.forEach((option, at) => {
            const answers = answering(question, at, mass).map((p) => p * (1 - unknownRate));
            cost += value(answers, after(option), failed);
          });
          best = Math.min(best, cost);
        });
    }
    memo.set(key, best);
    return best;
  };
  const mass = [...model.logPrior].map(Math.exp);
  return value(
    mass,
    model.questions.map(() => ''),
    model.fixes.map(() => false),
  );
}

/** Expected minutes of a policy (ours unless told otherwise) where the model is true: every branch, weighed. */
export function policyCost(model: Model, policy: Policy = (...seen) => plan(...seen).step): number {
  const { humanCall, unknownRate } = model.costs;
  const follow = (mass: readonly number[], told: Record<string, string>, failedFixes: readonly string[]): number => {
    const total = sum(mass);
    if (total < 1e-12) return humanCall * total;
    const known = answered(told, { failedFixes: [...failedFixes] });
    const step = policy(model, beliefOf(model, posterior(model, known)), known);
    if (step.kind === 'human') return humanCall * total;
    if (step.kind === 'fix') {
      const fix = model.fixById.get(step.fix);
      if (!fix) throw new Error(`no fix ${step.fix}`);
      return fix.cost * total + follow(failing(fix, mass), told, [...failedFixes, step.fix]);
    }
    const question = model.questionById.get(step.question);
    if (!question) throw new Error(`no question ${step.question}`);
    const unknown = follow(
      mass.map((p) => p * unknownRate),
      { ...told, [question.id]: 'unknown' },
      failedFixes,
    );
    return question.options.reduce(
      (cost, option, at) => {
        const answers = answering(question, at, mass).map((p) => p * (1 - unknownRate));
        return cost + follow(answers, { ...told, [question.id]: option }, failedFixes);
      },
      question.cost * total + unknown,
    );
  };
  return follow([...model.logPrior].map(Math.exp), {}, []);
}

/** Mean, 95th percentile and largest of some numbers. */
export function spread(values: readonly number[]): { mean: number; p95: number; worst: number } {
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { mean: sum(sorted) / sorted.length, p95: at(0.95), worst: at(1) };
}
