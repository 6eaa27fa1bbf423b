import { believe } from '../../src/diagnosis/belief.js';
import { LEAST, modelFrom } from '../../src/diagnosis/model.js';
import { chargingSteps, type ModelSpec } from '../../src/diagnosis/spec.js';
import { caseOf, THREE, TWO } from './fixtures.js';

const question = (spec: Partial<ModelSpec['questions'][number]>): ModelSpec => ({
  ...THREE,
  questions: [{ id: 'q', options: ['x', 'y'], cost: 1, ...spec }],
});
/** P(option | fault) for the one question, a fault a row. */
const rows = (spec: ModelSpec): number[][] => {
  const model = modelFrom(spec);
  const [only] = model.questions;
  return model.faults.map((_, fault) => only?.options.map((_o, option) => only.p[option * 3 + fault] ?? 0) ?? []);
};

describe('a model from a description', () => {
  test('takes a fault’s own row, else its cause’s, else that of other, else none', () => {
    const byFault = { a: { x: 0.9, y: 0.1 } };
    const byCause = { channel: { x: 0.2, y: 0.8 }, device: { x: 0.3, y: 0.7 } };
    expect(rows(question({ byFault, byCause }))).toEqual([
      [0.9, 0.1],
      [0.3, 0.7],
      [0.5, 0.5],
    ]);
    expect(rows(question({ byFault, byCause: { ...byCause, other: { x: 0.6, y: 0.4 } } }))[2]).toEqual([0.6, 0.4]);
  });

  test('brings rows to sum 1 and leaves no answer impossible', () => {
    const [a, b] = rows(question({ byFault: { a: { x: 3, y: 1 }, b: { x: 1 } } }));
    expect(a).toEqual([0.75, 0.25]);
    expect(b?.[1]).toBeCloseTo(LEAST, 7);
    expect((b?.[0] ?? 0) + (b?.[1] ?? 0)).toBeCloseTo(1, 12);
  });

  test('knows which questions tell nothing', () => {
    const informative = (spec: ModelSpec) => modelFrom(spec).questions[0]?.informative;
    expect(informative(question({}))).toBe(false);
    expect(informative(question({ byCause: { other: { x: 0.9, y: 0.1 } } }))).toBe(false);
    expect(informative(question({ byFault: { c: { x: 0.6, y: 0.4 } } }))).toBe(true);
  });

  test('lists causes in their own order with other last, and sums the belief over them', () => {
    const model = modelFrom({
      ...THREE,
      faults: [
        { id: 'other', cause: 'other', prior: 1 },
        { id: 'n', cause: 'network', prior: 1 },
        { id: 'c1', cause: 'channel', prior: 1 },
        { id: 'c2', cause: 'channel', prior: 1 },
      ],
    });
    expect([...believe(model, caseOf()).causes]).toEqual([
      ['channel', 0.5],
      ['network', 0.25],
      ['other', 0.25],
    ]);
  });

  test('ignores cures of faults that are gone', () => {
    const fixes = [{ id: 'fix', cost: 1, success: { a: 0.5, gone: 0.9, b: 0 } }];
    const [fix] = modelFrom({ ...THREE, fixes }).fixes;
    expect([...(fix?.at ?? [])]).toEqual([0]);
  });

  test('refuses what cannot be computed with', () => {
    const [which] = TWO.questions;
    if (!which) throw new Error('the fixture has a question');
    const bad: [Partial<ModelSpec>, RegExp][] = [
      [{ faults: [] }, /needs a fault/],
      [{ faults: [...THREE.faults, ...THREE.faults] }, /fault a occurs twice/],
      [{ fixes: [...THREE.fixes, ...THREE.fixes] }, /fix fix-a occurs twice/],
      [{ questions: [which, which] }, /question which occurs twice/],
      [{ questions: [{ ...which, cost: 0 }] }, /which: 0 is not a positive number/],
      [{ faults: [{ id: 'a', cause: 'channel', prior: Number.NaN }] }, /a: NaN/],
      [{ costs: { ...THREE.costs, humanCall: -1 } }, /humanCall: -1/],
    ];
    for (const [change, message] of bad) expect(() => modelFrom({ ...THREE, ...change })).toThrow(message);
  });
});

test('a fix charges in some of its steps, in all, or in none', () => {
  const steps = (...charges: boolean[]) => ({ steps: charges.map((one) => ({ text: 't', charges: one })) });
  expect(chargingSteps(steps(false, false))).toBe('none');
  expect(chargingSteps(steps(false, true))).toBe('some');
  expect(chargingSteps(steps(true, true))).toBe('all');
});
