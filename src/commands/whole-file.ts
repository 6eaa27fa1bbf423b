/** Files that a command writes: whole or not at all. */
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
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
