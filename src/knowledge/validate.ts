/** A zod complaint about a file → problems with line, column and the next thing to do. Pure. */
import type { z } from 'zod';
import type { Doc, Path } from './document.js';
import type { Problem } from './problem.js';

type Issue = z.core.$ZodIssue;

/** Checks a whole file against its schema. */
export function validate<T>(doc: Doc, schema: z.ZodType<T>): { value?: T; problems: Problem[] } {
  const result = schema.safeParse(doc.data);
  if (result.success) return { value: result.data, problems: [] };
  return { problems: result.error.issues.flatMap((issue) => toProblems(doc, issue, [])) };
}

function toProblems(doc: Doc, issue: Issue, above: Path): Problem[] {
  const path: Path = [
    ...above,
    ...issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment))),
  ];
  const problem = (at: Path, rule: string, message: string): Problem => ({
    file: doc.file,
    ...doc.locate(at),
    rule,
    severity: 'error',
    message,
  });
  const where = path.length > 0 ? `${path.join('.')}: ` : '';
  switch (issue.code) {
    case 'invalid_union':
      return bestBranch(doc, issue.errors, path).flatMap((inner) => toProblems(doc, inner, path));
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        problem([...path, key], 'schema', `${where}unknown key "${key}"; check its spelling or remove it`),
      );
    case 'invalid_key':
    case 'invalid_element':
      return [problem(path, 'schema', `${where}${issue.issues.map((inner) => inner.message).join('; ')}`)];
    case 'invalid_type':
      return [problem(path, ruleOf(issue, path), `${where}${typeMessage(doc, issue.expected, path)}`)];
    case 'invalid_value':
      return [problem(path, ruleOf(issue, path), `${where}must be one of: ${issue.values.map(String).join(', ')}`)];
    case 'too_small':
    case 'too_big':
      return [problem(path, ruleOf(issue, path), `${where}${issue.message}; ${sizeAdvice(issue, path)}`)];
    default:
      return [problem(path, ruleOf(issue, path), `${where}${issue.message}`)];
  }
}

/** The alternative that the author meant: the one whose type fits at the top, else the first. */
function bestBranch(doc: Doc, branches: readonly (readonly Issue[])[], path: Path): readonly Issue[] {
  const fits = branches.find(
    (issues) => !issues.some((issue) => issue.code === 'invalid_type' && issue.path.length === 0),
  );
  const fallback: Issue[] = [
    { code: 'custom', path: [], message: 'has none of the allowed forms', input: valueAt(doc.data, path) },
  ];
  return fits ?? fallback;
}

/** What is missing gets the name that the author knows the rule by. */
function ruleOf(issue: Issue, path: Path): string {
  const key = path.findLast((segment) => typeof segment === 'string');
  const last = path[path.length - 1];
  if (key === 'sources' && (last === 'sources' || issue.code === 'invalid_type')) return 'missing-source';
  if (last === 'checked') return 'missing-date';
  if (last === 'grade') return 'grade';
  if (last === 'label' && issue.code === 'too_big') return 'label-length';
  return 'schema';
}

function typeMessage(doc: Doc, expected: string, path: Path): string {
  const value = valueAt(doc.data, path);
  const last = path[path.length - 1];
  if (value === undefined) {
    if (last === 'sources') return 'no source; name at least one source id';
    return 'is missing; add it';
  }
  if (value === null) return `is empty; write a ${expected} after the colon`;
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `must be text but reads as the ${typeof value} ${String(value)}; put it in quotes`;
  return `must be a ${expected}, not a ${Array.isArray(value) ? 'list' : typeof value === 'object' ? 'map' : typeof value}`;
}

function sizeAdvice(issue: { code: 'too_small' | 'too_big'; origin: string }, path: Path): string {
  if (path[path.length - 1] === 'sources') return 'name at least one source id';
  if (issue.origin === 'array') return issue.code === 'too_small' ? 'add an entry' : 'remove or merge entries';
  if (issue.origin === 'string') return issue.code === 'too_small' ? 'write something here' : 'shorten it';
  return 'change the number';
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(segment))?.[1];
  }
  return value;
}
