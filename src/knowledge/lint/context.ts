/** What every rule works on, and how it complains. */
import type { Content, Entry, Single } from '../content.js';
import type { Path } from '../document.js';
import type { Problem, Severity } from '../problem.js';

export interface LintContext {
  content: Content;
  /** YYYY-MM-DD; the linter reads no clock. Absent: nobody asks how old a source is. */
  today?: string | undefined;
}

/** A rule or a family of rules: pure, returns what it found. */
export type Rule = (context: LintContext) => Problem[];

/** A problem at a path inside an entry. */
export function report(
  entry: Pick<Entry<unknown>, 'doc' | 'path'>,
  path: Path,
  rule: string,
  message: string,
  severity: Severity = 'error',
): Problem {
  return { file: entry.doc.file, ...entry.doc.locate([...entry.path, ...path]), rule, severity, message };
}

/** The layer that a key of a single came from: the last one that names it. */
export function layerOf<T>(single: Single<T>, key: string, inner?: string): Entry<Partial<T>> {
  const names = (value: unknown, name: string): boolean =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  const holds = (entry: Entry<Partial<T>>): boolean => {
    const field = Object.entries(entry.value).find(([name]) => name === key)?.[1];
    return inner === undefined ? names(entry.value, key) : names(field, inner);
  };
  const layer = single.layers.findLast(holds) ?? single.layers[0];
  if (!layer) throw new TypeError('a single has at least one layer');
  return layer;
}
