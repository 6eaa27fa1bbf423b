/**
 * When each team practises: in its months, in working hours by the duty calendar, never on a day off, never while something is out.
 * Every quarter (March, June, September, December) is what payment institutions publish for themselves; a team may have others. Pure.
 */
import { calendarOf, DAY_MINUTES, dayOf, instantOf, isDayOff, MINUTE_MS, minuteOf } from '../duty/calendar.js';
import { type DutyPlan, shiftsOn } from '../duty/duty.js';
import type { Board } from '../incidents/board.js';
import { minutesOf } from '../knowledge/days.js';
import type { DrillTeam } from '../knowledge/schema.js';

export const SCHEDULE = {
  /** Minutes that a drill with its debrief keeps people busy: all of them have to be working time. An estimate. */
  length: 30,
  /** Hours between which a drill is put off to, unless its own time lies outside. */
  from: 8,
  to: 20,
  /** Working hours where no shifts are written. */
  opens: 9,
  closes: 18,
  /** Days that it is put off at most; the longest holiday has eight. */
  horizon: 31,
} as const;

const HOUR = 60;
/** Minutes between two looks within a drill: no break is shorter. */
const STEP = 5;

/** Why it is not when it was wanted: a day off, outside the working hours, something is out. */
export type Moved = 'day-off' | 'hours' | 'outage';

export interface PlannedDrill {
  team: string;
  /** When the team's own entry wants it, ms since the epoch. */
  wanted: number;
  /** When it is; null: no working hour was free within a month. */
  at: number | null;
  /** Why it was put off, in the order met; empty: it was not. */
  moved: readonly Moved[];
}

/** Something is out from … to (ms since the epoch, exclusive). */
export interface Outage {
  from: number;
  to: number;
}

/** What stands on the board as out or as maintenance. Nobody knows how long one without an end lasts: for the next hour at least. */
export function outagesOn({ incidents }: Pick<Board, 'incidents'>, now: number): Outage[] {
  return incidents.map(({ since, expectedEnd, closedAt, state }) => {
    const still = Math.max(expectedEnd ?? 0, now + HOUR * MINUTE_MS);
    return { from: since, to: closedAt ?? (state === 'planned' ? (expectedEnd ?? still) : still) };
  });
}

/** The drills wanted from … to (ms since the epoch, exclusive), the earliest first. */
export function schedule(
  teams: readonly DrillTeam[],
  plan: DutyPlan,
  outages: readonly Outage[],
  { from, to }: { from: number; to: number },
): PlannedDrill[] {
  const planned = teams.flatMap((team) =>
    wantedIn(team, from, to).map((wanted) => ({ team: team.name, wanted, ...placed(wanted, plan, outages) })),
  );
  return planned.sort((a, b) => (a.at ?? a.wanted) - (b.at ?? b.wanted) || (a.team < b.team ? -1 : 1));
}

/** Instants at which a team wants to practise. */
function wantedIn({ months, day, time }: DrillTeam, from: number, to: number): number[] {
  const [first, last] = [from, to].map((at) => new Date(at).getUTCFullYear());
  const years = Array.from({ length: (last ?? 0) - (first ?? 0) + 3 }, (_, index) => (first ?? 0) - 1 + index);
  return years
    .flatMap((year) => [...new Set(months)].sort((a, b) => a - b).map((month) => Date.UTC(year, month - 1, day)))
    .map((midnight) => instantOf(midnight / MINUTE_MS + minutesOf(time)))
    .filter((at) => at >= from && at < to);
}

/** The first free working time from `wanted` on: then, or at a full hour of the same or a later day. */
function placed(wanted: number, plan: DutyPlan, outages: readonly Outage[]): Pick<PlannedDrill, 'at' | 'moved'> {
  const calendar = calendarOf(plan);
  const moved = new Set<Moved>();
  const start = minuteOf(wanted);
  const ofDay = start % DAY_MINUTES;
  const opens = Math.min(SCHEDULE.from * HOUR, ofDay);
  const closes = Math.max(SCHEDULE.to * HOUR, ofDay + SCHEDULE.length);
  const last = start + SCHEDULE.horizon * DAY_MINUTES;
  for (let minute = start; minute < last; ) {
    const day = dayOf(minute);
    const nextDay = (day + 1) * DAY_MINUTES + opens;
    if (isDayOff(day, calendar)) {
      moved.add('day-off');
      minute = nextDay;
    } else if (minute + SCHEDULE.length > day * DAY_MINUTES + closes) minute = nextDay;
    else {
      const against = whatSpeaksAgainst(minute, plan, outages);
      if (against === undefined) return { at: instantOf(minute), moved: [...moved] };
      moved.add(against);
      minute = (Math.floor(minute / HOUR) + 1) * HOUR;
    }
  }
  return { at: null, moved: [...moved] };
}

function whatSpeaksAgainst(minute: number, plan: DutyPlan, outages: readonly Outage[]): Moved | undefined {
  const [begins, ends] = [instantOf(minute), instantOf(minute + SCHEDULE.length)];
  for (let at = minute; at < minute + SCHEDULE.length; at += STEP) if (!isWorked(at, plan)) return 'hours';
  return outages.some(({ from, to }) => from < ends && to > begins) ? 'outage' : undefined;
}

/** Whether somebody works in that minute: as the shifts say, else in the usual hours. */
function isWorked(minute: number, plan: DutyPlan): boolean {
  if (plan.shifts.length === 0 && plan.dutyHours.length === 0) {
    const ofDay = minute % DAY_MINUTES;
    return ofDay >= SCHEDULE.opens * HOUR && ofDay < SCHEDULE.closes * HOUR;
  }
  return shiftsOn(plan, instantOf(minute)).some(({ state }) => state === 'on');
}
