/** What the classifier learns from: phrases and real utterances, each as a distribution over intents. */
import { INTENTS, type Intent, type Knowledge } from '../knowledge/schema.js';
import { hashText } from './features.js';

export interface TrainingRow {
  text: string;
  /** Distribution over `INTENTS`. */
  target: Float32Array;
  weight: number;
}

/** Share of the first label where others are equally defensible; they share the rest. */
export const FIRST_LABEL = 0.6;
/** Characters that a copy with some missing must have left. */
const SHORTEST = 3;

function targetOf(intent: Intent, also: readonly Intent[]): Float32Array {
  const target = new Float32Array(INTENTS.length);
  const others = [...new Set(also)].filter((other) => other !== intent);
  target[INTENTS.indexOf(intent)] = others.length === 0 ? 1 : FIRST_LABEL;
  for (const other of others) target[INTENTS.indexOf(other)] = (1 - FIRST_LABEL) / others.length;
  return target;
}

/** Rows in the knowledge's order. */
export function trainingRows(knowledge: Pick<Knowledge, 'phrases' | 'realUtterances'>): TrainingRow[] {
  return [...knowledge.phrases, ...knowledge.realUtterances].map(({ text, intent, also }) => ({
    text,
    target: targetOf(intent, also),
    weight: 1,
  }));
}

/**
 * A sentence as it comes from hasty fingers: about `part` of its characters are missing, always the same ones. Null if none is, or too
 * little would be left.
 */
export function hasty(text: string, part: number): string | null {
  const units = Array.from(text);
  const kept = units.filter((_, index) => hashText(text, index) / 2 ** 32 >= part);
  return kept.length < units.length && kept.length >= SHORTEST ? kept.join('') : null;
}
