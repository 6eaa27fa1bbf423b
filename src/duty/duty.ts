/** Who is on duty, who is called although nobody is, and when that changes. Pure. */
import { parseDays } from '../knowledge/days.js';
import type { Organization, Person, Severity } from '../knowledge/schema.js';
import {
  type Calendar,
  calendarOf,
  DAY_MINUTES,
  dayOf,
  instantOf,
  isDayOff,
  kindOfDay,
  means,
  minuteOf,
} from './calendar.js';
import { firstChange, type Period, periodOf, stateAt } from './period.js';

/** What of organization.yaml says who is on duty. */
export type DutyPlan = Pick<Organization, 'onCall' | 'dutyHours' | 'shifts' | 'holidays' | 'workdays' | 'afterHours'>;

/**
 * Why it is so. On duty: `always` (no hours are written), `shift`, `workdayShift` and `holidayShift` (on a day that the calendar
 * names). After hours: `nobody` (no people are written), `limited` (those on duty do not take this severity), `break`, `holiday`,
 * `restDay`, `hours`.
 */
export type ReasonKey =
  | 'always'
  | 'shift'
  | 'workdayShift'
  | 'holidayShift'
  | 'nobody'
  | 'limited'
  | 'break'
  | 'holiday'
  | 'restDay'
  | 'hours';

export interface Reason {
  key: ReasonKey;
  /** The shifts meant: those that run, or that have a break. */
  shifts: readonly string[];
  /** What the calendar calls the day; '' if nothing. */
  day: string;
}

export interface OnCall {
  name: string;
  userid: string;
  duty: string;
}

export interface Duty {
  severity: Severity;
  /** In the order in which they are tried, each once; after hours those who are called all the same. */
  onCall: readonly OnCall[];
  /** True if no shift runs with somebody who takes this severity. */
  afterHours: boolean;
  reason: Reason;
  /** When `onCall` or `afterHours` changes first: milliseconds since the epoch, null if not within 100 days. */
  until: number | null;
  /** After hours: when somebody is back (the same); null while somebody is on duty. */
  nextAt: number | null;
}

interface RosterShift {
  name: string;
  period: Period;
  people: readonly Person[];
}

interface Roster {
  plan: DutyPlan;
  calendar: Calendar;
  shifts: readonly RosterShift[];
  periods: readonly Period[];
}

type Stand = Pick<Duty, 'afterHours' | 'reason'> & { people: readonly Person[] };

/**
 * Who is on duty for a case of this severity. `at`: milliseconds since the epoch. Times are China's, whatever the machine's. A
 * shift over midnight belongs to the day it begins on; a holiday beats the weekday, a day worked in exchange the weekend.
 */
export function dutyAt(plan: DutyPlan, severity: Severity, at: number): Duty {
  const roster = rosterOf(plan);
  const minute = minuteOf(at);
  const now = standAt(roster, severity, minute);
  const first = (wanted: (stand: Stand) => boolean): number | null => {
    const found = firstChange(roster.periods, minute, roster.calendar, (one) => wanted(standAt(roster, severity, one)));
    return found === null ? null : instantOf(found);
  };
  return {
    severity,
    onCall: now.people.map(asOnCall),
    afterHours: now.afterHours,
    reason: now.reason,
    until: first((then) => then.afterHours !== now.afterHours || !sameOrder(then.people, now.people)),
    nextAt: now.afterHours ? first((then) => !then.afterHours) : null,
  };
}

const asOnCall = ({ name, userid, duty }: Person): OnCall => ({ name, userid, duty });

const sameOrder = (these: readonly Person[], those: readonly Person[]): boolean =>
  these.length === those.length && these.every((person, index) => person === those[index]);

function rosterOf(plan: DutyPlan): Roster {
  const named = (names: readonly string[]) =>
    names.flatMap((name) => plan.onCall.find((person) => person.name === name) ?? []);
  const short = plan.dutyHours.map((hours) => ({ ...hours, name: hours.days, breaks: [], people: plan.onCall }));
  const full = plan.shifts.map((shift) => ({ ...shift, people: named(shift.onCall) }));
  const shifts = [...full, ...(full.length === 0 ? short : [])].flatMap(({ name, days, breaks, people, ...hours }) => {
    const parsed = parseDays(days);
    return parsed ? [{ name, people, period: periodOf(parsed, hours, breaks) }] : [];
  });
  return { plan, calendar: calendarOf(plan), shifts, periods: shifts.map(({ period }) => period) };
}

function standAt(roster: Roster, severity: Severity, minute: number): Stand {
  const { plan, calendar, shifts } = roster;
  const takes = ({ severities }: Person): boolean => severities?.includes(severity) ?? true;
  const day = kindOfDay(dayOf(minute), calendar);
  const stand = (key: ReasonKey, people: readonly Person[], meant: readonly RosterShift[] = []): Stand => ({
    people,
    afterHours: people.length === 0,
    reason: { key, shifts: meant.map(({ name }) => name), day: day.name },
  });
  if (shifts.length === 0) {
    const people = plan.onCall.filter(takes);
    if (people.length > 0) return stand('always', people);
    return anyway(roster, severity, stand(plan.onCall.length === 0 ? 'nobody' : 'limited', []));
  }
  const states = shifts.map((shift) => ({ shift, state: stateAt(shift.period, minute, calendar) }));
  const inState = (wanted: string) => states.flatMap(({ shift, state }) => (state === wanted ? [shift] : []));
  const running = inState('on');
  const people = [...new Set(running.flatMap((shift) => shift.people))].filter(takes);
  if (people.length > 0) {
    const helping = running.filter((shift) => shift.people.some(takes));
    const key = day.kind === 'plain' ? 'shift' : day.kind === 'workday' ? 'workdayShift' : 'holidayShift';
    return stand(key, people, helping);
  }
  const pausing = inState('break').filter((shift) => shift.people.some(takes));
  if (plan.onCall.length === 0) return anyway(roster, severity, stand('nobody', []));
  if (pausing.length > 0) return anyway(roster, severity, stand('break', [], pausing));
  if (running.length > 0) return anyway(roster, severity, stand('limited', [], running));
  const off = day.kind === 'holiday' ? 'holiday' : isDayOff(dayOf(minute), calendar) ? 'restDay' : 'hours';
  return anyway(roster, severity, stand(off, []));
}

/** The same, with those whom the after-hours rule of the severity names. */
function anyway({ plan }: Roster, severity: Severity, stand: Stand): Stand {
  const called = plan.afterHours[severity].flatMap((name) => plan.onCall.find((person) => person.name === name) ?? []);
  return { ...stand, people: [...new Set(called)] };
}

/** A shift of one day, in milliseconds since the epoch. */
export interface ShiftToday {
  name: string;
  onCall: readonly OnCall[];
  from: number;
  to: number;
  breaks: readonly { from: number; to: number }[];
  state: 'over' | 'on' | 'break' | 'later';
}

/** The shifts that run on the day of `at`, those that began the evening before and run into it first. */
export function shiftsOn(plan: DutyPlan, at: number): ShiftToday[] {
  const { shifts, calendar } = rosterOf(plan);
  const minute = minuteOf(at);
  const today = dayOf(minute);
  return [today - 1, today].flatMap((day) =>
    shifts.flatMap(({ name, people, period }) => {
      const from = day * DAY_MINUTES + period.from;
      const to = from + period.length;
      if (!means(period.days, day, calendar) || dayOf(to - 1) < today) return [];
      const breaks = period.breaks.map((pause) => ({ from: from + pause.from, to: from + pause.to }));
      const pausing = breaks.some((pause) => minute >= pause.from && minute < pause.to);
      const state = minute < from ? 'later' : minute >= to ? 'over' : pausing ? 'break' : 'on';
      const instants = ({ from, to }: { from: number; to: number }) => ({ from: instantOf(from), to: instantOf(to) });
      return [{ name, onCall: people.map(asOnCall), ...instants({ from, to }), breaks: breaks.map(instants), state }];
    }),
  );
}
