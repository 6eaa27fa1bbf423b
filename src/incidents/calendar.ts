/** Minutes and hours of the week in China: UTC+8, no daylight saving since 1991. Pure. */

export const MINUTE_MS = 60_000;
export const HOUR_MINUTES = 60;
export const DAY_MINUTES = 24 * HOUR_MINUTES;
export const WEEK_HOURS = 168;
export const WEEK_MINUTES = WEEK_HOURS * HOUR_MINUTES;

/** 1970-01-01 00:00 UTC was Thursday 08:00 in China: so many minutes after Monday 00:00. */
const EPOCH_IN_WEEK = 3 * DAY_MINUTES + 8 * HOUR_MINUTES;

/** Whole minutes since the epoch. `ms` since the epoch. */
export const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS);

/** Minutes since a Monday 00:00 in China (that of 1969-12-29). */
export const sinceMonday = (minute: number): number => minute + EPOCH_IN_WEEK;

/** 0 (Monday 00:00–01:00) … 167. */
export const hourOfWeek = (minute: number): number =>
  Math.floor((((sinceMonday(minute) % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES) / HOUR_MINUTES);
