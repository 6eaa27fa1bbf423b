/** Word among processes, by NOTIFY. */
import pg from 'pg';
import type { Clock } from '../../clock.js';
import { isPosDoctorError } from '../../errors.js';
import type { StoreLog } from '../adapter.js';
import type { News } from '../store.js';
import { connectionOf, type Database, type Statement } from './database.js';
import { translated } from './errors.js';
import { FORGOTTEN } from './keeping.js';
import { textOf } from './keys.js';

/** Milliseconds before a lost connection is made anew. */
const LISTEN_AGAIN_MS = 2_000;
/** Bytes that NOTIFY carries are fewer than 8,000; what does not fit is not told. */
const NEWS_MAX = 7_900;
/** Of PostgreSQL's channels, not of ours. */
const NEWS = 'pos_doctor_said';
const TELL: Statement = { name: 'tell', text: 'SELECT pg_notify($1, $2)' };

export class Newsroom {
  readonly #heard = new Set<News>();
  #listener: pg.Client | undefined;
  #cancelListening: () => void = () => undefined;
  #closed = false;
  /** That the connection could not be made was told; once an outage. */
  #told = false;

  /** `holder` names this process in the news, so that it need not hear itself. */
  constructor(
    private readonly url: string,
    private readonly holder: string,
    private readonly clock: Clock,
    private readonly log: StoreLog,
  ) {}

  /** Tells the other processes that something was said. Throws STORE_UNREACHABLE. */
  async tell(database: Database, key: string): Promise<void> {
    const news = `${this.holder} ${key}`;
    if (Buffer.byteLength(news) <= NEWS_MAX) await database.query(TELL, [NEWS, news]);
  }

  /** @returns what ends it */
  listen(heard: News): () => void {
    this.#closed = false;
    this.#heard.add(heard);
    if (!this.#listener) void this.#connect();
    return () => void this.#heard.delete(heard);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelListening();
    await this.#listener?.end().catch(() => undefined);
    this.#listener = undefined;
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
      this.#told = false;
    } catch (error) {
      const problem = translated(error);
      if (isPosDoctorError(problem) && !this.#told) this.log(problem);
      this.#told = true;
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
