/**
 * The few file operations the embedded store uses, so that tests can give it a disk that is full, tears a write or
 * loses power at any operation. What only touches the page cache is synchronous (a hop through the thread pool costs
 * more than the operation); what waits for the disk is not, so a slow disk doesn't stop the event loop.
 */
import * as node from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

export interface StoreFs {
  /** A new file, readable by this user only; EEXIST if there is one. May wait for the file system's own journal. */
  create(path: string): Promise<number>;
  /** `r` (also folders), `r+`, `w`. */
  open(path: string, flags: 'r' | 'r+' | 'w'): number;
  /** Bytes written, which may be fewer than given. */
  write(fd: number, bytes: Uint8Array, position: number): number;
  /** Bytes read; 0 at the end. */
  read(fd: number, into: Uint8Array, position: number): Promise<number>;
  size(fd: number): number;
  truncate(fd: number, size: number): void;
  fsync(fd: number): Promise<void>;
  /** Content and size, not the times. */
  fdatasync(fd: number): Promise<void>;
  close(fd: number): void;
  readText(path: string): Promise<string>;
  readTextSync(path: string): string;
  rename(from: string, to: string): Promise<void>;
  renameSync(from: string, to: string): void;
  link(existing: string, path: string): void;
  unlink(path: string): void;
  /** With its parents; no error if it is there. */
  mkdir(path: string): void;
  readdir(path: string): string[];
  /** Sets the time of the last change to now. */
  touch(path: string): void;
  /** Time of the last change, ms by the clock of the file system. */
  changedAt(path: string): number;
}

const open: (path: string, flags: string, mode: number) => Promise<number> = promisify(node.open);
const fsync = promisify(node.fsync);
const fdatasync = promisify(node.fdatasync);
const read = promisify(node.read);

/** The real disk. */
export const diskFs: StoreFs = {
  create: (path) => open(path, 'wx', 0o600),
  open: (path, flags) => node.openSync(path, flags, 0o600),
  write: (fd, bytes, position) => node.writeSync(fd, bytes, 0, bytes.length, position),
  read: async (fd, into, position) => (await read(fd, into, 0, into.length, position)).bytesRead,
  size: (fd) => node.fstatSync(fd).size,
  truncate: (fd, size) => node.ftruncateSync(fd, size),
  fsync,
  fdatasync,
  close: (fd) => node.closeSync(fd),
  readText: (path) => readFile(path, 'utf8'),
  readTextSync: (path) => node.readFileSync(path, 'utf8'),
  rename: promisify(node.rename),
  renameSync: (from, to) => node.renameSync(from, to),
  link: (existing, path) => node.linkSync(existing, path),
  unlink: (path) => node.unlinkSync(path),
  mkdir: makeFolder,
  readdir: (path) => node.readdirSync(path),
  touch: (path) => {
    const now = new Date();
    node.utimesSync(path, now, now);
  },
  changedAt: (path) => node.statSync(path).mtimeMs,
};

/**
 * Not node's own `recursive`: in a folder that holds no others and answers ENOENT, as /proc does, that one tries for ever.
 */
function makeFolder(path: string): void {
  try {
    makeOne(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolder(dirname(path));
    makeOne(path);
  }
}

function makeOne(path: string): void {
  try {
    node.mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!node.statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** The system's code of an error (ENOENT, ENOSPC …), or ''. */
export function codeOf(error: unknown): string {
  // Not `instanceof Error`: under jest the errors of node's own modules come from another realm.
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}
