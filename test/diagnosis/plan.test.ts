import { beliefOf, believe } from '../../src/diagnosis/belief.js';
import type { Belief, Case, Plan } from '../../src/diagnosis/case.js';
import { type Model, modelFrom } from '../../src/diagnosis/model.js';
import { informationGain, plan } from '../../src/diagnosis/plan.js';
import type { ModelSpec } from '../../src/diagnosis/spec.js';
import { answered, COSTS, caseOf, THREE, TWO } from './fixtures.js';

const planFor = (spec: ModelSpec, known: Case = caseOf()): Plan => {
  const model = modelFrom(spec);
  return plan(model, believe(model, known), known);
};
const exactly = (model: Model, ...p: number[]): Belief => beliefOf(model, Float64Array.from(p));
const withCosts = (spec: ModelSpec, costs: Partial<ModelSpec['costs']>): ModelSpec => ({
  ...spec,
  costs: { ...spec.costs, ...costs },
});

describe('expected cost of repair', () => {
  test('is the sum over the greedy sequence, with efficiencies recomputed after each failure', () => {
    // P = .5 .3 .2. ef: a .45/5 = .09, b .24/2 = .12, c .10/4 = .025. C_H = 20, so ef must exceed .05.
    // b first:          2 × 1                                  = 2      left .76 (a .5, b .06, c .2)
    // a .45/.76/5=.118: 5 × .76                                = 3.8    left .31 (a .05, b .06, c .2)
    // c .10/.31/4=.081: 4 × .31                                = 1.24   left .21
    // human:            20 × .21                               = 4.2
    const { ecr, step, fixes } = planFor(THREE);
    expect(ecr).toBeCloseTo(11.24, 10);
    expect(step).toEqual({ kind: 'fix', fix: 'fix-b' });
    expect(fixes.map((fix) => fix.fix)).toEqual(['fix-b', 'fix-a', 'fix-c']);
    [0.24, 0.45, 0.1].forEach((p, index) => {
      expect(fixes[index]?.p).toBeCloseTo(p, 12);
    });
    expect(fixes.map((fix) => fix.cost)).toEqual([2, 5, 4]);
  });

  test('counts a fix that cures two faults for both', () => {
    // b's fix also cures a with .5: P = .5·.5 + .3·.8 = .49, ef .245. Left .51 (a .25, b .06, c .2).
    // a: .225/.51/5 = .088: 5 × .51 = 2.55, left .285 (a .025). c: .1/.285/4 = .088: 4 × .285 = 1.14, left .185 → 3.7.
    const spec: ModelSpec = {
      ...THREE,
      fixes: THREE.fixes.map((fix) => (fix.id === 'fix-b' ? { ...fix, success: { a: 0.5, b: 0.8 } } : fix)),
    };
    expect(planFor(spec).ecr).toBeCloseTo(2 + 2.55 + 1.14 + 3.7, 10);
  });

  test('expects less of a second fix for the fault that the first did not cure', () => {
    // P(a) = .6, P(b) = .4. first .6·.9/2 = .27, second .6·.8/2.5 = .192, b's .4·.5/4 = .05: first, 2 × 1, left .46
    // (a .06, b .4). Now second has .048/.46/2.5 = .042, below 1/20; b's .2/.46/4 = .109: 4 × .46 = 1.84, left .26;
    // second .048/.26/2.5 = .074 after all: 2.5 × .26 = .65, left .212 → 4.24.
    const spec: ModelSpec = {
      ...THREE,
      faults: [
        { id: 'a', cause: 'channel', prior: 6 },
        { id: 'b', cause: 'device', prior: 4 },
      ],
      fixes: [
        { id: 'first', cost: 2, success: { a: 0.9 } },
        { id: 'second', cost: 2.5, success: { a: 0.8 } },
        { id: 'fix-b', cost: 4, success: { b: 0.5 } },
      ],
    };
    expect(planFor(spec).ecr).toBeCloseTo(2 + 1.84 + 0.65 + 4.24, 10);
  });

  test('stops where a call is cheaper than the best fix left', () => {
    // C_H = 8: ef must exceed .125; b has .12. C_H = 9: .111, so b is tried, then a (.118), c (.081) is not.
    expect(planFor(withCosts(THREE, { humanCall: 8 }))).toMatchObject({
      ecr: 8,
      step: { kind: 'human', why: 'cheaper' },
    });
    expect(planFor(withCosts(THREE, { humanCall: 9 })).ecr).toBeCloseTo(2 + 3.8 + 9 * 0.31, 10);
  });

  test('calls when the stop rule holds with equality, and fixes when the fix is a hair cheaper', () => {
    // P(yes) · C_H = .25 · .8 · 20 = 4, the fix costs 4 or a little less.
    const spec = (cost: number): ModelSpec => ({
      ...THREE,
      faults: [
        { id: 'a', cause: 'channel', prior: 1 },
        { id: 'b', cause: 'device', prior: 3 },
      ],
      fixes: [{ id: 'fix-a', cost, success: { a: 0.8 } }],
    });
    const stepAt = (cost: number) => {
      const model = modelFrom(spec(cost));
      return plan(model, exactly(model, 0.25, 0.75), caseOf()).step;
    };
    expect(stepAt(4)).toEqual({ kind: 'human', why: 'cheaper' });
    expect(stepAt(3.999999)).toEqual({ kind: 'fix', fix: 'fix-a' });
  });

  test('ends with the cap on failed fixes, and there prefers a fix that saves more to one that is merely efficient', () => {
    // Two left: b, a, then human: 2 + 3.8 + 20 × .31 = 12; by saving a (.45·20 − 5 = 4 > b's 2.8), b: 5 + 1.1 + 6.2 = 12.3.
    expect(planFor(withCosts(THREE, { maxFailedFixes: 2 })).ecr).toBeCloseTo(12, 10);
    // One left: b 2 + 20 × .76 = 17.2, a 5 + 20 × .55 = 16.
    const one = planFor(withCosts(THREE, { maxFailedFixes: 1 }));
    expect(one.ecr).toBeCloseTo(16, 10);
    expect(one.step).toEqual({ kind: 'fix', fix: 'fix-a' });
  });
});

describe('expected cost after a question', () => {
  test('weighs what each answer would lead to', () => {
    // Without asking: a 4, left .55; b 4 × .55 = 2.2, left .1 → 2. ECR = 8.2.
    // left  (P .55: a .45, b .10): a 2.2, left .145; b .58, left .055 → 1.1. Sum 3.88.
    // right (P .45: a .05, b .40): b 1.8, left .09;  a .36, left .045 → 0.9. Sum 3.06.
    // ECO = 1 + 3.88 + 3.06 = 7.94 < 8.2.
    const { ecr, step, questions } = planFor(TWO);
    expect(ecr).toBeCloseTo(8.2, 10);
    expect(questions[0]?.eco).toBeCloseTo(7.94, 10);
    expect(step).toEqual({ kind: 'ask', question: 'which' });
  });

  test('counts an unknown answer as asked in vain', () => {
    // u = .20: 1 + .80 · 6.94 + .20 · 8.2 = 8.192 < 8.2: asked. u = .25: 1 + .75 · 6.94 + .25 · 8.2 = 8.255: not asked.
    const asked = planFor(withCosts(TWO, { unknownRate: 0.2 }));
    expect(asked.questions[0]?.eco).toBeCloseTo(8.192, 10);
    expect(asked.step.kind).toBe('ask');
    const spared = planFor(withCosts(TWO, { unknownRate: 0.25 }));
    expect(spared.questions[0]?.eco).toBeCloseTo(8.255, 10);
    expect(spared.step).toEqual({ kind: 'fix', fix: 'fix-a' });
  });

  test('leaves the plan where it was after an unknown answer', () => {
    const before = planFor(TWO);
    const after = planFor(TWO, answered({ which: 'unknown' }));
    expect(after.ecr).toBeCloseTo(before.ecr, 12);
    expect(after.questions).toEqual([]);
  });

  test('a question whose answers lead to the same fix gains bits and no minutes', () => {
    const oneFix: ModelSpec = { ...TWO, fixes: [{ id: 'both', cost: 4, success: { a: 0.9, b: 0.9 } }] };
    const { ecr, questions, step } = planFor(oneFix);
    expect(questions[0]?.gain).toBeGreaterThan(0.3);
    expect(questions[0]?.eco).toBeCloseTo(ecr + 1, 10);
    expect(step).toEqual({ kind: 'fix', fix: 'both' });
  });

  test('information gain is the fall in entropy, in bits', () => {
    // H(answer) = H(.55) = .99277; H(.9) = .46900, H(.8) = .72193, mean .59546. IG = .39731.
    const model = modelFrom(TWO);
    const [which] = model.questions;
    if (!which) throw new Error('the fixture has a question');
    expect(informationGain(which, Float64Array.of(0.5, 0.5))).toBeCloseTo(0.3973126, 6);
    // The other way round: H(fault) − Σ P(answer) H(fault | answer); P(a | left) = .45/.55, P(a | right) = .05/.45.
    const entropy = (p: number): number => -p * Math.log2(p) - (1 - p) * Math.log2(1 - p);
    const fall = 1 - 0.55 * entropy(0.45 / 0.55) - 0.45 * entropy(0.05 / 0.45);
    expect(informationGain(which, Float64Array.of(0.5, 0.5))).toBeCloseTo(fall, 12);
    expect(planFor(withCosts(TWO, { unknownRate: 0.25 })).questions[0]?.gain).toBeCloseTo(0.75 * fall, 12);
  });

  test('examines no more questions than the shortlist holds, the best by gain ÷ cost', () => {
    const [which] = TWO.questions;
    if (!which) throw new Error('the fixture has a question');
    const spec = (shortlist: number): ModelSpec => ({
      ...TWO,
      questions: [
        { ...which, id: 'dear', cost: 2 },
        { ...which, id: 'cheap', cost: 0.5 },
        { ...which, id: 'middling', cost: 1 },
      ],
      costs: { ...COSTS, shortlist },
    });
    expect(planFor(spec(2)).questions.map((question) => question.question)).toEqual(['cheap', 'middling']);
    expect(planFor(spec(0)).step.kind).toBe('fix');
  });
});

describe('what may come', () => {
  test('no question twice, whether it was asked or found in a sentence', () => {
    expect(planFor(TWO, caseOf({ asked: ['which'] })).step.kind).toBe('fix');
    const told = caseOf({ answers: [{ question: 'which', option: 'right', from: 'utterance' }] });
    expect(planFor(TWO, told).step).toEqual({ kind: 'fix', fix: 'fix-b' });
    expect(planFor(TWO, told).questions).toEqual([]);
  });

  test('no fix that has failed', () => {
    const { step, fixes } = planFor(TWO, answered({ which: 'right' }, { failedFixes: ['fix-b'] }));
    expect(step).toEqual({ kind: 'fix', fix: 'fix-a' });
    expect(fixes.map((fix) => fix.fix)).toEqual(['fix-a']);
  });

  test('a question that requires an answer waits for it, and for the latest one', () => {
    const [which] = TWO.questions;
    if (!which) throw new Error('the fixture has a question');
    const spec: ModelSpec = {
      ...TWO,
      questions: [
        { ...which, requires: { method: ['card', 'tap'] } },
        { id: 'method', options: ['card', 'scan', 'tap'], cost: 1 },
      ],
    };
    expect(planFor(spec).step.kind).toBe('fix');
    expect(planFor(spec, answered({ method: 'scan' })).step.kind).toBe('fix');
    expect(planFor(spec, answered({ method: 'tap' })).step).toEqual({ kind: 'ask', question: 'which' });
    const corrected = answered({ method: 'tap' });
    corrected.answers.push({ question: 'method', option: 'scan', from: 'answer' });
    expect(planFor(spec, corrected).step.kind).toBe('fix');
  });

  test('a question that every fault answers alike is never asked', () => {
    const spec: ModelSpec = { ...TWO, questions: [{ id: 'flat', options: ['x', 'y'], cost: 0.01 }] };
    expect(planFor(spec).questions).toEqual([]);
  });
});

describe('caps', () => {
  test('at the cap on questions the best fix comes, and a human is blamed on the cap only if asking would have paid', () => {
    const asked = ['1', '2', '3', '4', '5'];
    expect(planFor(TWO, caseOf({ asked })).step).toEqual({ kind: 'fix', fix: 'fix-a' });
    // Fixes so dear that only a sure diagnosis pays: P .5 · .9 · 20 = 9 < 12, after `left` .82 · .9 · 20 = 14.7 > 12.
    const dear: ModelSpec = { ...TWO, fixes: TWO.fixes.map((fix) => ({ ...fix, cost: 12 })) };
    expect(planFor(dear, caseOf()).step.kind).toBe('ask');
    expect(planFor(dear, caseOf({ asked })).step).toEqual({ kind: 'human', why: 'questions-cap' });
    expect(planFor(dear, caseOf({ asked: [...asked, 'which'] })).step).toEqual({ kind: 'human', why: 'cheaper' });
  });

  test('a question counts once, however often it was put', () => {
    const asked = ['1', '1', '2', '2', '3', '3'];
    expect(planFor(TWO, caseOf({ asked })).step.kind).toBe('ask');
  });

  test('at the cap on failed fixes a human comes and nothing is asked', () => {
    const spec = withCosts(THREE, { maxFailedFixes: 2 });
    const known = caseOf({ failedFixes: ['fix-a', 'fix-b'] });
    expect(planFor(spec, known)).toMatchObject({ ecr: 20, step: { kind: 'human', why: 'fixes-cap' } });
  });

  test('with every fix tried a human comes because nothing is left', () => {
    const known = caseOf({ failedFixes: ['fix-a', 'fix-b', 'fix-c'] });
    expect(planFor(THREE, known).step).toEqual({ kind: 'human', why: 'nothing-left' });
  });
});
