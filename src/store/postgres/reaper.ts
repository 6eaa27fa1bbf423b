/** Removes what is older than it is to be kept, a little at a time. */
import type { Clock } from '../../clock.js';
import { isPosDoctorError } from '../../errors.js';
import type { StoreLog } from '../adapter.js';
import { dayNumber, NEVER } from '../rules.js';
import type { Database, Statement } from './database.js';
import { SCHEMA } from './schema.js';

/** What is older goes. Days are whole UTC days, from 1 on; undefined: kept for ever. */
export interface Keep {
  /** Days since the last commit of a conversation that has nothing pending; dead letters go with it. */
  conversationDays?: number;
  /** Days since a case event happened. */
  journalDays?: number;
}

/** Rows removed by one statement; it holds their locks for milliseconds. */
export const BATCH = 200;
/** Between two statements, so that turns have the disk meanwhile, ms. */
const PAUSE = 200;
/** Between two looks, ms. */
export const EVERY = 3_600_000;

/** Passes over what a turn holds: it is in use. By place in the table, so that it never has to be read whole. */
export const CONVERSATIONS: Statement = {
  name: 'reap-conversations',
  text: `DELETE FROM ${SCHEMA}.conversations WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${SCHEMA}.conversations
      WHERE touched < $1 AND (due_at IS NULL OR due_at >= $2)
      ORDER BY touched LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))
    RETURNING true`,
};
export const EVENTS: Statement = {
  name: 'reap-events',
  text: `DELETE FROM ${SCHEMA}.case_events WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM ${SCHEMA}.case_events WHERE day < $1 ORDER BY day, place LIMIT ${BATCH} FOR UPDATE SKIP LOCKED))
    RETURNING true`,
};

export class Reaper {
  #cancel = (): void => {};
  #stopped = false;
  /** Ends the pause of a round that `stop` finds under way. */
  #hurry = (): void => {};
  #round: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly keep: Keep,
    private readonly clock: Clock,
    private readonly log: StoreLog,
  ) {}

  /** Looks now and from time to time, until `stop`. Several processes may: they share the work. */
  start(): void {
    if (this.keep.conversationDays === undefined && this.keep.journalDays === undefined) return;
    this.#round = this.#look();
  }

  /** Resolves when the statement under way is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    this.#hurry();
    await this.#round;
  }

  async #look(): Promise<void> {
    try {
      await this.#reap();
    } catch (error) {
      // The next look may find the database again.
      if (!isPosDoctorError(error)) throw error;
      this.log(error);
    }
    if (!this.#stopped) this.#cancel = this.clock.after(EVERY, () => this.start());
  }

  async #reap(): Promise<void> {
    const today = dayNumber(this.clock.now());
    const { conversationDays, journalDays } = this.keep;
    if (conversationDays !== undefined) await this.#all(CONVERSATIONS, [today - conversationDays, NEVER]);
    if (journalDays !== undefined) await this.#all(EVENTS, [today - journalDays]);
  }

  async #all(statement: Statement, values: readonly unknown[]): Promise<void> {
    while (!this.#stopped) {
      const removed = await this.database.query(statement, values);
      if (removed.length < BATCH || this.#stopped) return;
      await this.#pause();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(PAUSE, resolve);
      this.#hurry = () => {
        cancel();
        resolve();
      };
    });
  }
}
