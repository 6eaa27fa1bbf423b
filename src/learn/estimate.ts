/** Authored numbers and counts together: what the numbers would be. Pure. */
import type { Model } from '../diagnosis/model.js';
import type { ModelSpec, QuestionSpec, Weights } from '../diagnosis/spec.js';
import { OTHER } from '../knowledge/schema.js';
import { type Counts, described } from './counts.js';
import { rounded, roundedRow } from './rounding.js';

/** How many observations the authored numbers are worth. */
export interface Strength {
  /** Cases, of all priors together. */
  priors: number;
  /** Answers, of each row. */
  answers: number;
  /** Trials, of each success rate. */
  fixes: number;
}

/**
 * An author who says 3 % means something between 0.3 and 9 %, as wide as 50 cases leave it; a row or a success rate is meant to
 * about ±20 points, as 20 answers or trials leave it. docs/diagnosis.md.
 */
export const STRENGTH: Strength = { priors: 50, answers: 20, fixes: 20 };

export type Change =
  /** How frequent the fault is, on the scale on which the priors are written. */
  | { kind: 'prior'; fault: string; from: number; to: number; cases: number }
  /** P(option | fault or cause), a whole row. */
  | { kind: 'answers'; question: string; of: string; byFault: boolean; from: Weights; to: Weights; cases: number }
  /** P(fix works | fault). */
  | { kind: 'success'; fix: string; fault: string; from: number; to: number; cases: number };

/** Digits after the point, in which numbers are written; a prior that differs by less does not change. */
export const DIGITS = { prior: 4, answers: 3, success: 3 } as const;

/** Rows and success rates that would move by less stay: nobody can review hundreds of changes by what one case in ten says. */
export const LEAST_MOVE = 0.01;

/** By how much a change moves a probability, at most. */
export function sizeOf(change: Change): number {
  if (change.kind !== 'answers') return Math.abs(change.to - change.from);
  return Math.max(...Object.keys(change.to).map((id) => Math.abs((change.to[id] ?? 0) - (change.from[id] ?? 0))));
}

/**
 * Posterior means of Dirichlet (priors, rows) and beta (success rates) distributions whose pseudo-counts are the authored
 * numbers × strength: (strength × authored + count) ÷ (strength + Σ counts).
 *
 * - The share of `other` stays: no fix is known to cure it, so no case can tell of it.
 * - A fault without a row of its own counts for the row of its cause.
 * @param spec the authored numbers: rows that sum to 1, priors below 1 as written; `counts` were made with its `model`
 * - Rows and success rates change by `LEAST_MOVE` or not at all; the next time they are estimated from the whole journal again.
 * @returns what changes, largest first
 */
export function estimate(spec: ModelSpec, model: Model, counts: Counts, strength: Strength = STRENGTH): Change[] {
  const changes: Change[] = [
    ...priors(spec, model, counts, strength.priors),
    ...spec.questions.flatMap((question) => rows(question, model, counts, strength.answers)),
    ...successes(spec, model, counts, strength.fixes),
  ];
  const name = (change: Change): string => JSON.stringify({ ...change, from: 0, to: 0, cases: 0 });
  return changes.sort((a, b) => sizeOf(b) - sizeOf(a) || (name(a) < name(b) ? -1 : 1));
}

function priors(spec: ModelSpec, model: Model, counts: Counts, strength: number): Change[] {
  const known = described(model);
  const total = known.reduce((sum, fault) => sum + (spec.faults[fault]?.prior ?? 0), 0);
  const seen = known.reduce((sum, fault) => sum + (counts.faults[fault] ?? 0), 0);
  if (seen === 0) return [];
  return known.flatMap((fault): Change[] => {
    const from = spec.faults[fault]?.prior ?? 0;
    const cases = counts.faults[fault] ?? 0;
    const to = rounded((strength * from + total * cases) / (strength + seen), DIGITS.prior);
    const change: Change = { kind: 'prior', fault: model.faults[fault] ?? '', from, to, cases };
    return moves(change) ? [change] : [];
  });
}

/** If a change is large enough to be made; a little less will do, for what decimals lose in binary. */
const moves = (change: Change): boolean =>
  sizeOf(change) >= 0.999 * (change.kind === 'prior' ? 10 ** -DIGITS.prior : LEAST_MOVE);

function rows(
  { id, options, byFault, byCause }: QuestionSpec,
  model: Model,
  counts: Counts,
  strength: number,
): Change[] {
  const seen = counts.answers.get(id);
  if (!seen) return [];
  const size = model.faults.length;
  const changed = (of: string, row: Weights, faults: readonly number[], own: boolean): Change[] => {
    const count = options.map((_, option) =>
      faults.reduce((sum, fault) => sum + (seen[option * size + fault] ?? 0), 0),
    );
    const cases = count.reduce((left, right) => left + right, 0);
    if (cases === 0) return [];
    const exact = options.map((option, at) => (strength * (row[option] ?? 0) + (count[at] ?? 0)) / (strength + cases));
    const to = roundedRow(exact, DIGITS.answers);
    const named = Object.fromEntries(options.map((option, at) => [option, to[at] ?? 0]));
    const change: Change = { kind: 'answers', question: id, of, byFault: own, from: row, to: named, cases };
    return moves(change) ? [change] : [];
  };
  const ofCause = (cause: string): number[] =>
    model.faults.flatMap((fault, at) =>
      model.causes[model.causeOf[at] ?? 0] === cause && !byFault?.[fault] ? [at] : [],
    );
  return [
    ...Object.entries(byFault ?? {}).flatMap(([fault, row]) => {
      const at = model.faultIndex.get(fault);
      return at === undefined ? [] : changed(fault, row, [at], true);
    }),
    ...Object.entries(byCause ?? {}).flatMap(([cause, row]) =>
      cause === OTHER ? [] : changed(cause, row, ofCause(cause), false),
    ),
  ];
}

function successes(spec: ModelSpec, model: Model, counts: Counts, strength: number): Change[] {
  return spec.fixes.flatMap(({ id, success }) => {
    const seen = counts.fixes.get(id);
    return [...(model.fixById.get(id)?.at ?? [])].flatMap((at, index): Change[] => {
      const fault = model.faults[at] ?? '';
      const from = success[fault] ?? 0;
      const worked = seen?.worked[index] ?? 0;
      const cases = worked + (seen?.failed[index] ?? 0);
      const to = rounded((strength * from + worked) / (strength + cases), DIGITS.success);
      const change: Change = { kind: 'success', fix: id, fault, from, to, cases };
      return cases > 0 && moves(change) ? [change] : [];
    });
  });
}

/** The numbers with the changes made. */
export function withChanges(spec: ModelSpec, changes: readonly Change[]): ModelSpec {
  const prior = new Map(changes.flatMap((one) => (one.kind === 'prior' ? [[one.fault, one.to] as const] : [])));
  const success = (fix: string): Weights =>
    Object.fromEntries(
      changes.flatMap((one) => (one.kind === 'success' && one.fix === fix ? [[one.fault, one.to]] : [])),
    );
  const table = (question: string, byFault: boolean): Record<string, Weights> =>
    Object.fromEntries(
      changes.flatMap((one) =>
        one.kind === 'answers' && one.question === question && one.byFault === byFault ? [[one.of, one.to]] : [],
      ),
    );
  return {
    ...spec,
    faults: spec.faults.map((fault) => ({ ...fault, prior: prior.get(fault.id) ?? fault.prior })),
    questions: spec.questions.map((question) => ({
      ...question,
      byFault: { ...question.byFault, ...table(question.id, true) },
      byCause: { ...question.byCause, ...table(question.id, false) },
    })),
    fixes: spec.fixes.map((fix) => ({ ...fix, success: { ...fix.success, ...success(fix.id) } })),
  };
}
