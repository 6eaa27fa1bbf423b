/** The classifier on rows of any domain: no lexicon, no rules, no knowledge; the same code as behind `understand`. Pure. */
import { createNormaliser } from '../text/normalise.js';
import { createClauses, isHan } from './clauses.js';
import { HAN, LATIN } from './engine-settings.js';
import { tokenise } from './features.js';
import { type Example, type Input, type ModelSettings, trainModel } from './model.js';

export interface LabelledText {
  text: string;
  /** `OUT` if no intent fits. */
  intent: string;
}

/** Label of what no intent fits. */
export const OUT = 'oos';

/** What the engine says of a text. */
export interface Guess {
  /** Score by intent, in the order of `Engine.intents`: log-probabilities up to a constant, before calibration. */
  scores: Float64Array;
  /** Signs of a text that no intent fits, each the larger the stranger; see `signsOf`. */
  signs: number[];
}

export interface Engine {
  /** In order of their first row. */
  intents: readonly string[];
  guess(text: string): Guess;
  /** Number of features. */
  size: number;
}

/** Makes the function that reads a text without any knowledge. */
function createPlainReader(): (text: string) => Input {
  const normalise = createNormaliser();
  const cut = createClauses({ contrasts: [], fillers: [], questionWords: [] });
  return (text) => {
    const source = normalise(text);
    return { text: source.text, tokens: tokenise(cut(source)), hints: [] };
  };
}

/** How many rows are looked at to tell the script. */
const SAMPLE = 1000;

/** Settings by the script of the rows: whichever of Chinese characters and Latin words the first thousand rows have more of. */
export function settingsFor(rows: readonly LabelledText[]): ModelSettings {
  const read = createPlainReader();
  let han = 0;
  let other = 0;
  for (const { text } of rows.slice(0, SAMPLE))
    for (const { code } of read(text).tokens) {
      if (code < 0x10000 && isHan(code)) han++;
      else other++;
    }
  return han > other ? HAN : LATIN;
}

/**
 * Free energy, lack of margin, share of features never seen, and how far the class of strangers is ahead (0 if there is none).
 * Energy as a sign: Liu et al. (2020), "Energy-based out-of-distribution detection".
 */
function signsOf(scores: Float64Array, known: number, stranger: number | null): number[] {
  let top = Number.NEGATIVE_INFINITY;
  let second = Number.NEGATIVE_INFINITY;
  for (const score of scores) {
    if (score > top) {
      second = top;
      top = score;
    } else if (score > second) second = score;
  }
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - top);
  const energy = -(top + Math.log(sum));
  const margin = Number.isFinite(second) ? second - top : 0;
  return [energy, -1 / sum, margin, 1 - known, stranger === null ? 0 : stranger + energy];
}

/** More intents than this are ids or texts in the wrong field. */
const MAX_INTENTS = 1000;

/**
 * Trains on the rows. Rows of `OUT` make a class of their own that no text is ever put into: it costs accuracy in a plain contest,
 * but its score is a good sign of strangeness. Deterministic.
 * @throws {RangeError} if there are fewer than two intents (there is nothing to tell apart) or more than memory holds
 */
export function trainEngine(rows: readonly LabelledText[], settings: ModelSettings = settingsFor(rows)): Engine {
  const intents = [...new Set(rows.map(({ intent }) => intent))].filter((intent) => intent !== OUT);
  if (intents.length < 2) throw new RangeError(`there is nothing to tell apart: ${intents.length} intent(s)`);
  if (intents.length > MAX_INTENTS) throw new RangeError(`${intents.length} intents are more than ${MAX_INTENTS}`);
  const index = new Map(intents.map((intent, i) => [intent, i]));
  const hasStrangers = rows.some(({ intent }) => intent === OUT);
  const classes = intents.length + (hasStrangers ? 1 : 0);
  const read = createPlainReader();
  function* examples(): Generator<Example> {
    for (const { text, intent } of rows) {
      const target = new Float32Array(classes);
      target[index.get(intent) ?? intents.length] = 1;
      yield { ...read(text), target, weight: 1 };
    }
  }
  const model = trainModel(examples(), classes, settings);
  return {
    intents,
    size: model.size,
    guess(text) {
      const { scores, known } = model.scores(read(text));
      const stranger = hasStrangers ? (scores[intents.length] ?? 0) : null;
      const kept = scores.slice(0, intents.length);
      return { scores: kept, signs: signsOf(kept, known, stranger) };
    },
  };
}
