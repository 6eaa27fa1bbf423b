/** unreachable-question, missing-question, ambiguous-answer, missing-reason: a question must be able to be asked and to matter. */
import { normaliseQuestion, normaliseRow } from '../build.js';
import type { Entry } from '../content.js';
import type { Problem } from '../problem.js';
import { CHARGED, type Question } from '../schema.js';
import { type LintContext, type Rule, report } from './context.js';
import { normalisePhrase } from './phrases.js';

const RULE = 'unreachable-question';
/** Rows closer than this do not differ: the planner would never ask. */
const SAME = 1e-9;

/** Question ids and options that conversations, tests and the planner rely on (design, section Knowledge). */
export const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  charged: ['yes', 'no'],
  'pay-method': ['card', 'scan', 'tap'],
  scope: ['one', 'all'],
  'other-card': ['works', 'fails-too'],
  hotspot: ['works', 'fails-too'],
  'sign-in': ['fails', 'succeeds'],
  'recent-change': ['yes', 'no'],
  'risk-notice': ['yes', 'no'],
  'small-amount': ['works', 'fails-too'],
  widespread: ['yes', 'no'],
  'other-terminal': ['works', 'fails-too', 'none'],
  'card-kind': ['stripe', 'foreign', 'chip', 'tap'],
};

export const questions: Rule = (context) => [
  ...context.content.questions.flatMap((entry) => [...reachable(entry, context), ...answers(entry)]),
  ...contract(context),
];

function reachable(entry: Entry<Question>, { content }: LintContext): Problem[] {
  const { value: question } = entry;
  const blocked = blockedBy(question, new Map(content.questions.map(({ value }) => [value.id, value])));
  if (blocked) return [report(entry, ['requires'], RULE, `"${question.id}" can never be asked: ${blocked}`)];
  if (question.id === CHARGED) return [];
  const overridden = content.faults.some(({ value }) => {
    const row = value.answers[question.id];
    return row !== undefined && !isFlat(question, row, value.cause);
  });
  if (overridden) return [];
  if (Object.keys(question.likelihood).length === 0)
    return [report(entry, [], RULE, `"${question.id}" has no likelihood, so it is never asked; add rows a cause`)];
  const rows = Object.values(normaliseQuestion(question).likelihood);
  const options = question.options.map((option) => option.id);
  const differs = options.some((option) => {
    const values = rows.map((row) => row?.[option] ?? 0);
    return Math.max(...values) - Math.min(...values) > SAME;
  });
  if (differs) return [];
  const message = `"${question.id}" answers alike for every cause, so it can never change a belief; make the rows differ or remove it`;
  return [report(entry, ['likelihood'], RULE, message)];
}

/** True if a fault's own row says just what its cause's row says. */
function isFlat(question: Question, row: Record<string, number>, cause: string): boolean {
  const options = question.options.map((option) => option.id);
  const own = normaliseRow(row, options);
  const ofCause = Object.entries(normaliseQuestion(question).likelihood).find(([key]) => key === cause)?.[1];
  if (!ofCause) return false;
  return options.every((option) => Math.abs((own[option] ?? 0) - (ofCause[option] ?? 0)) <= SAME);
}

/** Why what a question requires, directly or through others, cannot hold together; undefined if it can. */
function blockedBy(question: Question, all: ReadonlyMap<string, Question>): string | undefined {
  const accepted = new Map<string, string[]>();
  const open = [question];
  const seen = new Set<string>();
  for (let current = open.pop(); current; current = open.pop()) {
    for (const [id, options] of Object.entries(current.requires)) {
      if (id === question.id) return `it requires an answer to itself (by way of "${current.id}")`;
      const required = all.get(id);
      // A question that does not exist is a dangling reference and said there.
      if (!required) continue;
      const before = accepted.get(id) ?? required.options.map((option) => option.id);
      const left = before.filter((option) => options.includes(option));
      if (left.length === 0) return `no answer to "${id}" fits all that is required (${options.join(', ')})`;
      accepted.set(id, left);
      if (!seen.has(id)) open.push(required);
      seen.add(id);
    }
  }
  return undefined;
}

/** Options must be told apart by their labels and by what people say. */
function answers(entry: Entry<Question>): Problem[] {
  const problems: Problem[] = [];
  const owner = new Map<string, string>();
  const ids = new Set<string>();
  for (const [index, option] of entry.value.options.entries()) {
    if (ids.has(option.id))
      problems.push(
        report(entry, ['options', index], 'duplicate-id', `option "${option.id}" stands twice; rename one of the two`),
      );
    ids.add(option.id);
    const ways = [
      { text: option.label, path: ['label'] as const },
      ...option.said.map((text, at) => ({ text, path: ['said', at] as const })),
    ];
    for (const { text, path } of ways) {
      const key = normalisePhrase(text);
      const earlier = owner.get(key);
      if (earlier !== undefined && earlier !== option.id)
        problems.push(
          report(
            entry,
            ['options', index, ...path],
            'ambiguous-answer',
            `this also answers option "${earlier}"; keep it with one of the two`,
          ),
        );
      owner.set(key, option.id);
    }
    if (entry.value.id !== CHARGED && !Object.hasOwn(entry.value.because, option.id))
      problems.push(
        report(
          entry,
          ['because'],
          'missing-reason',
          `no because for option "${option.id}"; say how this answer is cited as a reason`,
          'warning',
        ),
      );
  }
  return problems;
}

function contract({ content }: LintContext): Problem[] {
  return Object.entries(CONTRACT).flatMap(([id, options]) => {
    const entry = content.questions.find(({ value }) => value.id === id);
    if (!entry) {
      const first = content.questions[0];
      const file = first?.doc.file ?? 'knowledge/questions.yaml';
      const message = `no question "${id}"; conversations rely on it, add it with the options ${options.join(', ')}`;
      return [{ file, line: 1, column: 1, rule: 'missing-question', severity: 'error' as const, message }];
    }
    return options
      .filter((option) => !entry.value.options.some((known) => known.id === option))
      .map((option) =>
        report(
          entry,
          ['options'],
          'missing-question',
          `"${id}" lacks its option "${option}"; conversations rely on it, add it`,
        ),
      );
  });
}
