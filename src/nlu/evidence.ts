/** Answers that an utterance already contains: the rules of evidence.yaml, read clause by clause. */
import { CHARGED, type EvidenceRule, type Lexicon } from '../knowledge/schema.js';
import type { Clause } from './clauses.js';

/** An answer found in the clauses `from` … `to` (both included). */
export interface Answer {
  question: string;
  option: string;
  from: number;
  to: number;
}

const PLACEHOLDER = /\{(channel|bank|negation|failure|affirmation)\}/g;

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A pattern of evidence.yaml with its placeholders filled: `(?:…|…)`, longest word first. */
export function expandPattern(
  pattern: string,
  lexicon: Pick<Lexicon, 'channels' | 'banks' | 'negations' | 'failures' | 'affirmations'>,
): string {
  const words: Record<string, readonly string[]> = {
    channel: Object.values(lexicon.channels).flat(),
    bank: Object.values(lexicon.banks).flat(),
    negation: lexicon.negations,
    failure: lexicon.failures,
    affirmation: lexicon.affirmations,
  };
  return pattern.replace(PLACEHOLDER, (_, name: string) => {
    const list = [...(words[name] ?? [])].sort((a, b) => b.length - a.length).map(escaped);
    return `(?:${list.length === 0 ? '(?!)' : list.join('|')})`;
  });
}

const joined = (patterns: readonly string[]): string => patterns.map((pattern) => `(?:${pattern})`).join('|');

/** No clause of real speech is longer; what comes after is not searched. */
const LONGEST = 120;

const isMoneyMoved = ({ question, option }: Answer): boolean => question === CHARGED && option === 'yes';

/**
 * Makes the function that finds answers. A question that no clause answers alone is tried on two clauses in a row of one
 * sentence (「换了卡,还是不行」). Of two answers to one question the later one wins: people correct themselves forwards; only
 * that money has moved is never talked away.
 * @throws {SyntaxError} if a pattern is no regular expression; `knowledge check` names file and line.
 */
export function createEvidence(
  rules: readonly EvidenceRule[],
  lexicon: Lexicon,
): (clauses: readonly Clause[]) => Answer[] {
  const compiled = rules.map(({ question, option, any, unless }) => {
    const wanted = new RegExp(joined(any.map((pattern) => expandPattern(pattern, lexicon))));
    const barred =
      unless.length === 0 ? null : new RegExp(joined(unless.map((pattern) => expandPattern(pattern, lexicon))));
    // Money that may have moved outweighs every word that it has not: it is looked up, which costs a minute.
    const outweighs = question === CHARGED && option === 'yes';
    return {
      question,
      option,
      outweighs,
      fires: (text: string) => wanted.test(text) && !(barred?.test(text) ?? false),
    };
  });
  return (clauses) => {
    const answers = new Map<string, Answer>();
    const texts = clauses.map((clause) => clause.text.slice(clause.lead, clause.lead + LONGEST));
    const pairs = texts.map((text, i) => (i === 0 || clauses[i]?.opens ? '' : `${texts[i - 1]}${text}`));
    for (const [pieces, before] of [
      [texts, 0],
      [pairs, 1],
    ] as const) {
      const settled = new Set(answers.keys());
      for (const rule of compiled) {
        if (settled.has(rule.question)) continue;
        const to = pieces.findLastIndex((piece) => piece !== '' && rule.fires(piece));
        const other = answers.get(rule.question);
        if (to >= 0 && (other === undefined || rule.outweighs || (other.to < to && !isMoneyMoved(other))))
          answers.set(rule.question, { question: rule.question, option: rule.option, from: to - before, to });
      }
    }
    return [...answers.values()];
  };
}
