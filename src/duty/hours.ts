/** Opening hours as a contact's `hours` says them, where the text leaves no doubt. Pure. */
import { type Days, parseDays } from '../knowledge/days.js';
import { type Calendar, instantOf, minuteOf } from './calendar.js';
import { firstChange, type Period, periodOf, stateAt } from './period.js';

/** 全天, 全年, 7×24, each with or without 24 小时 */
const ALWAYS = /^(?:\u5168\u5929|(?:\u5168\u5929|\u5168\u5e74|7[×xX*]24)?24\u5c0f\u65f6|7[×xX*]24(?:\u5c0f\u65f6)?)$/u;
/** 9:00—18:00 */
const TIME = '(?:[01]?\\d|2[0-3]):[0-5]\\d|24:00';
const RANGE = new RegExp(`^(${TIME})[\u81f3\u5230—–~～-]+(${TIME})`);
/** A comma or 、 goes on with the same days unless days follow; a semicolon begins anew. */
const PARTS = /[；;]/u;
const SEPARATOR = /^[、，,]/u;
const EVERY_DAY = '\u6bcf\u5929';

/**
 * The hours that a text says: 「24 小时」, 「9:00—18:00」, 「工作日 9:00—12:00、13:00—17:00」. Times without days hold every day.
 * Null if the text says more or less than that (约, 各地不同, a way through a menu): then nobody knows.
 */
export function parseHours(text: string): readonly Period[] | null {
  const plain = text.normalize('NFKC').replace(/\s+/gu, '');
  if (plain === '') return null;
  const periods: Period[] = [];
  for (const part of plain.split(PARTS)) {
    const found = parsePart(part);
    if (found === null) return null;
    periods.push(...found);
  }
  return periods;
}

function parsePart(part: string): Period[] | null {
  // What stands before the first digit are the days.
  const begin = part.search(/\d|\u5168/u);
  const days = parseDays(begin <= 0 ? EVERY_DAY : part.slice(0, begin));
  let rest = part.slice(Math.max(begin, 0));
  if (days === null || rest === '') return null;
  if (ALWAYS.test(rest)) return [wholeDay(days)];
  const periods: Period[] = [];
  for (;;) {
    const range = RANGE.exec(rest);
    const [whole = '', from = '', to = ''] = range ?? [];
    if (!range || from === to || from === '24:00') return null;
    periods.push(periodOf(days, { from, to }));
    rest = rest.slice(whole.length);
    if (rest === '') return periods;
    if (!SEPARATOR.test(rest)) return null;
    rest = rest.slice(1);
  }
}

const wholeDay = (days: Days): Period => periodOf(days, { from: '0:00', to: '24:00' });

export interface Opening {
  open: boolean;
  /** When that changes: milliseconds since the epoch, null if not within 100 days. */
  until: number | null;
}

/** Whether somebody answers at `at` (milliseconds since the epoch); null if the hours do not say. */
export function openingAt(hours: string, at: number, calendar: Calendar): Opening | null {
  const periods = parseHours(hours);
  if (periods === null) return null;
  const openIn = (minute: number): boolean => periods.some((period) => stateAt(period, minute, calendar) === 'on');
  const minute = minuteOf(at);
  const open = openIn(minute);
  const change = firstChange(periods, minute, calendar, (then) => openIn(then) !== open);
  return { open, until: change === null ? null : instantOf(change) };
}
