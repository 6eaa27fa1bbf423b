/**
 * The store of many machines: PostgreSQL. One row a conversation, locked by the turn that changes it; the other tables are
 * in migrations/. docs/architecture.md says why.
 */
import { type Clock, systemClock } from '../clock.js';
import { PosDoctorError } from '../errors.js';
import type { StoreLog } from './adapter.js';
import { Jobs } from './jobs.js';
import type { Forgotten, Found, Keep } from './keeping.js';
import { PostgresClaims } from './postgres/claims.js';
import { type Beside, Conversations } from './postgres/conversations.js';
import { type Call, Database } from './postgres/database.js';
import { Journal } from './postgres/journal.js';
import * as keeping from './postgres/keeping.js';
import { migrate, stateOf } from './postgres/schema.js';
import { Shared } from './postgres/shared.js';
import { KeyedQueue } from './queue.js';
import { Reaper } from './reaper.js';
import type { JournalFilter, Small } from './rules.js';
import type { CaseEvent, Committed, ConversationRecord, JournalPage, JournalPlace } from './store.js';
import type { Portable } from './transfer.js';

export interface PostgresOptions {
  clock?: Clock;
  /** Told of records that can't be read (DATA_CORRUPT) and of a reaper that failed. */
  log?: StoreLog;
  /** Transactions that may run at once; further ones wait. 4 connections more are for everything else. */
  connections?: number;
  /** What to remove when it is old; nothing by default. */
  keep?: Keep;
  /** Leases go by the `now` of whoever asks, not by the server's clock: for tests, whose clock is none of the server's. */
  leasesByCaller?: boolean;
}

type Work<T> = (record: ConversationRecord | null) => Promise<Committed<T>> | Committed<T>;

/** The parts of an open store. */
interface Parts {
  database: Database;
  conversations: Conversations;
  journal: Journal;
  shared: Shared;
  reaper: Reaper;
}

class PostgresStore implements Portable {
  readonly #clock: Clock;
  readonly #log: StoreLog;
  readonly #queue = new KeyedQueue();
  readonly #jobs = new Jobs();
  /** Conversation → what is to be committed with its next write. */
  readonly #beside = new Map<string, Beside>();
  /** Whatever runs beside transactions. */
  readonly #underWay = new Set<Promise<unknown>>();
  /** Made with the store, as who divides work asks for it before there is any. */
  readonly claims: PostgresClaims;
  #parts: Parts | null = null;
  #closing: Promise<void> | null = null;

  constructor(
    private readonly url: string,
    private readonly options: PostgresOptions,
  ) {
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? (() => {});
    const store = {
      parsed: (text: string, id: string) => this.#open().conversations.parsed(text, id),
      transactWith: <T>(id: string, beside: readonly Call[], work: Work<T>) => this.#transactWith(id, beside, work),
    };
    this.claims = new PostgresClaims(url, () => this.#writable().database, store, this.#clock, this.#log);
  }

  async open(): Promise<void> {
    if (this.#parts) return;
    await migrate(this.url);
    const { connections, keep = {} } = this.options;
    const database = new Database(this.url, connections);
    this.#parts = {
      database,
      conversations: new Conversations(database, this.#clock.now, this.#log),
      journal: new Journal(database),
      shared: new Shared(database, this.options.leasesByCaller ?? false),
      reaper: new Reaper((now) => keeping.reap(database, keep, now), keep, this.#clock, this.#log),
    };
    this.#parts.reaper.start();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close().finally(() => {
      this.#closing = null;
    });
    return this.#closing;
  }

  async transact<T>(conversation: string, work: Work<T>): Promise<T> {
    return this.#transactWith(conversation, [], work);
  }

  async read(conversation: string): Promise<ConversationRecord | null> {
    return this.#track(this.#open().conversations.read(conversation));
  }

  async pending(channel?: string): Promise<{ conversation: string; dueAt: number }[]> {
    return this.#track(this.#open().conversations.pending(channel));
  }

  async acquireLease(name: string, holder: string, now: number, ttlMs: number): Promise<boolean> {
    return this.#track(this.#writable().shared.acquireLease(name, holder, now, ttlMs));
  }

  async releaseLease(name: string, holder: string): Promise<void> {
    return this.#track(this.#writable().shared.releaseLease(name, holder));
  }

  async getSmall(key: string): Promise<Small | null> {
    return this.#track(this.#open().shared.getSmall(key));
  }

  async putSmall(key: string, value: unknown, expect?: number): Promise<boolean> {
    return this.#track(this.#writable().shared.putSmall(key, value, expect));
  }

  async journal(events: readonly CaseEvent[]): Promise<void> {
    return this.#track(this.#writable().journal.append(events));
  }

  readJournal(filter?: JournalFilter): AsyncIterable<CaseEvent> {
    return this.#open().journal.read(filter);
  }

  async journalAfter(place: JournalPlace | null, type: string, now: number, limit: number): Promise<JournalPage> {
    return this.#track(this.#open().journal.after(place, type, now, limit));
  }

  conversations(): AsyncIterable<string> {
    return this.#open().conversations.ids();
  }

  async smallKeys(): Promise<string[]> {
    return this.#track(this.#open().shared.keys());
  }

  async counts(): Promise<{ conversations: number; events: number }> {
    const { conversations, journal } = this.#open();
    const [stored, events] = await this.#track(Promise.all([conversations.count(), journal.count()]));
    return { conversations: stored, events };
  }

  async restore(records: readonly ConversationRecord[]): Promise<void> {
    return this.#track(this.#writable().conversations.restore(records));
  }

  async restoreSmall(key: string, small: Small): Promise<void> {
    return this.#track(this.#writable().shared.restoreSmall(key, small));
  }

  async forget(conversations: readonly string[]): Promise<Forgotten> {
    const { database } = this.#writable();
    this.claims.forget(conversations);
    return this.#track(keeping.forget(database, conversations, this.claims.holder));
  }

  async removeSmall(key: string): Promise<boolean> {
    return this.#track(keeping.removeSmall(this.#writable().database, key));
  }

  search(needles: readonly string[]): AsyncIterable<Found> {
    return keeping.search(this.#open().database, needles);
  }

  async reap(keep: Keep, now: number): Promise<boolean> {
    return this.#track(keeping.reap(this.#writable().database, keep, now));
  }

  async #transactWith<T>(conversation: string, beside: readonly Call[], work: Work<T>): Promise<T> {
    const { conversations } = this.#writable();
    const done = this.#jobs.add(conversation, async (record) => {
      const made = await work(record);
      const together = made.record === null ? undefined : this.#beside.get(conversation);
      together?.calls.push(...beside);
      if (together && made.claim !== undefined) {
        const also = together.also ?? this.claims.claiming(conversation, made.claim);
        if (also) together.also = also;
      }
      return made;
    });
    void this.#queue.run(conversation, () => this.#commit(conversations, conversation));
    return done;
  }

  async #commit(conversations: Conversations, conversation: string): Promise<void> {
    if (!this.#jobs.waits(conversation)) return;
    const beside: Beside = { calls: [] };
    this.#beside.set(conversation, beside);
    const row = conversations.locked(conversation, beside);
    try {
      await this.#jobs.run(conversation, row);
    } finally {
      this.#beside.delete(conversation);
      await row.end();
    }
  }

  #open(): Parts {
    if (this.#parts) return this.#parts;
    throw new PosDoctorError('STORE_REFUSED', { why: 'it is not open' });
  }

  /** For what changes something: refused from `close` on. */
  #writable(): Parts {
    if (this.#closing) throw new PosDoctorError('STORE_REFUSED', { why: 'it is being closed' });
    return this.#open();
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const done = work.finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
    return done;
  }

  async #close(): Promise<void> {
    const parts = this.#parts;
    if (!parts) return;
    await this.#queue.drain();
    await this.claims.close(parts.database);
    await Promise.allSettled([...this.#underWay, parts.reaper.stop()]);
    this.#parts = null;
    await parts.database.close();
  }
}

/**
 * A store in a PostgreSQL database (14 or newer, UTF8), in a schema of its own, for any number of processes. A `transact` costs
 * two round trips. Beside the errors of the contract everything throws STORE_UNREACHABLE where the database can't be
 * had: a commit whose answer was lost may then stand nevertheless. `open` also throws BAD_CONFIG, UNREADABLE_FILE (a certificate).
 */
export function createPostgresStore(url: string, options: PostgresOptions = {}): Portable {
  return new PostgresStore(url, options);
}

/**
 * The journal alone, to be read beside services of other versions: nothing is migrated. Throws UNREADABLE_FILE if there is none,
 * DATA_TOO_NEW, BAD_CONFIG, STORE_UNREACHABLE.
 */
export async function openPostgresJournal(url: string): Promise<{ read: Journal['read']; close(): Promise<void> }> {
  if ((await stateOf(url)) === 'absent')
    throw new PosDoctorError('UNREADABLE_FILE', { file: 'the database', why: 'there is no journal in it' });
  const store = new Database(url);
  const journal = new Journal(store);
  return { read: (filter) => journal.read(filter), close: () => store.close() };
}
