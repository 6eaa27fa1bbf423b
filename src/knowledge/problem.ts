/** What is wrong with a knowledge file, said so that its author can mend it. */
import { PosDoctorError } from '../errors.js';

export type Severity = 'error' | 'warning';

export interface Problem {
  /** As the author knows it: relative to the working folder when inside it. */
  file: string;
  /** 1-based; 1 when the whole file is meant. */
  line: number;
  /** 1-based, in UTF-16 units. */
  column: number;
  /** Stable name of the rule that complains. */
  rule: string;
  severity: Severity;
  /** English; says what is wrong and what to do next. */
  message: string;
}

/** Knowledge that cannot be used: a BAD_CONTENT that holds every problem, sorted, at least one of them an error. */
export class KnowledgeError extends PosDoctorError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = sortProblems(problems);
    const errors = sorted.filter((problem) => problem.severity === 'error');
    super('BAD_CONTENT', { count: errors.length, first: errors[0] ? formatProblem(errors[0]) : 'none' });
    this.problems = sorted;
  }

  /** True if a folder or file could not be read at all, as opposed to holding something wrong. */
  get unreadable(): boolean {
    return this.problems.some((problem) => problem.rule === 'unreadable');
  }
}

/** True if one of the problems forbids use. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By file, line, column, rule, message: the same problems always read in the same order. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  );
}

/** `file:line:column severity rule message`, one line. */
export function formatProblem(problem: Problem): string {
  return `${problem.file}:${problem.line}:${problem.column} ${problem.severity} ${problem.rule} ${problem.message}`;
}
