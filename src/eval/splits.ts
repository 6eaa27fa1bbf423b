/** Which rows of which file serve for training, choosing and testing. Pure. */
import { PosDoctorError } from '../errors.js';
import { type LabelledText, OUT } from '../nlu/engine.js';
import type { RowKind } from './rows.js';

export interface SplitRow extends LabelledText {
  /** Empty if the row names none. */
  split: string;
}

const OUTSIDE = new Set(['oos', 'out-of-scope', 'out_of_scope', 'outofscope']);

/** Rows as {"text","intent","split"?}. */
export const INTENT_ROWS: RowKind<SplitRow> = {
  parse(value, text) {
    const intent = value.intent ?? value.cause;
    if (typeof intent !== 'string' || intent.trim() === '') return 'has no intent';
    if (value.split !== undefined && typeof value.split !== 'string') return 'has a split that is no text';
    return { text, intent: OUTSIDE.has(intent.toLowerCase()) ? OUT : intent, split: value.split?.toLowerCase() ?? '' };
  },
  label: ({ intent }) => intent,
  part: ({ split }) => split,
};

export type Role = 'train' | 'dev' | 'test';
const NAMES: Readonly<Record<Role, readonly string[]>> = {
  train: ['train', 'training'],
  dev: ['dev', 'val', 'valid', 'validation'],
  test: ['test'],
};

const named = (rows: readonly SplitRow[], role: Role): SplitRow[] =>
  rows.filter(({ split }) => NAMES[role].includes(split));

/**
 * The rows of a file for a role: those whose split is the role's, if there are any; else all that no other role of the same file
 * takes. So a file with a `split` field can be given for several roles, and one without for one.
 * @throws BAD_ROWS if nothing is left
 */
export function rowsFor(role: Role, file: string, rows: readonly SplitRow[], roles: readonly Role[]): SplitRow[] {
  const own = named(rows, role);
  if (own.length > 0) return own;
  const others = roles.filter((other) => other !== role);
  const taken = new Set(others.flatMap((other) => NAMES[other]));
  const free = others.some((other) => named(rows, other).length === 0)
    ? []
    : rows.filter(({ split }) => !taken.has(split));
  if (free.length === 0)
    throw new PosDoctorError('BAD_ROWS', {
      file,
      what: `it has no rows of split "${role}" and serves for ${roles.join(', ')}`,
    });
  return free;
}
