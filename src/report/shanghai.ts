/** Days and hours in China, where a shop's day is. One zone, eight hours before UTC, no summer time since 1991. Pure. */

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
const AHEAD = 8 * HOUR;
const FORM = /^\d{4}-\d{2}-\d{2}$/;

/** YYYY-MM-DD of a time (ms since the epoch). */
export function dateOf(at: number): string {
  return new Date(at + AHEAD).toISOString().slice(0, 10);
}

/** HH:MM of a time (ms since the epoch). */
export function timeOf(at: number): string {
  return new Date(at + AHEAD).toISOString().slice(11, 16);
}

/** Hour of the day, 0 … 23. */
export function hourOf(at: number): number {
  return new Date(at + AHEAD).getUTCHours();
}

/** When a day begins (ms since the epoch); null if there is no such day, or it is not written YYYY-MM-DD. */
export function startOf(date: string): number | null {
  const at = FORM.test(date) ? Date.parse(`${date}T00:00:00Z`) - AHEAD : Number.NaN;
  return !Number.isNaN(at) && dateOf(at) === date ? at : null;
}

/** HH:MM of a time (ms since the epoch). */
export function clockOf(at: number): string {
  return new Date(at + AHEAD).toISOString().slice(11, 16);
}
