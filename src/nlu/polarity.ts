/** What a clause says of the things it names: that they fail, that they work, or neither. */
import type { Lexicon } from '../knowledge/schema.js';
import type { Clause } from './clauses.js';
import { findWords, indexWords, type WordHit } from './words.js';

export interface Polarity {
  /** True if the clause says that all is well with what it names (「网络没问题」): naming it must not count against it. */
  cleared: boolean;
  /** Where what is denied begins (「不是网络的事」), as an index into the clause; Infinity if nothing is. */
  deniedFrom: number;
  /** Where the word that denies ends; Infinity if nothing is. */
  deniedTo: number;
  affirmations: readonly WordHit[];
}

/** How many units may stand between a negation and the affirmation that it turns round (「没有说正常」). */
const REACH = 2;

/** Makes the function that reads a clause's polarity. */
export function createPolarity(
  lexicon: Pick<Lexicon, 'negations' | 'denials' | 'affirmations' | 'failures'>,
): (clause: Pick<Clause, 'text' | 'asks'>) => Polarity {
  // One index, so that the longest word wins: 「不正常」 and 「没问题」 are read as a whole.
  const index = indexWords([
    ...lexicon.failures.map((word) => [word, 'failure'] as const),
    ...lexicon.affirmations.map((word) => [word, 'affirmation'] as const),
    ...lexicon.denials.map((word) => [word, 'denial'] as const),
    ...lexicon.negations.map((word) => [word, 'negation'] as const),
  ]);
  return ({ text, asks }) => {
    const hits = findWords(index, text);
    const turned = (hit: WordHit): boolean =>
      hits.some(
        ({ id, end }) => (id === 'negation' || id === 'denial') && end <= hit.start && hit.start - end <= REACH,
      );
    const affirmations = hits.filter((hit) => hit.id === 'affirmation' && !turned(hit));
    const failing = hits.some(({ id }) => id === 'failure');
    // 「是不是…」 asks: the unit before the denial is the one that it ends with.
    const denial = asks
      ? undefined
      : hits.find(({ id, start, end }) => id === 'denial' && text[start - 1] !== text[end - 1]);
    return {
      cleared: !asks && affirmations.length > 0 && !failing,
      deniedFrom: denial?.start ?? Number.POSITIVE_INFINITY,
      deniedTo: denial?.end ?? Number.POSITIVE_INFINITY,
      affirmations,
    };
  };
}

/** Index into the clause from which on it clears what it names; Infinity if it clears nothing. */
export function clearedFrom(polarity: Polarity): number {
  return polarity.cleared ? 0 : polarity.deniedFrom;
}

/** True if the words at `start` … `end` of the clause are denied, or said to be well just after. */
export function isDenied(polarity: Polarity, start: number, end: number): boolean {
  return start >= polarity.deniedFrom || (polarity.cleared && polarity.affirmations.some((hit) => hit.start >= end));
}
