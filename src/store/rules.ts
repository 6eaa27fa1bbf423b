/** What every implementation of the store must do alike; pure. */
import { type CaseEvent, type ConversationRecord, type Lease, RECORD_SCHEMA } from './store.js';

/**
 * Due time of a conversation that holds only dead letters: an operator may list them, nothing is to be done by itself.
 */
export const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * When a conversation next needs attention (ms since the epoch): a waiting message or event since it came, a reply at
 * its next attempt or its expiry, a wake-up at its time. Null: it has none of these.
 */
export function dueAt(record: ConversationRecord): number | null {
  const times = [
    ...record.inbox.map((event) => event.at),
    ...record.unjournaled.map((event) => event.at),
    ...record.wakeUps.map((wakeUp) => wakeUp.at),
    ...record.outbox.map((item) => (item.state === 'dead' ? NEVER : Math.min(item.nextAttemptAt, item.expiresAt))),
  ];
  return times.length === 0 ? null : times.reduce((least, time) => Math.min(least, time));
}

/** The record as a commit leaves it. */
export function stamped(record: ConversationRecord, id: string, version: number): ConversationRecord {
  return { ...record, schema: RECORD_SCHEMA, id, version };
}

export interface Small {
  value: unknown;
  version: number;
}

/** What JSON keeps of a value; null for what it can't hold at all. */
export function copyOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}

/** The lease as `holder` has it from now on; undefined if another one holds it. */
export function renewed(
  lease: Lease | undefined,
  name: string,
  holder: string,
  now: number,
  ttlMs: number,
): Lease | undefined {
  if (lease && lease.holder !== holder && lease.expiresAt > now) return undefined;
  return { name, holder, expiresAt: now + ttlMs };
}

/** The small record after a write; undefined if it isn't at the expected version (0: absent). */
export function replaced(small: Small | undefined, value: unknown, expect: number | undefined): Small | undefined {
  const version = small?.version ?? 0;
  return expect === undefined || expect === version ? { value, version: version + 1 } : undefined;
}

/** Longest time that JavaScript's dates know, ms. */
const LAST = 8.64e15;
const DAY = 86_400_000;

export interface JournalFilter {
  conversation?: string;
  from?: number;
  to?: number;
}

/** The UTC day of a time (ms), as YYYY-MM-DD; times no date can hold fall on the first or last day there is. */
export function dayOf(at: number): string {
  const date = new Date(Math.max(-LAST, Math.min(LAST, Number.isFinite(at) ? at : 0))).toISOString();
  return date.slice(0, date.indexOf('T'));
}

/** The same day, counted from the epoch. */
export function dayNumber(at: number): number {
  return Date.parse(dayOf(at)) / DAY;
}

/** Numbers of the days in which something may still be appended around a time (ms): clocks differ, and what is late is of yesterday. */
export function daysAround(now: number): number[] {
  const today = dayNumber(now);
  return [today - 1, today, today + 1];
}

/** The name of a day by its number. */
export const dayNamed = (day: number): string => dayOf(day * DAY);

/** What a line of this type of event holds, whatever else it says: quotes within a text are escaped. */
export const markOf = (type: string): string => `"type":${JSON.stringify(type)}`;

/** True if an event belongs to what was asked for. */
export function matches(event: CaseEvent, filter: JournalFilter): boolean {
  return (
    (filter.conversation === undefined || event.conversation === filter.conversation) &&
    (filter.from === undefined || event.at >= filter.from) &&
    (filter.to === undefined || event.at < filter.to)
  );
}

/** Days in order of time: years before 0 and after 9999 carry a sign and six digits. */
export function byDay(a: string, b: string): number {
  return Date.parse(a) - Date.parse(b);
}
