/** The numbers of the classifier, as cross-validation left them. */
import type { ModelSettings } from './model.js';

export const MODEL: ModelSettings = {
  features: {
    tokens: 3,
    sounds: 3,
    soundWeight: 0.7,
    clearedWeight: 1,
    clearedRest: 0.3,
    lettersMin: 2,
    lettersMax: 4,
    hintWeight: 1,
    edges: false,
  },
  logistic: { epochs: 20, rate: 0.3, decay: 1e-5 },
  svm: { c: 1, passes: 30, positive: 0.25 },
  logisticShare: 0.5,
  logisticScale: 1,
  svmScale: 2,
};
