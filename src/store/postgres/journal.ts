/** Case events, one row each. Order: by day (UTC, by the event's own time), within a day as appended. */
import { dayOf, type JournalFilter } from '../rules.js';
import type { CaseEvent } from '../store.js';
import { dayNumber } from './conversations.js';
import type { Database, Statement } from './database.js';
import { keyOf } from './keys.js';
import { SCHEMA } from './schema.js';

const TABLE = `${SCHEMA}.case_events`;
/** Events read or written at once. */
const PAGE = 500;

const APPEND: Statement = {
  name: 'append',
  text: `INSERT INTO ${TABLE} (id, day, conversation, at, event)
    SELECT id, day, conversation, at, event
    FROM unnest($1::text[], $2::int[], $3::text[], $4::float8[], $5::text[])
      WITH ORDINALITY AS given (id, day, conversation, at, event, number)
    ORDER BY number
    ON CONFLICT (id) DO NOTHING`,
};
const COUNT: Statement = { name: 'count-events', text: `SELECT count(*)::float8 AS count FROM ${TABLE}` };

const PART = `SELECT day, place, event FROM ${TABLE}
  WHERE (day, place) > ($1, $2) AND day <= $3 AND at >= $4 AND at < $5`;
const END = `ORDER BY day, place LIMIT ${PAGE}`;
const READ: Statement = { name: 'read-events', text: `${PART} ${END}` };
const READ_ONE: Statement = { name: 'read-events-of', text: `${PART} AND conversation = $6 ${END}` };

interface EventRow extends Record<string, unknown> {
  day: number;
  /** A bigint, as text. */
  place: string;
  event: string;
}

const FIRST_DAY = -(2 ** 31);
const LAST_DAY = 2 ** 31 - 1;

export class Journal {
  constructor(private readonly database: Database) {}

  /** Appends what is not there yet, in order. A call with more than a page is several transactions. */
  async append(events: readonly CaseEvent[]): Promise<void> {
    const rows = events.map((event) => ({ ...event, text: JSON.stringify(event) }));
    for (let i = 0; i < rows.length; i += PAGE) {
      const page = rows.slice(i, i + PAGE);
      await this.database.query(APPEND, [
        page.map(({ id }) => keyOf(id)),
        page.map(({ at }) => journalDay(at)),
        page.map(({ conversation }) => keyOf(conversation)),
        page.map(({ at }) => at),
        page.map(({ text }) => text),
      ]);
    }
  }

  /** Page by page; events appended meanwhile may or may not be seen. */
  async *read({ conversation, from, to }: JournalFilter = {}): AsyncGenerator<CaseEvent, void, undefined> {
    const [statement, of] = conversation === undefined ? [READ, []] : [READ_ONE, [keyOf(conversation)]];
    const last = to === undefined ? LAST_DAY : journalDay(to);
    const rest = [last, from ?? Number.NEGATIVE_INFINITY, to ?? Number.POSITIVE_INFINITY, ...of];
    let day = from === undefined ? FIRST_DAY : journalDay(from);
    let place = '0';
    for (;;) {
      const rows = await this.database.query<EventRow>(statement, [day, place, ...rest]);
      for (const { event } of rows) yield JSON.parse(event) as CaseEvent;
      const end = rows.at(-1);
      if (!end || rows.length < PAGE) return;
      ({ day, place } = end);
    }
  }

  async count(): Promise<number> {
    return (await this.database.query<{ count: number }>(COUNT))[0]?.count ?? 0;
  }
}

/** As the embedded journal files it: any number has a day. */
function journalDay(at: number): number {
  return dayNumber(Date.parse(dayOf(at)));
}
