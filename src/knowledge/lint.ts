/**
 * Checks the whole knowledge base beyond each file's schema. Rules, by name:
 *
 * - while loading: unreadable, missing-file, unknown-file, too-large, encoding, syntax, empty, duplicate-key, duplicate-id,
 *   schema, missing-source, missing-date, grade, label-length
 * - here: dangling-reference, fault-of-other-cause, bad-pattern, missing-entry, unreachable-question, missing-question,
 *   ambiguous-answer, missing-reason, duplicate-phrase, contradictory-phrase, coverage, linked-source-grade, bad-date,
 *   stale-source, conflicting-grade, row-sum, missing-row, charging-question, forbidden-advice, charging-step-order, charging-step-guard, shown-artefact,
 *   agent-mobile-number, unverified-number, collecting-condition,
 *   contact-region, contact-name, contact-refused,
 *   unknown-key, duty-person, duty-hours, duty-break, duty-dates, duty-nobody, plan-role, plan-step, plan-words,
 *   drill-id, drill-label, drill-path, drill-harm, drill-money, drill-shows, drill-event, drill-code, drill-trap, drill-cure, drill-title, drill-team
 */
import type { Content } from './content.js';
import { chargingQuestions } from './lint/charging-questions.js';
import { collecting } from './lint/collecting.js';
import { contacts } from './lint/contacts.js';
import type { Rule } from './lint/context.js';
import { drillStories } from './lint/drill-story.js';
import { drills } from './lint/drills.js';
import { duty } from './lint/duty.js';
import { phrases } from './lint/phrases.js';
import { plan } from './lint/plan.js';
import { questions } from './lint/questions.js';
import { references } from './lint/references.js';
import { rows } from './lint/rows.js';
import { sources } from './lint/sources.js';
import { teams } from './lint/teams.js';
import { ui } from './lint/ui.js';
import { wording } from './lint/wording.js';
import { type Problem, sortProblems } from './problem.js';

export interface LintOptions {
  /** The day to judge the age of sources by, YYYY-MM-DD; their age is not judged without one. */
  today?: string | undefined;
  /** More rules, such as those for the flow files; run after ours on the same content. */
  providers?: readonly Rule[];
}

const RULES: readonly Rule[] = [
  references,
  questions,
  chargingQuestions,
  rows,
  phrases,
  sources,
  wording,
  collecting,
  ui,
  duty,
  contacts,
  plan,
  teams,
  drills,
  drillStories,
];

/** Everything that is wrong with the content, sorted. Pure. */
export function lint(content: Content, { today, providers = [] }: LintOptions = {}): Problem[] {
  return sortProblems([...RULES, ...providers].flatMap((rule) => rule({ content, today })));
}

export type { LintContext, Rule } from './lint/context.js';
