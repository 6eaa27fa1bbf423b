/** Load and lint in one go: what `knowledge check` prints and what a reload decides by. */
import type { Rule } from './lint/context.js';
import { lint } from './lint.js';
import { type LoadOptions, loadKnowledge } from './load.js';
import { hasErrors, KnowledgeError, type Problem } from './problem.js';
import type { Knowledge } from './schema.js';

export interface CheckOptions extends LoadOptions {
  /** The day to judge the age of sources by, YYYY-MM-DD; their age is not judged without one. */
  today?: string | undefined;
  /** More rules, run after ours. */
  providers?: readonly Rule[];
}

export interface Checked {
  /** True if there is no error; warnings are allowed. */
  ok: boolean;
  /** Sorted by place. */
  problems: readonly Problem[];
  /** Absent if there is an error. */
  knowledge?: Knowledge;
  /** Entries by kind; empty if the files could not be loaded. */
  counts: Readonly<Record<string, number>>;
  /** True if a folder or a file could not be read at all. */
  unreadable: boolean;
}

/** Never throws for what is wrong in the content or the folders; that comes back as problems. */
export function checkKnowledge(options: CheckOptions): Checked {
  try {
    const { content, knowledge } = loadKnowledge(options);
    const problems = lint(content, { today: options.today, providers: options.providers ?? [] });
    const ok = !hasErrors(problems);
    return { ok, problems, ...(ok ? { knowledge } : {}), counts: countEntries(knowledge), unreadable: false };
  } catch (error) {
    if (!(error instanceof KnowledgeError)) throw error;
    return { ok: false, problems: error.problems, counts: {}, unreadable: error.unreadable };
  }
}

/** How much there is of each kind, in the order in which it is read out. */
export function countEntries(knowledge: Knowledge): Record<string, number> {
  return {
    causes: knowledge.causes.size,
    faults: knowledge.faults.size,
    fixes: knowledge.fixes.size,
    questions: knowledge.questions.size,
    systems: knowledge.systems.size,
    codes: [...knowledge.codes.values()].reduce((sum, readings) => sum + readings.length, 0),
    contacts: knowledge.contacts.size,
    scenarios: knowledge.scenarios.size,
    prevention: knowledge.prevention.length,
    topics: knowledge.topics.size,
    situations: knowledge.situations.size,
    drills: knowledge.drills.size,
    phrases: knowledge.phrases.length,
    realUtterances: knowledge.realUtterances.length,
    evidence: knowledge.evidence.length,
    sources: knowledge.sources.size,
  };
}
