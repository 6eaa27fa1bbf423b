/**
 * Linear models over sparse vectors, trained in a fraction of a second: multinomial logistic regression by AdaGrad, and
 * one-against-rest L2-loss support vector machines by dual coordinate descent. Same rows, same result.
 *
 * Sources: Duchi, Hazan & Singer (2011), AdaGrad; Hsieh et al. (2008), "A dual coordinate descent method for large-scale linear
 * SVM", algorithm 1 with the L2-loss diagonal 1/(2C).
 */

/** Sparse training rows, one after the other, with a distribution over classes as each row's target. */
export interface TrainingSet {
  classes: number;
  /** Number of features. */
  features: number;
  /** Row r owns the entries `offsets[r]` … `offsets[r + 1]`. */
  offsets: Int32Array;
  indices: Int32Array;
  values: Float32Array;
  /** `classes` numbers a row, sum 1. */
  targets: Float32Array;
  /** How much each row counts, > 0. */
  weights: Float32Array;
}

/** Weights of feature f for class c at `f * classes + c`; biases by class. */
export interface LinearModel {
  classes: number;
  weights: Float32Array;
  bias: Float32Array;
}

/** Numerical Recipes' generator: fixed seed, so that training is reproducible. */
function shuffler(seed: number): (order: Int32Array) => void {
  let state = seed >>> 0;
  return (order) => {
    for (let i = order.length - 1; i > 0; i--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const j = state % (i + 1);
      const held = order[i] ?? 0;
      order[i] = order[j] ?? 0;
      order[j] = held;
    }
  };
}

const identity = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

/** Scores of one vector into `out` (length `classes`). */
export function score(
  model: LinearModel,
  count: number,
  indices: Int32Array,
  values: Float32Array,
  out: Float64Array,
  from = 0,
): void {
  const { classes, weights, bias } = model;
  for (let c = 0; c < classes; c++) out[c] = bias[c] ?? 0;
  for (let i = from; i < from + count; i++) {
    const base = (indices[i] ?? 0) * classes;
    const value = values[i] ?? 0;
    for (let c = 0; c < classes; c++) out[c] = (out[c] ?? 0) + (weights[base + c] ?? 0) * value;
  }
}

/** Scores → probabilities in place; `scale` is the inverse temperature. */
export function softmax(scores: Float64Array, scale = 1): void {
  let top = Number.NEGATIVE_INFINITY;
  for (const value of scores) top = Math.max(top, value * scale);
  let sum = 0;
  for (let c = 0; c < scores.length; c++) {
    const e = Math.exp((scores[c] ?? 0) * scale - top);
    scores[c] = e;
    sum += e;
  }
  for (let c = 0; c < scores.length; c++) scores[c] = (scores[c] ?? 0) / sum;
}

export interface LogisticSettings {
  epochs: number;
  /** AdaGrad's step. */
  rate: number;
}

/**
 * Multinomial logistic regression against the target distributions (cross-entropy). The step size adapts by feature, not by
 * weight: one square root instead of one a class, at no loss that could be measured.
 */
export function trainLogistic(set: TrainingSet, settings: LogisticSettings): LinearModel {
  const { classes, offsets, indices, values, targets } = set;
  const rows = offsets.length - 1;
  const weights = new Float32Array(set.features * classes);
  const bias = new Float32Array(classes);
  const squares = new Float32Array(set.features).fill(1e-6);
  let biasSquares = 1e-6;
  const model: LinearModel = { classes, weights, bias };
  const gradient = new Float64Array(classes);
  const order = identity(rows);
  const shuffle = shuffler(20261123);
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    shuffle(order);
    for (const row of order) {
      const from = offsets[row] ?? 0;
      const to = offsets[row + 1] ?? 0;
      score(model, to - from, indices, values, gradient, from);
      softmax(gradient);
      let energy = 0;
      for (let c = 0; c < classes; c++) {
        const g = (set.weights[row] ?? 1) * ((gradient[c] ?? 0) - (targets[row * classes + c] ?? 0));
        gradient[c] = g;
        energy += g * g;
      }
      biasSquares += energy;
      const biasStep = settings.rate / Math.sqrt(biasSquares);
      for (let c = 0; c < classes; c++) bias[c] = (bias[c] ?? 0) - biasStep * (gradient[c] ?? 0);
      for (let i = from; i < to; i++) {
        const feature = indices[i] ?? 0;
        const value = values[i] ?? 0;
        const square = (squares[feature] ?? 0) + energy * value * value;
        squares[feature] = square;
        const step = (settings.rate * value) / Math.sqrt(square);
        const end = (feature + 1) * classes;
        for (let at = feature * classes, c = 0; at < end; at++, c++)
          weights[at] = (weights[at] ?? 0) - step * (gradient[c] ?? 0);
      }
    }
  }
  return model;
}

export interface SvmSettings {
  /** Cost of a violation. */
  c: number;
  passes: number;
  /** From which share of a row's target on a class counts as positive. */
  positive: number;
}

/** One machine a class; the bias is a feature of value 1 and is penalised with the rest. */
export function trainSvm(set: TrainingSet, settings: SvmSettings): LinearModel {
  const { classes, offsets, indices, values, targets } = set;
  const rows = offsets.length - 1;
  const weights = new Float32Array(set.features * classes);
  const bias = new Float32Array(classes);
  const norms = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let norm = 1;
    for (let i = offsets[row] ?? 0; i < (offsets[row + 1] ?? 0); i++) norm += (values[i] ?? 0) ** 2;
    norms[row] = norm;
  }
  const w = new Float64Array(set.features);
  for (let c = 0; c < classes; c++) {
    w.fill(0);
    let b = 0;
    const alpha = new Float64Array(rows);
    const order = identity(rows);
    const shuffle = shuffler(c + 1);
    for (let pass = 0; pass < settings.passes; pass++) {
      shuffle(order);
      let largest = 0;
      for (const row of order) {
        const y = (targets[row * classes + c] ?? 0) >= settings.positive ? 1 : -1;
        const diagonal = 1 / (2 * settings.c * (set.weights[row] ?? 1));
        const from = offsets[row] ?? 0;
        const to = offsets[row + 1] ?? 0;
        let margin = b;
        for (let i = from; i < to; i++) margin += (w[indices[i] ?? 0] ?? 0) * (values[i] ?? 0);
        const a = alpha[row] ?? 0;
        const g = y * margin - 1 + diagonal * a;
        if (a === 0 && g >= 0) continue;
        largest = Math.max(largest, Math.abs(a === 0 ? Math.min(g, 0) : g));
        const next = Math.max(0, a - g / ((norms[row] ?? 1) + diagonal));
        const step = (next - a) * y;
        if (step === 0) continue;
        alpha[row] = next;
        b += step;
        for (let i = from; i < to; i++) {
          const index = indices[i] ?? 0;
          w[index] = (w[index] ?? 0) + step * (values[i] ?? 0);
        }
      }
      if (largest < 0.05) break;
    }
    bias[c] = b;
    for (let f = 0; f < set.features; f++) weights[f * classes + c] = w[f] ?? 0;
  }
  return { classes, weights, bias };
}
