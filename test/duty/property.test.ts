/** Whatever is written in the calendar: one thing holds at each minute, and the next change is the next change. */
import fc from 'fast-check';
import { type Duty, type DutyPlan, dutyAt } from '../../src/duty/duty.js';
import { SEVERITIES } from '../../src/knowledge/schema.js';
import { planOf } from './plan.js';

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 96 * QUARTER_MS;
/** Monday 2026-11-23 00:00 in China. */
const MONDAY = Date.UTC(2026, 10, 22, 16);
const NAMES = ['甲', '乙', '丙'];

const quarter = fc.integer({ min: 0, max: 95 });
const clock = (quarters: number): string =>
  `${String(Math.floor(quarters / 4) % 24).padStart(2, '0')}:${String((quarters % 4) * 15).padStart(2, '0')}`;
const days = fc.constantFrom('每天', '工作日', '休息日', '周一至周五', '周六、周日', '周三', '周五至周一');
const people = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 });

const shift = fc
  .record({ days, from: quarter, length: fc.integer({ min: 4, max: 95 }), pause: fc.boolean(), onCall: people })
  .map(({ days, from, length, pause, onCall }) => ({
    name: '班',
    days,
    from: clock(from),
    to: clock(from + length),
    breaks: pause ? [{ from: clock(from + 1), to: clock(from + 3) }] : [],
    onCall,
  }));

const date = (day: number): string => new Date(MONDAY + 8 * 3_600_000 + day * DAY_MS).toISOString().slice(0, 10);
const named = fc.uniqueArray(fc.integer({ min: 0, max: 13 }), { maxLength: 5 });

const plan: fc.Arbitrary<DutyPlan> = fc
  .record({
    shifts: fc.array(shift, { maxLength: 4 }),
    named,
    as: fc.option(fc.constantFrom('周三', '周六'), { nil: null }),
    emergency: fc.option(people, { nil: [] }),
    limits: fc.array(fc.option(fc.constantFrom(...SEVERITIES), { nil: null }), { minLength: 3, maxLength: 3 }),
  })
  .map(({ shifts, named, as, emergency, limits }) => {
    const half = Math.ceil(named.length / 2);
    return planOf(
      JSON.stringify({
        onCall: NAMES.map((name, index) => {
          const limit = limits[index];
          return { name, duty: '班', ...(limit ? { severities: [limit] } : {}) };
        }),
        shifts,
        holidays: named.slice(0, half).map((day) => ({ name: '假', date: date(day) })),
        workdays: named.slice(half).map((day) => ({ name: '调休', date: date(day), ...(as ? { as } : {}) })),
        afterHours: { emergency },
      }),
    );
  });

const instant = fc.integer({ min: 0, max: 14 * 24 * 60 - 1 }).map((minute) => MONDAY + minute * 60_000);
const severity = fc.constantFrom(...SEVERITIES);
const who = ({ onCall, afterHours }: Duty): string => JSON.stringify([onCall, afterHours]);

/** The same worked out the long way, by the calendar of the platform. */
const inChina = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Shanghai',
  weekday: 'short',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const HOLDS: Readonly<Record<string, (weekday: number, off: boolean) => boolean>> = {
  每天: () => true,
  工作日: (_, off) => !off,
  休息日: (_, off) => off,
};
const BY_NAME: Readonly<Record<string, readonly number[]>> = {
  周一至周五: [0, 1, 2, 3, 4],
  '周六、周日': [5, 6],
  周三: [2],
  周五至周一: [4, 5, 6, 0],
};

function running(plan: DutyPlan, shift: DutyPlan['shifts'][number], at: number): boolean {
  for (const back of [0, 1]) {
    const parts = Object.fromEntries(inChina.formatToParts(at - back * DAY_MS).map(({ type, value }) => [type, value]));
    const day = `${parts.year}-${parts.month}-${parts.day}`;
    const weekday = WEEKDAYS.indexOf(parts.weekday ?? '');
    const holiday = plan.holidays.some((one) => one.date === day);
    const worked = plan.workdays.find((one) => one.date === day);
    const off = holiday || (!worked && weekday >= 5);
    const standsFor = worked === undefined ? weekday : worked.as === '周三' ? 2 : worked.as === '周六' ? 5 : null;
    const byName =
      standsFor === null ? shift.days === '周一至周五' : !holiday && BY_NAME[shift.days]?.includes(standsFor) === true;
    if (!(HOLDS[shift.days]?.(weekday, off) ?? byName)) continue;
    const time = `${parts.hour}:${parts.minute}`;
    const over = shift.to <= shift.from;
    const inside = back === 0 ? time >= shift.from && (over || time < shift.to) : over && time < shift.to;
    const pausing = shift.breaks.some(({ from, to }) =>
      from < to ? time >= from && time < to : time >= from || time < to,
    );
    if (inside && !pausing) return true;
  }
  return false;
}

test('at any minute either somebody who takes the case is on duty, or it is after hours', () => {
  fc.assert(
    fc.property(plan, severity, instant, (plan, severity, at) => {
      const duty = dutyAt(plan, severity, at);
      const takes = (name: string) =>
        plan.onCall.find((person) => person.name === name)?.severities?.includes(severity) ?? true;
      const shifts =
        plan.shifts.length === 0 ? [{ onCall: NAMES }] : plan.shifts.filter((shift) => running(plan, shift, at));
      const expected = [...new Set(shifts.flatMap(({ onCall }) => onCall))].filter(takes);
      const names = duty.onCall.map(({ name }) => name);
      expect(duty.afterHours).toBe(expected.length === 0);
      expect(names).toEqual(duty.afterHours ? plan.afterHours[severity] : expected);
      expect(new Set(names).size).toBe(names.length);
      if (!duty.afterHours) expect(duty.nextAt).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test('until is the first moment at which it changes, and nextAt the first at which somebody is back', () => {
  fc.assert(
    fc.property(plan, severity, instant, (plan, severity, at) => {
      const duty = dutyAt(plan, severity, at);
      const first = at - (at % QUARTER_MS) + QUARTER_MS;
      // Everything written in these calendars is at a quarter of an hour.
      for (let then = first; then < at + 9 * DAY_MS; then += QUARTER_MS) {
        const changed = who(dutyAt(plan, severity, then)) !== who(duty);
        expect({ then, changed }).toEqual({ then, changed: then === duty.until });
        if (changed) break;
      }
      if (duty.until !== null) expect(duty.until).toBeGreaterThan(at);
      if (duty.nextAt !== null) {
        expect(dutyAt(plan, severity, duty.nextAt).afterHours).toBe(false);
        expect(dutyAt(plan, severity, duty.nextAt - 1).afterHours).toBe(true);
        for (let then = first; then < Math.min(duty.nextAt, at + 9 * DAY_MS); then += QUARTER_MS)
          expect(dutyAt(plan, severity, then).afterHours).toBe(true);
      }
    }),
    { numRuns: 25 },
  );
});

test('within a minute nothing changes', () => {
  fc.assert(
    fc.property(plan, severity, instant, fc.integer({ min: 0, max: 59_999 }), (plan, severity, at, ms) => {
      expect(dutyAt(plan, severity, at + ms)).toEqual(dutyAt(plan, severity, at));
    }),
    { numRuns: 100 },
  );
});
