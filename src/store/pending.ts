/**
 * Which conversations have pending work, without reading them all. The file lists ids and may list too many, never too
 * few: an id is added durably before the record with its first pending work is committed, and stays for a while after
 * the last, so that a conversation in use costs no write here. Every commit under way is listed, so a start knows what
 * a crash may have hit. Ids with nothing left go when the file is next written anyway.
 */
import { type Adapter, Low } from 'lowdb';
import { RECORD_SCHEMA } from './store.js';

/**
 * Ids with nothing left that stay listed: the conversations in use. Also bounds what a start after a crash looks at.
 */
export const KEPT_IDLE = 512;

/** Records read at once when due times are looked up. */
const PARALLEL = 16;

export interface IndexFile {
  schema: number;
  conversations: string[];
}

/** A file that can be had without its former versions. */
type Kept = Adapter<IndexFile> & { afresh?(): void };

/** Due time (ms), null: nothing left, undefined: not looked at since the start. */
type Due = number | null | undefined;

export class PendingIndex {
  readonly #low: Low<IndexFile>;
  /** The idle ones in the order in which they became idle. */
  readonly #due = new Map<string, Due>();
  /** On disk whatever becomes of a running write. */
  #durable = new Set<string>();
  /** Ids whose commit is under way: not to be dropped. */
  readonly #committing = new Set<string>();
  #waiting: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #writing = false;

  /** The file names what is to be forgotten: its next version takes the place of the former ones. */
  #stale = false;

  constructor(
    private readonly file: Kept,
    private readonly keptIdle: number = KEPT_IDLE,
  ) {
    this.#low = new Low<IndexFile>(file, { schema: RECORD_SCHEMA, conversations: [] });
  }

  /** Reads the file; where there is none or an unreadable one, `scan` names all conversations that have work. */
  async open(scan: () => AsyncIterable<string>): Promise<void> {
    const none = this.#low.data;
    await this.#low.read();
    const found = this.#low.data !== none;
    if (found) for (const id of this.#low.data.conversations) this.#due.set(id, undefined);
    else for await (const id of scan()) this.#due.set(id, undefined);
    this.#durable = new Set(this.#due.keys());
    if (!found) await this.#write();
  }

  /** Before any commit: resolves once the id is on disk. Throws STORE_FULL. */
  async ensure(id: string): Promise<void> {
    this.#committing.add(id);
    if (this.#durable.has(id)) return;
    if (!this.#due.has(id)) this.#due.set(id, null);
    await this.#write();
  }

  /** After a commit: `due` of the record that now stands; undefined if the commit failed and the old one does. */
  settle(id: string, due: Due): void {
    this.#committing.delete(id);
    if (typeof due === 'number' || (due === null && this.#due.has(id))) this.#set(id, due);
  }

  /** All that are listed. */
  ids(): string[] {
    return [...this.#due.keys()];
  }

  /**
   * Soonest first. `look` reads the due time of a conversation not seen since the start; undefined: it can't for now.
   */
  async list(look: (id: string) => Promise<Due>): Promise<{ conversation: string; dueAt: number }[]> {
    const unknown = [...this.#due].filter(([, due]) => due === undefined).map(([id]) => id);
    for (let i = 0; i < unknown.length; i += PARALLEL)
      await Promise.all(
        unknown.slice(i, i + PARALLEL).map(async (id) => {
          const due = await look(id);
          // A commit in the meantime knows better.
          if (due !== undefined && this.#due.has(id) && this.#due.get(id) === undefined) this.#set(id, due);
        }),
      );
    return [...this.#due]
      .flatMap(([conversation, due]) => (typeof due === 'number' ? [{ conversation, dueAt: due }] : []))
      .sort((a, b) => a.dueAt - b.dueAt);
  }

  /** No longer names what has no work under way, nor does the file. Throws STORE_FULL. */
  async forget(ids: readonly string[]): Promise<void> {
    this.#drop(ids.filter((id) => !this.#committing.has(id)));
    this.#stale = true;
    await this.#write();
  }

  /** Writes the file with what is pending and nothing else, if it lists more. */
  async close(): Promise<void> {
    const idle = this.#idle();
    if (idle.length === 0) return;
    this.#drop(idle);
    await this.#write();
  }

  #set(id: string, due: number | null): void {
    // Idle ones go to the end of the map.
    if (due === null) this.#due.delete(id);
    this.#due.set(id, due);
  }

  #idle(): string[] {
    return [...this.#due].filter(([id, due]) => due === null && !this.#committing.has(id)).map(([id]) => id);
  }

  #drop(ids: string[]): void {
    for (const id of ids) {
      this.#due.delete(id);
      this.#durable.delete(id);
    }
  }

  /** Calls that wait while a write runs share the next one. */
  #write(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (!this.#writing) void this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const served = this.#waiting;
      this.#waiting = [];
      const idle = this.#idle();
      this.#drop(idle.slice(0, Math.max(0, idle.length - this.keptIdle)));
      const conversations = [...this.#due.keys()];
      try {
        if (this.#stale) this.file.afresh?.();
        this.#low.data = { schema: RECORD_SCHEMA, conversations };
        await this.#low.write();
        this.#stale = false;
        this.#durable = new Set(conversations);
        for (const { resolve } of served) resolve();
      } catch (error) {
        for (const { reject } of served) reject(error);
      }
    }
    this.#writing = false;
  }
}
