/** Hours that come back on certain days: a shift, the opening hours of a telephone. Pure. */
import { type Days, minutesBetween, minutesOf } from '../knowledge/days.js';
import { type Calendar, DAY_MINUTES, dayOf, likenessOf, means } from './calendar.js';

/** Begins on its days and belongs to the day it begins on, also after midnight. */
export interface Period {
  days: Days;
  /** Minutes after midnight. */
  from: number;
  /** Minutes, 1 … 1440. */
  length: number;
  /** Minutes after the beginning. */
  breaks: readonly { from: number; to: number }[];
}

interface Hours {
  from: string;
  to: string;
}

export function periodOf(days: Days, { from, to }: Hours, breaks: readonly Hours[] = []): Period {
  return {
    days,
    from: minutesOf(from),
    length: minutesBetween(from, to),
    breaks: breaks.map((pause) => {
      const begins = minutesBetween(from, pause.from) % DAY_MINUTES;
      return { from: begins, to: begins + minutesBetween(pause.from, pause.to) };
    }),
  };
}

/** What a period is at a minute: running, in a break of its own, or neither. */
export function stateAt(period: Period, minute: number, calendar: Calendar): 'on' | 'break' | 'off' {
  const today = dayOf(minute);
  for (const day of [today, today - 1]) {
    const passed = minute - day * DAY_MINUTES - period.from;
    if (passed < 0 || passed >= period.length || !means(period.days, day, calendar)) continue;
    return period.breaks.some(({ from, to }) => passed >= from && passed < to) ? 'break' : 'on';
  }
  return 'off';
}

/** Nobody looks further ahead: what is to come then is not known. Days. */
export const HORIZON_DAYS = 100;

/**
 * The first minute after `minute` at which the periods can have changed and `wanted` holds, or null within the horizon. `wanted`
 * goes by the state of the periods alone: a day like one that had no such minute is not looked at again, which keeps the search
 * to about ten days where nothing ever changes.
 */
export function firstChange(
  periods: readonly Period[],
  minute: number,
  calendar: Calendar,
  wanted: (minute: number) => boolean,
): number | null {
  const today = dayOf(minute);
  const seen = new Set<string>();
  for (let day = today; day <= today + HORIZON_DAYS; day += 1) {
    // What runs in from the day before counts too.
    const likeness = `${likenessOf(day - 1, calendar)}, ${likenessOf(day, calendar)}`;
    if (seen.has(likeness)) continue;
    // Of today only the rest is looked at.
    if (day > today) seen.add(likeness);
    const edges = new Set<number>();
    for (const begun of [day - 1, day])
      for (const period of periods) if (means(period.days, begun, calendar)) addEdges(edges, period, begun);
    const changes = [...edges].filter((edge) => dayOf(edge) === day && edge > minute).sort((a, b) => a - b);
    const found = changes.find(wanted);
    if (found !== undefined) return found;
  }
  return null;
}

function addEdges(edges: Set<number>, { from, length, breaks }: Period, day: number): void {
  const begins = day * DAY_MINUTES + from;
  edges.add(begins).add(begins + length);
  for (const pause of breaks) edges.add(begins + pause.from).add(begins + pause.to);
}
