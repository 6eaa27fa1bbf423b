/** Leases and small records in lowdb files of their own: small, read often, written rarely, one writer at a time. */
import { join } from 'node:path';
import { Low } from 'lowdb';
import { DurableFile, type StoreLog } from './adapter.js';
import type { Disk } from './disk.js';
import { KeyedQueue } from './queue.js';
import { copyOf, renewed, replaced, type Small } from './rules.js';
import { type Lease, RECORD_SCHEMA } from './store.js';

/** Entries as pairs: a key may be any string, `__proto__` too. */
interface TableFile<V> {
  schema: number;
  entries: [string, V][];
}

function checkTable<V>(raw: unknown): TableFile<V> {
  const table = raw as Partial<TableFile<V>> | null;
  if (typeof table?.schema !== 'number' || !Array.isArray(table.entries)) throw new Error('not a table');
  if (
    !table.entries.every(
      (entry) => Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'object',
    )
  )
    throw new Error('not a table');
  return table as TableFile<V>;
}

class Table<V> {
  readonly #low: Low<TableFile<V>>;
  readonly #queue = new KeyedQueue();

  constructor(disk: Disk, path: string, log: StoreLog) {
    this.#low = new Low<TableFile<V>>(new DurableFile(disk, path, checkTable<V>, log), {
      schema: RECORD_SCHEMA,
      entries: [],
    });
  }

  open(): Promise<void> {
    return this.#low.read();
  }

  get(key: string): V | undefined {
    return this.#low.data.entries.find(([name]) => name === key)?.[1];
  }

  keys(): string[] {
    return this.#low.data.entries.map(([key]) => key);
  }

  /**
   * Sets an entry (null: removes it), or leaves it if `change` gives undefined; true if it was set. Throws STORE_FULL.
   */
  update(key: string, change: (old: V | undefined) => V | null | undefined): Promise<boolean> {
    return this.#queue.run('', async () => {
      const value = change(this.get(key));
      if (value === undefined) return false;
      const before = this.#low.data;
      const others = before.entries.filter(([name]) => name !== key);
      this.#low.data = { schema: RECORD_SCHEMA, entries: value === null ? others : [...others, [key, value]] };
      try {
        await this.#low.write();
        return true;
      } catch (error) {
        this.#low.data = before;
        throw error;
      }
    });
  }

  drain(): Promise<void> {
    return this.#queue.drain();
  }
}

export class Shared {
  readonly #leases: Table<Lease>;
  readonly #small: Table<Small>;

  constructor(disk: Disk, folder: string, log: StoreLog) {
    this.#leases = new Table(disk, join(folder, 'leases.json'), log);
    this.#small = new Table(disk, join(folder, 'small.json'), log);
  }

  async open(): Promise<void> {
    await this.#leases.open();
    await this.#small.open();
  }

  async close(): Promise<void> {
    await Promise.all([this.#leases.drain(), this.#small.drain()]);
  }

  acquireLease(name: string, holder: string, now: number, ttlMs: number): Promise<boolean> {
    return this.#leases.update(name, (lease) => renewed(lease, name, holder, now, ttlMs));
  }

  async releaseLease(name: string, holder: string): Promise<void> {
    await this.#leases.update(name, (lease) => (lease?.holder === holder ? null : undefined));
  }

  getSmall(key: string): Small | null {
    const small = this.#small.get(key);
    return small ? { value: copyOf(small.value), version: small.version } : null;
  }

  putSmall(key: string, value: unknown, expect?: number): Promise<boolean> {
    const stored = copyOf(value);
    return this.#small.update(key, (small) => replaced(small, stored, expect));
  }
  keys(): string[] {
    return this.#small.keys();
  }

  async restoreSmall(key: string, { value, version }: Small): Promise<void> {
    const stored = copyOf(value);
    await this.#small.update(key, () => ({ value: stored, version }));
  }
}
