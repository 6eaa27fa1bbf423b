/** What a clause says of the things it names: that they fail, that they work, or neither. */
import type { Lexicon } from '../knowledge/schema.js';
import type { Clause } from './clauses.js';
import { findWords, indexWords, type WordHit } from './words.js';

export interface Polarity {
  /** True if the clause says that all is well with what it names (「网络没问题」): naming it must not count against it. */
  cleared: boolean;
  affirmations: WordHit[];
  failures: WordHit[];
  negations: WordHit[];
}

/** How many units may stand between a negation and what it negates (「没有说余额不足」). */
const REACH = 2;

/** Makes the function that reads a clause's polarity. */
export function createPolarity(
  lexicon: Pick<Lexicon, 'negations' | 'affirmations' | 'failures'>,
): (clause: Pick<Clause, 'text' | 'asks'>) => Polarity {
  // One index, so that the longest word wins: 「不正常」 and 「没问题」 are read as a whole.
  const index = indexWords([
    ...lexicon.failures.map((word) => [word, 'failure'] as const),
    ...lexicon.affirmations.map((word) => [word, 'affirmation'] as const),
    ...lexicon.negations.map((word) => [word, 'negation'] as const),
  ]);
  return ({ text, asks }) => {
    const hits = findWords(index, text);
    const negations = hits.filter(({ id }) => id === 'negation');
    const negated = (hit: WordHit): boolean =>
      negations.some((negation) => negation.end <= hit.start && hit.start - negation.end <= REACH);
    const affirmations = hits.filter((hit) => hit.id === 'affirmation' && !negated(hit));
    const failures = hits.filter((hit) => hit.id === 'failure');
    return { cleared: !asks && affirmations.length > 0 && failures.length === 0, affirmations, failures, negations };
  };
}

/** True if the words at `start` … `end` of the clause are denied: negated just before, or said to be well just after. */
export function isDenied(polarity: Polarity, start: number, end: number): boolean {
  return (
    polarity.negations.some((negation) => negation.end <= start && start - negation.end <= REACH) ||
    (polarity.cleared && polarity.affirmations.some((affirmation) => affirmation.start >= end))
  );
}
