/** plan-role, plan-step, plan-words (and dangling-reference, bad-pattern): the emergency plan must lead everybody to an end. */
import type { Entry } from '../content.js';
import type { Problem } from '../problem.js';
import { type PlanRole, SEVERITIES, type Severity, type Situation } from '../schema.js';
import { type LintContext, type Rule, report } from './context.js';
import { normalisePhrase } from './phrases.js';

export const plan: Rule = (context) => [
  ...context.content.planRoles.flatMap((role) => [...walks(role, context), ...patterns(role)]),
  ...context.content.situations.flatMap((one) => [
    ...steps(one, context),
    ...named(one, context),
    ...patterns(one),
    ...walkable(one, context),
  ]),
  ...sayings(context.content.planRoles),
  ...sayings(context.content.situations),
];

function walks(role: Entry<PlanRole>, { content }: LintContext): Problem[] {
  const known = new Set(content.planRoles.map(({ value }) => value.id));
  return role.value.walks.flatMap((id, index) =>
    known.has(id)
      ? []
      : [report(role, ['walks', index], 'dangling-reference', `no role "${id}"; add it under roles or correct the id`)],
  );
}

function steps(situation: Entry<Situation>, { content }: LintContext): Problem[] {
  const roles = new Set(content.planRoles.map(({ value }) => value.id));
  const faults = new Set(content.faults.map(({ value }) => value.id));
  const seen = new Set<string>();
  return situation.value.steps.flatMap(({ id, role, fault }, index) => {
    const problems: Problem[] = [];
    const at = ['steps', index] as const;
    if (seen.has(id))
      problems.push(
        report(situation, [...at, 'id'], 'duplicate-id', `step "${id}" stands twice in this situation; rename one`),
      );
    seen.add(id);
    if (!roles.has(role))
      problems.push(
        report(
          situation,
          [...at, 'role'],
          'dangling-reference',
          `no role "${role}"; add it under roles or correct the id`,
        ),
      );
    if (fault !== undefined && !faults.has(fault))
      problems.push(
        report(situation, [...at, 'fault'], 'dangling-reference', `no fault "${fault}"; correct the id or remove it`),
      );
    return problems;
  });
}

/** The answers that make a situation evident. Alerts are the flows' own; whoever has both checks them (`flowRule`). */
function named(situation: Entry<Situation>, { content }: LintContext): Problem[] {
  return Object.entries(situation.value.answers).flatMap(([question, option]) => {
    const known = content.questions.find(({ value }) => value.id === question)?.value.options;
    if (known?.some(({ id }) => id === option)) return [];
    const what = known ? `question "${question}" has no option "${option}"` : `no question "${question}"`;
    return [report(situation, ['answers', question], 'dangling-reference', `${what}; correct the id`)];
  });
}

function patterns(entry: Entry<{ words: readonly string[] }>): Problem[] {
  return entry.value.words.flatMap((pattern, index) => {
    try {
      new RegExp(pattern);
      return [];
    } catch {
      return [report(entry, ['words', index], 'bad-pattern', 'is not a regular expression')];
    }
  });
}

/** Whoever starts it, in a run as severe as the situation or more, has something to do. */
function walkable(situation: Entry<Situation>, { content }: LintContext): Problem[] {
  const { severity, steps: all, id } = situation.value;
  const graver = SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1);
  const problems = content.planRoles.flatMap(({ value: role }) => {
    const theirs = new Set([role.id, ...role.walks]);
    const idle = graver.find((one) => !all.some((step) => theirs.has(step.role) && isFor(step.severities, one)));
    return idle === undefined
      ? []
      : [
          report(
            situation,
            ['steps'],
            'plan-role',
            `role "${role.id}" has no step in "${id}" when it is ${idle}; give it one, or let the role walk another's`,
          ),
        ];
  });
  const dead = all.flatMap(({ severities }, index) =>
    severities === undefined || graver.some((one) => severities.includes(one))
      ? []
      : [
          report(
            situation,
            ['steps', index, 'severities'],
            'plan-step',
            `"${id}" is never less severe than ${severity}, so this step is never given; correct its severities`,
          ),
        ],
  );
  return [...problems, ...dead];
}

const isFor = (severities: readonly Severity[] | undefined, severity: Severity): boolean =>
  severities === undefined || severities.includes(severity);

/** What two entries are both called tells nothing. */
function sayings(entries: readonly Entry<{ id: string; label: string; said: readonly string[] }>[]): Problem[] {
  const owner = new Map<string, string>();
  return entries.flatMap((entry) => {
    const { id, label, said } = entry.value;
    const ways = [{ text: label, path: ['label'] }, ...said.map((text, at) => ({ text, path: ['said', at] }))];
    return ways.flatMap(({ text, path }) => {
      const key = normalisePhrase(text);
      const other = owner.get(key);
      owner.set(key, id);
      return other === undefined || other === id
        ? []
        : [report(entry, path, 'plan-words', `this also means "${other}"; keep it with one of the two`)];
    });
  });
}
