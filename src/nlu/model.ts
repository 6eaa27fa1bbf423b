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
import { type CountedVocabulary, Vectoriser, Vocabulary } from './vocabulary.js';

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

/** What training leaves: plain numbers, to be kept and opened again. */
export interface Trained {
  classes: number;
  settings: ModelSettings;
  /** Utterances learned from. */
  documents: number;
  vocabulary: CountedVocabulary;
  /** The logistic model and the machines, as far as the settings ask for them, in this order. */
  parts: LinearModel[];
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
  return { set, vocabulary, documents: rows };
}

/** Trains on the examples, which it reads once and in order. Deterministic. */
export function train(examples: Iterable<Example>, classes: number, settings: ModelSettings): Trained {
  const { set, vocabulary, documents } = assemble(examples, classes, settings.features);
  const parts: LinearModel[] = [];
  if (settings.logistic !== null) parts.push(trainLogistic(set, settings.logistic));
  if (settings.svm !== null) parts.push(trainSvm(set, settings.svm));
  for (const { weights } of parts) shorten(weights);
  return { classes, settings, documents, vocabulary: vocabulary.counted(), parts };
}

/**
 * Rounds to the 16 upper bits of a float (bfloat16, about three digits): what is kept takes half the room, and a model that was
 * kept says the same as one just trained. No figure of the measurements moved.
 */
function shorten(weights: Float32Array): void {
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  for (let i = 0; i < bits.length; i++) bits[i] = ((bits[i] ?? 0) + 0x8000) & 0xffff0000;
}

/** Makes the classifier of what training left. */
export function openModel({ classes, settings, documents, vocabulary, parts }: Trained): Model {
  const extract = createExtractor(settings.features);
  const vectoriser = new Vectoriser(Vocabulary.of(vocabulary), documents);
  const scales = [
    ...(settings.logistic === null ? [] : [settings.logisticScale]),
    ...(settings.svm === null ? [] : [settings.svmScale]),
  ];
  const shares = parts.length < 2 ? [1] : [settings.logisticShare, 1 - settings.logisticShare];
  return {
    size: vocabulary.keys.length,
    predict({ text, tokens, hints }) {
      const vector = vectoriser.vector(extract(text, tokens, hints));
      const mean = new Float64Array(classes);
      const scores = new Float64Array(classes);
      for (let part = 0; part < parts.length; part++) {
        score(parts[part] as LinearModel, vector.count, vector.rows, vector.values, scores);
        softmax(scores, scales[part]);
        for (let c = 0; c < classes; c++) mean[c] = (mean[c] ?? 0) + (shares[part] ?? 0) * (scores[c] ?? 0);
      }
      return { p: mean, known: vector.known };
    },
  };
}

/** Trains and opens. */
export function trainModel(examples: Iterable<Example>, classes: number, settings: ModelSettings): Model {
  return openModel(train(examples, classes, settings));
}
