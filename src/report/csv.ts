/** Tables as comma-separated values (RFC 4180) that Excel opens as they are meant: text stays text. Pure. */
import type { Cell, Section } from './sections.js';

/** Excel takes a file without it for one in the system's own encoding, which in China is GBK. */
const BYTE_ORDER_MARK = '\uFEFF';
const NEWLINE = '\r\n';
/**
 * What a spreadsheet takes for a formula, or reads past to find one (OWASP, CSV injection); the full-width forms are what Chinese and
 * Japanese input methods write.
 */
const FORMULA = /^[\s\p{Cc}\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/u;
const NEEDS_QUOTES = /[",\r\n]/;

/** One cell. Text that would be a formula starts with an apostrophe. */
export function csvCell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : FORMULA.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return BYTE_ORDER_MARK + rows.map(csvLine).join('');
}

/** One row, with its end. */
export function csvLine(row: readonly (string | number)[]): string {
  return row.map(csvCell).join(',') + NEWLINE;
}

/**
 * One figure a row: table, what it is about, which figure, its value. A share is two rows: how many, and of how many. What is not
 * known is empty.
 *
 * @param header names of the four columns
 * @param of what is put behind a figure's name for 「of how many」
 */
export function csvRows(sections: readonly Section[], header: readonly string[], of: string): (string | number)[][] {
  const figures = sections.flatMap(({ title, columns, rows }) =>
    rows.flatMap(([name = '', ...cells]) =>
      cells.flatMap((cell, index) => {
        const figure = columns[index + 1] ?? '';
        return valuesOf(cell).map((value, part) => [title, plain(name), part === 0 ? figure : figure + of, value]);
      }),
    ),
  );
  return [[...header], ...figures];
}

function valuesOf(cell: Cell): (string | number)[] {
  if (cell === null) return [''];
  return typeof cell === 'object' ? [cell.n, cell.of] : [cell];
}

function plain(cell: Cell): string | number {
  return cell === null ? '' : typeof cell === 'object' ? cell.n : cell;
}
