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
import {
  type CountedVocabulary,
  PLAIN_VECTOR,
  Vectoriser,
  type VectorSettings,
  Vocabulary,
  type Weighted,
} from './vocabulary.js';

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
  /** How features become a vector; as `PLAIN_VECTOR` without. */
  vector?: VectorSettings;
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

/** What one feature of an utterance adds to the score of each class. */
export interface Contribution {
  /** Index of the first token that it was made of and their number; none for a feature given from outside. */
  first: number;
  length: number;
  /** Which of the input's hints it is, or -1. */
  hint: number;
  scores: Float64Array;
}

export interface Model {
  predict(input: Input): Prediction;
  /** Scores by class: the probabilities are their softmax. */
  scores(input: Input): Pick<Prediction, 'known'> & { scores: Float64Array };
  /** Everything that the scores are the sum of: the bias of each class, and what each feature adds. */
  explain(input: Input): { bias: Float64Array; contributions: Contribution[] };
  /** Number of features. */
  size: number;
}

/** What training leaves: plain numbers, to be kept and opened again. */
export interface Trained {
  settings: ModelSettings;
  /** Utterances learned from. */
  documents: number;
  vocabulary: CountedVocabulary;
  model: LinearModel;
}

interface Assembled {
  set: TrainingSet;
  vocabulary: Vocabulary;
  documents: number;
}

/** Typed arrays that grow: plain arrays of a few hundred thousand numbers cost more to collect than the training itself. */
class Keys {
  keys = new Uint32Array(1 << 18);
  weights = new Float32Array(1 << 18);
  kinds = new Uint8Array(1 << 18);
  size = 0;

  append({ count, keys, kinds, weights }: Features): void {
    if (this.size + count > this.keys.length) {
      const room = Math.max(2 * this.keys.length, this.size + count);
      const grown = { keys: new Uint32Array(room), kinds: new Uint8Array(room), weights: new Float32Array(room) };
      grown.keys.set(this.keys);
      grown.kinds.set(this.kinds);
      grown.weights.set(this.weights);
      this.keys = grown.keys;
      this.kinds = grown.kinds;
      this.weights = grown.weights;
    }
    this.keys.set(keys.subarray(0, count), this.size);
    this.kinds.set(kinds.subarray(0, count), this.size);
    this.weights.set(weights.subarray(0, count), this.size);
    this.size += count;
  }

  part(from: number, to: number): Weighted {
    const { keys, kinds, weights } = this;
    return {
      count: to - from,
      keys: keys.subarray(from, to),
      kinds: kinds.subarray(from, to),
      weights: weights.subarray(from, to),
    };
  }
}

function assemble(examples: Iterable<Example>, classes: number, settings: ModelSettings): Assembled {
  const extract = createExtractor(settings.features);
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
  const part = (row: number): Weighted => features.part(borders[row] ?? 0, borders[row + 1] ?? 0);
  const vocabulary = new Vocabulary();
  for (let row = 0; row < rows; row++) vocabulary.count(part(row), row);
  const vectoriser = new Vectoriser(vocabulary, rows, settings.vector ?? PLAIN_VECTOR);
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
  return { set, vocabulary, documents: rows };
}

/** Numbers in one matrix of weights or targets; three of them are in memory at once. */
const MAX_CELLS = 6e7;

/** Adds `scale` times a model's weights to the sum. */
function addScaled(sum: LinearModel, model: LinearModel, scale: number): void {
  for (let i = 0; i < model.weights.length; i++)
    sum.weights[i] = (sum.weights[i] ?? 0) + scale * (model.weights[i] ?? 0);
  for (let c = 0; c < model.classes; c++) sum.bias[c] = (sum.bias[c] ?? 0) + scale * (model.bias[c] ?? 0);
}

/**
 * Logistic regression and support vector machines pooled: the weighted mean of their scores, which is a linear model again. So
 * one pass over an utterance's features is enough, and what each of them contributes can be told exactly. (The mean of their
 * probabilities instead gave the same accuracy.)
 */
function trainPooled(set: TrainingSet, settings: ModelSettings): LinearModel {
  const cells = set.classes * Math.max(set.features, set.weights.length);
  if (cells > MAX_CELLS) throw new RangeError(`${set.classes} classes are too many for so many rows and features`);
  const { logistic, svm } = settings;
  const share = svm === null ? 1 : logistic === null ? 0 : settings.logisticShare;
  const { classes } = set;
  const pooled = { classes, weights: new Float32Array(set.features * classes), bias: new Float32Array(classes) };
  if (logistic !== null) addScaled(pooled, trainLogistic(set, logistic), share * settings.logisticScale);
  if (svm !== null) addScaled(pooled, trainSvm(set, svm), (1 - share) * settings.svmScale);
  return pooled;
}

/**
 * Trains on the examples, which it reads once and in order. Deterministic.
 * @throws {RangeError} if memory would not hold the model
 */
export function train(examples: Iterable<Example>, classes: number, settings: ModelSettings): Trained {
  const { set, vocabulary, documents } = assemble(examples, classes, settings);
  return { settings, documents, vocabulary: vocabulary.counted(), model: trainPooled(set, settings) };
}

/** Trains and opens. */
export function trainModel(examples: Iterable<Example>, classes: number, settings: ModelSettings): Model {
  return openModel(train(examples, classes, settings));
}

/** Makes the classifier of what training left. */
export function openModel({ settings, documents, vocabulary: counted, model }: Trained): Model {
  const { classes } = model;
  const extract = createExtractor(settings.features);
  const vocabulary = Vocabulary.of(counted);
  const vectoriser = new Vectoriser(vocabulary, documents, settings.vector ?? PLAIN_VECTOR);
  const scores: Model['scores'] = ({ text, tokens, hints }) => {
    const vector = vectoriser.vector(extract(text, tokens, hints));
    const found = new Float64Array(classes);
    score(model, vector.count, vector.rows, vector.values, found);
    return { scores: found, known: vector.known };
  };
  return {
    size: counted.keys.length,
    scores,
    predict(input) {
      const { scores: p, known } = scores(input);
      softmax(p);
      return { p, known };
    },
    explain({ text, tokens, hints }) {
      const features = extract(text, tokens, hints);
      const vector = vectoriser.vector(features);
      const values = new Map(
        Array.from({ length: vector.count }, (_, i) => [vector.rows[i] ?? 0, vector.values[i] ?? 0]),
      );
      const rows = Array.from({ length: features.count }, (_, i) => vocabulary.find(features.keys[i] ?? 0));
      const sums = new Map<number, number>();
      rows.forEach((row, i) => {
        sums.set(row, (sums.get(row) ?? 0) + (features.weights[i] ?? 0));
      });
      const contributions: Contribution[] = [];
      rows.forEach((row, i) => {
        if (row < 0) return;
        // A feature that occurs several times has one value: each occurrence stands for its part of it.
        const value = ((values.get(row) ?? 0) * (features.weights[i] ?? 0)) / (sums.get(row) ?? 1);
        const scores = Float64Array.from(model.weights.subarray(row * classes, (row + 1) * classes), (w) => w * value);
        const hint = i - (features.count - hints.length);
        contributions.push({
          first: features.first[i] ?? 0,
          length: features.length[i] ?? 0,
          hint: Math.max(-1, hint),
          scores,
        });
      });
      return { bias: Float64Array.from(model.bias), contributions };
    },
  };
}
