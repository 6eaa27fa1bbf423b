/** Times as people write and read them, in China. Pure. */
import { DAY_MINUTES, dateOf, dayOf, instantOf, MINUTE_MS, minuteOf, weekdayOf } from './calendar.js';

/** How a time may be written, for messages. */
export const TIME_EXAMPLES = '2026-10-01 09:30 (China time) or 2026-10-01T09:30:00+08:00';

const WRITTEN =
  /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d{1,9})?)?(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/i;

/** `2026-10-01 09:30`, or ISO 8601 with an offset; without one it is China's. Milliseconds since the epoch, null if it is no time. */
export function parseTime(text: string): number | null {
  const [, date = '', hours = '', minutes = '', seconds = '0', offset = '+08:00'] = WRITTEN.exec(text.trim()) ?? [];
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(midnight) || dateOf(midnight / MINUTE_MS / DAY_MINUTES) !== date) return null;
  const [, sign = '+', ahead = '0', past = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(offset) ?? [];
  const shift = (Number(ahead) * 60 + Number(past)) * (sign === '-' ? -1 : 1);
  return midnight + (Number(hours) * 60 + Number(minutes) - shift) * MINUTE_MS + Number(seconds) * 1000;
}

/** An instant as China's calendar and clock show it. */
export interface Moment {
  /** Days from the day of `now`: 0 today, 1 tomorrow. */
  ahead: number;
  /** YYYY-MM-DD */
  date: string;
  month: number;
  day: number;
  /** 1 Monday … 7 Sunday. */
  weekday: number;
  /** HH:MM */
  time: string;
}

/** Both in milliseconds since the epoch. */
export function momentOf(at: number, now: number): Moment {
  const minute = minuteOf(at);
  const day = dayOf(minute);
  const date = dateOf(day);
  const passed = minute - day * DAY_MINUTES;
  const two = (value: number): string => String(value).padStart(2, '0');
  return {
    ahead: day - dayOf(minuteOf(now)),
    date,
    month: Number(date.slice(5, 7)),
    day: Number(date.slice(8)),
    weekday: weekdayOf(day),
    time: `${two(Math.floor(passed / 60))}:${two(passed % 60)}`,
  };
}

/** ISO 8601 with China's offset, to the minute: an end of a shift has no seconds. */
export function isoOf(at: number): string {
  const { date, time } = momentOf(instantOf(minuteOf(at)), at);
  return `${date}T${time}:00+08:00`;
}
