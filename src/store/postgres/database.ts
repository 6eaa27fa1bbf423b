/**
 * Connections to PostgreSQL. Two pools: a transaction of the store may read from the store meanwhile, and with one pool for
 * both as many transactions as there are connections would wait for each other.
 */
import type { Duplex } from 'node:stream';
import pg from 'pg';
import { translated } from './errors.js';

/** Milliseconds; each ends what waits for it with STORE_UNREACHABLE. A turn computes for milliseconds. */
export const TIMES = {
  /** To connect, or for a connection to become free. */
  connect: 5_000,
  /** For a conversation that another process has. */
  lock: 5_000,
  statement: 10_000,
  /** Between two statements of a transaction: then the server ends it, so that a process that hangs holds nobody up. */
  idleInTransaction: 10_000,
  /** For any answer; longer than the server's own limits, which leave the connection usable. */
  answer: 15_000,
  /** A connection that is not used is closed. */
  idle: 60_000,
} as const;

/** Connections of one process. PostgreSQL allows 100 by default, over all processes. */
export const CONNECTIONS = { transactions: 8, others: 4 } as const;

/** SQL with its values apart. Prepared once a connection, under its name. */
export interface Statement {
  name: string;
  text: string;
}

export type Row = Record<string, unknown>;

export type Call = readonly [statement: Statement, values: readonly unknown[]];

export class Database {
  readonly #transactions: pg.Pool;
  readonly #others: pg.Pool;

  /** Connects when needed. `transactions`: how many may run at once. */
  constructor(url: string, transactions: number = CONNECTIONS.transactions) {
    this.#transactions = poolOf(url, transactions);
    this.#others = poolOf(url, CONNECTIONS.others);
  }

  /** One statement, a transaction of its own. Throws STORE_UNREACHABLE, STORE_REFUSED, STORE_FULL. */
  async query<R extends Row>(statement: Statement, values: readonly unknown[] = []): Promise<R[]> {
    try {
      return (await this.#others.query<R>({ ...statement, values: [...values] })).rows;
    } catch (error) {
      throw translated(error);
    }
  }

  /** Begins a transaction with its first statement. Throws STORE_UNREACHABLE, STORE_REFUSED, STORE_FULL. */
  async begin<R extends Row>(first: Statement, values: readonly unknown[]): Promise<{ open: Transaction; rows: R[] }> {
    let open: Transaction | undefined;
    try {
      open = new Transaction(await this.#transactions.connect());
      return { open, rows: await open.begin<R>(first, values) };
    } catch (error) {
      await open?.end();
      throw translated(error);
    }
  }

  /** Waits for what runs. */
  async close(): Promise<void> {
    await Promise.all([this.#transactions.end(), this.#others.end()]);
  }
}

/** A transaction under way. A connection that is lost ends it; the server then undoes what it did. */
export class Transaction {
  #over = false;

  constructor(private readonly client: pg.PoolClient) {
    // Lost between two statements: the next one says so.
    client.on('error', ignore);
  }

  /** Both on their way before the first is answered: the lock is held for one round trip less. */
  async begin<R extends Row>(first: Statement, values: readonly unknown[]): Promise<R[]> {
    const sent = this.#together(
      () => [this.client.query('BEGIN ISOLATION LEVEL READ COMMITTED'), this.#send<R>(first, values)] as const,
    );
    const [, { rows }] = await Promise.all(sent);
    return rows;
  }

  /** Throws STORE_UNREACHABLE, STORE_REFUSED, STORE_FULL; then nothing else than `end` may follow. */
  async query<R extends Row>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    try {
      return (await this.#send<R>(statement, values)).rows;
    } catch (error) {
      throw translated(error);
    }
  }

  /**
   * The last statements and the commit, on their way together: where one fails the server makes the commit a
   * rollback. Throws STORE_FULL, STORE_REFUSED, and STORE_UNREACHABLE: if the connection was lost just then, it may have been committed.
   * @returns the rows that each statement gave
   */
  async commit(last: readonly Call[]): Promise<Row[][]> {
    const calls = this.#together(() => [
      ...last.map(([statement, values]) => this.#send(statement, values)),
      this.client.query('COMMIT'),
    ]);
    const sent = await Promise.allSettled(calls);
    const results = sent.map((outcome) => {
      if (outcome.status === 'rejected') throw translated(outcome.reason);
      return outcome.value.rows as Row[];
    });
    this.#over = true;
    return results.slice(0, last.length);
  }

  /** Rolls back what was not committed and gives the connection back, or up. Never throws. */
  async end(): Promise<void> {
    let lost = false;
    if (!this.#over)
      await this.client.query('ROLLBACK').catch(() => {
        lost = true;
      });
    this.client.off('error', ignore);
    this.client.release(lost);
  }

  /** What `ask` sends goes to the server in one piece: each write to a socket costs as much as a small statement. */
  #together<T>(ask: () => T): T {
    const { stream } = (this.client as unknown as { connection: { stream: Duplex } }).connection;
    stream.cork();
    try {
      return ask();
    } finally {
      stream.uncork();
    }
  }

  #send<R extends Row>(statement: Statement, values: readonly unknown[]): Promise<pg.QueryResult<R>> {
    return this.client.query<R>({ ...statement, values: [...values] });
  }
}

function ignore(): void {}

/** How each connection is made; the URL may say otherwise. */
export function connectionOf(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'pos-doctor',
    connectionTimeoutMillis: TIMES.connect,
    keepAlive: true,
  };
}

function poolOf(url: string, max: number): pg.Pool {
  const pool = new pg.Pool({
    ...connectionOf(url),
    max,
    idleTimeoutMillis: TIMES.idle,
    pipeline: true,
    statement_timeout: TIMES.statement,
    lock_timeout: TIMES.lock,
    idle_in_transaction_session_timeout: TIMES.idleInTransaction,
    query_timeout: TIMES.answer,
  });
  // A connection lost while nobody used it: whoever needs one next gets a new one, or is told.
  pool.on('error', ignore);
  return pool;
}
