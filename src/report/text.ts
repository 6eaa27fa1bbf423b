/** Tables for a terminal, in columns; Chinese characters take two. Pure. */
import type { Cell, Section } from './sections.js';

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
}

/** Rows of a table that are shown; the files have them all. */
const SHOWN = 24;
const BAR = 30;
const GAP = '  ';
/** Characters that take two columns: CJK, Hangul, kana, full-width forms, pictographs (Unicode 16, East Asian Width W and F, in the main). */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

/** Columns of a terminal that a text takes. */
export function columnsOf(text: string): number {
  let width = 0;
  for (const sign of text) width += WIDE.test(sign) ? 2 : NO_WIDTH.test(sign) ? 0 : 1;
  return width;
}

/** `more`: how many rows are left out, in words. */
export function textOfSections(sections: readonly Section[], style: Style, more: (rows: number) => string): string {
  return sections.map((section) => blockOf(section, style, more)).join('\n\n');
}

function blockOf(
  { title, columns, rows, bars }: Section,
  { bold, dim }: Style,
  more: (rows: number) => string,
): string {
  // Of a long row of days the last ones are wanted, of a list the first ones.
  const first = bars ? Math.max(0, rows.length - SHOWN) : 0;
  const cells = rows.slice(first, first + SHOWN).map((row) => row.map(shownCell));
  const widths = columns.map((column, at) =>
    Math.max(columnsOf(column), ...cells.map((row) => columnsOf(row[at] ?? ''))),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => padded(cell, widths[at] ?? 0, at > 0))
      .join(GAP)
      .trimEnd();
  const most = Math.max(0, ...rows.map(([, n]) => (typeof n === 'number' ? n : 0)));
  const drawn = cells.map((row, at) => `${line(row)}${bars ? bar(rows[first + at]?.[1] ?? null, most) : ''}`);
  const left = rows.length - cells.length;
  return [bold(title), dim(line(columns)), ...drawn, ...(left > 0 ? [dim(more(left))] : [])].join('\n');
}

function padded(cell: string, width: number, right: boolean): string {
  const room = ' '.repeat(Math.max(0, width - columnsOf(cell)));
  return right ? room + cell : cell + room;
}

function bar(cell: Cell, most: number): string {
  const length = typeof cell === 'number' && most > 0 ? Math.ceil((cell / most) * BAR) : 0;
  return length === 0 ? '' : `${GAP}${'\u2587'.repeat(length)}`;
}

function shownCell(cell: Cell): string {
  if (cell === null) return '\u2013';
  if (typeof cell !== 'object') return String(cell);
  const { n, of, share } = cell;
  return share === null ? `${n}/${of}` : `${n}/${of} ${Math.round(100 * share)}%`;
}
