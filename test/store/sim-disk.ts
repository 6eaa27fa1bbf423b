/**
 * A disk in memory that keeps apart what was written and what is durable: content becomes durable by an fsync of the
 * file, names by one of their folder. It can stop at any operation, refuse writes, and come back as after a kill (what
 * was written is there) or after a power cut (what was not synced is lost, torn, or zeros).
 */
import { basename, dirname } from 'node:path';
import type { StoreFs } from '../../src/store/fs.js';

interface File {
  bytes: Buffer;
  durable: Buffer;
  changedAt: number;
}

interface Folder {
  names: Map<string, Entry>;
  durable: Map<string, Entry>;
}

type Entry = File | Folder;

/** What a machine comes back as. `torn`: of what was not synced, any part may have got to the disk. */
export type Reboot = 'kill' | 'power' | 'torn' | 'zeros';

export class SimulatedCrash extends Error {}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

const isFolder = (entry: Entry | undefined): entry is Folder => entry !== undefined && 'names' in entry;
const newFolder = (): Folder => ({ names: new Map(), durable: new Map() });

export class SimDisk implements StoreFs {
  /** Operations so far that change something or wait for the disk. */
  operations = 0;
  /** The operation (counted from 1) that doesn't happen any more; a write happens by half. */
  crashAt = Number.POSITIVE_INFINITY;
  /** An error code for an operation, to refuse it; a write is then done by half. */
  refuse: (operation: string, path: string) => string | null = () => null;
  /** An fsync that does nothing. */
  forgetful = false;
  /** What was asked of the disk, for tests that count. */
  log: string[] = [];
  now = 1_000_000;

  #root: Folder = newFolder();
  #open = new Map<number, { entry: Entry; path: string }>();
  #nextFd = 3;
  #dead = false;

  async create(path: string): Promise<number> {
    await null;
    this.#step('create', path);
    if (this.#entry(path)) throw systemError('EEXIST');
    return this.#openFile(path, this.#newFile(path));
  }

  open(path: string, flags: 'r' | 'r+' | 'w'): number {
    this.#alive();
    const entry = this.#entry(path);
    if (flags === 'w') {
      this.#step('open', path);
      if (entry && !isFolder(entry)) entry.bytes = Buffer.alloc(0);
      return this.#openFile(path, entry ?? this.#newFile(path));
    }
    if (!entry) throw systemError('ENOENT');
    return this.#openFile(path, entry);
  }

  write(fd: number, bytes: Uint8Array, position: number): number {
    const { entry, path } = this.#opened(fd);
    const file = entry as File;
    const put = (part: Uint8Array): void => {
      const grown = Buffer.alloc(Math.max(file.bytes.length, position + part.length));
      file.bytes.copy(grown);
      grown.set(part, position);
      file.bytes = grown;
      file.changedAt = this.now;
    };
    const half = (): void => put(bytes.subarray(0, bytes.length >> 1));
    this.#step('write', path, half);
    put(bytes);
    return bytes.length;
  }

  async read(fd: number, into: Uint8Array, position: number): Promise<number> {
    const { entry } = this.#opened(fd);
    await null;
    return (entry as File).bytes.copy(into, 0, position);
  }

  size(fd: number): number {
    return (this.#opened(fd).entry as File).bytes.length;
  }

  truncate(fd: number, size: number): void {
    const { entry, path } = this.#opened(fd);
    this.#step('truncate', path);
    (entry as File).bytes = (entry as File).bytes.subarray(0, size);
  }

  async fsync(fd: number): Promise<void> {
    const { entry, path } = this.#opened(fd);
    // What is written while it runs is not covered.
    const names = isFolder(entry) ? new Map(entry.names) : null;
    const bytes = isFolder(entry) ? null : Buffer.from(entry.bytes);
    for (let i = 0; i < 5; i++) await null;
    this.#step('fsync', path);
    if (this.forgetful) return;
    if (isFolder(entry)) entry.durable = names ?? entry.durable;
    else entry.durable = bytes ?? entry.durable;
    await null;
  }

  fdatasync(fd: number): Promise<void> {
    return this.fsync(fd);
  }

  close(fd: number): void {
    this.#alive();
    if (!this.#open.delete(fd)) throw systemError('EBADF');
  }

  async readText(path: string): Promise<string> {
    await null;
    return this.readTextSync(path);
  }

  readTextSync(path: string): string {
    this.#alive();
    const entry = this.#entry(path);
    if (!entry) throw systemError('ENOENT');
    if (isFolder(entry)) throw systemError('EISDIR');
    return entry.bytes.toString();
  }

  async rename(from: string, to: string): Promise<void> {
    await null;
    this.renameSync(from, to);
  }

  renameSync(from: string, to: string): void {
    this.#step('rename', to);
    const entry = this.#entry(from);
    if (!entry) throw systemError('ENOENT');
    this.#folder(dirname(to)).names.set(basename(to), entry);
    this.#folder(dirname(from)).names.delete(basename(from));
  }

  link(existing: string, path: string): void {
    this.#step('link', path);
    const entry = this.#entry(existing);
    if (!entry) throw systemError('ENOENT');
    if (this.#entry(path)) throw systemError('EEXIST');
    this.#folder(dirname(path)).names.set(basename(path), entry);
  }

  unlink(path: string): void {
    this.#step('unlink', path);
    if (!this.#folder(dirname(path)).names.delete(basename(path))) throw systemError('ENOENT');
  }

  mkdir(path: string): void {
    this.#alive();
    if (path === '/' || isFolder(this.#entry(path))) return;
    if (this.#entry(path)) throw systemError('EEXIST');
    this.mkdir(dirname(path));
    this.#step('mkdir', path);
    this.#folder(dirname(path)).names.set(basename(path), newFolder());
  }

  readdir(path: string): string[] {
    this.#alive();
    const entry = this.#entry(path);
    if (entry && !isFolder(entry)) throw systemError('ENOTDIR');
    return [...this.#folder(path).names.keys()];
  }

  touch(path: string): void {
    this.#alive();
    const entry = this.#entry(path);
    if (!entry || isFolder(entry)) throw systemError('ENOENT');
    entry.changedAt = this.now;
  }

  changedAt(path: string): number {
    this.#alive();
    const entry = this.#entry(path);
    if (!entry || isFolder(entry)) throw systemError('ENOENT');
    return entry.changedAt;
  }

  /** Puts a file there. */
  plant(path: string, text: string): void {
    this.mkdir(dirname(path));
    this.#newFile(path).bytes = Buffer.from(text);
  }

  /** Makes everything durable. */
  settle(entry: Entry = this.#root): void {
    if (!isFolder(entry)) {
      entry.durable = entry.bytes;
      return;
    }
    entry.durable = new Map(entry.names);
    for (const inside of entry.names.values()) this.settle(inside);
  }

  /** Starts the machine again. `random` gives numbers in [0, 1). */
  reboot(how: Reboot, random: () => number): void {
    this.#dead = false;
    this.crashAt = Number.POSITIVE_INFINITY;
    this.refuse = () => null;
    this.#open.clear();
    if (how !== 'kill') this.#lose(this.#root, how, random);
  }

  #lose(folder: Folder, how: Reboot, random: () => number): void {
    const before = folder.durable;
    const after = new Map<string, Entry>();
    for (const name of new Set([...before.keys(), ...folder.names.keys()])) {
      const written = how === 'torn' && random() < 0.5;
      const entry = (written ? folder.names : before).get(name);
      if (entry) after.set(name, entry);
    }
    folder.names = after;
    folder.durable = new Map(after);
    for (const entry of after.values()) {
      if (isFolder(entry)) this.#lose(entry, how, random);
      else entry.durable = entry.bytes = this.#lost(entry, how, random);
    }
  }

  #lost({ bytes, durable }: File, how: Reboot, random: () => number): Buffer {
    if (how === 'power' || bytes.equals(durable)) return durable;
    if (how === 'zeros') return Buffer.concat([durable, Buffer.alloc(Math.max(0, bytes.length - durable.length))]);
    const length = Math.round(random() * bytes.length);
    return length < durable.length ? durable : Buffer.concat([durable, bytes.subarray(durable.length, length)]);
  }

  #step(operation: string, path: string, half: () => void = () => {}): void {
    this.#alive();
    this.operations++;
    this.log.push(`${operation} ${path}`);
    if (this.operations >= this.crashAt) {
      half();
      this.#dead = true;
      throw new SimulatedCrash(`${operation} ${path}`);
    }
    const code = this.refuse(operation, path);
    if (code === null) return;
    half();
    throw systemError(code);
  }

  #alive(): void {
    if (this.#dead) throw new SimulatedCrash('the machine is down');
  }

  #entry(path: string): Entry | undefined {
    let entry: Entry | undefined = this.#root;
    for (const name of path.split('/').filter(Boolean)) entry = isFolder(entry) ? entry.names.get(name) : undefined;
    return entry;
  }

  #folder(path: string): Folder {
    const entry = this.#entry(path);
    if (!isFolder(entry)) throw systemError('ENOENT');
    return entry;
  }

  #newFile(path: string): File {
    const file: File = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0), changedAt: this.now };
    this.#folder(dirname(path)).names.set(basename(path), file);
    return file;
  }

  #openFile(path: string, entry: Entry): number {
    this.#open.set(this.#nextFd, { entry, path });
    return this.#nextFd++;
  }

  #opened(fd: number): { entry: Entry; path: string } {
    this.#alive();
    const opened = this.#open.get(fd);
    if (!opened) throw systemError('EBADF');
    return opened;
  }
}
