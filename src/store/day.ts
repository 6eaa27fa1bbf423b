/** One day's file of the journal. */
import { basename, dirname } from 'node:path';
import { corrupt, type StoreLog } from './adapter.js';
import { type Disk, quietly, refused, writeAll } from './disk.js';
import { codeOf } from './fs.js';
import { endOfLastLine, readLines } from './lines.js';
import type { CaseEvent } from './store.js';

interface Batch {
  /** Id and line; made when the call comes, so that the caller may reuse its objects. */
  lines: [id: string, line: string][];
  done: Promise<void>;
  resolve: () => void;
  reject: (error: unknown) => void;
}

function newBatch(): Batch {
  let resolve = (): void => {};
  let reject = (_error: unknown): void => {};
  const done = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { lines: [], done, resolve, reject };
}

/** The event of a line, or null if the line is none. */
export function parseEvent(line: string): CaseEvent | null {
  try {
    const event = JSON.parse(line) as Partial<CaseEvent> | null;
    return typeof event?.id === 'string' && typeof event.at === 'number' ? (event as CaseEvent) : null;
  } catch {
    return null;
  }
}

export class DayFile {
  /** Ids on disk; read when the first event of the day comes. */
  readonly #ids = new Set<string>();
  #fd: number | null = null;
  /** Bytes that are durable. What is beyond was never acknowledged. */
  #size = 0;
  #next: Batch | null = null;
  #running: Promise<void> | null = null;

  constructor(
    private readonly disk: Disk,
    readonly path: string,
    private readonly log: StoreLog,
  ) {}

  /** Bytes that are durable, undefined if nothing was appended since the start. */
  get size(): number | undefined {
    return this.#fd === null ? undefined : this.#size;
  }

  get busy(): boolean {
    return this.#running !== null;
  }

  /**
   * Appends what is not there yet; resolves after the fsync that covers it. Calls that wait share one. Throws
   * STORE_FULL.
   */
  append(events: readonly CaseEvent[]): Promise<void> {
    this.#next ??= newBatch();
    for (const event of events) this.#next.lines.push([event.id, `${JSON.stringify(event)}\n`]);
    const { done } = this.#next;
    this.#running ??= this.#run();
    return done;
  }

  /**
   * Takes out of the file the lines that are to go. What is appended meanwhile waits. @returns how many went. Throws STORE_FULL;
   * the file is then as it was.
   */
  async erase(goes: (line: string) => boolean): Promise<number> {
    while (this.#running) await this.#running;
    let outcome: { removed: number } | { error: unknown } = { removed: 0 };
    this.#running = (async () => {
      try {
        outcome = { removed: await this.#rewrite(goes) };
      } catch (error) {
        outcome = { error: refused(error) };
      }
      await this.#run();
    })();
    await this.#running;
    if ('error' in outcome) throw outcome.error;
    return outcome.removed;
  }

  async close(): Promise<void> {
    await this.#running;
    this.#letGo();
  }

  async #run(): Promise<void> {
    while (this.#next) {
      // Those who call in the same tick as the one that started us come along.
      await Promise.resolve();
      const batch: Batch = this.#next;
      this.#next = null;
      try {
        await this.#write(batch.lines);
        batch.resolve();
      } catch (error) {
        batch.reject(refused(error));
      }
    }
    // In the same step as the look at `#next`: a call in between would wait for ever.
    this.#running = null;
  }

  async #rewrite(goes: (line: string) => boolean): Promise<number> {
    if (this.#fd === null) await this.#open();
    // A file that we made ourselves was opened for writing alone.
    const fd = this.disk.fs.open(this.path, 'r');
    try {
      return await this.#rewriteFrom(fd, goes);
    } finally {
      this.disk.fs.close(fd);
    }
  }

  async #rewriteFrom(fd: number, goes: (line: string) => boolean): Promise<number> {
    const lines = () => readLines(this.disk.fs, fd, basename(this.path), this.#size);
    let removed = 0;
    for await (const line of lines()) if (goes(line)) removed += 1;
    if (removed === 0) return 0;
    const rest = async function* () {
      for await (const line of lines()) if (!goes(line)) yield Buffer.from(`${line}\n`);
    };
    await this.disk.rewrite(this.path, rest());
    // The new file is opened, and its ids are read, when the next event of the day comes.
    this.#letGo();
    return removed;
  }

  #letGo(): void {
    const fd = this.#fd;
    if (fd !== null) quietly(() => this.disk.fs.close(fd));
    this.#fd = null;
    this.#ids.clear();
  }

  async #write(lines: Batch['lines']): Promise<void> {
    const fd = this.#fd ?? (await this.#open());
    const fresh = new Map<string, string>();
    for (const [id, line] of lines) if (!this.#ids.has(id) && !fresh.has(id)) fresh.set(id, line);
    if (fresh.size === 0) return;
    const { fs } = this.disk;
    const bytes = Buffer.from([...fresh.values()].join(''));
    // A write that failed before may have left something behind.
    if (fs.size(fd) > this.#size) fs.truncate(fd, this.#size);
    try {
      writeAll(fs, fd, bytes, this.#size);
      await fs.fdatasync(fd);
    } catch (error) {
      quietly(() => fs.truncate(fd, this.#size));
      throw error;
    }
    this.#size += bytes.length;
    for (const id of fresh.keys()) this.#ids.add(id);
  }

  async #open(): Promise<number> {
    const fd = await this.#openFile();
    try {
      this.#size = await endOfLastLine(this.disk.fs, fd, basename(this.path));
      for await (const line of readLines(this.disk.fs, fd, basename(this.path), this.#size)) {
        const event = parseEvent(line);
        if (event) this.#ids.add(event.id);
        else this.log(corrupt(basename(this.path), 'a line is no event; it is skipped'));
      }
      // A process killed between write and fsync leaves lines, or a file, that are found here but not on disk yet.
      await this.disk.fs.fdatasync(fd);
      await this.disk.syncFolder(dirname(this.path));
    } catch (error) {
      quietly(() => this.disk.fs.close(fd));
      this.#ids.clear();
      throw error;
    }
    this.#fd = fd;
    return fd;
  }

  async #openFile(): Promise<number> {
    try {
      return this.disk.fs.open(this.path, 'r+');
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      return this.disk.fs.create(this.path);
    }
  }
}
