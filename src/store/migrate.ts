/**
 * Forward migrations of what is stored, one step a schema version. A record is brought up when it is next read, so
 * opening costs the same however many are stored; the folder's own files are brought up at start, before anything else
 * is read.
 */
import { join } from 'node:path';
import { PosDoctorError } from '../errors.js';
import { corrupt } from './adapter.js';
import type { Disk } from './disk.js';
import { codeOf } from './fs.js';
import { type ConversationRecord, RECORD_SCHEMA } from './store.js';

export interface Migration {
  /** The schema it starts from; it leads to the next one. */
  from: number;
  /** Pure. What has no `record` step only changes the number. */
  record?(record: Record<string, unknown>): Record<string, unknown>;
  /**
   * Changes the folder's other files. May be cut off at any write and run again, so it must not mind work already done.
   */
  folder?(disk: Disk, folder: string): Promise<void>;
}

/** All steps so far. */
export const MIGRATIONS: readonly Migration[] = [];

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooNew(file: string, found: number, known: number): PosDoctorError {
  return new PosDoctorError('DATA_TOO_NEW', { file, found, known });
}

const LISTS = ['inbox', 'seen', 'outbox', 'wakeUps', 'unjournaled', 'transcript'] as const;

function isRecord(value: Record<string, unknown>): boolean {
  return (
    typeof value.id === 'string' &&
    typeof value.channel === 'string' &&
    typeof value.version === 'number' &&
    'session' in value &&
    LISTS.every((name) => Array.isArray(value[name]))
  );
}

/**
 * A record as stored, in today's form. Throws DATA_TOO_NEW if a newer version wrote it, and a plain error if it is no
 * record or none of this conversation. `file` is for the message.
 */
export function migrateRecord(
  raw: unknown,
  conversation: string,
  file: string,
  migrations: readonly Migration[] = MIGRATIONS,
  known: number = RECORD_SCHEMA,
): ConversationRecord {
  if (!isObject(raw) || typeof raw.schema !== 'number') throw new Error('not a record');
  if (raw.schema > known) throw tooNew(file, raw.schema, known);
  let record = raw;
  for (let from = raw.schema; from < known; from++)
    record = { ...(migrations.find((step) => step.from === from)?.record?.(record) ?? record), schema: from + 1 };
  if (!isRecord(record) || record.id !== conversation) throw new Error('not a record of this conversation');
  return record as unknown as ConversationRecord;
}

const FILE = 'store.json';

/** Null: there is no such file yet. */
async function readSchema(disk: Disk, path: string): Promise<number | null> {
  let raw: unknown;
  try {
    raw = JSON.parse(await disk.fs.readText(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw corrupt(FILE, codeOf(error) || 'it is not JSON');
  }
  if (isObject(raw) && typeof raw.schema === 'number') return raw.schema;
  throw corrupt(FILE, 'it names no schema version');
}

/**
 * For reading alone: throws DATA_TOO_NEW if a newer version wrote the folder, DATA_CORRUPT if its version can't be read.
 */
export async function checkFolder(disk: Disk, folder: string, known: number = RECORD_SCHEMA): Promise<void> {
  const found = await readSchema(disk, join(folder, FILE));
  if (found !== null && found > known) throw tooNew(FILE, found, known);
}

/**
 * Brings the folder to today's schema, or marks a new one. Throws DATA_TOO_NEW if a newer version wrote it,
 * DATA_CORRUPT if its version can't be read: what is in the folder could then be anything.
 */
export async function migrateFolder(
  disk: Disk,
  folder: string,
  migrations: readonly Migration[] = MIGRATIONS,
  known: number = RECORD_SCHEMA,
): Promise<void> {
  const path = join(folder, FILE);
  const found = await readSchema(disk, path);
  if (found !== null && found > known) throw tooNew(FILE, found, known);
  if (found === known) return;
  for (let from = found ?? known; from < known; from++)
    await migrations.find((step) => step.from === from)?.folder?.(disk, folder);
  await disk.replace(path, Buffer.from(`${JSON.stringify({ schema: known })}\n`), undefined, () => {});
}
