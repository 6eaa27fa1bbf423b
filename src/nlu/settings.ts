/** The numbers of the classifier, as cross-validation left them (docs of the runs: README, table of measured numbers). */
import type { ModelSettings } from './model.js';

export const MODEL: ModelSettings = {
  features: {
    tokens: 2,
    sounds: 2,
    soundWeight: 0.7,
    clearedWeight: 1,
    clearedRest: 0.3,
    lettersMin: 2,
    lettersMax: 4,
    hintWeight: 2,
    edges: false,
  },
  logistic: { epochs: 5, rate: 1 },
  svm: { c: 1, passes: 8, positive: 0.25 },
  logisticShare: 0.3,
  logisticScale: 1,
  svmScale: 3.5,
};
