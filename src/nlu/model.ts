/** From examples to a classifier: vocabulary, TF-IDF, the linear models that cross-validation kept, and their mean. */
import {
  type LinearModel,
  type LogisticSettings,
  type SvmSettings,
  score,
  softmax,
  type TrainingSet,
  trainLogistic,
  trainSvm,
} from './classifier.js';
import { createExtractor, type FeatureSettings, type Features, type Token } from './features.js';
import { Vectoriser, Vocabulary } from './vocabulary.js';

/** An utterance cut into tokens. */
export interface Input {
  /** The normalised text. */
  text: string;
  tokens: readonly Token[];
  /** Features from elsewhere. */
  hints: readonly string[];
}

export interface Example extends Input {
  /** Distribution over the classes. */
  target: Float32Array;
  weight: number;
}

export interface ModelSettings {
  features: FeatureSettings;
  logistic: LogisticSettings | null;
  svm: SvmSettings | null;
  /** Weight of the logistic scores in the mean, 0 … 1, if both are trained. */
  logisticShare: number;
  /** Inverse temperature of the logistic scores, and of the machines' margins. */
  logisticScale: number;
  svmScale: number;
}

export interface Prediction {
  /** Probabilities by class. */
  p: Float64Array;
  /** Share of the utterance's features that training has seen, 0 … 1. */
  known: number;
}

export interface Model {
  predict(input: Input): Prediction;
  /** Number of features. */
  size: number;
}

interface Assembled {
  set: TrainingSet;
  vectoriser: Vectoriser;
  extract: ReturnType<typeof createExtractor>;
}

/** Typed arrays that grow: plain arrays of a few hundred thousand numbers cost more to collect than the training itself. */
class Keys {
  keys = new Uint32Array(1 << 18);
  weights = new Float32Array(1 << 18);
  size = 0;

  append({ count, keys, weights }: Features): void {
    if (this.size + count > this.keys.length) {
      const room = Math.max(2 * this.keys.length, this.size + count);
      const grown = { keys: new Uint32Array(room), weights: new Float32Array(room) };
      grown.keys.set(this.keys);
      grown.weights.set(this.weights);
      this.keys = grown.keys;
      this.weights = grown.weights;
    }
    this.keys.set(keys.subarray(0, count), this.size);
    this.weights.set(weights.subarray(0, count), this.size);
    this.size += count;
  }
}

function assemble(examples: Iterable<Example>, classes: number, settings: FeatureSettings): Assembled {
  const extract = createExtractor(settings);
  const features = new Keys();
  const borders = [0];
  const targets: Float32Array[] = [];
  const weights: number[] = [];
  for (const { text, tokens, hints, target, weight } of examples) {
    features.append(extract(text, tokens, hints));
    borders.push(features.size);
    targets.push(target);
    weights.push(weight);
  }
  const rows = targets.length;
  const part = (row: number): { count: number; keys: Uint32Array; weights: Float32Array } => {
    const from = borders[row] ?? 0;
    const to = borders[row + 1] ?? 0;
    return { count: to - from, keys: features.keys.subarray(from, to), weights: features.weights.subarray(from, to) };
  };
  const vocabulary = new Vocabulary();
  for (let row = 0; row < rows; row++) vocabulary.count(part(row), row);
  const vectoriser = new Vectoriser(vocabulary, rows);
  const set: TrainingSet = {
    classes,
    features: vocabulary.size,
    offsets: new Int32Array(rows + 1),
    indices: new Int32Array(features.size),
    values: new Float32Array(features.size),
    targets: new Float32Array(rows * classes),
    weights: Float32Array.from(weights),
  };
  let end = 0;
  for (let row = 0; row < rows; row++) {
    const vector = vectoriser.vector(part(row));
    set.indices.set(vector.rows.subarray(0, vector.count), end);
    set.values.set(vector.values.subarray(0, vector.count), end);
    end += vector.count;
    set.offsets[row + 1] = end;
    set.targets.set(targets[row] ?? new Float32Array(classes), row * classes);
  }
  return { set, vectoriser, extract };
}

/** Trains on the examples, which it reads once and in order. Deterministic. */
export function trainModel(examples: Iterable<Example>, classes: number, settings: ModelSettings): Model {
  const { set, vectoriser, extract } = assemble(examples, classes, settings.features);
  const parts: { model: LinearModel; scale: number; share: number }[] = [];
  const share = settings.svm === null ? 1 : settings.logistic === null ? 0 : settings.logisticShare;
  if (settings.logistic !== null)
    parts.push({ model: trainLogistic(set, settings.logistic), scale: settings.logisticScale, share });
  if (settings.svm !== null)
    parts.push({ model: trainSvm(set, settings.svm), scale: settings.svmScale, share: 1 - share });
  return {
    size: set.features,
    predict({ text, tokens, hints }) {
      const vector = vectoriser.vector(extract(text, tokens, hints));
      const mean = new Float64Array(classes);
      const scores = new Float64Array(classes);
      for (const part of parts) {
        score(part.model, vector.count, vector.rows, vector.values, scores);
        softmax(scores, part.scale);
        for (let c = 0; c < classes; c++) mean[c] = (mean[c] ?? 0) + part.share * (scores[c] ?? 0);
      }
      return { p: mean, known: vector.known };
    },
  };
}
