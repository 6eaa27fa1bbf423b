/** Cases and models small enough to compute by hand, and random ones from a seed. */
import type { Case } from '../../src/diagnosis/case.js';
import type { FixSpec, ModelSpec, QuestionSpec } from '../../src/diagnosis/spec.js';

export function caseOf(more: Partial<Case> = {}): Case {
  return { scenario: null, texts: [], codes: [], answers: [], asked: [], failedFixes: [], money: 'failed', ...more };
}

/** An answer to each question, as if it had been asked. */
export function answered(answers: Record<string, string>, more: Partial<Case> = {}): Case {
  return caseOf({
    answers: Object.entries(answers).map(([question, option]) => ({ question, option, from: 'answer' })),
    asked: Object.keys(answers),
    ...more,
  });
}

export const COSTS = { humanCall: 20, unknownRate: 0, maxQuestions: 5, maxFailedFixes: 9, shortlist: 5 };

/** Three faults, a fix each: the textbook case. */
export const THREE: ModelSpec = {
  faults: [
    { id: 'a', cause: 'channel', prior: 5 },
    { id: 'b', cause: 'device', prior: 3 },
    { id: 'c', cause: 'network', prior: 2 },
  ],
  questions: [],
  fixes: [
    { id: 'fix-a', cost: 5, success: { a: 0.9 } },
    { id: 'fix-b', cost: 2, success: { b: 0.8 } },
    { id: 'fix-c', cost: 4, success: { c: 0.5 } },
  ],
  costs: COSTS,
};

/** Two faults that look alike until one asks. */
export const TWO: ModelSpec = {
  faults: [
    { id: 'a', cause: 'channel', prior: 1 },
    { id: 'b', cause: 'device', prior: 1 },
  ],
  questions: [
    {
      id: 'which',
      options: ['left', 'right'],
      byFault: { a: { left: 0.9, right: 0.1 }, b: { left: 0.2, right: 0.8 } },
      cost: 1,
    },
  ],
  fixes: [
    { id: 'fix-a', cost: 4, success: { a: 0.9 } },
    { id: 'fix-b', cost: 4, success: { b: 0.9 } },
  ],
  costs: COSTS,
};

/** Mulberry32: a number in 0 … 1 each call, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface RandomShape {
  faults: number;
  questions: number;
  fixes: number;
  /** Share of questions and fixes that charge. Default 0. */
  charging?: number;
  costs?: Partial<ModelSpec['costs']>;
}

const CAUSE_OF = ['channel', 'qualification', 'device', 'network', 'balance'];

/**
 * A model like those of the project's first simulation: skewed priors, questions of 0.5 … 3 minutes with 2 … 3 options and
 * answers that are 65 … 97 % what the fault suggests, fixes of 2 … 10 minutes that work 50 … 95 % of the time, one in
 * three for a second fault too, a call of 20 minutes.
 */
export function randomSpec(seed: number, shape: RandomShape): ModelSpec {
  const random = randomFrom(seed);
  const between = (low: number, high: number): number => low + (high - low) * random();
  const pick = (count: number): number => Math.floor(random() * count);
  const charges = (): boolean => random() < (shape.charging ?? 0);
  const faults = Array.from({ length: shape.faults }, (_, index) => ({
    id: `f${index}`,
    cause: CAUSE_OF[index % CAUSE_OF.length] ?? 'channel',
    prior: -Math.log(1 - random() * 0.999) + 0.02,
  }));
  const questions = Array.from({ length: shape.questions }, (_, index): QuestionSpec => {
    const options = ['x', 'y', 'z'].slice(0, 2 + pick(2));
    const rows = faults.map(({ id }) => {
      const likely = pick(options.length);
      const sure = between(0.65, 0.97);
      const row = options.map((option, at) => [option, at === likely ? sure : (1 - sure) / (options.length - 1)]);
      return [id, Object.fromEntries(row)] as const;
    });
    return { id: `q${index}`, options, byFault: Object.fromEntries(rows), cost: between(0.5, 3), charges: charges() };
  });
  const fixes = Array.from({ length: shape.fixes }, (_, index): FixSpec => {
    const own = index % shape.faults;
    const second = pick(shape.faults);
    const success: Record<string, number> = { [`f${own}`]: between(0.5, 0.95) };
    if (random() < 1 / 3 && second !== own) success[`f${second}`] = between(0.2, 0.8);
    return { id: `fix${index}`, cost: between(2, 10), success, charges: charges() ? 'some' : 'none' };
  });
  const gate: QuestionSpec[] = shape.charging ? [{ id: 'charged', options: ['yes', 'no'], cost: between(0.5, 1) }] : [];
  const costs = { humanCall: 20, unknownRate: 0.08, maxQuestions: 5, maxFailedFixes: 2, shortlist: 5, ...shape.costs };
  return { faults, questions: [...gate, ...questions], fixes, costs };
}
