/** Claims in a table that nothing is written to disk for. */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { isPosDoctorError, PosDoctorError } from '../../errors.js';
import type { StoreLog } from '../adapter.js';
import { stamped } from '../rules.js';
import {
  type CaseEvent,
  CLAIM_MS,
  type Claims,
  type Committed,
  type ConversationRecord,
  type Lane,
  type News,
} from '../store.js';
import { type Beside, TABLE as CONVERSATIONS, columnsOf, ID, type IdRow, idOf } from './conversations.js';
import type { Call, Database, Statement } from './database.js';
import { appending, appendSql, eventColumns } from './journal.js';
import { keyOf } from './keys.js';
import { Newsroom } from './newsroom.js';
import { SCHEMA } from './schema.js';

const TABLE = `${SCHEMA}.claims`;
const UNTIL = `clock_timestamp() + interval '${CLAIM_MS} milliseconds'`;
/** Milliseconds between two signs of life: two of them may fail. */
export const RENEW_MS = CLAIM_MS / 4;

/** A function (migrations/): it reads the record after it has the claim, in one round trip. */
const TAKE: Statement = {
  name: 'claim',
  text: `SELECT record FROM ${SCHEMA}.claim($1, $2, $3, interval '${CLAIM_MS} milliseconds') AS record`,
};
/** As part of a commit; no row: another one has the claim. */
const CLAIM: Statement = {
  name: 'claim-with',
  text: `INSERT INTO ${TABLE} AS old (id, lane, holder, until) VALUES ($1, $2, $3, ${UNTIL})
    ON CONFLICT (id, lane) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
    WHERE old.until <= clock_timestamp() RETURNING true`,
};
/**
 * What `finish` does, in one round trip, where the record is still the one that was claimed. By its hash: a version would
 * be the same again after the conversation was erased and begun anew.
 */
const FINISH: Statement = {
  name: 'finish',
  text: `WITH written AS (
      UPDATE ${CONVERSATIONS} SET record = $2, due_at = $3, touched = $4, channel = $5
      WHERE id = $1 AND sha256(convert_to(record, 'UTF8')) = $6 RETURNING id),
    freed AS (
      DELETE FROM ${TABLE} WHERE id = $1 AND lane = $7 AND holder = $8 AND EXISTS (SELECT FROM written)),
    kept AS (${appendSql(9, 'WHERE EXISTS (SELECT FROM written)')})
    SELECT true AS done FROM written`,
};
const RELEASE: Statement = {
  name: 'unclaim',
  text: `DELETE FROM ${TABLE} WHERE id = $1 AND lane = $2 AND holder = $3`,
};
const RELEASE_ALL: Statement = { name: 'unclaim-all', text: `DELETE FROM ${TABLE} WHERE holder = $1` };
const RENEW: Statement = {
  name: 'renew-claims',
  text: `UPDATE ${TABLE} SET until = ${UNTIL} WHERE holder = $1
    AND (id, lane) IN (SELECT * FROM unnest($2::text[], $3::text[]))`,
};
/** What a turn holds is passed over: that process will see to it. */
export const DUE: Statement = {
  name: 'claim-due',
  text: `WITH due AS (
      SELECT ${ID} FROM ${CONVERSATIONS} AS c
      WHERE due_at <= $1 AND channel = ANY ($2::text[]) AND NOT EXISTS (
        SELECT FROM ${TABLE} AS k WHERE k.id = c.id AND k.lane = 'own' AND k.until > clock_timestamp())
      ORDER BY due_at LIMIT $3 FOR UPDATE OF c SKIP LOCKED),
    claimed AS (
      INSERT INTO ${TABLE} AS old (id, lane, holder, until) SELECT id, 'own', $4, ${UNTIL} FROM due
      ON CONFLICT (id, lane) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
      WHERE old.until <= clock_timestamp()
      RETURNING id)
    SELECT due.id, due.record FROM due JOIN claimed ON claimed.id = due.id`,
};

const TIME: Statement = { name: 'time', text: 'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now' };

interface Held {
  key: string;
  lane: Lane;
  /** The record as it was when it was claimed, and the hash of its text; absent where there was none. */
  known?: { record: ConversationRecord; hash: Buffer };
  /** Claimed with a commit, and nobody has asked for it yet. */
  ahead?: true;
}

type Work<T> = (record: ConversationRecord | null) => Promise<Committed<T>> | Committed<T>;

const LANES: readonly Lane[] = ['own', 'boards'];

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export class PostgresClaims implements Claims {
  /** Names this process; in the news too, so that it need not hear itself. */
  readonly holder = randomBytes(9).toString('base64url');
  /** What is claimed, for the signs of life. */
  readonly #held = new Map<string, Held>();
  #cancelRenewal: () => void = () => undefined;
  #renewing = false;
  #closed = false;
  /** That no sign of life could be given was told; once an outage. */
  #told = false;
  readonly #newsroom: Newsroom;

  constructor(
    url: string,
    private readonly database: () => Database,
    private readonly store: {
      parsed(text: string, conversation: string): ConversationRecord | null;
      /** A transaction with more in its commit. */
      transactWith<T>(conversation: string, beside: readonly Call[], work: Work<T>): Promise<T>;
    },
    private readonly clock: Clock,
    private readonly log: StoreLog,
  ) {
    this.#newsroom = new Newsroom(url, this.holder, clock, log);
  }

  /** Claims held; each is released by whoever took it. */
  get size(): number {
    return this.#held.size;
  }

  async take(conversation: string, lane: Lane): Promise<{ record: ConversationRecord | null } | null> {
    const key = keyOf(conversation);
    const held = this.#held.get(`${lane} ${key}`);
    if (held?.ahead && held.known) {
      delete held.ahead;
      return { record: held.known.record };
    }
    const [row] = await this.database().query<{ record: string }>(TAKE, [key, lane, this.holder]);
    if (!row) return null;
    const record = this.store.parsed(row.record, conversation);
    this.#hold({ key, lane, ...(record ? { known: { record, hash: hashOf(row.record) } } : {}) });
    return { record };
  }

  /** What claims with a commit; undefined where this process has the claim: whoever has it looks again. */
  claiming(conversation: string, lane: Lane): Beside['also'] {
    const key = keyOf(conversation);
    const name = `${lane} ${key}`;
    if (this.#held.has(name)) return undefined;
    return {
      call: [CLAIM, [key, lane, this.holder]],
      done: (rows, record, text) => {
        if (rows.length > 0 && !this.#held.has(name))
          this.#hold({ key, lane, ahead: true, known: { record, hash: hashOf(text) } });
      },
    };
  }

  /** What was claimed ahead of conversations that are being erased is not to be sent. */
  forget(conversations: readonly string[]): void {
    for (const lane of LANES)
      for (const conversation of conversations) {
        const held = this.#held.get(`${lane} ${keyOf(conversation)}`);
        if (held) delete held.known;
      }
  }

  async finish<T>(
    conversation: string,
    lane: Lane,
    events: readonly CaseEvent[],
    work: (record: ConversationRecord | null) => Committed<T>,
  ): Promise<T> {
    const key = keyOf(conversation);
    const name = `${lane} ${key}`;
    const held = this.#held.get(name);
    const known = held?.known;
    if (known) {
      // It is changed below: what does not come of it must not be taken for what is stored.
      delete held.known;
      const { record, result } = work(known.record);
      if (record === null) return result;
      const next = stamped(record, conversation, known.record.version + 1);
      const values = [...columnsOf(next, this.clock.now()), known.hash, lane, this.holder, ...eventColumns(events)];
      if ((await this.database().query(FINISH, values)).length > 0) {
        this.#held.delete(name);
        return result;
      }
    }
    const beside: Call[] = [[RELEASE, [key, lane, this.holder]]];
    if (events.length > 0) beside.push(appending(events));
    let written = false;
    const result = await this.store.transactWith(conversation, beside, (record) => {
      const made = work(record);
      written = made.record !== null;
      return made;
    });
    if (written) this.#held.delete(name);
    return result;
  }

  async release(conversation: string, lane: Lane): Promise<void> {
    const key = keyOf(conversation);
    if (!this.#held.delete(`${lane} ${key}`)) return;
    await this.database().query(RELEASE, [key, lane, this.holder]);
  }

  async due(channels: readonly string[], by: number, limit: number): Promise<string[]> {
    const values = [by, channels.map(keyOf), limit, this.holder];
    const rows = await this.database().query<IdRow>(DUE, values);
    for (const { id } of rows) this.#hold({ key: id, lane: 'own' });
    return rows.map(idOf);
  }

  async time(): Promise<number> {
    const [row] = await this.database().query<{ now: number }>(TIME);
    if (!row) throw new PosDoctorError('STORE_UNREACHABLE', { why: 'it did not say what time it is' });
    return row.now;
  }

  async tell(conversation: string): Promise<void> {
    await this.#newsroom.tell(this.database(), keyOf(conversation));
  }

  listen(heard: News): () => void {
    return this.#newsroom.listen(heard);
  }

  /** Gives back what is held; with the store. */
  async close(database: Database): Promise<void> {
    this.#closed = true;
    this.#cancelRenewal();
    this.#renewing = false;
    this.#held.clear();
    await this.#newsroom.close();
    // What cannot be given back is free a little later.
    await database.query(RELEASE_ALL, [this.holder]).catch(() => undefined);
  }

  #hold(held: Held): void {
    this.#held.set(`${held.lane} ${held.key}`, held);
    if (!this.#renewing) this.#renewLater();
  }

  #renewLater(): void {
    this.#renewing = true;
    this.#cancelRenewal = this.clock.after(RENEW_MS, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const held = [...this.#held.values()];
    if (held.length === 0 || this.#closed) {
      this.#renewing = false;
      return;
    }
    try {
      const lanes = held.map(({ lane }) => lane);
      await this.database().query(RENEW, [this.holder, held.map(({ key }) => key), lanes]);
      this.#told = false;
    } catch (error) {
      // The next sign of life may reach it. What takes longer than that another process does again.
      if (isPosDoctorError(error) && !this.#told) this.log(error);
      this.#told = true;
    }
    if (!this.#closed) this.#renewLater();
  }
}
