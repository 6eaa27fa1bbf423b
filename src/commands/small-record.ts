/** A small record of the store, to be read while a service may run. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Config } from '../config.js';
import { DurableFile } from '../store/adapter.js';
import { Disk } from '../store/disk.js';
import { diskFs } from '../store/fs.js';
import { database } from './open-store.js';

const FILE = z.object({
  entries: z.array(z.tuple([z.string(), z.object({ value: z.unknown(), version: z.number() })])),
});
const silent = () => undefined;

/** Null: there is none. Throws STORE_UNREACHABLE, DATA_CORRUPT. */
export async function readSmall(config: Config, key: string): Promise<{ value: unknown; version: number } | null> {
  if (config.databaseUrl !== undefined) {
    const store = await database(config.databaseUrl, silent);
    await store.open();
    return store.getSmall(key).finally(() => store.close());
  }
  // Without the folder's lock: the file is replaced as a whole, and nothing is written here.
  const disk = new Disk(diskFs, join(config.dataDir, 'tmp'));
  const file = new DurableFile(disk, join(config.dataDir, 'small.json'), (raw) => FILE.parse(raw), silent);
  const entry = (await file.peek())?.entries.find(([name]) => name === key)?.[1];
  return entry ?? null;
}
