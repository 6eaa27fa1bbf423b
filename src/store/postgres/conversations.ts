/** The conversations' rows. */
import { PosDoctorError } from '../../errors.js';
import type { StoreLog } from '../adapter.js';
import type { RecordFile } from '../jobs.js';
import { migrateRecord } from '../migrate.js';
import { dayNumber, dueAt } from '../rules.js';
import type { ConversationRecord } from '../store.js';
import type { Call, Database, Row, Statement, Transaction } from './database.js';
import { HASHED, keyOf, textOf } from './keys.js';
import { SCHEMA } from './schema.js';

export const TABLE = `${SCHEMA}.conversations`;
/** The id is in the record where the key is but its hash. */
export const ID = `id, CASE WHEN starts_with(id, '${HASHED}') THEN record END AS record`;
const PAGE = 1_000;

const READ: Statement = { name: 'read', text: `SELECT record FROM ${TABLE} WHERE id = $1` };
const LOCK: Statement = { name: 'lock', text: `${READ.text} FOR UPDATE` };
/** Where there is no row yet: whoever comes second waits for the first and gets what it made. */
const MAKE: Statement = {
  name: 'make',
  text: `INSERT INTO ${TABLE} (id, record, touched) VALUES ($1, '', $2)
    ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id RETURNING record`,
};
const WRITE: Statement = {
  name: 'write',
  text: `UPDATE ${TABLE} SET record = $2, due_at = $3, touched = $4, channel = $5 WHERE id = $1`,
};
const RESTORE: Statement = {
  name: 'restore',
  text: `INSERT INTO ${TABLE} (id, record, due_at, touched, channel)
    SELECT * FROM unnest($1::text[], $2::text[], $3::float8[], $4::int[], $5::text[])
    ON CONFLICT (id) DO UPDATE SET record = EXCLUDED.record, due_at = EXCLUDED.due_at, touched = EXCLUDED.touched,
      channel = EXCLUDED.channel`,
};
const SET_ASIDE: Statement = {
  name: 'set-aside',
  text: `INSERT INTO ${SCHEMA}.set_aside (id, record) SELECT id, record FROM ${TABLE} WHERE id = $1`,
};
export const PENDING: Statement = {
  name: 'pending',
  text: `SELECT ${ID}, due_at FROM ${TABLE} WHERE due_at IS NOT NULL ORDER BY due_at`,
};
export const PENDING_OF: Statement = {
  name: 'pending-of',
  text: PENDING.text.replace('ORDER BY', 'AND channel = $1 ORDER BY'),
};
const COUNT: Statement = { name: 'count-conversations', text: `SELECT count(*)::float8 AS count FROM ${TABLE}` };
const FIRST: Statement = { name: 'first-ids', text: `SELECT ${ID} FROM ${TABLE} ORDER BY id LIMIT ${PAGE}` };
const NEXT: Statement = {
  name: 'next-ids',
  text: `SELECT ${ID} FROM ${TABLE} WHERE id > $1 ORDER BY id LIMIT ${PAGE}`,
};

export interface IdRow extends Record<string, unknown> {
  id: string;
  /** Null where the key says it all. */
  record: string | null;
}

export class Conversations {
  constructor(
    private readonly database: Database,
    private readonly now: () => number,
    private readonly log: StoreLog,
  ) {}

  /** As it stands, without a lock. One that can't be read is reported and counts as none. Throws DATA_TOO_NEW. */
  async read(id: string): Promise<ConversationRecord | null> {
    const [row] = await this.database.query<{ record: string }>(READ, [keyOf(id)]);
    return row ? this.parsed(row.record, id) : null;
  }

  /** What a row holds. One that can't be read is reported and counts as none. Throws DATA_TOO_NEW. */
  parsed(text: string, id: string): ConversationRecord | null {
    try {
      return recordIn(text, id);
    } catch (error) {
      this.log(notCorrupt(error));
      return null;
    }
  }

  /** The row for one write, locked once it is read. `end` lets go of it. `beside`: what is committed with the write. */
  locked(id: string, beside: Beside): LockedRow {
    return new LockedRow(this.database, id, beside, this.now, this.log);
  }

  async pending(channel?: string): Promise<{ conversation: string; dueAt: number }[]> {
    const [statement, values] = channel === undefined ? [PENDING, []] : [PENDING_OF, [keyOf(channel)]];
    const rows = await this.database.query<IdRow & { due_at: number }>(statement, values);
    return rows.map((row) => ({ conversation: idOf(row), dueAt: row.due_at }));
  }

  async *ids(): AsyncGenerator<string, void, undefined> {
    for (let rows = await this.database.query<IdRow>(FIRST); rows.length > 0; ) {
      yield* rows.map(idOf);
      rows = rows.length < PAGE ? [] : await this.database.query<IdRow>(NEXT, [rows.at(-1)?.id]);
    }
  }

  async count(): Promise<number> {
    return (await this.database.query<{ count: number }>(COUNT))[0]?.count ?? 0;
  }

  /** Writes records as they are over what is there. */
  async restore(records: readonly ConversationRecord[]): Promise<void> {
    await this.database.query(RESTORE, [
      records.map(({ id }) => keyOf(id)),
      records.map((record) => JSON.stringify(record)),
      records.map(dueAt),
      records.map(() => dayNumber(this.now())),
      records.map(({ channel }) => keyOf(channel)),
    ]);
  }
}

/** What is committed with a write, and who is told of it. */
export interface Beside {
  readonly calls: Call[];
  /** A statement whose rows somebody waits for, with the record as it was written and its text. */
  also?: { call: Call; done(rows: readonly Row[], record: ConversationRecord, text: string): void };
}

export class LockedRow implements RecordFile {
  readonly #key: string;
  #locked: Promise<{ open: Transaction; text: string }> | undefined;
  #reported = false;

  constructor(
    private readonly database: Database,
    private readonly id: string,
    private readonly beside: Beside,
    private readonly now: () => number,
    private readonly log: StoreLog,
  ) {
    this.#key = keyOf(id);
  }

  /** A new copy each time. Throws DATA_TOO_NEW, STORE_UNREACHABLE, STORE_REFUSED, STORE_FULL. */
  async read(): Promise<ConversationRecord | null> {
    const { open, text } = await this.#lock();
    try {
      return recordIn(text, this.id);
    } catch (error) {
      const problem = notCorrupt(error);
      if (this.#reported) return null;
      this.#reported = true;
      await open.query(SET_ASIDE, [this.#key]);
      this.log(problem);
      return null;
    }
  }

  /** Commits. Throws STORE_UNREACHABLE, STORE_REFUSED, STORE_FULL. */
  async write(record: ConversationRecord): Promise<void> {
    const { open } = await this.#lock();
    const values = columnsOf(record, this.now());
    const { calls, also } = this.beside;
    const rows = await open.commit([[WRITE, values], ...calls, ...(also ? [also.call] : [])]);
    also?.done(rows.at(-1) ?? [], record, values[1]);
  }

  async end(): Promise<void> {
    await this.#locked?.then(
      ({ open }) => open.end(),
      () => {},
    );
  }

  /** Once: where it can't be had, whoever shares it is told so at once. */
  #lock(): Promise<{ open: Transaction; text: string }> {
    this.#locked ??= this.#begin();
    return this.#locked;
  }

  async #begin(): Promise<{ open: Transaction; text: string }> {
    const { open, rows } = await this.database.begin<{ record: string }>(LOCK, [this.#key]);
    try {
      const made = rows.length > 0 ? rows : await open.query<{ record: string }>(MAKE, [this.#key, 0]);
      return { open, text: made[0]?.record ?? '' };
    } catch (error) {
      await open.end();
      throw error;
    }
  }
}

/** A row's values: id, record, due_at, touched, channel. */
export function columnsOf(record: ConversationRecord, now: number) {
  return [
    keyOf(record.id),
    JSON.stringify(record),
    dueAt(record),
    dayNumber(now),
    keyOf(record.channel),
  ] as const satisfies readonly unknown[];
}

/** Throws DATA_TOO_NEW, DATA_CORRUPT. */
function recordIn(text: string, id: string): ConversationRecord | null {
  if (text === '') return null;
  const file = `the record of ${id}`;
  try {
    return migrateRecord(JSON.parse(text), id, file);
  } catch (error) {
    if (error instanceof PosDoctorError) throw error;
    // Without the cause: a parser's own error quotes the content.
    throw new PosDoctorError('DATA_CORRUPT', { file, why: 'it is not what was written' });
  }
}

/** Throws what is not DATA_CORRUPT. */
function notCorrupt(error: unknown): PosDoctorError {
  if (error instanceof PosDoctorError && error.code === 'DATA_CORRUPT') return error;
  throw error;
}

export function idOf({ id, record }: IdRow): string {
  return textOf(id) ?? (JSON.parse(record ?? '{}') as { id?: string }).id ?? '';
}
