/** Reads a list of shops from disk, piece by piece: whatever its size, little of it is in memory at a time. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { TextDecoder } from 'node:util';
import { PosDoctorError } from '../errors.js';
import { codeOf } from '../store/fs.js';
import { CsvReader, type CsvRecord } from './csv.js';
import { Register, ROWS_MAX } from './register.js';
import { COLUMNS, type Column, type Layout, type Row, type RowProblem, readHeader, readRow } from './row.js';

/** Bytes of a list; {@link ROWS_MAX} ordinary rows have a third of it. */
export const LIST_BYTES_MAX = 64 * 1024 * 1024;
/** Bytes read at a time: between two of them other work goes on. */
const PIECE_BYTES = 64 * 1024;

export type Encoding = 'utf-8' | 'gb18030';
/** What else each column may be called. */
export type ColumnNames = Readonly<Record<Column, readonly string[]>>;

/** The words of ui.yaml for the columns, separated by spaces; the first one is what we call it. */
export function columnNames(ui: Readonly<Record<string, string>>): ColumnNames {
  const names = (column: Column) => (ui[`merchants.column.${column}`] ?? '').split(/\s+/).filter((name) => name !== '');
  return Object.fromEntries(COLUMNS.map((column) => [column, names(column)])) as Record<Column, string[]>;
}

export interface ListOptions {
  file: string;
  names: ColumnNames;
  /** A sound row. Rows come in the order of the file. */
  row(row: Row, line: number): Promise<void> | void;
  /** A record that is left out; with a quote that nobody closed it goes over several lines, which are left out with it. */
  bad(problems: readonly RowProblem[], line: number, lines: number): void;
  /** Bytes read, of how many. */
  progress?: (done: number, of: number) => void;
}

export interface ListRead {
  encoding: Encoding;
  bytes: number;
  /** Sound rows. */
  rows: number;
  /** Columns whose name is none of ours; they are not read. */
  unknownColumns: number;
}

/**
 * Goes through a list once, after a look at how it is encoded.
 * @throws {PosDoctorError} UNREADABLE_FILE; BAD_MERCHANTS if it is too large, in neither encoding, without a header or without rows
 */
export async function readList({ file, names, row, bad, progress }: ListOptions): Promise<ListRead> {
  const { encoding, bytes } = await encodingOf(file);
  const decoder = new TextDecoder(encoding, { fatal: true });
  const reader = new CsvReader();
  let layout: Layout | undefined;
  let width = 0;
  let rows = 0;
  let unknownColumns = 0;
  const take = async (record: CsvRecord): Promise<void> => {
    if (!layout) {
      const header = readHeader(record.fields, names);
      const [missing] = header.missing;
      if (missing !== undefined)
        throw refused(file, `its first line names no column "${names[missing][0] ?? missing}" (${missing})`);
      if (header.twice.length > 0) throw refused(file, `its first line names "${header.twice[0]}" twice`);
      layout = header.layout;
      width = record.fields.length;
      unknownColumns = header.unknown;
      return;
    }
    const made = readRow(record, layout, width);
    if (Array.isArray(made)) {
      bad(made, record.line, record.lines ?? 1);
      return;
    }
    rows += 1;
    if (rows > ROWS_MAX) throw refused(file, `it has more than ${ROWS_MAX} shops`);
    await row(made, record.line);
  };
  let done = 0;
  for await (const piece of pieces(file)) {
    for (const record of reader.push(decode(decoder, piece, file))) await take(record);
    done += piece.length;
    progress?.(done, bytes);
  }
  for (const record of [...reader.push(decode(decoder, undefined, file)), ...reader.end()]) await take(record);
  if (rows === 0) throw refused(file, layout ? 'it has no usable line' : 'it is empty');
  return { encoding, bytes, rows, unknownColumns };
}

/** UTF-8 if it is, with or without a mark at its beginning; else what Chinese spreadsheets write. */
async function encodingOf(file: string): Promise<{ encoding: Encoding; bytes: number }> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let bytes = 0;
  let encoding: Encoding = 'utf-8';
  for await (const piece of pieces(file)) {
    if (bytes === 0 && isUtf16(piece)) throw refused(file, 'it is UTF-16; save it as "CSV UTF-8"');
    bytes += piece.length;
    if (bytes > LIST_BYTES_MAX) throw refused(file, `it has more than ${LIST_BYTES_MAX / 1024 / 1024} MB`);
    encoding = encoding === 'utf-8' && isValid(decoder, piece, true) ? 'utf-8' : 'gb18030';
  }
  return { encoding: encoding === 'utf-8' && isValid(decoder, undefined, false) ? 'utf-8' : 'gb18030', bytes };
}

function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function isValid(decoder: TextDecoder, piece: Uint8Array | undefined, stream: boolean): boolean {
  try {
    decoder.decode(piece, { stream });
    return true;
  } catch {
    return false;
  }
}

/** `piece` undefined: the end. */
function decode(decoder: TextDecoder, piece: Uint8Array | undefined, file: string): string {
  try {
    return decoder.decode(piece, { stream: piece !== undefined });
  } catch {
    throw refused(file, 'it is neither UTF-8 nor GB18030; save it as "CSV UTF-8"');
  }
}

async function* pieces(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const piece of createReadStream(file, { highWaterMark: PIECE_BYTES })) yield piece as Buffer;
  } catch (error) {
    throw new PosDoctorError('UNREADABLE_FILE', { file, why: codeOf(error) || String(error) }, { cause: error });
  }
}

export function refused(file: string, why: string): PosDoctorError {
  return new PosDoctorError('BAD_MERCHANTS', { file, why });
}

export interface Loaded extends ListRead {
  register: Register;
  /** Lines that were left out, those that repeat a merchant number among them. */
  left: number;
}

/** The list as it is looked up. Throws as {@link readList}. */
export async function loadRegister(file: string, names: ColumnNames): Promise<Loaded> {
  const register = new Register();
  let left = 0;
  const read = await readList({
    file,
    names,
    row: (row) => {
      if (!register.add(row).taken) left += 1;
    },
    bad: () => {
      left += 1;
    },
  });
  return { ...read, register, left };
}

/** Makes what was written to it durable. */
export async function synced(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    await handle.sync();
  } finally {
    await handle?.close();
  }
}
