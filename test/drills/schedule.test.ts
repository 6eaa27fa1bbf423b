import * as fc from 'fast-check';
import { outagesOn, SCHEDULE, schedule } from '../../src/drills/schedule.js';
import { calendarOf, dayOf, isDayOff, minuteOf } from '../../src/duty/calendar.js';
import { shiftsOn } from '../../src/duty/duty.js';
import { isoOf, parseTime } from '../../src/duty/time.js';
import { emptyBoard } from '../../src/incidents/board.js';
import { type DrillTeam, drillTeamSchema } from '../../src/knowledge/schema.js';
import { planOf, WEEK } from '../duty/plan.js';

const HOUR = 3_600_000;
const at = (text: string): number => parseTime(text) ?? Number.NaN;
const YEAR = { from: at('2026-01-01 00:00'), to: at('2027-01-01 00:00') };
const team = (given: Partial<DrillTeam> = {}): DrillTeam => drillTeamSchema.parse({ name: '一店', ...given });
const plan = planOf(WEEK);
const bare = planOf('onCall: []');
const told = (planned: ReturnType<typeof schedule>) =>
  planned.map(({ at: when, moved }) => [when === null ? null : isoOf(when).slice(0, 16), ...moved]);

test('a team practises once a quarter unless it says otherwise', () => {
  // The 15th of March and of… 2026: a Sunday, a Monday, a Tuesday, a Tuesday.
  expect(told(schedule([team()], bare, [], YEAR))).toEqual([
    ['2026-03-16T09:00', 'day-off', 'hours'],
    ['2026-06-15T15:00'],
    ['2026-09-15T15:00'],
    ['2026-12-15T15:00'],
  ]);
  expect(told(schedule([team({ months: [2], day: 3, time: '10:30' })], bare, [], YEAR))).toEqual([
    ['2026-02-03T10:30'],
  ]);
});

test('it is put off to the first working hour after a holiday', () => {
  const october = team({ months: [10], day: 2 });
  expect(told(schedule([october], plan, [], YEAR))).toEqual([['2026-10-08T09:00', 'day-off', 'hours']]);
});

test('a day worked in exchange is a working day, the weekend beside it is not', () => {
  const on = (day: number) => told(schedule([team({ months: [10], day, time: '10:00' })], plan, [], YEAR));
  expect(on(10)).toEqual([['2026-10-10T10:00']]);
  expect(on(11)).toEqual([['2026-10-12T09:00', 'day-off', 'hours']]);
});

test('it does not run into a break', () => {
  const noon = (time: string) => told(schedule([team({ months: [6], time })], plan, [], YEAR));
  expect(noon('11:45')).toEqual([['2026-06-15T13:00', 'hours']]);
  expect(noon('11:30')).toEqual([['2026-06-15T11:30']]);
});

test('while something is out it waits for the next free working hour', () => {
  const june = [team({ months: [6] })];
  const out = (from: string, to: string) => [{ from: at(from), to: at(to) }];
  expect(told(schedule(june, plan, out('2026-06-15 14:00', '2026-06-15 15:10'), YEAR))).toEqual([
    ['2026-06-15T16:00', 'outage'],
  ]);
  // The outage begins within the drill.
  expect(told(schedule(june, plan, out('2026-06-15 15:20', '2026-06-15 15:50'), YEAR))).toEqual([
    ['2026-06-15T16:00', 'outage'],
  ]);
  expect(told(schedule(june, plan, out('2026-06-15 15:30', '2026-06-15 16:00'), YEAR))).toEqual([['2026-06-15T15:00']]);
  expect(told(schedule(june, plan, out('2026-06-15 10:00', '2026-08-15 10:00'), YEAR))).toEqual([
    [null, 'outage', 'hours', 'day-off'],
  ]);
});

test('nobody knows how long an outage without an end lasts: an hour at least', () => {
  const since = at('2026-06-15 14:40');
  const now = at('2026-06-15 15:00');
  const incident = {
    id: 'a',
    kind: 'outage' as const,
    what: '银联',
    scope: {},
    means: 'channel',
    since,
    by: 'operator' as const,
    updates: [],
  };
  const on = (more: object) =>
    outagesOn({ ...emptyBoard(), incidents: [{ ...incident, state: 'open', ...more }] }, now).map(({ to }) => to);
  expect(on({})).toEqual([now + HOUR]);
  expect(on({ expectedEnd: now + 5 * HOUR })).toEqual([now + 5 * HOUR]);
  // It should have been over by now, and is not.
  expect(on({ expectedEnd: now - HOUR })).toEqual([now + HOUR]);
  expect(on({ state: 'closed', closedAt: now - HOUR })).toEqual([now - HOUR]);
  expect(on({ state: 'planned', since: now + HOUR, expectedEnd: now + 2 * HOUR })).toEqual([now + 2 * HOUR]);
});

test('whatever is out: never on a day off, never outside a shift, never during it, never before it was wanted', () => {
  const calendar = calendarOf(plan);
  const span = fc.record({ start: fc.integer({ min: 0, max: 60 * 24 }), hours: fc.integer({ min: 1, max: 90 }) });
  const given = fc.record({
    day: fc.integer({ min: 1, max: 28 }),
    hour: fc.integer({ min: 0, max: 23 }),
    month: fc.integer({ min: 9, max: 10 }),
    spans: fc.array(span, { maxLength: 4 }),
  });
  const first = at('2026-09-01 00:00');
  fc.assert(
    fc.property(given, ({ day, hour, month, spans }) => {
      const outages = spans.map(({ start, hours }) => ({
        from: first + start * HOUR,
        to: first + (start + hours) * HOUR,
      }));
      const time = `${String(hour).padStart(2, '0')}:00`;
      const [planned] = schedule([team({ months: [month], day, time })], plan, outages, YEAR);
      expect(planned).toBeDefined();
      if (planned === undefined || planned.at === null) return;
      const [begins, ends] = [planned.at, planned.at + SCHEDULE.length * 60_000];
      expect(begins).toBeGreaterThanOrEqual(planned.wanted);
      expect(isDayOff(dayOf(minuteOf(begins)), calendar)).toBe(false);
      expect(shiftsOn(plan, begins).some(({ state }) => state === 'on')).toBe(true);
      expect(shiftsOn(plan, ends - 60_000).some(({ state }) => state === 'on')).toBe(true);
      expect(outages.some(({ from, to }) => from < ends && to > begins)).toBe(false);
      expect(planned.moved.length === 0).toBe(begins === planned.wanted);
    }),
    { numRuns: 60 },
  );
});
