/** Rows of a JSONL file for `eval`: what is odd is skipped, counted and shown, up to a bound; memory is bounded too. Pure. */
import { PosDoctorError } from '../errors.js';
import { LIMIT } from '../text/normalise.js';

/** A line of the file, or why it could not be read. */
export type RowLine = { text: string } | { problem: 'encoding' | 'length' };

/** Something that was left out. */
export interface Skipped {
  line: number;
  why: string;
}

/** Usable rows and what was left out. */
export interface Rows<Row> {
  file: string;
  rows: Row[];
  /** How many lines were skipped, and the first few of them. */
  skipped: number;
  examples: Skipped[];
  /** How many usable rows came after as many as memory has room for. */
  beyond: number;
}

export interface RowLimits {
  /** Rows that are kept. */
  rows: number;
  /** UTF-16 units of text that are kept. */
  units: number;
  /** Skipped lines at which reading stops: the file is another one than was meant. */
  skipped: number;
}

export const ROW_LIMITS: RowLimits = { rows: 100_000, units: 5_000_000, skipped: 1_000 };

/** So many skipped lines are named. */
const EXAMPLES = 5;
/** So many lines may be skipped, or this share of all if that is more. */
const TOLERATED = 10;
const TOLERATED_SHARE = 0.1;

const REASONS = { encoding: 'is not UTF-8', length: 'is longer than 1 MB' } as const;

/** What a row must have: `parse` gives it or says what is wrong. Rows of one `part` and text must have one `label`. */
export interface RowKind<Row> {
  parse(value: Readonly<Record<string, unknown>>, text: string): Row | string;
  label(row: Row): string;
  part(row: Row): string;
}

/** A copy that does not hold the whole line in memory as a slice would. */
const copied = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

function objectOf(line: string): Readonly<Record<string, unknown>> | string {
  if (line.includes('\0')) return 'contains a NUL byte';
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is not JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is not a JSON object';
  return value as Record<string, unknown>;
}

function textOf(value: Readonly<Record<string, unknown>>): { text: string } | string {
  const { text } = value;
  if (typeof text !== 'string') return 'has no text';
  if (text.includes('\0')) return 'contains a NUL character';
  if (text.trim() === '') return 'has an empty text';
  return { text: text.length > LIMIT ? copied(text.slice(0, LIMIT)) : text };
}

/**
 * Reads rows. Of one text with several labels the first row counts. Texts are cut to the units that the classifier looks at.
 * @throws BAD_ROWS if nothing usable is in the file, or too much is not, naming the first bad line
 */
export async function readRows<Row>(
  file: string,
  lines: AsyncIterable<RowLine>,
  kind: RowKind<Row>,
  limits: RowLimits = ROW_LIMITS,
): Promise<Rows<Row>> {
  const found: Rows<Row> = { file, rows: [], skipped: 0, examples: [], beyond: 0 };
  const labels = new Map<string, { label: string; line: number }>();
  let line = 0;
  let units = 0;
  const fail = (what: string): never => {
    const [first] = found.examples;
    throw new PosDoctorError('BAD_ROWS', { file, what: first ? `${what}; line ${first.line} ${first.why}` : what });
  };
  const skip = (why: string): void => {
    found.skipped++;
    if (found.examples.length < EXAMPLES) found.examples.push({ line, why });
    if (found.skipped >= limits.skipped) fail(`${found.skipped} of the first ${line} lines are no usable rows`);
  };
  for await (const next of lines) {
    line++;
    if ('problem' in next) {
      skip(REASONS[next.problem]);
      continue;
    }
    if (next.text.trim() === '') continue;
    if (found.rows.length >= limits.rows || units >= limits.units) {
      found.beyond++;
      continue;
    }
    const value = objectOf(next.text.replace(/^\ufeff/, ''));
    const text = typeof value === 'string' ? value : textOf(value);
    const row = typeof value === 'string' || typeof text === 'string' ? null : kind.parse(value, text.text);
    if (typeof text === 'string' || row === null) skip(String(typeof value === 'string' ? value : text));
    else if (typeof row === 'string') skip(row);
    else {
      const label = kind.label(row);
      const key = `${kind.part(row)}\n${text.text}`;
      const before = labels.get(key);
      if (before !== undefined && before.label !== label) {
        skip(`has the text of line ${before.line} with another label`);
        continue;
      }
      if (before === undefined) labels.set(key, { label, line });
      found.rows.push(row);
      units += text.text.length;
    }
  }
  if (found.rows.length === 0) fail(line === 0 ? 'it is empty' : 'there is no usable row');
  if (found.skipped > Math.max(TOLERATED, TOLERATED_SHARE * line))
    fail(`${found.skipped} of ${line} lines are no usable rows`);
  return found;
}
