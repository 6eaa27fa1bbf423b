/**
 * The lock of one process on a data folder: a file that names its holder. It is made with its content at once (`link`),
 * so a lock that can't be read was left by a power cut. The lock of a process that is gone is taken over: on the same
 * host that is known exactly; a holder in another container or machine counts as gone when it stopped touching the
 * file.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { PosDoctorError } from '../errors.js';
import { quietly, refused, writeAll } from './disk.js';
import { codeOf, type StoreFs } from './fs.js';
import type { Processes } from './processes.js';

const FILE = 'lock';
/** How often the holder touches the lock, ms. */
const TOUCH_EVERY = 5_000;
/** A lock of another host that was not touched for this long (ms, clock of the file system) is stale. */
export const STALE_AFTER = 30_000;
/** Others may take or leave the lock between two of our steps; more often than this is no accident. */
const ATTEMPTS = 20;

interface Holder {
  pid: number;
  host: string;
  started: string;
  token: string;
  /** For a person who looks into the file. */
  since: string;
}

function parse(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    return typeof value?.pid === 'number' && typeof value.token === 'string' ? (value as Holder) : null;
  } catch {
    return null;
  }
}

export class FolderLock {
  readonly #path: string;
  readonly #mine: Holder;
  #timer: NodeJS.Timeout | undefined;

  /** `now` in ms since the epoch. */
  constructor(
    private readonly fs: StoreFs,
    private readonly folder: string,
    private readonly processes: Processes,
    now: number,
  ) {
    this.#path = join(folder, FILE);
    this.#mine = {
      pid: processes.pid,
      host: processes.host,
      started: processes.startOf(processes.pid) ?? '',
      token: randomUUID(),
      since: new Date(now).toISOString(),
    };
  }

  /** Takes the lock. Throws DATA_LOCKED with the holder's pid, STORE_FULL if the folder can't be written. */
  take(): void {
    const draft = join(this.folder, `${FILE}.${this.#mine.token}`);
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        this.#writeDraft(draft);
        if (this.#link(draft)) {
          this.#taken();
          return;
        }
        this.#moveStaleAway();
      }
    } catch (error) {
      throw refused(error);
    } finally {
      quietly(() => this.fs.unlink(draft));
    }
    throw new PosDoctorError('DATA_LOCKED', { pid: this.#read(this.#path)?.pid ?? '?' });
  }

  /**
   * Who has the lock, without taking it: the pid of a process that lives, which may be this one, or null. Throws STORE_FULL if
   * the folder can't be written.
   */
  look(): number | null {
    const draft = join(this.folder, `${FILE}.${this.#mine.token}`);
    try {
      // Of another host's lock the age is told by the file system's clock, which this file shows.
      this.#writeDraft(draft);
      const holder = this.#read(this.#path);
      return holder && this.#lives(holder) ? holder.pid : null;
    } catch (error) {
      throw refused(error);
    } finally {
      quietly(() => this.fs.unlink(draft));
    }
  }

  /** Lets go; nothing happens if the lock is another's by now. */
  release(): void {
    clearInterval(this.#timer);
    if (this.#read(this.#path)?.token === this.#mine.token) quietly(() => this.fs.unlink(this.#path));
  }

  #taken(): void {
    this.#timer = setInterval(() => quietly(() => this.fs.touch(this.#path)), TOUCH_EVERY);
    this.#timer.unref();
    // Left by processes killed while they tried; one that tries right now makes its own again.
    for (const name of this.fs.readdir(this.folder))
      if (name.startsWith(`${FILE}.`)) quietly(() => this.fs.unlink(join(this.folder, name)));
  }

  #writeDraft(path: string): void {
    const fd = this.fs.open(path, 'w');
    try {
      writeAll(this.fs, fd, Buffer.from(`${JSON.stringify(this.#mine)}\n`), 0);
    } finally {
      this.fs.close(fd);
    }
  }

  #link(draft: string): boolean {
    try {
      this.fs.link(draft, this.#path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  /** Throws DATA_LOCKED if the lock's holder lives; else the lock is gone, or somebody else is about to take it. */
  #moveStaleAway(): void {
    const holder = this.#read(this.#path);
    if (holder && this.#lives(holder)) throw new PosDoctorError('DATA_LOCKED', { pid: holder.pid });
    const aside = join(this.folder, `${FILE}.stale-${this.#mine.token}`);
    try {
      this.fs.renameSync(this.#path, aside);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw error;
    }
    // Between our look and the rename another process may have taken it over: then this is its lock, which goes back.
    if (this.#read(aside)?.token !== holder?.token) quietly(() => this.fs.link(aside, this.#path));
    quietly(() => this.fs.unlink(aside));
  }

  #lives(holder: Holder): boolean {
    if (holder.host === this.processes.host) {
      const started = this.processes.startOf(holder.pid);
      return started !== null && (started === '' || holder.started === '' || started === holder.started);
    }
    try {
      const draft = join(this.folder, `${FILE}.${this.#mine.token}`);
      return this.fs.changedAt(draft) - this.fs.changedAt(this.#path) < STALE_AFTER;
    } catch (error) {
      // The holder let go, or a new one cleared our draft: look again.
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }

  #read(path: string): Holder | null {
    try {
      return parse(this.fs.readTextSync(path));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }
}
