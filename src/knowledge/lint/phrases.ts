/** duplicate-phrase, contradictory-phrase, coverage: what the classifier learns from must be sound. */
import type { Entry } from '../content.js';
import type { Problem } from '../problem.js';
import { CAUSES, INTENTS, type Intent, type Phrase } from '../schema.js';
import { type LintContext, type Rule, report } from './context.js';

/** Authored phrases that an intent needs before it can be told from the others. */
const NEEDED = { cause: 40, other: 20, 'out-of-scope': 120 } as const;

/** Two phrases with the same result are the same to a reader: width, case, punctuation and spaces do not count. */
export function normalisePhrase(text: string): string {
  const bare = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}\p{Z}\p{C}]/gu, '');
  return bare === '' ? text.trim() : bare;
}

export const phrases: Rule = (context) => [...sameText(context), ...coverage(context)];

type Located = Entry<Phrase> & { authored: boolean };

function sameText({ content }: LintContext): Problem[] {
  const problems: Problem[] = [];
  const known = new Map<string, Located[]>();
  const all: Located[] = [
    ...content.phrases.map((entry) => ({ ...entry, authored: true })),
    ...content.realUtterances.map((entry) => ({ ...entry, authored: false })),
  ];
  for (const entry of all) {
    const key = normalisePhrase(entry.value.text);
    const earlier = known.get(key) ?? [];
    const problem = earlier.map((other) => clash(entry, other)).find((found) => found !== undefined);
    if (problem) problems.push(problem);
    known.set(key, [...earlier, entry]);
  }
  return problems;
}

function clash(entry: Located, other: Located): Problem | undefined {
  const { value } = entry;
  const { line } = other.doc.locate(other.path);
  const place = `${other.doc.file}:${line}`;
  if (value.intent === other.value.intent) {
    // A file of ours that was copied and changed here and there repeats the rest.
    if (entry.overlaid !== other.overlaid) return undefined;
    // Real sentences are kept as found.
    const severity = entry.authored && other.authored ? 'error' : 'warning';
    return report(entry, [], 'duplicate-phrase', `the same phrase stands in ${place}; remove one of the two`, severity);
  }
  if (value.also.includes(other.value.intent) || other.value.also.includes(value.intent)) return undefined;
  const message = `${place} gives the same phrase to "${other.value.intent}", this line to "${value.intent}"; move one or name the other intent in also`;
  return report(entry, [], 'contradictory-phrase', message);
}

function coverage({ content }: LintContext): Problem[] {
  return INTENTS.flatMap((intent) => {
    const entries = content.phrases.filter(({ value }) => value.intent === intent);
    const needed = neededFor(intent);
    if (entries.length >= needed) return [];
    const file = entries[0]?.doc.file ?? 'knowledge/phrases';
    const message = `intent "${intent}" has ${entries.length} phrases of its own and needs ${needed}; write more`;
    return [{ file, line: 1, column: 1, rule: 'coverage', severity: 'warning' as const, message }];
  });
}

function neededFor(intent: Intent): number {
  if (intent === 'out-of-scope') return NEEDED['out-of-scope'];
  return CAUSES.some((cause) => cause === intent) ? NEEDED.cause : NEEDED.other;
}
