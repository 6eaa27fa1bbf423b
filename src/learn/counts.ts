/** Sums up cases that were solved: how often each fault, each answer of a fault, each fix that cured it or did not. Pure. */
import { latestAnswers, posterior } from '../diagnosis/belief.js';
import type { Case } from '../diagnosis/case.js';
import type { Model } from '../diagnosis/model.js';
import { CHARGED, OTHER } from '../knowledge/schema.js';

/** A case that came to its end. */
export interface Solved {
  known: Case;
  /** Id of the fix that worked; null if a human solved it, after all that failed before. */
  fix: string | null;
}

/** Soft counts: a case counts as 1, shared among the faults that it may have been. */
export interface Counts {
  /** Cases counted. */
  cases: number;
  /** By fault, in the model's order. */
  faults: Float64Array;
  /** Question id → counts at `option * faults + fault`, as in `QuestionModel.p`. */
  answers: ReadonlyMap<string, Float64Array>;
  /** Fix id → trials that worked and that did not, beside `FixModel.at`. */
  fixes: ReadonlyMap<string, { worked: Float64Array; failed: Float64Array }>;
}

/** Nothing seen yet. Its size depends on the model alone, however many cases come. */
export function noCounts(model: Model): Counts {
  const size = model.faults.length;
  return {
    cases: 0,
    faults: new Float64Array(size),
    answers: new Map(
      model.questions
        .filter(({ id }) => id !== CHARGED)
        .map(({ id, options }) => [id, new Float64Array(options.length * size)]),
    ),
    fixes: new Map(
      model.fixes.map(({ id, at }) => [
        id,
        { worked: new Float64Array(at.length), failed: new Float64Array(at.length) },
      ]),
    ),
  };
}

/**
 * P(fault | everything known, and this fix worked): one expectation step of EM with the model's own numbers (Dempster, Laird &
 * Rubin 1977). Without a fix it is the belief alone, failed fixes included.
 * In the model's order, sums to 1; null if the fix is unknown or cures nothing.
 */
export function responsibilities(model: Model, { known, fix }: Solved): Float64Array | null {
  if (fix === null) return posterior(model, known);
  const cure = model.fixById.get(fix);
  if (!cure || cure.at.length === 0) return null;
  // A fix that was given up and worked later has worked.
  const mass = posterior(model, { ...known, failedFixes: known.failedFixes.filter((id) => id !== fix) });
  const joint = new Float64Array(mass.length);
  cure.at.forEach((fault, index) => {
    joint[fault] = (mass[fault] ?? 0) * (cure.success[index] ?? 0);
  });
  const sum = joint.reduce((left, right) => left + right, 0);
  return joint.map((value) => value / sum);
}

/**
 * Adds a case. `unknown` answers and those to `charged` are not counted, nor is what the model does not know.
 *
 * On an occasion some faults are more frequent than else; such a case counts for less of them, so that the counts are those of
 * an ordinary day (importance weights, mean 1): P(fault) ÷ P(fault | scenario).
 * @returns false if the case says nothing: its fix is unknown or cures nothing
 */
export function addCase(counts: Counts, model: Model, solved: Solved): boolean {
  const share = responsibilities(model, solved);
  if (!share) return false;
  const { known, fix } = solved;
  counts.cases += 1;
  const ordinary = ordinaryWeights(model, known.scenario);
  share.forEach((p, fault) => {
    add(counts.faults, fault, p * (ordinary?.[fault] ?? 1));
  });
  for (const { question, option } of latestAnswers(known).values()) {
    const row = (model.questionById.get(question)?.options.indexOf(option) ?? -1) * share.length;
    const into = counts.answers.get(question);
    if (row >= 0 && into) for (const [fault, p] of share.entries()) add(into, row + fault, p);
  }
  for (const id of new Set([...known.failedFixes, ...(fix === null ? [] : [fix])])) {
    const into = counts.fixes.get(id)?.[id === fix ? 'worked' : 'failed'];
    model.fixById.get(id)?.at.forEach((fault, index) => {
      if (into) add(into, index, share[fault] ?? 0);
    });
  }
  return true;
}

/** P(fault) ÷ P(fault | scenario), by fault; null where the scenario changes nothing. */
function ordinaryWeights(model: Model, scenario: Case['scenario']): Float64Array | null {
  const shift = scenario === null ? undefined : model.scenarios.get(scenario);
  if (!shift) return null;
  const total = shift.reduce((sum, log, fault) => sum + Math.exp((model.logPrior[fault] ?? 0) + log), 0);
  return shift.map((log) => total / Math.exp(log));
}

function add(into: Float64Array, at: number, more: number): void {
  into[at] = (into[at] ?? 0) + more;
}

/** Indices of the faults that a case can tell: no fix is known to cure what the knowledge does not describe. */
export function described(model: Model): number[] {
  return model.faults.flatMap((id, fault) => (id === OTHER ? [] : [fault]));
}
