/** Cases as a journal would hold them: merchants of some model, served with the authored numbers. */
import { believe } from '../../src/diagnosis/belief.js';
import type { Case } from '../../src/diagnosis/case.js';
import { type Model, modelFrom } from '../../src/diagnosis/model.js';
import { plan } from '../../src/diagnosis/plan.js';
import type { ModelSpec } from '../../src/diagnosis/spec.js';
import { copyCase } from '../../src/dialogue/session.js';
import { CAUSES, type Cause } from '../../src/knowledge/schema.js';
import { drawMerchant } from '../../src/simulate/merchants.js';
import type { Opening } from '../../src/simulate/openings.js';
import { type Random, randomFrom } from '../../src/simulate/random.js';
import type { Settings } from '../../src/simulate/yardsticks.js';
import { caseOf } from '../diagnosis/fixtures.js';

export interface Closed {
  outcome: string;
  case: number;
  fix: string | null;
  fault: string | null;
  known: Case;
}

/** One merchant whose money is known not to have moved, until a fix works or a human takes over. */
function serve(
  believed: Model,
  truth: Model,
  openings: readonly Opening[],
  settings: Settings,
  random: Random,
): Closed {
  const merchant = drawMerchant({ model: truth, unknown: 0.08, wrong: 0 }, openings, settings, random);
  const known: Case = { ...copyCase(merchant.opening.known), money: 'failed' };
  for (;;) {
    const { step } = plan(believed, believe(believed, known), known);
    if (step.kind === 'human') return { outcome: 'resolved-by-human', case: 1, fix: null, fault: null, known };
    if (step.kind === 'ask') {
      known.asked.push(step.question);
      const option = merchant.answers.get(step.question) ?? 'unknown';
      known.answers.push({ question: step.question, option, from: 'answer' });
      continue;
    }
    if (merchant.cures.has(step.fix))
      return { outcome: 'resolved', case: 1, fix: step.fix, fault: merchant.fault, known };
    known.failedFixes.push(step.fix);
  }
}

/** First sentences without anybody who reads them: one that leans towards each cause, one that names each fault. */
export function plainOpenings(spec: ModelSpec): Opening[] {
  const opening = (cause: Cause, faults: string[] | null): Opening => {
    const lean = Object.fromEntries(CAUSES.map((id) => [id, id === cause ? 0.6 : 0.1])) as Record<Cause, number>;
    const known = caseOf({ texts: [{ causes: lean, signs: faults ?? [] }], money: 'unknown' });
    return { text: '', causes: [cause], faults, known, heard: null, lean: null };
  };
  const named = spec.faults.flatMap(({ id, cause }) =>
    CAUSES.flatMap((one) => (one === cause ? [opening(one, [id])] : [])),
  );
  return [...CAUSES.map((cause) => opening(cause, null)), ...named];
}

/** So many closed cases of merchants who are as `truth` says, served by who believes `spec`. */
export function closedCases(
  spec: ModelSpec,
  truth: ModelSpec,
  settings: Settings,
  count: number,
  seed: number,
  openings: readonly Opening[],
): Closed[] {
  const random = randomFrom(seed);
  const [believed, real] = [modelFrom(spec), modelFrom({ ...truth, answerNoise: 0 })];
  return Array.from({ length: count }, () => serve(believed, real, openings, settings, random));
}
