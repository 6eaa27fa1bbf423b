/**
 * collecting-condition: what is said of a code, or advised in a topic, a check or the emergency plan, may tell to collect again only after it says that
 * nothing was charged. A code alone seldom proves that. The words are in lint.yaml.
 */
import type { Problem } from '../problem.js';
import { type Rule, report } from './context.js';
import { userTexts } from './texts.js';

const RULE = 'collecting-condition';
const CLAUSE = /[^，。；！？：,;!?:\n]+/gu;

export const collecting: Rule = ({ content }) => {
  const words = content.singles.words.value;
  const any = (sources: readonly string[]) => new RegExp(sources.map((source) => `(?:${source})`).join('|'), 'iu');
  // An empty list would match everything.
  if (words.collecting.length === 0) return [];
  const takes = any([...words.charging, ...words.collecting]);
  const guards = any(words.guards);
  const prohibitions = any(words.prohibitions);
  const entries = new Set<unknown>([...content.codes, ...content.topics, ...content.scenarios, ...content.situations]);
  return userTexts(content)
    .filter(({ entry, role }) => role === 'advice' && entries.has(entry))
    .flatMap(({ entry, path, text }): Problem[] => {
      const found = unguarded(text);
      if (found === undefined) return [];
      const message = `"${found}" tells to collect again without a condition; say first that it is known that nothing was charged`;
      return [report(entry, path, RULE, message)];
    });

  function unguarded(text: string): string | undefined {
    for (const clause of text.matchAll(CLAUSE)) {
      const match = takes.exec(clause[0]);
      if (!match || prohibitions.test(clause[0].slice(0, match.index))) continue;
      if (!guards.test(text.slice(0, clause.index + match.index))) return match[0];
    }
    return undefined;
  }
};
