/** Leases, in memory, and small records in a lowdb file of their own: read often, written rarely, one writer at a time. */
import { join } from 'node:path';
import { Low } from 'lowdb';
import { DurableFile, type StoreLog } from './adapter.js';
import type { Disk } from './disk.js';
import { Leases } from './leases.js';
import { KeyedQueue } from './queue.js';
import { copyOf, replaced, type Small } from './rules.js';
import { RECORD_SCHEMA } from './store.js';

/** Entries as pairs: a key may be any string, `__proto__` too. */
interface SmallFile {
  schema: number;
  entries: [string, Small][];
}

function checkTable(raw: unknown): SmallFile {
  const table = raw as Partial<SmallFile> | null;
  if (typeof table?.schema !== 'number' || !Array.isArray(table.entries)) throw new Error('not a table');
  if (
    !table.entries.every(
      (entry) => Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'object',
    )
  )
    throw new Error('not a table');
  return table as SmallFile;
}

export class Shared {
  readonly #leases = new Leases();
  readonly #file: DurableFile<SmallFile>;
  readonly #low: Low<SmallFile>;
  readonly #queue = new KeyedQueue();

  constructor(disk: Disk, folder: string, log: StoreLog) {
    this.#file = new DurableFile(disk, join(folder, 'small.json'), checkTable, log);
    this.#low = new Low<SmallFile>(this.#file, { schema: RECORD_SCHEMA, entries: [] });
  }

  open(): Promise<void> {
    return this.#low.read();
  }

  close(): Promise<void> {
    return this.#queue.drain();
  }

  async acquireLease(name: string, holder: string, now: number, ttlMs: number): Promise<boolean> {
    return this.#leases.acquire(name, holder, now, ttlMs);
  }

  async releaseLease(name: string, holder: string): Promise<void> {
    this.#leases.release(name, holder);
  }

  getSmall(key: string): Small | null {
    const small = this.#find(key);
    return small ? { value: copyOf(small.value), version: small.version } : null;
  }

  putSmall(key: string, value: unknown, expect?: number): Promise<boolean> {
    const stored = copyOf(value);
    return this.#update(key, (small) => replaced(small, stored, expect));
  }

  keys(): string[] {
    return this.#low.data.entries.map(([key]) => key);
  }

  async restoreSmall(key: string, { value, version }: Small): Promise<void> {
    const stored = copyOf(value);
    await this.#update(key, () => ({ value: stored, version }));
  }

  /** From the file's former versions too. */
  remove(key: string): Promise<boolean> {
    return this.#queue.run('', async () => {
      if (!this.#find(key)) return false;
      this.#file.afresh();
      await this.#write(this.#low.data.entries.filter(([name]) => name !== key));
      return true;
    });
  }

  #find(key: string): Small | undefined {
    return this.#low.data.entries.find(([name]) => name === key)?.[1];
  }

  /** Sets an entry, or leaves it if `change` gives undefined; true if it was set. Throws STORE_FULL. */
  #update(key: string, change: (old: Small | undefined) => Small | undefined): Promise<boolean> {
    return this.#queue.run('', async () => {
      const value = change(this.#find(key));
      if (value === undefined) return false;
      const others = this.#low.data.entries.filter(([name]) => name !== key);
      await this.#write([...others, [key, value]]);
      return true;
    });
  }

  async #write(entries: SmallFile['entries']): Promise<void> {
    const before = this.#low.data;
    this.#low.data = { schema: RECORD_SCHEMA, entries };
    try {
      await this.#low.write();
    } catch (error) {
      this.#low.data = before;
      throw error;
    }
  }
}
