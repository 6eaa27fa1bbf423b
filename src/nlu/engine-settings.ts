/**
 * The numbers of the classifier when it is trained on somebody else's rows (`pos-doctor eval --train`), by the script that they
 * are written in. Chosen on the train and dev splits of smp2017, BANKING77 and CLINC150; docs/understanding.md says what each gave.
 */
import type { ModelSettings } from './model.js';

/** Rows mostly of Chinese characters. */
export const HAN: ModelSettings = {
  features: {
    tokens: 3,
    sounds: 2,
    soundWeight: 1,
    clearedWeight: 0,
    clearedRest: 1,
    lettersMin: 2,
    lettersMax: 4,
    hintWeight: 0,
    edges: true,
    patterns: { pairs: 40, shapes: 2, numbers: 3, words: 1 },
  },
  vector: { strange: 0, idfPower: 0.5, lengths: [1, 0.5, 0.5, 0, 0.6, 0.4, 0.5, 1] },
  logistic: { epochs: 10, rate: 1 },
  svm: { c: 2, passes: 20, positive: 0.5 },
  logisticShare: 0.6,
  logisticScale: 1.2,
  svmScale: 3.6,
};

/** Rows mostly of Latin words. */
export const LATIN: ModelSettings = {
  features: {
    tokens: 2,
    sounds: 0,
    soundWeight: 1,
    clearedWeight: 0,
    clearedRest: 1,
    lettersMin: 2,
    lettersMax: 5,
    hintWeight: 0,
    edges: true,
    patterns: { pairs: 30, shapes: 0, numbers: 0, words: 0 },
  },
  vector: { strange: 0, idfPower: 1, lengths: [1, 1, 0.7, 0, 0.8, 0, 0, 0] },
  logistic: { epochs: 8, rate: 1 },
  svm: { c: 4, passes: 12, positive: 0.5 },
  logisticShare: 0.2,
  logisticScale: 1.6,
  svmScale: 4.8,
};
