import { calendarOf, DAY_MINUTES, minuteOf } from '../../src/duty/calendar.js';
import { firstChange, HORIZON_DAYS, periodOf, stateAt } from '../../src/duty/period.js';
import { parseDays } from '../../src/knowledge/days.js';

const EVERY_DAY = parseDays('每天');
const NO_DATES = calendarOf({ holidays: [], workdays: [] });
const START = minuteOf(Date.UTC(2026, 10, 23, 2));

/** The minutes that are looked at, in order. */
function looked(calendar = NO_DATES): number[] {
  if (EVERY_DAY === null) throw new Error('these are days');
  const periods = [periodOf(EVERY_DAY, { from: '09:00', to: '18:00' }, [{ from: '12:00', to: '13:00' }])];
  const seen: number[] = [];
  expect(firstChange(periods, START, calendar, (minute) => seen.push(minute) < 0)).toBeNull();
  return seen;
}

test('the search looks at the edges of about a week where nothing ever changes, not at a hundred days', () => {
  const seen = looked();
  expect(seen.length).toBeLessThanOrEqual(4 * 9);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

test('days that the calendar names are looked at wherever they lie before the horizon, and none after it', () => {
  const holidays = [
    { name: '远', date: '2027-02-20' },
    { name: '太远', date: '2027-03-20' },
  ];
  const days = new Set(
    looked(calendarOf({ holidays, workdays: [] })).map((minute) => Math.floor(minute / DAY_MINUTES)),
  );
  const dayOf = (date: string) => Date.parse(date) / 86_400_000;
  expect(days).toContain(dayOf('2027-02-20'));
  expect(days).not.toContain(dayOf('2027-03-20'));
  expect(Math.max(...days) - Math.min(...days)).toBeLessThanOrEqual(HORIZON_DAYS);
});

test('a period over midnight runs on into the day after its own, and not before it', () => {
  const friday = parseDays('周五');
  if (friday === null) throw new Error('that is a day');
  const night = periodOf(friday, { from: '22:00', to: '06:00' }, [{ from: '01:00', to: '01:30' }]);
  const state = (day: number, hour: number, minute = 0) =>
    stateAt(night, minuteOf(Date.UTC(2026, 10, day, hour - 8, minute)), NO_DATES);
  expect([
    state(27, 5),
    state(27, 21, 59),
    state(27, 22),
    state(28, 1),
    state(28, 1, 30),
    state(28, 6),
    state(28, 22),
  ]).toEqual(['off', 'off', 'on', 'break', 'on', 'off', 'off']);
});
