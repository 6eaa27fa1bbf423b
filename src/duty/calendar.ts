/**
 * Days and minutes in China, and what kind of day each is. China has one time, eight hours ahead of UTC, and no summer time
 * since 1991, so a day is counted here and never asked of the machine. Pure.
 */
import { type Days, parseDays } from '../knowledge/days.js';
import type { Organization } from '../knowledge/schema.js';

export const MINUTE_MS = 60_000;
export const DAY_MINUTES = 1440;
const AHEAD_MINUTES = 8 * 60;

/** Minutes since 1970-01-01 00:00 in China. `at`: milliseconds since the epoch. */
export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS) + AHEAD_MINUTES;
/** When a minute begins; milliseconds since the epoch. */
export const instantOf = (minute: number): number => (minute - AHEAD_MINUTES) * MINUTE_MS;
/** Days since 1970-01-01. */
export const dayOf = (minute: number): number => Math.floor(minute / DAY_MINUTES);
/** 1 Monday … 7 Sunday. The first of January 1970 was a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;
/** YYYY-MM-DD. */
export const dateOf = (day: number): string => new Date(day * DAY_MINUTES * MINUTE_MS).toISOString().slice(0, 10);
const dayOfDate = (date: string): number => Date.parse(`${date}T00:00:00Z`) / MINUTE_MS / DAY_MINUTES;

/** A day that is not what its weekday says. */
interface NamedDay {
  name: string;
  /** A day worked in exchange: the weekday whose shifts are worked, if one was named. */
  as: number | null;
}

export interface Calendar {
  /** Day → its holiday. */
  holidays: ReadonlyMap<number, NamedDay>;
  /** Day → why it is worked. */
  workdays: ReadonlyMap<number, NamedDay>;
}

export function calendarOf({ holidays, workdays }: Pick<Organization, 'holidays' | 'workdays'>): Calendar {
  return { holidays: namedDays(holidays), workdays: namedDays(workdays) };
}

function namedDays(entries: Organization['workdays']): Map<number, NamedDay> {
  const days = new Map<number, NamedDay>();
  for (const { name, date, from = date, to = date, as } of entries) {
    if (from === undefined || to === undefined) continue;
    const [weekday = null] = as === undefined ? [] : (parseDays(as)?.week ?? []);
    for (let day = dayOfDate(from); day <= dayOfDate(to); day += 1) days.set(day, { name, as: weekday });
  }
  return days;
}

/** Nobody works, or somebody works because the calendar says so, or the weekday decides. */
export type DayKind = 'holiday' | 'workday' | 'plain';

export function kindOfDay(day: number, { holidays, workdays }: Calendar): { kind: DayKind; name: string } {
  const holiday = holidays.get(day);
  if (holiday) return { kind: 'holiday', name: holiday.name };
  const worked = workdays.get(day);
  return worked ? { kind: 'workday', name: worked.name } : { kind: 'plain', name: '' };
}

const SATURDAY = 6;

/** True for holidays, and for weekends that are not worked. */
export function isDayOff(day: number, calendar: Calendar): boolean {
  const { kind } = kindOfDay(day, calendar);
  return kind === 'plain' ? weekdayOf(day) >= SATURDAY : kind === 'holiday';
}

/**
 * True if the days mean this one. A holiday is a day off whatever its weekday; a day worked in exchange is a working day, and
 * the weekday that it stands for: without one, days that hold Monday to Friday hold it too.
 */
export function means(days: Days, day: number, calendar: Calendar): boolean {
  const weekday = weekdayOf(day);
  switch (kindOfDay(day, calendar).kind) {
    case 'holiday':
      return days.restDays;
    case 'workday': {
      const as = calendar.workdays.get(day)?.as ?? null;
      return days.workdays || (as === null ? [1, 2, 3, 4, 5].every((one) => days.week.has(one)) : days.week.has(as));
    }
    case 'plain':
      return days.week.has(weekday) || (weekday < SATURDAY ? days.workdays : days.restDays);
  }
}

/** What decides which days mean this one: two days of the same likeness are meant by the same. */
export function likenessOf(day: number, calendar: Calendar): string {
  const { kind } = kindOfDay(day, calendar);
  return kind === 'plain' ? `${weekdayOf(day)}` : `${kind} ${calendar.workdays.get(day)?.as ?? ''}`;
}
