/** The store that the environment asks for: PostgreSQL with DATABASE_URL, else the folder of DATA_DIR. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../clock.js';
import type { Config } from '../config.js';
import { PosDoctorError } from '../errors.js';
import { checkWhole } from '../store/copy.js';
import { Disk } from '../store/disk.js';
import { diskFs } from '../store/fs.js';
import { Journal } from '../store/journal.js';
import type { Keep } from '../store/keeping.js';
import { createLowdbStore } from '../store/lowdb.js';
import { checkFolder } from '../store/migrate.js';
import type { JournalFilter } from '../store/rules.js';
import type { CaseEvent, Store } from '../store/store.js';
import type { Portable } from '../store/transfer.js';

/** Told of what can't be read, as DATA_CORRUPT, and of what was not done in the background. */
export type Told = (problem: PosDoctorError) => void;

/** Open. `keep`: what it removes by itself when it is old. Throws what opening throws, and COPY_UNFINISHED. */
export async function openStore(
  { databaseUrl, dataDir }: Config,
  log: Told = () => undefined,
  keep: Keep = {},
): Promise<Portable> {
  const store = await (databaseUrl === undefined ? embedded(dataDir, log, keep) : database(databaseUrl, log, keep));
  await store.open();
  try {
    await checkWhole(store);
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/** Not opened yet, as the next. */
export async function embedded(folder: string, log: Told, keep: Keep = {}): Promise<Portable> {
  return createLowdbStore(folder, { clock: systemClock, log, keep });
}

export async function database(url: string, log: Told, keep: Keep = {}): Promise<Portable> {
  // Loaded here: whoever runs on the embedded store needs neither its time nor its memory.
  const { createPostgresStore } = await import('../store/postgres.js');
  return createPostgresStore(url, { clock: systemClock, log, keep });
}

export interface OpenJournal {
  read(filter?: JournalFilter): AsyncIterable<CaseEvent>;
  close(): Promise<void>;
}

/**
 * The journal, to be read while a service may run: it only grows. `folder`: that one, whatever the environment says.
 * Throws UNREADABLE_FILE, DATA_TOO_NEW, DATA_CORRUPT, STORE_UNREACHABLE.
 */
export async function openJournal(
  config: Config,
  { folder, log = () => undefined }: { folder?: string | undefined; log?: Told } = {},
): Promise<OpenJournal> {
  if (config.databaseUrl !== undefined && folder === undefined) {
    const { openPostgresJournal } = await import('../store/postgres.js');
    return openPostgresJournal(config.databaseUrl);
  }
  const data = folder ?? config.dataDir;
  if (statSync(join(data, 'journal'), { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new PosDoctorError('UNREADABLE_FILE', { file: data, why: 'there is no journal in it' });
  const disk = new Disk(diskFs, join(data, 'tmp'));
  // A newer version's events would be read as something that they are not.
  await checkFolder(disk, data);
  // Without the folder's lock, so that a running service need not stop for this.
  const journal = new Journal(disk, join(data, 'journal'), log);
  return { read: (filter) => journal.read(filter), close: () => journal.close() };
}

/** The same store for one conversation: what others have pending is left to the service that has their doors. */
export function onlyConversation(store: Store, conversation: string): Store {
  return {
    open: () => store.open(),
    close: () => store.close(),
    transact: (id, work) => store.transact(id, work),
    read: (id) => store.read(id),
    pending: async () => (await store.pending()).filter((one) => one.conversation === conversation),
    acquireLease: (name, holder, now, ttlMs) => store.acquireLease(name, holder, now, ttlMs),
    releaseLease: (name, holder) => store.releaseLease(name, holder),
    getSmall: (key) => store.getSmall(key),
    putSmall: (key, value, expect) => store.putSmall(key, value, expect),
    journal: (events) => store.journal(events),
    readJournal: (filter) => store.readJournal(filter),
    journalAfter: (place, type, now, limit) => store.journalAfter(place, type, now, limit),
    conversations: () => store.conversations(),
    forget: (conversations) => store.forget(conversations),
    removeSmall: (key) => store.removeSmall(key),
    afresh: async (conversation) => store.afresh?.(conversation),
    search: (needles) => store.search(needles),
    reap: (keep, now) => store.reap(keep, now),
  };
}
