/** Takes an operator's list of shops into the content folder: checked line by line, in place as a whole or not at all. */
import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PosDoctorError } from '../errors.js';
import { codeOf } from '../store/fs.js';
import { type ColumnNames, type ListRead, readList, synced } from './list.js';
import { type Counts, Register } from './register.js';
import { type Column, HEADER_LINE, lineOf, type RowFault } from './row.js';

/** Problems that are told one by one; the rest is counted. */
export const LISTED_MAX = 20;
/** UTF-16 units collected before they are written. */
const WRITE_AT = 256 * 1024;

/**
 * What is wrong with a line. `repeated…`: another shop has the same; a line that repeats a merchant number is left out, a serial or a
 * userid of two shops leads to neither. `acquirer`: no name that we know; it is shown as written. `swallowed`: a quote that was not closed
 * on a line before holds it; nothing is put in place then, as the shops of such lines would be gone without being wrong.
 */
export type ListFault = RowFault | 'repeatedMerchant' | 'repeatedSerial' | 'repeatedUserid' | 'acquirer' | 'swallowed';

export interface Listed {
  line: number;
  /** Null: the whole line. */
  column: Column | null;
  fault: ListFault;
}

export interface Imported extends ListRead, Counts {
  /** Lines left out. */
  left: number;
  /** How often each thing was wrong. */
  faults: Partial<Record<ListFault, number>>;
  /** The first {@link LISTED_MAX}, in the order of the file. */
  problems: Listed[];
  /** Whether the list is in place now. */
  written: boolean;
  /** Of the list as it is, or would be, kept. */
  sha256: string;
}

export interface ImportOptions {
  source: string;
  /** CONTENT_DIR. */
  contentDir: string;
  names: ColumnNames;
  knowsAcquirer(written: string): boolean;
  /** Nothing is put in place. */
  dryRun: boolean;
  /** Nothing is put in place if anything is wrong with any line. */
  strict: boolean;
  progress?: (done: number, of: number) => void;
}

/** Where the list of a content folder is kept. */
export function listPath(contentDir: string): string {
  return join(contentDir, 'knowledge', 'merchants.csv');
}

/** Half-written lists lie here, on the same file system; a folder with a dot is watched by nobody. */
const partsOf = (contentDir: string): string => join(contentDir, '.merchants');

/**
 * Cut off anywhere, the list that was in place before is whole and in place; what is left over goes with the next import.
 * @throws {PosDoctorError} as `readList`, and UNWRITABLE_FILE
 */
export async function importMerchants(options: ImportOptions): Promise<Imported> {
  const { contentDir, dryRun, strict } = options;
  if (dryRun) return collect(options, async () => undefined);
  const parts = partsOf(contentDir);
  const part = join(parts, `${process.pid}.csv`);
  try {
    await mkdir(parts, { recursive: true, mode: 0o700 });
    await clear(parts);
    const file = await open(part, 'w', 0o600);
    let imported: Imported;
    try {
      imported = await collect(options, async (text) => {
        await file.writeFile(text);
      });
      await file.sync();
    } finally {
      await file.close();
    }
    if (imported.faults.swallowed !== undefined || (strict && Object.keys(imported.faults).length > 0)) return imported;
    const target = listPath(contentDir);
    await mkdir(dirname(target), { recursive: true });
    await rename(part, target);
    await synced(dirname(target));
    return { ...imported, written: true };
  } catch (error) {
    if (error instanceof PosDoctorError) throw error;
    const why = codeOf(error) || String(error);
    throw new PosDoctorError('UNWRITABLE_FILE', { file: contentDir, why }, { cause: error });
  } finally {
    await rm(part, { force: true }).catch(() => undefined);
  }
}

/** Goes through the source and hands on the list as we keep it, in pieces. */
async function collect(options: ImportOptions, write: (text: string) => Promise<void>): Promise<Imported> {
  const register = new Register();
  const hash = createHash('sha256');
  const faults: Imported['faults'] = {};
  const problems: Listed[] = [];
  let left = 0;
  let waiting = HEADER_LINE;
  const flush = async (): Promise<void> => {
    hash.update(waiting);
    await write(waiting);
    waiting = '';
  };
  const note = (line: number, column: Column | null, fault: ListFault): void => {
    faults[fault] = (faults[fault] ?? 0) + 1;
    if (problems.length < LISTED_MAX) problems.push({ line, column, fault });
  };
  const read = await readList({
    file: options.source,
    names: options.names,
    ...(options.progress && { progress: options.progress }),
    bad: (found, line, lines) => {
      for (const { column, fault } of found) note(line, column ?? null, fault);
      const swallows = found.some(({ fault }) => fault === 'quote');
      left += swallows ? lines : 1;
      for (let n = 1; swallows && n < lines; n += 1) note(line + n, null, 'swallowed');
    },
    row: async (row, line) => {
      const { taken, serials, users } = register.add(row);
      if (!taken) {
        left += 1;
        note(line, 'merchant', 'repeatedMerchant');
        return;
      }
      if (serials > 0) note(line, 'terminals', 'repeatedSerial');
      if (users > 0) note(line, 'userids', 'repeatedUserid');
      if (row.acquirer !== '' && !options.knowsAcquirer(row.acquirer)) note(line, 'acquirer', 'acquirer');
      waiting += lineOf(row);
      if (waiting.length >= WRITE_AT) await flush();
    },
  });
  await flush();
  return { ...read, ...register.counts, left, faults, problems, written: false, sha256: hash.digest('hex') };
}

/** Removes what imports left that were killed. One that runs beside us keeps its own. */
async function clear(parts: string): Promise<void> {
  for (const name of await readdir(parts)) {
    const pid = Number(/^(\d+)\.csv$/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isInteger(pid) && !isAlive(pid)) await rm(join(parts, name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
