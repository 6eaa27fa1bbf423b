/**
 * The embedded store: lowdb files in a folder of one process.
 *
 *   lock                     who uses the folder
 *   store.json               schema version
 *   conversations/<2 hex>/   one file a conversation: the record, and the only commit point
 *   pending.json             ids that may have pending work
 *   small.json               access tokens, cursors; leases are in memory: nobody else can hold one
 *   journal/<day>.jsonl      case events
 *   tmp/                     files being written; emptied at start
 */
import { join, resolve } from 'node:path';
import { type Clock, systemClock } from '../clock.js';
import { isPosDoctorError, PosDoctorError } from '../errors.js';
import type { StoreLog } from './adapter.js';
import type { ConversationFile, Conversations } from './conversations.js';
import { Disk, refused } from './disk.js';
import { FolderKeeping } from './folder-keeping.js';
import { codeOf, diskFs, type StoreFs } from './fs.js';
import { Jobs } from './jobs.js';
import type { Forgotten, Found, Keep } from './keeping.js';
import { FolderLock } from './lock.js';
import { migrateFolder } from './migrate.js';
import { openParts, type Parts } from './parts.js';
import { type Processes, systemProcesses } from './processes.js';
import { KeyedQueue } from './queue.js';
import { Reaper } from './reaper.js';
import { dueAt, type JournalFilter, type Small } from './rules.js';
import type { CaseEvent, Committed, ConversationRecord, JournalPage, JournalPlace } from './store.js';
import type { Portable } from './transfer.js';

export interface LowdbOptions {
  clock?: Clock;
  /** Told of files that were set aside and journal lines that were skipped (DATA_CORRUPT). */
  log?: StoreLog;
  /** What to remove when it is old; nothing by default. */
  keep?: Keep;
  /** For tests: another disk, other processes. */
  fs?: StoreFs;
  processes?: Processes;
}

class LowdbStore implements Portable {
  readonly #folder: string;
  readonly #options: LowdbOptions;
  readonly #disk: Disk;
  readonly #log: StoreLog;
  readonly #queue = new KeyedQueue();
  readonly #jobs = new Jobs();
  readonly #keeping: FolderKeeping;
  #reaper: Reaper | undefined;
  /** Reported as such; `pending` is called often. */
  readonly #unreadable = new Set<string>();
  #parts: Parts | null = null;
  #closing: Promise<void> | null = null;

  constructor(folder: string, options: LowdbOptions) {
    this.#folder = resolve(folder);
    this.#options = options;
    this.#disk = new Disk(options.fs ?? diskFs, join(this.#folder, 'tmp'));
    this.#log = options.log ?? (() => {});
    this.#keeping = new FolderKeeping(this.#folder, this.#disk, this.#queue, this.#log);
  }

  async open(): Promise<void> {
    if (this.#parts) return;
    const { fs } = this.#disk;
    const folder = this.#folder;
    const { clock = systemClock } = this.#options;
    await this.#makeRoot();
    const lock = new FolderLock(fs, folder, this.#options.processes ?? systemProcesses, clock.now());
    lock.take();
    try {
      for (const sub of ['tmp', 'conversations', 'journal']) fs.mkdir(join(folder, sub));
      // Always, not only when made: who made them may have been killed before this.
      await Promise.all([folder, join(folder, 'conversations')].map((path) => this.#disk.syncFolder(path)));
      for (const name of fs.readdir(this.#disk.tempFolder)) fs.unlink(join(this.#disk.tempFolder, name));
      await migrateFolder(this.#disk, folder);
      this.#parts = { lock, ...(await openParts(this.#disk, folder, this.#log, (all) => this.#withWork(all))) };
      this.#reap();
    } catch (error) {
      lock.release();
      throw refused(error);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close().finally(() => {
      this.#closing = null;
    });
    return this.#closing;
  }

  async transact<T>(
    conversation: string,
    work: (record: ConversationRecord | null) => Promise<Committed<T>> | Committed<T>,
  ): Promise<T> {
    return this.#running((parts) => {
      const done = this.#jobs.add(conversation, work);
      void this.#queue.run(conversation, () => this.#commit(parts, conversation));
      return done;
    });
  }

  async read(conversation: string): Promise<ConversationRecord | null> {
    return this.#read(this.#open().conversations, conversation);
  }

  async pending(): Promise<{ conversation: string; dueAt: number }[]> {
    const { conversations, index } = this.#open();
    return index.list((id) => this.#dueOf(conversations, id));
  }

  async acquireLease(name: string, holder: string, now: number, ttlMs: number): Promise<boolean> {
    return this.#running(({ shared }) => shared.acquireLease(name, holder, now, ttlMs));
  }

  async releaseLease(name: string, holder: string): Promise<void> {
    return this.#running(({ shared }) => shared.releaseLease(name, holder));
  }

  async getSmall(key: string): Promise<{ value: unknown; version: number } | null> {
    return this.#open().shared.getSmall(key);
  }

  async putSmall(key: string, value: unknown, expect?: number): Promise<boolean> {
    return this.#running(({ shared }) => shared.putSmall(key, value, expect));
  }

  async journal(events: readonly CaseEvent[]): Promise<void> {
    return this.#running(({ journal }) => journal.append(events));
  }

  readJournal(filter?: JournalFilter): AsyncIterable<CaseEvent> {
    return this.#open().journal.read(filter);
  }

  async journalAfter(place: JournalPlace | null, type: string, now: number, limit: number): Promise<JournalPage> {
    return this.#open().journal.after(place, type, now, limit);
  }

  conversations(): AsyncIterable<string> {
    return this.#open().conversations.ids();
  }

  async counts(): Promise<{ conversations: number; events: number }> {
    const { conversations, journal } = this.#open();
    let count = 0;
    for await (const _ of conversations.ids()) count += 1;
    return { conversations: count, events: await journal.count() };
  }

  async restore(records: readonly ConversationRecord[]): Promise<void> {
    return this.#running(async (parts) => {
      const write = (record: ConversationRecord) =>
        this.#change(parts, record.id, async (file, commit) => {
          await file.read();
          await commit(record);
        });
      await Promise.all(records.map((record) => this.#queue.run(record.id, () => write(record))));
    });
  }

  async smallKeys(): Promise<string[]> {
    return this.#open().shared.keys();
  }

  async restoreSmall(key: string, small: Small): Promise<void> {
    return this.#running(({ shared }) => shared.restoreSmall(key, small));
  }

  async forget(conversations: readonly string[]): Promise<Forgotten> {
    return this.#running((parts) => this.#keeping.forget(parts, conversations));
  }

  async afresh(id: string): Promise<void> {
    return this.#running((parts) => this.#keeping.afresh(parts, id));
  }

  async removeSmall(key: string): Promise<boolean> {
    return this.#running(({ shared }) => shared.remove(key));
  }

  search(needles: readonly string[]): AsyncIterable<Found> {
    return this.#keeping.search(this.#open(), needles);
  }

  async reap(keep: Keep, now: number): Promise<boolean> {
    return this.#running((parts) => this.#keeping.reap(parts, keep, now));
  }

  async #commit(parts: Parts, conversation: string): Promise<void> {
    if (!this.#jobs.waits(conversation)) return;
    await this.#change(parts, conversation, (file, write) =>
      this.#jobs.run(conversation, { read: () => file.read(), write }),
    );
  }

  /** Has the conversation listed before `task` writes it. The caller holds its lock. */
  async #change(
    { conversations, index }: Parts,
    conversation: string,
    task: (file: ConversationFile, write: (record: ConversationRecord) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    await conversations.use(conversation, async (file) => {
      // The listing becomes durable while the work is done.
      const listed = index.ensure(conversation);
      listed.catch(() => {});
      let settled: number | null | undefined;
      try {
        await task(file, async (record) => {
          await listed;
          await file.write(record);
          settled = dueAt(record);
        });
      } finally {
        index.settle(conversation, settled);
      }
    });
  }

  #open(): Parts {
    if (this.#parts) return this.#parts;
    throw new PosDoctorError('STORE_REFUSED', { why: 'it is not open' });
  }

  /** For what changes something: refused from `close` on. */
  async #running<T>(task: (parts: Parts) => Promise<T>): Promise<T> {
    if (this.#closing) throw new PosDoctorError('STORE_REFUSED', { why: 'it is being closed' });
    return task(this.#open());
  }

  #reap(): void {
    const { keep, clock = systemClock } = this.#options;
    this.#reaper = keep && new Reaper((now) => this.reap(keep, now), keep, clock, this.#log);
    this.#reaper?.start();
  }

  async #makeRoot(): Promise<void> {
    const { fs } = this.#disk;
    try {
      fs.mkdir(this.#folder);
      // On the first start: whoever made the folder may have been killed before it was durable.
      if (!fs.readdir(this.#folder).includes('store.json')) await this.#disk.syncParents(this.#folder);
    } catch (error) {
      const why = codeOf(error);
      if (!['EEXIST', 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(why)) throw refused(error);
      const told = why === 'EEXIST' || why === 'ENOTDIR' ? `${why}, DATA_DIR has to be a folder` : why;
      throw new PosDoctorError('UNWRITABLE_FILE', { file: this.#folder, why: told }, { cause: error });
    }
  }

  /** Reads every conversation: only where the index is lost. */
  async *#withWork(conversations: Conversations): AsyncGenerator<string, void, undefined> {
    for await (const id of conversations.ids()) if ((await this.#dueOf(conversations, id)) !== null) yield id;
  }

  /** Undefined: the file can't be read now; what it holds stays listed. */
  async #dueOf(conversations: Conversations, id: string): Promise<number | null | undefined> {
    try {
      const record = await this.#read(conversations, id);
      return record && dueAt(record);
    } catch (error) {
      if (!isPosDoctorError(error)) throw error;
      if (!this.#unreadable.has(id)) this.#log(error);
      this.#unreadable.add(id);
      return undefined;
    }
  }

  async #read(conversations: Conversations, id: string): Promise<ConversationRecord | null> {
    const record = await conversations.peek(id);
    if (record !== undefined) return record;
    // Unreadable: setting it aside needs the lock, else it could hit what a transaction has just written.
    return this.#queue.run(id, () => conversations.use(id, (file) => file.read()));
  }

  async #close(): Promise<void> {
    const parts = this.#parts;
    if (!parts) return;
    try {
      await this.#reaper?.stop();
      await this.#queue.drain();
      await Promise.all([parts.shared.close(), parts.journal.close()]);
      // If this write fails the index lists too many, which it may.
      await parts.index.close().catch(() => {});
    } finally {
      this.#parts = null;
      parts.lock.release();
    }
  }
}

/**
 * A store in `folder` (made if absent) for this process alone. A `transact` costs one fsync; opening costs the same however
 * many conversations are stored. Besides the errors of the contract `open` throws UNWRITABLE_FILE if `folder` is a file.
 */
export function createLowdbStore(folder: string, options: LowdbOptions = {}): Portable {
  return new LowdbStore(folder, options);
}
