/** Case events, one row each. Order: by day (UTC, by the event's own time), within a day as appended. */
import { dayNumber, daysAround, type JournalFilter, markOf, matches } from '../rules.js';
import type { CaseEvent, JournalPage, JournalPlace } from '../store.js';
import type { Call, Database, Statement } from './database.js';
import { keyOf } from './keys.js';
import { SCHEMA } from './schema.js';

const TABLE = `${SCHEMA}.case_events`;
/** Events read or written at once. */
const PAGE = 500;

/** Appends events given as four parameters, the first of this number; `where`: the condition for it. */
export const appendSql = (first: number, where = ''): string => `INSERT INTO ${TABLE} (id, day, conversation, event)
    SELECT id, day, conversation, event
    FROM unnest($${first}::text[], $${first + 1}::int[], $${first + 2}::text[], $${first + 3}::text[])
      WITH ORDINALITY AS given (id, day, conversation, event, number) ${where}
    ORDER BY number
    ON CONFLICT (id) DO NOTHING`;
const APPEND: Statement = { name: 'append', text: appendSql(1) };
const COUNT: Statement = { name: 'count-events', text: `SELECT count(*)::float8 AS count FROM ${TABLE}` };

/** Times within a day are looked at here: a condition more has the server read everything for each page. */
const PART = `SELECT day, place, event FROM ${TABLE} WHERE (day, place) > ($1, $2) AND day <= $3`;
const END = `ORDER BY day, place LIMIT ${PAGE}`;
export const READ: Statement = { name: 'read-events', text: `${PART} ${END}` };
export const READ_ONE: Statement = { name: 'read-events-of', text: `${PART} AND conversation = $4 ${END}` };

/** Where a day ends now; and what of a type lies between two places of it. */
export const LAST: Statement = {
  name: 'last-of-day',
  text: `SELECT coalesce(max(place), 0)::float8 AS last FROM ${TABLE} WHERE day = $1`,
};
export const AFTER: Statement = {
  name: 'events-after',
  text: `SELECT place, event FROM ${TABLE} WHERE day = $1 AND place > $2 AND place <= $3 AND strpos(event, $4) > 0
    ORDER BY place LIMIT $5`,
};

interface EventRow extends Record<string, unknown> {
  day: number;
  /** A bigint, as text. */
  place: string;
  event: string;
}

const FIRST_DAY = -(2 ** 31);
const LAST_DAY = 2 ** 31 - 1;

/** What appends events that are not there yet, in order. */
export function appending(events: readonly CaseEvent[]): Call {
  return [APPEND, eventColumns(events)];
}

/** The parameters of {@link appendSql}. */
export function eventColumns(events: readonly CaseEvent[]): unknown[] {
  return [
    events.map(({ id }) => keyOf(id)),
    events.map(({ at }) => dayNumber(at)),
    events.map(({ conversation }) => keyOf(conversation)),
    events.map((event) => JSON.stringify(event)),
  ];
}

export class Journal {
  constructor(private readonly database: Database) {}

  /** Appends what is not there yet, in order. A call with more than a page is several transactions. */
  async append(events: readonly CaseEvent[]): Promise<void> {
    for (let i = 0; i < events.length; i += PAGE) {
      const [statement, values] = appending(events.slice(i, i + PAGE));
      await this.database.query(statement, values);
    }
  }

  /** Page by page; events appended meanwhile may or may not be seen. */
  async *read(filter: JournalFilter = {}): AsyncGenerator<CaseEvent, void, undefined> {
    const { conversation, from, to } = filter;
    const [statement, of] = conversation === undefined ? [READ, []] : [READ_ONE, [keyOf(conversation)]];
    const last = to === undefined ? LAST_DAY : dayNumber(to);
    let day = from === undefined ? FIRST_DAY : dayNumber(from);
    let place = '0';
    for (;;) {
      const rows = await this.database.query<EventRow>(statement, [day, place, last, ...of]);
      for (const row of rows) {
        const event = JSON.parse(row.event) as CaseEvent;
        if (matches(event, filter)) yield event;
      }
      const end = rows.at(-1);
      if (!end || rows.length < PAGE) return;
      ({ day, place } = end);
    }
  }

  /** See `Store.journalAfter`. */
  async after(place: JournalPlace | null, type: string, now: number, limit: number): Promise<JournalPage> {
    const events: CaseEvent[] = [];
    const places: Record<string, number> = {};
    for (const day of daysAround(now)) {
      const given = place?.[day] ?? 0;
      const room = limit - events.length;
      places[day] = given;
      const [end] = room > 0 ? await this.database.query<{ last: number }>(LAST, [day]) : [];
      if (end === undefined || end.last === given) continue;
      // One that lies ahead is none of this journal's.
      const from = given > end.last ? 0 : given;
      const rows = await this.database.query<EventRow>(AFTER, [day, from, end.last, markOf(type), room]);
      for (const { event } of rows) events.push(JSON.parse(event) as CaseEvent);
      places[day] = rows.length < room ? end.last : Number(rows.at(-1)?.place ?? end.last);
    }
    return { events: events.filter((event) => event.type === type), place: places, more: events.length >= limit };
  }

  async count(): Promise<number> {
    return (await this.database.query<{ count: number }>(COUNT))[0]?.count ?? 0;
  }
}
