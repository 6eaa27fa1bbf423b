/** Does learning help whom it should help, and is it refused where it would hurt? On the shipped knowledge, with fixed seeds. */
import { modelFrom } from '../../src/diagnosis/model.js';
import { plan } from '../../src/diagnosis/plan.js';
import type { ModelSpec } from '../../src/diagnosis/spec.js';
import { loadKnowledge } from '../../src/knowledge/load.js';
import { Learner } from '../../src/learn/closed.js';
import { type Comparison, compare, objections } from '../../src/learn/compare.js';
import { estimate, withChanges } from '../../src/learn/estimate.js';
import { writtenSpec } from '../../src/learn/places.js';
import { loadYardsticks } from '../../src/simulate/load.js';
import { drawMerchant } from '../../src/simulate/merchants.js';
import { perturb } from '../../src/simulate/perturb.js';
import { believing } from '../../src/simulate/policies.js';
import { randomFrom } from '../../src/simulate/random.js';
import { pricesOf } from '../../src/simulate/simulate.js';
import { walk } from '../../src/simulate/walk.js';
import { caseOf } from '../diagnosis/fixtures.js';
import { type Closed, closedCases, plainOpenings } from './cases.js';

const { knowledge, content } = loadKnowledge();
const { settings } = loadYardsticks();
const prices = pricesOf(knowledge, settings);
const spec = writtenSpec(knowledge, content);
const model = modelFrom(spec);
const openings = plainOpenings(spec);

function learn(cases: readonly Closed[], withHuman = false): ModelSpec {
  const learner = new Learner(model, withHuman);
  for (const [index, data] of cases.entries()) learner.take({ conversation: `c${index}`, type: 'closed', data });
  learner.finish();
  return withChanges(spec, estimate(spec, model, learner.counts));
}

/** Minutes a case over the same merchants of `truth`, for who believes `believed`. */
function cost(truth: ModelSpec, believed: ModelSpec, seed: number): number {
  const random = randomFrom(seed);
  const [real, mine] = [modelFrom({ ...truth, answerNoise: 0 }), modelFrom(believed)];
  const ours = believing(mine, 'ours', (belief, known) => plan(mine, belief, known).step);
  const merchants = Array.from({ length: 300 }, () =>
    drawMerchant({ model: real, unknown: 0.08, wrong: 0 }, openings, settings, random),
  );
  return merchants.reduce((sum, merchant) => sum + walk(mine, ours, merchant, prices).cost, 0) / merchants.length;
}

function compared(next: ModelSpec, cases = 200, seed = 1): Comparison[] {
  const running = compare({ specs: { old: spec, new: next }, openings: openings, settings, prices, cases, seed });
  for (;;) {
    const step = running.next();
    if (step.done === true) return step.value;
  }
}

/** Total variation between priors. */
function apart(one: ModelSpec, other: ModelSpec): number {
  const shares = [one, other].map(({ faults }) => {
    const total = faults.reduce((sum, { prior }) => sum + prior, 0);
    return faults.map(({ prior }) => prior / total);
  });
  return (shares[0] ?? []).reduce((sum, share, at) => sum + Math.abs(share - (shares[1]?.[at] ?? 0)) / 2, 0);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

test('from cases of worlds that are different the priors move towards them, and merchants there are served more cheaply', () => {
  const worlds = Array.from({ length: 6 }, (_, world) => {
    const truth = perturb(spec, { rows: 0.2, priorFactor: 7 }, randomFrom(50 + world));
    const next = learn(closedCases(spec, truth, settings, 600, 100 + world, openings), true);
    return {
      nearer: apart(next, truth) / apart(spec, truth),
      cheaper: cost(truth, next, world) / cost(truth, spec, world),
    };
  });
  expect(mean(worlds.map(({ nearer }) => nearer))).toBeLessThan(0.8);
  expect(mean(worlds.map(({ cheaper }) => cheaper))).toBeLessThan(0.98);
});

test('cases of a world that is as authored leave the numbers near, nearer with those that a human solved', () => {
  const cases = closedCases(spec, spec, settings, 600, 3, openings);
  const [byFix, all] = [learn(cases), learn(cases, true)];
  expect(apart(all, spec)).toBeGreaterThan(0.01);
  expect(apart(all, spec)).toBeLessThan(0.15);
  expect(apart(all, spec)).toBeLessThan(apart(byFix, spec));
  expect(objections(compared(all))).toEqual([]);
});

test('a journal that says one thing of everything is objected to', () => {
  const [fix] = model.fixes;
  const poison: Closed = {
    outcome: 'resolved',
    case: 1,
    fix: fix?.id ?? '',
    fault: null,
    known: caseOf({
      answers: model.questions.map(({ id, options }) => ({ question: id, option: options[0] ?? '', from: 'answer' })),
    }),
  };
  const found = objections(compared(learn(Array.from({ length: 800 }, () => poison))));
  expect(found.some((line) => line.startsWith('matched merchants of the old numbers: a case costs'))).toBe(true);
});

describe('objections', () => {
  const same = { old: 10, new: 10, more: { value: 0, half: 0 } };
  const none = { old: 0, new: 0, more: { value: 0, half: 0 } };
  const one: Comparison = { drawnFrom: 'old', world: 'matched', cases: 100, cost: same, wrongMoney: none };
  const risk = { old: 0, new: 0.01, more: { value: 0.01, half: 0.02 } };

  test('are raised beyond the interval, not within it', () => {
    expect(objections([one])).toEqual([]);
    const dearer = (half: number) => ({ ...one, cost: { old: 10, new: 11, more: { value: 1, half } } });
    expect(objections([dearer(1.1)])).toEqual([]);
    expect(objections([dearer(0.9)])).toHaveLength(1);
    expect(objections([dearer(Number.NaN)])).toHaveLength(1);
  });

  test('about money are raised at once where nobody answers wrongly, else beyond the interval', () => {
    expect(objections([{ ...one, wrongMoney: risk }])).toHaveLength(1);
    expect(objections([{ ...one, world: 'perturbed', wrongMoney: risk }])).toEqual([]);
    const sure = { ...risk, more: { value: 0.01, half: 0.005 } };
    expect(objections([{ ...one, world: 'perturbed', wrongMoney: sure }])).toHaveLength(1);
  });
});

test('the same numbers cost the same, to the minute, in every world', () => {
  for (const { cost: minutes, wrongMoney } of compared(spec, 20)) {
    expect(minutes.more).toEqual({ value: 0, half: 0 });
    expect(wrongMoney.more).toEqual({ value: 0, half: 0 });
  }
});
