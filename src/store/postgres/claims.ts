/** Claims in a table that nothing is written to disk for, and word to other processes by NOTIFY. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Clock } from '../../clock.js';
import { isPosDoctorError } from '../../errors.js';
import type { StoreLog } from '../adapter.js';
import {
  type CaseEvent,
  CLAIM_MS,
  type Claims,
  type Committed,
  type ConversationRecord,
  type Lane,
  type News,
} from '../store.js';
import { TABLE as CONVERSATIONS, ID, type IdRow, idOf } from './conversations.js';
import { type Call, connectionOf, type Database, type Statement } from './database.js';
import { translated } from './errors.js';
import { appending } from './journal.js';
import { FORGOTTEN } from './keeping.js';
import { keyOf, textOf } from './keys.js';
import { SCHEMA } from './schema.js';

const TABLE = `${SCHEMA}.claims`;
const UNTIL = `clock_timestamp() + interval '${CLAIM_MS} milliseconds'`;
/** Milliseconds between two signs of life: two of them may fail. */
export const RENEW_MS = CLAIM_MS / 4;
/** Milliseconds before a lost connection for news is made anew. */
const LISTEN_AGAIN_MS = 2_000;
/** Bytes that NOTIFY carries are fewer than 8,000; what does not fit is not told. */
const NEWS_MAX = 7_900;
/** Of PostgreSQL's channels, not of ours. */
const NEWS = 'pos_doctor_said';

/** A function (migrations/): it reads the record after it has the claim, in one round trip. */
const TAKE: Statement = {
  name: 'claim',
  text: `SELECT record FROM ${SCHEMA}.claim($1, $2, $3, interval '${CLAIM_MS} milliseconds') AS record`,
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
const TELL: Statement = { name: 'tell', text: 'SELECT pg_notify($1, $2)' };

type Work<T> = (record: ConversationRecord | null) => Promise<Committed<T>> | Committed<T>;

export class PostgresClaims implements Claims {
  /** Names this process; in the news too, so that it need not hear itself. */
  readonly holder = randomBytes(9).toString('base64url');
  /** What is claimed, for the signs of life: key and lane. */
  readonly #held = new Map<string, { key: string; lane: Lane }>();
  readonly #heard = new Set<News>();
  #cancelRenewal: () => void = () => undefined;
  #renewing = false;
  #listener: pg.Client | undefined;
  #cancelListening: () => void = () => undefined;
  #closed = false;

  constructor(
    private readonly url: string,
    private readonly database: () => Database,
    private readonly store: {
      parsed(text: string, conversation: string): ConversationRecord | null;
      /** A transaction with more in its commit. */
      transactWith<T>(conversation: string, beside: readonly Call[], work: Work<T>): Promise<T>;
    },
    private readonly clock: Clock,
    private readonly log: StoreLog,
  ) {}

  /** Claims held; each is released by whoever took it. */
  get size(): number {
    return this.#held.size;
  }

  async take(conversation: string, lane: Lane): Promise<{ record: ConversationRecord | null } | null> {
    const key = keyOf(conversation);
    const [row] = await this.database().query<{ record: string }>(TAKE, [key, lane, this.holder]);
    if (!row) return null;
    this.#hold(key, lane);
    return { record: this.store.parsed(row.record, conversation) };
  }

  async finish<T>(
    conversation: string,
    lane: Lane,
    events: readonly CaseEvent[],
    work: (record: ConversationRecord | null) => Committed<T>,
  ): Promise<T> {
    const key = keyOf(conversation);
    const beside: Call[] = [[RELEASE, [key, lane, this.holder]]];
    if (events.length > 0) beside.push(appending(events));
    let written = false;
    const result = await this.store.transactWith(conversation, beside, (record) => {
      const made = work(record);
      written = made.record !== null;
      return made;
    });
    if (written) this.#held.delete(`${lane} ${key}`);
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
    for (const { id } of rows) this.#hold(id, 'own');
    return rows.map(idOf);
  }

  async tell(conversation: string): Promise<void> {
    const news = `${this.holder} ${keyOf(conversation)}`;
    if (Buffer.byteLength(news) <= NEWS_MAX) await this.database().query(TELL, [NEWS, news]);
  }

  listen(heard: News): () => void {
    this.#closed = false;
    this.#heard.add(heard);
    if (!this.#listener) void this.#connect();
    return () => void this.#heard.delete(heard);
  }

  /** Gives back what is held; with the store. */
  async close(database: Database): Promise<void> {
    this.#closed = true;
    this.#cancelRenewal();
    this.#renewing = false;
    this.#cancelListening();
    this.#held.clear();
    await this.#listener?.end().catch(() => undefined);
    this.#listener = undefined;
    // What cannot be given back is free a little later.
    await database.query(RELEASE_ALL, [this.holder]).catch(() => undefined);
  }

  #hold(key: string, lane: Lane): void {
    this.#held.set(`${lane} ${key}`, { key, lane });
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
    } catch (error) {
      // The next sign of life may reach it. What takes longer than that another process does again.
      if (isPosDoctorError(error)) this.log(error);
    }
    if (!this.#closed) this.#renewLater();
  }

  async #connect(): Promise<void> {
    const client = new pg.Client(connectionOf(this.url));
    this.#listener = client;
    const again = (): void => {
      if (this.#listener !== client || this.#closed) return;
      this.#listener = undefined;
      this.#cancelListening = this.clock.after(LISTEN_AGAIN_MS, () => void this.#connect());
    };
    client.on('error', again);
    client.on('end', again);
    client.on('notification', ({ channel, payload = '' }) => this.#tellOn(channel, payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${NEWS}; LISTEN ${FORGOTTEN}`);
    } catch (error) {
      const problem = translated(error);
      if (isPosDoctorError(problem)) this.log(problem);
      again();
      await client.end().catch(() => undefined);
    }
  }

  #tellOn(channel: string, news: string): void {
    const [from, key = ''] = news.split(' ', 2);
    const conversation = from === this.holder ? undefined : textOf(news.slice(news.indexOf(' ') + 1));
    if (conversation === undefined || key === '') return;
    for (const heard of this.#heard) heard(conversation, channel === FORGOTTEN ? 'forgotten' : 'said');
  }
}
