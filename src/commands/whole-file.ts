/** Files that a command writes: whole or not at all. */
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { PosDoctorError } from '../errors.js';
import { codeOf } from '../store/fs.js';

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Said before the work rather than after.
 * @throws {PosDoctorError} UNWRITABLE_FILE
 */
export function expectWritable(file: string): void {
  const why = isFolder(file) ? 'EISDIR' : isFolder(dirname(file)) ? null : 'ENOENT';
  if (why !== null) throw new PosDoctorError('UNWRITABLE_FILE', { file, why });
}

/** `mode`: of a file that not everybody may read. @throws {PosDoctorError} UNWRITABLE_FILE */
export function writeWhole(file: string, content: string | Uint8Array, mode?: number): void {
  const part = `${file}.${process.pid}.part`;
  try {
    writeFileSync(part, content, mode === undefined ? {} : { mode });
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    throw new PosDoctorError('UNWRITABLE_FILE', { file, why: codeOf(error) || String(error) }, { cause: error });
  }
}

/** UTF-16 units that are gathered before they are written. */
const AT_ONCE = 64 * 1024;

/** A file that grows, however long, and is there whole once it is finished. Every method throws UNWRITABLE_FILE, and leaves nothing then. */
export class GrowingFile {
  readonly #part: string;
  #handle: number | undefined;
  #waiting = '';

  constructor(private readonly file: string) {
    this.#part = `${file}.${process.pid}.part`;
    this.#try(() => {
      this.#handle = openSync(this.#part, 'w');
    });
  }

  add(text: string): void {
    this.#waiting += text;
    if (this.#waiting.length >= AT_ONCE) this.#flush();
  }

  finish(): void {
    this.#flush();
    this.#try(() => {
      this.#close();
      renameSync(this.#part, this.file);
    });
  }

  /** Nothing is left of it. */
  drop(): void {
    this.#close();
    rmSync(this.#part, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.from(this.#waiting);
    this.#waiting = '';
    const handle = this.#handle;
    if (handle === undefined) return;
    this.#try(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    });
  }

  #close(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    if (handle !== undefined) closeSync(handle);
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.drop();
      const why = codeOf(error) || String(error);
      throw new PosDoctorError('UNWRITABLE_FILE', { file: this.file, why }, { cause: error });
    }
  }
}
