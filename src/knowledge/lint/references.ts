/** dangling-reference, fault-of-other-cause, bad-pattern, missing-entry: everything that is named must exist. */
import type { Entry } from '../content.js';
import type { Path } from '../document.js';
import type { Problem } from '../problem.js';
import { CAUSES, OTHER, preventionSchema, scenarioSchema, topicSchema, UNKNOWN } from '../schema.js';
import { type LintContext, layerOf, type Rule, report } from './context.js';

const RULE = 'dangling-reference';
/** What evidence patterns may leave to the lexicon. */
const PLACEHOLDERS = new Set(['channel', 'bank', 'negation', 'failure', 'affirmation']);

export const references: Rule = (context) => [
  ...sources(context),
  ...faults(context),
  ...codes(context),
  ...questionRows(context),
  ...others(context),
  ...missingEntries(context),
];

interface Sourced {
  sources: readonly string[];
}

function sources({ content }: LintContext): Problem[] {
  const known = new Set(content.sources.map(({ value }) => value.id));
  const check = (entry: Entry<Sourced>): Problem[] => unknownSources(entry, entry.value, []);
  const unknownSources = (entry: Entry<unknown>, value: Sourced, path: Path): Problem[] =>
    value.sources.flatMap((id, index) =>
      known.has(id)
        ? []
        : [
            report(
              entry,
              [...path, 'sources', index],
              RULE,
              `no source "${id}"; add it to sources/*.yaml or correct the id`,
            ),
          ],
    );
  const fixes = content.faults.flatMap((fault) =>
    fault.value.fixes.flatMap((fix, index) => unknownSources(fault, fix, ['fixes', index])),
  );
  return [
    ...[content.causes, content.faults, content.questions, content.codes, content.contacts].flatMap((entries) =>
      entries.flatMap((entry: Entry<Sourced>) => check(entry)),
    ),
    ...[content.doNotUse, content.scenarios, content.prevention, content.topics, content.situations].flatMap(
      (entries) => entries.flatMap((entry: Entry<Sourced>) => check(entry)),
    ),
    ...fixes,
  ];
}

function faults({ content }: LintContext): Problem[] {
  const known = new Set(content.faults.map(({ value }) => value.id));
  const fixIds = new Map<string, string>();
  const problems: Problem[] = [];
  for (const fault of content.faults) {
    problems.push(...signs(fault));
    for (const [index, fix] of fault.value.fixes.entries()) {
      const owner = fixIds.get(fix.id);
      if (owner !== undefined)
        problems.push(
          report(
            fault,
            ['fixes', index, 'id'],
            'duplicate-id',
            `fix "${fix.id}" belongs to fault "${owner}" already; rename it`,
          ),
        );
      fixIds.set(fix.id, fault.value.id);
      for (const id of Object.keys(fix.helps))
        if (!known.has(id) || id === fault.value.id)
          problems.push(
            report(
              fault,
              ['fixes', index, 'helps', id],
              RULE,
              known.has(id)
                ? `the fix belongs to "${id}" itself; give its rate in success and remove this line`
                : `no fault "${id}"; correct the id`,
            ),
          );
    }
  }
  return problems;
}

/** Signs with brackets are patterns; the rest are words as they stand. */
function signs(fault: LintContext['content']['faults'][number]): Problem[] {
  return fault.value.signs.flatMap((sign, index) => {
    const why = /[{([]/.test(sign) ? badPattern(sign) : undefined;
    return why ? [report(fault, ['signs', index], 'bad-pattern', why)] : [];
  });
}

function codes({ content }: LintContext): Problem[] {
  const known = new Map(content.faults.map(({ value }) => [value.id, value.cause]));
  return content.codes.flatMap((entry) =>
    entry.value.faults.flatMap((id, index) => {
      const cause = known.get(id);
      if (cause === undefined)
        return [report(entry, ['faults', index], RULE, `no fault "${id}"; correct the id or remove it`)];
      if (cause === entry.value.cause) return [];
      const message = `fault "${id}" belongs to ${cause}, the code to ${entry.value.cause}; name faults of the code's cause only`;
      return [report(entry, ['faults', index], 'fault-of-other-cause', message)];
    }),
  );
}

function questionRows({ content }: LintContext): Problem[] {
  const options = new Map(content.questions.map(({ value }) => [value.id, value.options.map((option) => option.id)]));
  const problems: Problem[] = [];
  const checkOption = (
    entry: Entry<unknown>,
    path: Path,
    question: string,
    option: string,
    extra: string[] = [],
  ): void => {
    const known = options.get(question);
    if (known && !known.includes(option) && !extra.includes(option))
      problems.push(
        report(entry, path, RULE, `question "${question}" has no option "${option}"; it has ${known.join(', ')}`),
      );
  };
  const checkQuestion = (entry: Entry<unknown>, path: Path, question: string): void => {
    if (!options.has(question)) problems.push(report(entry, path, RULE, `no question "${question}"; correct the id`));
  };
  for (const entry of content.questions) {
    const { id, because, likelihood, requires } = entry.value;
    for (const option of Object.keys(because)) checkOption(entry, ['because', option], id, option, [UNKNOWN]);
    for (const [key, row] of Object.entries(likelihood))
      for (const option of Object.keys(row)) checkOption(entry, ['likelihood', key, option], id, option);
    for (const [question, accepted] of Object.entries(requires)) {
      checkQuestion(entry, ['requires', question], question);
      for (const [index, option] of accepted.entries())
        checkOption(entry, ['requires', question, index], question, option);
    }
  }
  for (const entry of content.faults)
    for (const [question, row] of Object.entries(entry.value.answers)) {
      checkQuestion(entry, ['answers', question], question);
      for (const option of Object.keys(row)) checkOption(entry, ['answers', question, option], question, option);
    }
  for (const entry of content.evidence) {
    checkQuestion(entry, ['question'], entry.value.question);
    checkOption(entry, ['option'], entry.value.question, entry.value.option, [UNKNOWN]);
  }
  return problems;
}

function others({ content }: LintContext): Problem[] {
  const problems: Problem[] = [];
  const shiftable = new Set<string>([...CAUSES, OTHER, ...content.faults.map(({ value }) => value.id)]);
  for (const entry of content.scenarios)
    for (const id of Object.keys(entry.value.shifts))
      if (!shiftable.has(id))
        problems.push(report(entry, ['shifts', id], RULE, `no cause or fault "${id}"; correct the id`));
  const { lexicon } = content.singles;
  const contacts = new Set(content.contacts.map(({ value }) => value.id));
  // Providers without a known number are legitimate: for them it is the sticker on the machine. Banks all have one.
  for (const id of Object.keys(lexicon.value.banks))
    if (!contacts.has(id))
      problems.push(
        report(
          layerOf(lexicon, 'banks', id),
          ['banks', id],
          RULE,
          `no contact "${id}"; use the bank's id in contacts.yaml`,
        ),
      );
  for (const entry of content.evidence)
    for (const key of ['any', 'unless'] as const)
      for (const [index, pattern] of entry.value[key].entries()) {
        const why = badPattern(pattern);
        if (why) problems.push(report(entry, [key, index], 'bad-pattern', why));
      }
  return problems;
}

function badPattern(pattern: string): string | undefined {
  const unknown = [...pattern.matchAll(/\{([a-z]+)\}/g)]
    .map((match) => match[1] ?? '')
    .find((name) => !PLACEHOLDERS.has(name));
  if (unknown !== undefined) return `no placeholder {${unknown}}; known are ${[...PLACEHOLDERS].join(', ')}`;
  try {
    new RegExp(pattern.replace(/\{[a-z]+\}/g, '(?:x)'));
    return undefined;
  } catch (error) {
    return `${error instanceof Error ? error.message : 'invalid pattern'}; correct the regular expression`;
  }
}

/** The closed sets of the design must be complete: a cause without an entry could be named and not explained. */
function missingEntries({ content }: LintContext): Problem[] {
  const check = (
    name: string,
    file: string,
    wanted: readonly string[],
    entries: readonly Entry<{ id: string }>[],
  ): Problem[] =>
    wanted
      .filter((id) => !entries.some((entry) => entry.value.id === id))
      .map((id) => {
        const message = `no ${name} "${id}"; add it`;
        const first = entries[0];
        return first
          ? { ...report(first, [], 'missing-entry', message), line: 1, column: 1 }
          : { file, line: 1, column: 1, rule: 'missing-entry', severity: 'error' as const, message };
      });
  return [
    ...check('cause', 'knowledge/causes', CAUSES, content.causes),
    ...check('scenario', 'knowledge/scenarios.yaml', scenarioSchema.shape.id.options, content.scenarios),
    ...check('prevention area', 'knowledge/prevention.yaml', preventionSchema.shape.id.options, content.prevention),
    ...check('topic', 'knowledge/topics.yaml', topicSchema.shape.id.options, content.topics),
  ];
}
