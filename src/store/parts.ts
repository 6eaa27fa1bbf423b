/** What an open data folder consists of. */
import { join } from 'node:path';
import { DurableFile, type StoreLog } from './adapter.js';
import { Conversations } from './conversations.js';
import type { Disk } from './disk.js';
import type { FolderParts } from './folder-keeping.js';
import { Journal } from './journal.js';
import type { FolderLock } from './lock.js';
import { type IndexFile, PendingIndex } from './pending.js';
import { Shared } from './shared.js';

export interface Parts extends FolderParts {
  lock: FolderLock;
}

function checkIndex(raw: unknown): IndexFile {
  const index = raw as Partial<IndexFile> | null;
  if (!Array.isArray(index?.conversations) || !index.conversations.every((id) => typeof id === 'string'))
    throw new Error('not an index');
  return index as IndexFile;
}

/** `withWork` names the conversations that have work: asked only where the index is lost. */
export async function openParts(
  disk: Disk,
  folder: string,
  log: StoreLog,
  withWork: (conversations: Conversations) => AsyncIterable<string>,
): Promise<FolderParts> {
  const at = (name: string): string => join(folder, name);
  const conversations = new Conversations(disk, at('conversations'), log);
  const shared = new Shared(disk, folder, log);
  const journal = new Journal(disk, at('journal'), log);
  const index = new PendingIndex(new DurableFile(disk, at('pending.json'), checkIndex, log));
  await shared.open();
  await journal.open();
  await index.open(() => withWork(conversations));
  await conversations.harden(index.ids());
  return { conversations, index, shared, journal };
}
