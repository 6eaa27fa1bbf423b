/** Erasing, searching and reaping in the tables. */
import { type Forgotten, type Found, inJson, type Keep } from '../keeping.js';
import { dayNumber, NEVER } from '../rules.js';
import { idOf } from './conversations.js';
import type { Database, Statement } from './database.js';
import { keyOf, textOf } from './keys.js';
import { SCHEMA } from './schema.js';

/** Rows removed by one statement; it holds their locks for milliseconds. */
export const BATCH = 200;
/** Rows looked through by one statement. */
const PAGE = 1_000;

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
const SET_ASIDE: Statement = {
  name: 'reap-set-aside',
  text: `DELETE FROM ${SCHEMA}.set_aside WHERE at < to_timestamp($1::float8 * 86400)`,
};

/** The row first: that waits for the turn that has it. */
const FORGET: Statement = {
  name: 'forget',
  text: `DELETE FROM ${SCHEMA}.conversations WHERE id = ANY ($1::text[]) RETURNING true`,
};
const FORGET_EVENTS: Statement = {
  name: 'forget-events',
  text: `WITH gone AS (DELETE FROM ${SCHEMA}.case_events WHERE conversation = ANY ($1::text[]) RETURNING true)
    SELECT count(*)::float8 AS count FROM gone`,
};
const FORGET_SET_ASIDE: Statement = {
  name: 'forget-set-aside',
  text: `WITH gone AS (DELETE FROM ${SCHEMA}.set_aside WHERE id = ANY ($1::text[]) RETURNING true)
    SELECT count(*)::float8 AS count FROM gone`,
};
/** Of processes that died; whoever erases has the living ones' claims. */
const FORGET_CLAIMS: Statement = {
  name: 'forget-claims',
  text: `DELETE FROM ${SCHEMA}.claims WHERE id = ANY ($1::text[])`,
};
const TELL: Statement = { name: 'tell-forgotten', text: 'SELECT pg_notify($1, news) FROM unnest($2::text[]) AS news' };
const REMOVE_SMALL: Statement = {
  name: 'remove-small',
  text: `DELETE FROM ${SCHEMA}.small_records WHERE key = $1 RETURNING true`,
};

interface Place {
  place: Found['place'];
  first: Statement;
  /** What comes after a key. */
  next: Statement;
}

/** Each row of a page, by an index of its own or its place in the table, with its text where that holds something. */
function placeOf(place: Found['place'], table: string, key: string, owner: string, body: string): Place {
  const page = (name: string, where: string): Statement => ({
    name: `search-${name}-${table}`,
    text: `SELECT at, owner, CASE WHEN EXISTS (SELECT FROM unnest($1::text[]) AS needle WHERE strpos(body, needle) > 0)
        THEN body END AS body
      FROM (SELECT ${key} AS at, ${owner} AS owner, ${body} AS body FROM ${SCHEMA}.${table} AS t ${where}
        ORDER BY t.${key} LIMIT ${PAGE}) AS page ORDER BY at`,
  });
  return { place, first: page('first', ''), next: page('next', `WHERE t.${key} > $2`) };
}

const PLACES: readonly Place[] = [
  placeOf('conversations', 'conversations', 'id', 'id', `id || ' ' || record`),
  placeOf('set-aside', 'set_aside', 'ctid', 'id', `id || ' ' || record`),
  placeOf('journal', 'case_events', 'id', 'conversation', `id || ' ' || event`),
  placeOf('small', 'small_records', 'key', 'key', `key || ' ' || value`),
  placeOf('other', 'leases', 'name', 'NULL', `name || ' ' || holder`),
  placeOf('other', 'claims', 'ctid', 'NULL', 'id'),
];

/** On which PostgreSQL tells the processes of what was forgotten. */
export const FORGOTTEN = 'pos_doctor_forgotten';

/** One transaction; the other processes are told with it. `holder` names this one in the news. */
export async function forget(database: Database, conversations: readonly string[], holder: string): Promise<Forgotten> {
  const keys = conversations.map(keyOf);
  const { open, rows } = await database.begin(FORGET, [keys]);
  try {
    const events = await open.query<{ count: number }>(FORGET_EVENTS, [keys]);
    const setAside = await open.query<{ count: number }>(FORGET_SET_ASIDE, [keys]);
    await open.query(FORGET_CLAIMS, [keys]);
    await open.commit([[TELL, [FORGOTTEN, keys.map((key) => `${holder} ${key}`)]]]);
    return { records: rows.length, events: events[0]?.count ?? 0, setAside: setAside[0]?.count ?? 0 };
  } finally {
    await open.end();
  }
}

export async function removeSmall(database: Database, key: string): Promise<boolean> {
  return (await database.query(REMOVE_SMALL, [keyOf(key)])).length > 0;
}

export async function* search(database: Database, needles: readonly string[]): AsyncGenerator<Found, void, undefined> {
  const wanted = needles.map(inJson);
  for (const { place, first, next } of PLACES)
    for (let rows = await page(database, first, [wanted]); rows.length > 0; ) {
      for (const { owner, body } of rows)
        if (body !== null) yield { place, text: body, ...ownerOf(place, owner, body) };
      rows = rows.length < PAGE ? [] : await page(database, next, [wanted, rows.at(-1)?.at]);
    }
}

interface SearchRow extends Record<string, unknown> {
  /** Where it stands in the order. */
  at: unknown;
  owner: string | null;
  /** Null: it holds nothing that is looked for. */
  body: string | null;
}

function page(database: Database, statement: Statement, values: readonly unknown[]): Promise<SearchRow[]> {
  return database.query<SearchRow>(statement, values);
}

function ownerOf(place: Found['place'], key: string | null, text: string): Pick<Found, 'conversation' | 'small'> {
  if (key === null) return {};
  const whole = textOf(key);
  if (place === 'small') return whole === undefined ? {} : { small: whole };
  if (whole !== undefined) return { conversation: whole };
  // Of a long one the key is but a hash; the text after it says the rest.
  try {
    const stored = text.slice(text.indexOf(' ') + 1);
    const { conversation } = JSON.parse(stored) as { conversation?: string };
    return { conversation: conversation ?? idOf({ id: key, record: stored }) };
  } catch {
    return {};
  }
}

/** A batch of each. */
export async function reap(database: Database, keep: Keep, now: number): Promise<boolean> {
  const today = dayNumber(now);
  const { conversationDays, journalDays } = keep;
  let more = false;
  if (conversationDays !== undefined) {
    const before = today - conversationDays;
    more = (await database.query(CONVERSATIONS, [before, NEVER])).length === BATCH;
    await database.query(SET_ASIDE, [before]);
  }
  if (journalDays === undefined) return more;
  return (await database.query(EVENTS, [today - journalDays])).length === BATCH || more;
}
