/** Causes that a sentence rules out: 「不是余额问题」, 「网络好好的」. Pure. */
import type { Cause } from '../knowledge/schema.js';
import type { ReadClause } from './signs.js';
import type { Ranked } from './understanding.js';

/** P(cause) from which what is denied is that cause; what is only said to be well has to name it more clearly. */
const NAMES = 0.5;
const NAMES_CLEARLY = 0.9;
/** Characters that name a cause; what is longer tells a story. */
const LONGEST_NAME = 12;
/** 不是, 并非, 排除: 「没提示…」 and 「没有被…」 deny one trouble, not its cause. */
const RULES_OUT = /^(?:.*[\u662f\u975e]|\u6392\u9664.?)$/u;
/** 「不是卡的事是机器的事」: what is asserted after it is denied no more. */
const ASSERTS = /(?<![\u4e0d\u8fd8\u53ea])\u662f/u;

/**
 * Makes the function that finds them. What stands after the denial, or beside 「没问题」, is read by itself; a clause that answers a
 * question (「扫码没事」) is left to that answer.
 *
 * @param causesOf P(cause) of a text, most likely first, or null if it is about no failure.
 */
export function createDenied(
  causesOf: (text: string) => readonly Ranked<Cause>[] | null,
): (clauses: readonly ReadClause[], answered: ReadonlySet<number>) => Cause[] {
  const named = (text: string, least: number): Cause | undefined => {
    if (text === '' || text.length > LONGEST_NAME) return undefined;
    const [first] = causesOf(text) ?? [];
    return first !== undefined && first.p >= least ? first.id : undefined;
  };
  return (clauses, answered) => {
    const found = new Set<Cause>();
    for (const [i, { text, lead, polarity }] of clauses.entries()) {
      const { deniedFrom, deniedTo, affirmations, cleared } = polarity;
      let cause: Cause | undefined;
      if (deniedTo <= text.length && RULES_OUT.test(text.slice(deniedFrom, deniedTo)))
        cause = named(text.slice(deniedTo).split(ASSERTS)[0] ?? '', NAMES);
      else if (cleared && !answered.has(i))
        cause = named(text.slice(lead, affirmations[0]?.start) || text, NAMES_CLEARLY);
      if (cause !== undefined) found.add(cause);
    }
    return [...found];
  };
}
