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
import { createExtractor, type FeatureSettings, type Token } from './features.js';
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

function assemble(examples: readonly Example[], classes: number, settings: FeatureSettings): Assembled {
  const extract = createExtractor(settings);
  const vocabulary = new Vocabulary();
  const lastSeen: number[] = [];
  const frequency: number[] = [];
  for (let row = 0; row < examples.length; row++) {
    const example = examples[row] as Example;
    const { count, keys } = extract(example.text, example.tokens, example.hints);
    for (let i = 0; i < count; i++) {
      const id = vocabulary.add(keys[i] ?? 0);
      if (lastSeen[id] !== row) frequency[id] = (frequency[id] ?? 0) + 1;
      lastSeen[id] = row;
    }
  }
  const vectoriser = new Vectoriser(vocabulary, examples.length, Int32Array.from(frequency));
  const offsets = new Int32Array(examples.length + 1);
  const indices: number[] = [];
  const values: number[] = [];
  const targets = new Float32Array(examples.length * classes);
  const weights = new Float32Array(examples.length);
  examples.forEach((example, row) => {
    const vector = vectoriser.vector(extract(example.text, example.tokens, example.hints));
    for (let i = 0; i < vector.count; i++) {
      indices.push(vector.rows[i] ?? 0);
      values.push(vector.values[i] ?? 0);
    }
    offsets[row + 1] = indices.length;
    targets.set(example.target, row * classes);
    weights[row] = example.weight;
  });
  const set: TrainingSet = {
    classes,
    features: vocabulary.size,
    offsets,
    indices: Int32Array.from(indices),
    values: Float32Array.from(values),
    targets,
    weights,
  };
  return { set, vectoriser, extract };
}

/** Trains on the examples. Deterministic. */
export function trainModel(examples: readonly Example[], classes: number, settings: ModelSettings): Model {
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
