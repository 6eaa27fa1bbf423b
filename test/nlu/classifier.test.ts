import fc from 'fast-check';
import {
  type LinearModel,
  score,
  softmax,
  type TrainingSet,
  trainLogistic,
  trainSvm,
} from '../../src/nlu/classifier.js';

/** Three classes, each with a feature of its own; feature 3 is in every row. */
function rows(list: readonly (readonly [features: readonly number[], target: readonly number[]])[]): TrainingSet {
  const indices = list.flatMap(([features]) => features);
  const offsets = [0];
  for (const [features] of list) offsets.push((offsets[offsets.length - 1] ?? 0) + features.length);
  return {
    classes: 3,
    features: 4,
    offsets: Int32Array.from(offsets),
    indices: Int32Array.from(indices),
    values: Float32Array.from(indices, () => Math.SQRT1_2),
    targets: Float32Array.from(list.flatMap(([, target]) => target)),
    weights: new Float32Array(list.length).fill(1),
  };
}
const plain = rows([
  [
    [0, 3],
    [1, 0, 0],
  ],
  [
    [1, 3],
    [0, 1, 0],
  ],
  [
    [2, 3],
    [0, 0, 1],
  ],
  [
    [0, 3],
    [1, 0, 0],
  ],
]);

function probabilities(model: LinearModel, features: readonly number[]): number[] {
  const out = new Float64Array(model.classes);
  score(
    model,
    features.length,
    Int32Array.from(features),
    Float32Array.from(features, () => Math.SQRT1_2),
    out,
  );
  softmax(out);
  return [...out];
}

describe.each([
  ['logistic regression', (set: TrainingSet) => trainLogistic(set, { epochs: 30, rate: 0.5 })],
  ['support vector machines', (set: TrainingSet) => trainSvm(set, { c: 1, passes: 50, positive: 0.25 })],
])('%s', (_, train) => {
  test('learns which feature means which class', () => {
    const model = train(plain);
    for (const feature of [0, 1, 2]) {
      const p = probabilities(model, [feature, 3]);
      expect(p.indexOf(Math.max(...p))).toBe(feature);
    }
  });

  test('the same rows give the same model', () => {
    expect(train(plain)).toEqual(train(plain));
  });

  test('a row with two labels makes both likely', () => {
    const p = probabilities(
      train(
        rows([
          [
            [0, 3],
            [0.5, 0.5, 0],
          ],
          [
            [2, 3],
            [0, 0, 1],
          ],
        ]),
      ),
      [0, 3],
    );
    expect(Math.min(p[0] ?? 0, p[1] ?? 0)).toBeGreaterThan(p[2] ?? 1);
  });

  test('one class only and no rows at all give a usable model', () => {
    expect(probabilities(train(rows([[[0], [1, 0, 0]]])), [0])[0]).toBeGreaterThan(1 / 3);
    for (const p of probabilities(train(rows([])), [0])) expect(p).toBeCloseTo(1 / 3);
  });
});

test('logistic regression reproduces a target distribution', () => {
  const set = rows([
    [[0], [0.6, 0.4, 0]],
    [[1], [0, 0, 1]],
  ]);
  const p = probabilities(trainLogistic(set, { epochs: 400, rate: 0.5 }), [0]);
  expect(p[0]).toBeCloseTo(0.6, 1);
  expect(p[1]).toBeCloseTo(0.4, 1);
});

test('support vector machines separate with the margin that the dual promises', () => {
  // Two rows with the only features 0 and 1 (and the bias): by symmetry w = (t, -t), b = 0, and with C → ∞ the margin is 1.
  const set = rows([
    [[0], [1, 0, 0]],
    [[1], [0, 1, 0]],
  ]);
  const model = trainSvm(set, { c: 1000, passes: 500, positive: 0.25 });
  const margin = (model.weights[0] ?? 0) * Math.SQRT1_2 + (model.bias[0] ?? 0);
  expect(margin).toBeCloseTo(1, 1);
});

test('softmax sums to 1 for any scores and keeps their order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 }),
      (values) => {
        const scores = Float64Array.from(values);
        softmax(scores, 0.5);
        expect(scores.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        const top = values.indexOf(Math.max(...values));
        expect(scores[top]).toBe(Math.max(...scores));
      },
    ),
  );
});
