/** From the signs of strangeness to one score, and where to draw the line. Fitted on dev rows only. Pure. */
import type { Guess } from '../nlu/engine.js';

/** A dev row as the engine saw it. */
export interface Seen {
  guess: Guess;
  /** Index of the right intent; -1: none fits. */
  truth: number;
}

export const best = (scores: Float64Array): number => {
  let top = 0;
  for (let i = 1; i < scores.length; i++) if ((scores[i] ?? 0) > (scores[top] ?? 0)) top = i;
  return top;
};

/** Fewer strangers than this tell too little to weigh the signs by. */
const ENOUGH = 20;
const ROUNDS = 400;
const RIDGE = 1e-3;

/**
 * Makes the function that scores strangeness (larger: stranger): a logistic regression over the standardised signs, strangers and
 * others weighing the same. With too few strangers it is the free energy alone.
 */
export function fitStrangeness(dev: readonly Seen[]): (signs: readonly number[]) => number {
  const strangers = dev.filter(({ truth }) => truth < 0).length;
  const others = dev.length - strangers;
  if (strangers < ENOUGH || others < ENOUGH) return (signs) => signs[0] ?? 0;
  const size = dev[0]?.guess.signs.length ?? 0;
  const means = new Float64Array(size);
  const spreads = new Float64Array(size);
  for (const { guess } of dev)
    for (let i = 0; i < size; i++) means[i] = (means[i] ?? 0) + (guess.signs[i] ?? 0) / dev.length;
  for (const { guess } of dev)
    for (let i = 0; i < size; i++)
      spreads[i] = (spreads[i] ?? 0) + ((guess.signs[i] ?? 0) - (means[i] ?? 0)) ** 2 / dev.length;
  const scaled = (signs: readonly number[]): Float64Array =>
    Float64Array.from(
      { length: size },
      (_, i) => ((signs[i] ?? 0) - (means[i] ?? 0)) / Math.sqrt((spreads[i] ?? 0) + 1e-9),
    );
  const rows = dev.map(({ guess, truth }) => ({
    x: scaled(guess.signs),
    y: truth < 0 ? 1 : 0,
    weight: truth < 0 ? 0.5 / strangers : 0.5 / others,
  }));
  const w = new Float64Array(size);
  let bias = 0;
  const dot = (x: Float64Array): number => x.reduce((sum, value, i) => sum + value * (w[i] ?? 0), bias);
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = new Float64Array(size);
    let biasGradient = 0;
    for (const { x, y, weight } of rows) {
      const g = weight * (1 / (1 + Math.exp(-dot(x))) - y);
      biasGradient += g;
      for (let i = 0; i < size; i++) gradient[i] = (gradient[i] ?? 0) + g * (x[i] ?? 0);
    }
    bias -= biasGradient;
    for (let i = 0; i < size; i++) w[i] = (w[i] ?? 0) - (gradient[i] ?? 0) - RIDGE * (w[i] ?? 0);
  }
  return (signs) => dot(scaled(signs));
}

/** Share of the dev rows that may be treated wrongly for the sake of a stricter line: fewer are chance. */
const NEAR = 0.002;

/**
 * Where to draw the line: texts above it are taken for strangers. A known text that gets its intent and a stranger that is turned
 * away count as treated rightly (Larson et al. 2019 choose by their number too); of the lines that treat nearly as many dev rows
 * rightly as the best one does, the strictest is taken, because dev sets hold few strangers and the world many.
 * Null if there are no strangers to choose by.
 */
export function chooseThreshold(
  dev: readonly Seen[],
  strangeness: (signs: readonly number[]) => number,
): number | null {
  if (!dev.some(({ truth }) => truth < 0)) return null;
  const rows = dev
    .map(({ guess, truth }) => ({
      score: strangeness(guess.signs),
      // What is won by turning the row away.
      gain: truth < 0 ? 1 : best(guess.scores) === truth ? -1 : 0,
    }))
    .sort((a, b) => b.score - a.score);
  const lines = [{ threshold: Number.POSITIVE_INFINITY, won: 0 }];
  let won = 0;
  rows.forEach(({ score, gain }, i) => {
    won += gain;
    const next = rows[i + 1]?.score ?? score - 1;
    if (next < score) lines.push({ threshold: (score + next) / 2, won });
  });
  const most = Math.max(...lines.map((line) => line.won));
  return lines.findLast((line) => line.won >= most - NEAR * dev.length)?.threshold ?? null;
}

/** log Σ exp(scale · scores) relative to its largest term. */
function logSum(scores: Float64Array, scale: number): number {
  const top = (scores[best(scores)] ?? 0) * scale;
  let sum = 0;
  for (const score of scores) sum += Math.exp(score * scale - top);
  return top + Math.log(sum);
}

/** Inverse temperatures that are tried, 0.3 … 4. */
const SCALES = Array.from({ length: 27 }, (_, i) => 0.3 * 1.105 ** i);

/** The inverse temperature at which the dev rows' intents are least surprising; 1 without dev rows. */
export function fitScale(dev: readonly Seen[]): number {
  const known = dev.filter(({ truth }) => truth >= 0);
  if (known.length === 0) return 1;
  const surprise = (scale: number): number =>
    known.reduce((sum, { guess, truth }) => sum + logSum(guess.scores, scale) - (guess.scores[truth] ?? 0) * scale, 0);
  return SCALES.reduce((least, scale) => (surprise(scale) < surprise(least) ? scale : least), 1);
}

/** Probability of the likeliest intent. */
export const confidence = (scores: Float64Array, scale: number): number =>
  Math.exp((scores[best(scores)] ?? 0) * scale - logSum(scores, scale));
