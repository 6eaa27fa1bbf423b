/** The conversations' files: one lowdb file each, with the texts of those in use kept in memory. */
import { join } from 'node:path';
import { Low } from 'lowdb';
import { corrupt, DurableFile, type StoreLog } from './adapter.js';
import type { Disk } from './disk.js';
import { codeOf } from './fs.js';
import { migrateRecord } from './migrate.js';
import { fileNameOf, folderOf, idOf } from './names.js';
import { type ConversationRecord, emptyRecord } from './store.js';

/** What is kept in memory: record text in UTF-16 units (about 16 MB), and conversations. */
export const KEPT = { units: 8 * 1024 * 1024, files: 4096 } as const;

/** Files made durable at once at start. */
const PARALLEL = 16;

/** Stands for "no record": lowdb leaves its data alone when there is no file. */
const NOTHING = emptyRecord('', '');

export class ConversationFile {
  readonly #adapter: DurableFile<ConversationRecord>;
  readonly #low: Low<ConversationRecord>;
  /** Units that the cache has taken note of. */
  counted = 0;
  /** Tasks that use it now; it stays in memory meanwhile. */
  users = 0;

  constructor(adapter: DurableFile<ConversationRecord>) {
    this.#adapter = adapter;
    this.#low = new Low(adapter, NOTHING);
  }

  get size(): number {
    return this.#adapter.size;
  }

  /** The record if it is in memory, else undefined; needs no lock. */
  cached(): ConversationRecord | null | undefined {
    return this.#adapter.cached();
  }

  /** A new copy each time. */
  async read(): Promise<ConversationRecord | null> {
    await this.#low.read();
    const record = this.#low.data;
    this.#low.data = NOTHING;
    return record === NOTHING ? null : record;
  }

  /** Former versions are gone from the file then. */
  async afresh(): Promise<void> {
    const record = await this.read();
    this.#adapter.afresh();
    if (record) await this.write(record);
  }

  async write(record: ConversationRecord): Promise<void> {
    this.#low.data = record;
    try {
      await this.#low.write();
    } finally {
      // What is kept is the text; the objects belong to whoever made them.
      this.#low.data = NOTHING;
    }
  }
}

export class Conversations {
  /** Least recently used first. */
  readonly #files = new Map<string, ConversationFile>();
  #units = 0;

  constructor(
    private readonly disk: Disk,
    private readonly folder: string,
    private readonly log: StoreLog,
    private readonly kept: { units: number; files: number } = KEPT,
  ) {}

  /** Runs `task` with the conversation's file. The caller holds the conversation's lock. */
  async use<T>(id: string, task: (file: ConversationFile) => Promise<T>): Promise<T> {
    const file = this.#files.get(id) ?? new ConversationFile(this.#adapter(id));
    this.#files.delete(id);
    this.#files.set(id, file);
    file.users++;
    try {
      return await task(file);
    } finally {
      file.users--;
      this.#units += file.size - file.counted;
      file.counted = file.size;
      this.#shrink();
    }
  }

  /** The record as it stands, without a lock; undefined if the file is unreadable, so that it must be read with one. */
  async peek(id: string): Promise<ConversationRecord | null | undefined> {
    const cached = this.#files.get(id)?.cached();
    return cached !== undefined ? cached : this.#adapter(id).peek();
  }

  /**
   * Makes durable what is found in the files of these conversations: a process killed between a write and its fsync
   * leaves versions that can be read, so that work would go on from them, but that a power cut would take back.
   */
  async harden(ids: readonly string[]): Promise<void> {
    for (let i = 0; i < ids.length; i += PARALLEL)
      await Promise.all(
        // One that can't be is reported: it must not keep all others from being served.
        ids.slice(i, i + PARALLEL).map((id) => this.disk.harden(this.#path(id)).catch(this.log)),
      );
  }

  /** Erases a conversation, and what was set aside of it. The caller holds its lock. Throws STORE_FULL. */
  async remove(id: string): Promise<{ records: number; setAside: number }> {
    const file = this.#files.get(id);
    if (file) this.#units -= file.counted;
    this.#files.delete(id);
    const folder = join(this.folder, folderOf(id));
    const name = fileNameOf(id);
    const aside = this.#listed(folder).filter((other) => other.startsWith(`${name}.corrupt-`));
    const setAside = await this.disk.remove(folder, aside);
    return { records: await this.disk.remove(folder, [name]), setAside };
  }

  /** Names of the folders that the files are spread over. */
  folders(): string[] {
    return this.#list(this.folder);
  }

  /** The files of one of them; `id`: null for what was set aside or is none of ours. */
  async *files(sub: string): AsyncGenerator<{ path: string; id: string | null }, void, undefined> {
    for (const name of this.#listed(join(this.folder, sub))) {
      const path = join(this.folder, sub, name);
      const id = idOf(name);
      yield { path, id: id === undefined ? await this.#idIn(path) : id };
    }
  }

  /** Every stored id. */
  async *ids(): AsyncGenerator<string, void, undefined> {
    for (const sub of this.folders()) for await (const { id } of this.files(sub)) if (id !== null) yield id;
  }

  #path(id: string): string {
    return join(this.folder, folderOf(id), fileNameOf(id));
  }

  #adapter(id: string): DurableFile<ConversationRecord> {
    const check = (raw: unknown): ConversationRecord => migrateRecord(raw, id, fileNameOf(id));
    return new DurableFile(this.disk, this.#path(id), check, this.log);
  }

  #shrink(): void {
    for (const [id, file] of this.#files) {
      if (this.#units <= this.kept.units && this.#files.size <= this.kept.files) return;
      if (file.users > 0) continue;
      this.#units -= file.counted;
      this.#files.delete(id);
    }
  }

  /** As `#list`; a folder that is not there is empty. */
  #listed(folder: string): string[] {
    try {
      return this.#list(folder);
    } catch (error) {
      if (codeOf((error as Error).cause) === 'ENOENT') return [];
      throw error;
    }
  }

  #list(folder: string): string[] {
    try {
      return this.disk.fs.readdir(folder);
    } catch (error) {
      // A stray file among the folders.
      if (codeOf(error) === 'ENOTDIR') return [];
      throw corrupt(folder, codeOf(error), error);
    }
  }

  /** A long id is not whole in the file's name. */
  async #idIn(path: string): Promise<string | null> {
    try {
      const raw = JSON.parse(await this.disk.fs.readText(path)) as { id?: unknown } | null;
      return typeof raw?.id === 'string' ? raw.id : null;
    } catch {
      return null;
    }
  }
}
