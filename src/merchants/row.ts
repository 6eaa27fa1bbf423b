/** One line of the list of shops: its columns, what each may hold, and how it is written. Pure. */
import type { Merchant } from '../dialogue/merchants.js';
import type { CsvRecord } from './csv.js';
import { csvLine } from './csv.js';

/** In the order in which they are written. */
export const COLUMNS = ['merchant', 'shop', 'region', 'acquirer', 'terminals', 'userids', 'contact'] as const;
export type Column = (typeof COLUMNS)[number];

/** Without these a list is none. */
const REQUIRED: readonly Column[] = ['merchant', 'shop'];

/** UTF-16 units, or things in a list. Numbers are as long as a sticker's link takes (`scene.ts`), userids as long as WeCom's. */
export const ROW_LIMITS = {
  number: 32,
  shop: 60,
  region: 40,
  acquirer: 40,
  model: 40,
  contact: 80,
  userid: 64,
  terminals: 50,
  userids: 20,
} as const;

const NUMBER = /^[0-9A-Za-z_-]{1,32}$/;
const USERID = /^[0-9A-Za-z_.@-]{1,64}$/;
/** What a spreadsheet makes of a long number: 8.22E+14. */
const SPOILT = /^\d(?:\.\d+)?e\+?\d+$/i;
const CONTROL = /\p{Cc}/u;

export interface Row extends Merchant {
  userids: readonly string[];
  /** Whom to reach there, a phone number for instance. Private. */
  contact: string;
}

/** Why a line is left out; the words for each are in ui.yaml. */
export type RowFault =
  | 'quote'
  | 'length'
  | 'fields'
  | 'empty'
  | 'number'
  | 'spoilt'
  | 'text'
  | 'terminals'
  | 'userids'
  | 'control';

export interface RowProblem {
  fault: RowFault;
  /** Undefined: the whole line. */
  column?: Column;
}

/** Where each column stands in a file. */
export type Layout = Readonly<Partial<Record<Column, number>>>;

export interface Header {
  layout: Layout;
  missing: Column[];
  /** Columns named twice. */
  twice: Column[];
  /** How many have a name that is none of ours. */
  unknown: number;
}

const nameOf = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\s_-]/g, '')
    .toLowerCase();

/** `names`: what else a column may be called, beside its own name. */
export function readHeader(fields: readonly string[], names: Readonly<Record<Column, readonly string[]>>): Header {
  const known = new Map<string, Column>();
  for (const column of COLUMNS) for (const name of [column, ...names[column]]) known.set(nameOf(name), column);
  const layout: Partial<Record<Column, number>> = {};
  const twice = new Set<Column>();
  let unknown = 0;
  for (const [index, field] of fields.entries()) {
    const column = known.get(nameOf(field));
    if (column === undefined) unknown += nameOf(field) === '' ? 0 : 1;
    else if (layout[column] === undefined) layout[column] = index;
    else twice.add(column);
  }
  return { layout, missing: REQUIRED.filter((column) => layout[column] === undefined), twice: [...twice], unknown };
}

/** A line as a shop, or everything that is wrong with it. */
export function readRow({ fields, problem }: CsvRecord, layout: Layout, width: number): Row | RowProblem[] {
  if (problem !== undefined) return [{ fault: problem }];
  if (fields.slice(width).some((field) => field.trim() !== '')) return [{ fault: 'fields' }];
  const problems: RowProblem[] = [];
  const wrong = (column: Column, fault: RowFault): void => {
    problems.push({ column, fault });
  };
  const cell = (column: Column): string => {
    const index = layout[column];
    const text = index === undefined ? '' : (fields[index] ?? '').trim();
    if (CONTROL.test(text)) wrong(column, 'control');
    return text;
  };
  const text = (column: 'shop' | 'region' | 'acquirer' | 'contact'): string => {
    const value = cell(column).toWellFormed();
    if (value.length > ROW_LIMITS[column]) wrong(column, 'text');
    return value;
  };
  const number = cell('merchant').normalize('NFKC');
  if (number === '') wrong('merchant', 'empty');
  else if (SPOILT.test(number)) wrong('merchant', 'spoilt');
  else if (!NUMBER.test(number)) wrong('merchant', 'number');
  const shop = text('shop');
  if (shop === '') wrong('shop', 'empty');
  const terminals = listOf(cell('terminals'), /;/).map(terminalOf);
  const serials = new Set(terminals.map(({ serial }) => serial.toUpperCase()));
  const sound = terminals.every(({ serial, model }) => NUMBER.test(serial) && model.length <= ROW_LIMITS.model);
  if (terminals.some(({ serial }) => SPOILT.test(serial))) wrong('terminals', 'spoilt');
  else if (!sound || serials.size !== terminals.length || terminals.length > ROW_LIMITS.terminals)
    wrong('terminals', 'terminals');
  const userids = [...new Set(listOf(cell('userids'), /[;,\s]/))];
  if (userids.length > ROW_LIMITS.userids || !userids.every((user) => USERID.test(user))) wrong('userids', 'userids');
  const row = { number, shop, region: text('region'), acquirer: text('acquirer'), terminals, userids };
  const contact = text('contact');
  return problems.length > 0 ? problems : { ...row, contact };
}

function listOf(text: string, separator: RegExp): string[] {
  // NFKC makes the full-width separators those of ASCII.
  return text
    .normalize('NFKC')
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function terminalOf(text: string): { serial: string; model: string } {
  const at = text.indexOf(':');
  if (at < 0) return { serial: text, model: '' };
  return {
    serial: text.slice(0, at).trim(),
    model: text
      .slice(at + 1)
      .trim()
      .toWellFormed(),
  };
}

/** The first line of a list as we write it. */
export const HEADER_LINE = csvLine(COLUMNS);

export function lineOf(row: Row): string {
  const terminals = row.terminals.map(({ serial, model }) => (model === '' ? serial : `${serial}:${model}`)).join(';');
  const { number, shop, region, acquirer, contact } = row;
  return csvLine([number, shop, region, acquirer, terminals, row.userids.join(';'), contact]);
}
