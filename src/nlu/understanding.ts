/** What one utterance was understood to say. Types only; `understand.ts` makes it. */
import type { Cause, Intent } from '../knowledge/schema.js';
import type { Why } from './why.js';

/** An id with its probability, 0 … 1. */
export interface Ranked<Id extends string = string> {
  id: Id;
  p: number;
}

export type EntityType = 'code' | 'system' | 'channel' | 'amount' | 'bank' | 'acquirer' | 'terminal' | 'phone' | 'time';

/** Something named in the utterance. `start` and `end` are UTF-16 offsets into the utterance as it was given. */
export interface Entity {
  type: EntityType;
  /** Canonical: a code in upper case as codes.yaml writes it, an id of the lexicon, an amount in yuan, a masked phone. */
  value: string;
  /** For a code: the code system, if the sentence names one. */
  system?: string;
  start: number;
  end: number;
}

/** An answer to a question that the utterance already contains. */
export interface Evidence {
  question: string;
  option: string;
  /** UTF-16 offsets of the clause it was found in. */
  start: number;
  end: number;
}

/** Words that point at one fault. */
export interface Sign {
  fault: string;
  text: string;
}

export interface Understanding {
  /** The utterance as given. */
  text: string;
  /** What the classifier saw. */
  normalized: string;
  /** All intents, most likely first; sums to 1. */
  intents: Ranked<Intent>[];
  /** The five causes given that it is one of them, most likely first; sums to 1. */
  causes: Ranked<Cause>[];
  /** Causes that the sentence rules out (「不是余额问题」): `causes` allows for it, `intents` don't. */
  denied: Cause[];
  entities: Entity[];
  evidence: Evidence[];
  signs: Sign[];
  /** The scenario named, if any. */
  scenario: 'daily' | 'promotion' | 'cross-region' | null;
  /** P(out-of-scope). */
  outOfScope: number;
}

/** What the dialogue knows that helps to read a short utterance. */
export interface UtteranceContext {
  /** The question on the table. */
  question?: string;
}

/** A trained understanding: pure, deterministic, safe to share. */
export interface Nlu {
  understand(utterance: string, context?: UtteranceContext): Understanding;
  /** What in the utterance moved which intent by how much. */
  why(utterance: string): Why;
}
