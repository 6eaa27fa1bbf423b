/** Answers that an utterance already contains: the rules of evidence.yaml, read clause by clause. */
import { CHARGED, type EvidenceRule, type Lexicon } from '../knowledge/schema.js';
import type { Clause } from './clauses.js';
import { createMatchers, type Met } from './needs.js';

/** An answer found in the clauses `from` … `to` (both included). */
export interface Answer {
  question: string;
  option: string;
  from: number;
  to: number;
}

const PLACEHOLDER = /\{(channel|bank|negation|failure|affirmation)\}/g;

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

type Words = Pick<Lexicon, 'channels' | 'banks' | 'negations' | 'failures' | 'affirmations'>;

/**
 * Makes the function that fills the placeholders of a pattern of evidence.yaml: `(?:…|…)`, longest word first. Hundreds of patterns
 * share the five lists, which are put in order once.
 */
export function createExpander(lexicon: Words): (pattern: string) => string {
  const words: Record<string, readonly string[]> = {
    channel: Object.values(lexicon.channels).flat(),
    bank: Object.values(lexicon.banks).flat(),
    negation: lexicon.negations,
    failure: lexicon.failures,
    affirmation: lexicon.affirmations,
  };
  const choices = new Map(
    Object.entries(words).map(([name, list]) => {
      const longestFirst = [...list].sort((a, b) => b.length - a.length).map(escaped);
      return [name, `(?:${longestFirst.length === 0 ? '(?!)' : longestFirst.join('|')})`];
    }),
  );
  return (pattern) => pattern.replace(PLACEHOLDER, (_, name: string) => choices.get(name) ?? '(?:(?!))');
}

const NOTHING = new Uint8Array();
const NO_RULE = { question: '', option: '' };

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
  const expand = createExpander(lexicon);
  const expanded = (patterns: readonly string[]) => patterns.map(expand);
  // Two groups of patterns a rule: `any` and `unless`.
  const { read, mayMatch, matches } = createMatchers(
    rules.flatMap(({ any, unless }) => [expanded(any), expanded(unless)]),
  );
  /** Rules of which a pattern may match one of the pieces. */
  const wanted = (met: readonly Met[]): number[] => {
    const found: number[] = [];
    for (let rule = 0; rule < rules.length; rule += 1)
      for (const one of met)
        if (mayMatch(2 * rule, one)) {
          found.push(rule);
          break;
        }
    return found;
  };
  const fires = (rule: number, text: string, met: Met): boolean =>
    matches(2 * rule, text, met) && !matches(2 * rule + 1, text, met);
  return (clauses) => {
    const answers = new Map<string, Answer>();
    const texts = clauses.map((clause) => clause.text.slice(clause.lead, clause.lead + LONGEST));
    const pairs = texts.map((text, i) => (i === 0 || clauses[i]?.opens ? '' : `${texts[i - 1]}${text}`));
    for (const [pieces, before] of [
      [texts, 0],
      [pairs, 1],
    ] as const) {
      const settled = new Set(answers.keys());
      const met = pieces.map((piece) => (piece === '' ? NOTHING : read(piece)));
      for (const i of wanted(met)) {
        const { question, option } = rules[i] ?? NO_RULE;
        if (settled.has(question)) continue;
        const to = pieces.findLastIndex((piece, at) => piece !== '' && fires(i, piece, met[at] ?? NOTHING));
        const other = answers.get(question);
        const found = { question, option, from: to - before, to };
        // Money that may have moved outweighs every word that it has not: it is looked up, which costs a minute.
        if (to >= 0 && (other === undefined || isMoneyMoved(found) || (other.to < to && !isMoneyMoved(other))))
          answers.set(question, found);
      }
    }
    return [...answers.values()];
  };
}
