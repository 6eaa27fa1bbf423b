/** Times of the clock in China (UTC+8, no daylight saving since 1991), read and written. Pure. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OFFSET_MS = 8 * HOUR_MS;

/** `10:40`; with the day in front, `11/22 10:40`, if that is another than that of `now`. Both ms since the epoch. */
export function chinaTime(at: number, now: number): string {
  const [day, clock] = [chinaDay(at), new Date(at + OFFSET_MS).toISOString().slice(11, 16)];
  if (day === chinaDay(now)) return clock;
  return `${new Date(day * DAY_MS).toISOString().slice(5, 10).replace('-', '/')} ${clock}`;
}

/** Days since the epoch by the calendar in China. `at`: ms since the epoch. */
export const chinaDay = (at: number): number => Math.floor((at + OFFSET_MS) / DAY_MS);

/** `2026-11-23 10:40`. `at`: ms since the epoch. */
export const withDay = (at: number): string => new Date(at + OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');

/**
 * Reads `10:40` or `2026-11-23 10:40` by the clock in China, or ISO 8601 with a zone (`2026-11-23T10:40:00+08:00`, `…Z`).
 * @param near ms since the epoch: `10:40` is the last one up to then (`past`) or the next one after it (`future`)
 * @returns ms since the epoch, or undefined if it is no time
 */
export function readChinaTime(text: string, near: number, toward: 'past' | 'future'): number | undefined {
  const parts = /^(?:(\d{4})-(\d{2})-(\d{2})[ T])?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim());
  if (!parts) return withZone(text.trim());
  const [, year, month, day, hour, minute, second = '0'] = parts;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const inDay = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000 - OFFSET_MS;
  if (year !== undefined) {
    const start = Date.UTC(Number(year), Number(month) - 1, Number(day));
    const isDate = new Date(start).toISOString().startsWith(`${year}-${month}-${day}`);
    return isDate && start + inDay >= 0 ? start + inDay : undefined;
  }
  const today = chinaDay(near) * DAY_MS + inDay;
  if (toward === 'past') return today <= near ? today : today - DAY_MS;
  return today > near ? today : today + DAY_MS;
}

function withZone(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) || at < 0 ? undefined : at;
}
