/** Content as written → the `Knowledge` that the rest of the program reads: cross-referenced, rows and priors normalised. Pure. */
import { createHash } from 'node:crypto';
import type { Content, Entry } from './content.js';
import { CAUSES, type CodeReading, type Fault, type Knowledge, OTHER, type Question } from './schema.js';

/** Stands in for an option that a row leaves out: unlikely, never impossible. */
export const OPTION_FLOOR = 0.02;

type Row = Record<string, number>;

/**
 * Builds the knowledge base.
 * - Priors of all faults and of `other` sum to 1, so do likelihood rows over their question's options (`unknown` is not
 *   among them; the dialogue adds it).
 * - A question that attributes gets a row for each cause and `other`; one that was not authored is the mean of those
 *   that were, so it speaks neither for nor against.
 * - `version` is the first 16 hex digits of the SHA-256 over everything that is in it.
 */
export function buildKnowledge(content: Content): Knowledge {
  const questions = new Map(content.questions.map(({ value }) => [value.id, normaliseQuestion(value)]));
  const { otherPrior } = content.singles.likelihoods.value;
  const total = content.faults.reduce((sum, { value }) => sum + value.prior, otherPrior);
  const byCause = CAUSES.flatMap((cause) => content.faults.filter(({ value }) => value.cause === cause));
  const faults = new Map(
    byCause.map(({ value }) => [
      value.id,
      { ...value, prior: value.prior / total, answers: normaliseAnswers(value, questions) },
    ]),
  );
  const codes = new Map<string, CodeReading[]>();
  for (const { value } of content.codes) {
    const key = value.code.toUpperCase();
    const readings = codes.get(key);
    if (readings) readings.push(value);
    else codes.set(key, [value]);
  }
  const causes = CAUSES.flatMap((id) => content.causes.filter(({ value }) => value.id === id));
  const built: Omit<Knowledge, 'version'> = {
    sources: byId(content.sources),
    causes: new Map(
      causes.map(({ value }) => [
        value.id,
        { ...value, faults: [...faults.values()].filter((fault) => fault.cause === value.id) },
      ]),
    ),
    faults,
    fixes: new Map(
      [...faults.values()].flatMap((fault) => fault.fixes.map((fix) => [fix.id, { ...fix, fault: fault.id }])),
    ),
    questions,
    systems: new Map(
      content.systems.map(({ value }) => [
        value.id,
        { ...value, codes: content.codes.map((code) => code.value).filter((code) => code.system === value.id) },
      ]),
    ),
    codes,
    contacts: byId(content.contacts),
    doNotUse: content.doNotUse.map(({ value }) => value),
    scenarios: byId(content.scenarios),
    prevention: content.prevention.map(({ value }) => value),
    topics: byId(content.topics),
    planRoles: byId(content.planRoles),
    situations: byId(content.situations),
    drillActs: byId(content.drillActs),
    drills: byId(content.drills),
    costs: content.singles.costs.value,
    likelihoods: { ...content.singles.likelihoods.value, otherPrior: otherPrior / total },
    phrases: content.phrases.map(({ value }) => value),
    realUtterances: content.realUtterances.map(({ value }) => value),
    lexicon: content.singles.lexicon.value,
    evidence: content.evidence.map(({ value }) => value),
    organization: content.singles.organization.value,
    ui: content.singles.ui.value,
  };
  return { version: digest(built), ...built };
}

const byId = <T extends { id: string }>(entries: readonly Entry<T>[]): Map<T['id'], T> =>
  new Map(entries.map(({ value }) => [value.id, value]));

/** A row over exactly these options, positive, sum 1. */
export function normaliseRow(row: Row, options: readonly string[]): Row {
  const filled = options.map((option) => [option, row[option] ?? OPTION_FLOOR] as const);
  const sum = filled.reduce((total, [, weight]) => total + weight, 0);
  return Object.fromEntries(filled.map(([option, weight]) => [option, weight / sum]));
}

/** A question whose rows are complete, or untouched if it attributes nothing. */
export function normaliseQuestion(question: Question): Question {
  const options = question.options.map((option) => option.id);
  const rows = Object.entries(question.likelihood).map(([key, row]) => [key, normaliseRow(row, options)] as const);
  if (rows.length === 0) return question;
  const mean = Object.fromEntries(
    options.map((option) => [option, rows.reduce((sum, [, row]) => sum + (row[option] ?? 0), 0) / rows.length]),
  );
  const known = new Map<string, Row>(rows);
  const likelihood = Object.fromEntries([...CAUSES, OTHER].map((key) => [key, known.get(key) ?? mean]));
  return { ...question, likelihood };
}

function normaliseAnswers(fault: Fault, questions: ReadonlyMap<string, Question>): Record<string, Row> {
  return Object.fromEntries(
    Object.entries(fault.answers).map(([id, row]) => {
      const options = questions.get(id)?.options.map((option) => option.id) ?? Object.keys(row);
      return [id, normaliseRow(row, options)];
    }),
  );
}

function digest(built: Omit<Knowledge, 'version'>): string {
  const json = JSON.stringify(built, (_key, value: unknown) => (value instanceof Map ? [...value] : value));
  return createHash('sha256').update(json).digest('hex').slice(0, 16);
}
