import { type Duty, dutyAt, shiftsOn } from '../../src/duty/duty.js';
import { isoOf, parseTime } from '../../src/duty/time.js';
import type { Severity } from '../../src/knowledge/schema.js';
import { PEOPLE, planOf, WEEK } from './plan.js';

const week = planOf(WEEK);
const at = (time: string): number => parseTime(time) ?? Number.NaN;
const ask = (time: string, severity: Severity = 'normal', plan = week): Duty => dutyAt(plan, severity, at(time));
const names = ({ onCall }: Duty): string[] => onCall.map(({ name }) => name);
const when = (time: number | null): string | null =>
  time === null ? null : isoOf(time).slice(0, 16).replace('T', ' ');

/** Who, after hours or not, why, until when, and when somebody is back. */
const told = (duty: Duty) => [
  names(duty).join(),
  duty.afterHours,
  duty.reason.key,
  when(duty.until),
  when(duty.nextAt),
];

describe('who is on duty', () => {
  test.each([
    // Monday 23 November 2026
    ['2026-11-23 08:29', ['', true, 'hours', '2026-11-23 08:30', '2026-11-23 08:30']],
    ['2026-11-23 08:30', ['值班甲,值班乙', false, 'shift', '2026-11-23 12:00', null]],
    ['2026-11-23 12:00', ['', true, 'break', '2026-11-23 13:00', '2026-11-23 13:00']],
    ['2026-11-23 13:00', ['值班甲,值班乙', false, 'shift', '2026-11-23 18:00', null]],
    ['2026-11-23 18:00', ['值班乙', false, 'shift', '2026-11-24 02:00', null]],
    // After midnight the shift still belongs to the day it began on: Friday's runs into Saturday, Saturday has none.
    ['2026-11-28 01:59', ['值班乙', false, 'shift', '2026-11-28 02:00', null]],
    ['2026-11-28 02:00', ['', true, 'restDay', '2026-11-28 10:00', '2026-11-28 10:00']],
    ['2026-11-29 01:00', ['', true, 'restDay', '2026-11-29 10:00', '2026-11-29 10:00']],
    // A holiday beats the weekday: the first of October 2026 is a Thursday. Wednesday's night shift still ends on it.
    ['2026-10-01 01:30', ['值班乙', false, 'holidayShift', '2026-10-01 02:00', null]],
    ['2026-10-01 09:00', ['', true, 'holiday', '2026-10-01 10:00', '2026-10-01 10:00']],
    ['2026-10-01 10:00', ['值班乙', false, 'holidayShift', '2026-10-01 16:00', null]],
    ['2026-10-07 20:00', ['', true, 'holiday', '2026-10-08 08:30', '2026-10-08 08:30']],
    // A day worked in exchange beats the weekend: a Saturday.
    ['2026-10-10 09:00', ['值班甲,值班乙', false, 'workdayShift', '2026-10-10 12:00', null]],
  ])('%s', (time, expected) => {
    expect(told(ask(time))).toEqual(expected);
  });

  test('the reason names the shift and the day', () => {
    expect(ask('2026-11-23 09:00').reason).toEqual({ key: 'shift', shifts: ['白班'], day: '' });
    expect(ask('2026-11-23 12:30').reason).toEqual({ key: 'break', shifts: ['白班'], day: '' });
    expect(ask('2026-10-01 09:00').reason).toEqual({ key: 'holiday', shifts: [], day: '国庆节' });
    expect(ask('2026-10-10 09:00').reason).toEqual({ key: 'workdayShift', shifts: ['白班'], day: '国庆调休' });
  });

  test('each is told with account and duty, and nothing else', () => {
    expect(ask('2026-11-23 19:00').onCall).toEqual([{ name: '值班乙', userid: 'duty-b', duty: '晚班' }]);
  });

  test('somebody in two shifts at once is named once, at the first place', () => {
    const plan = planOf(`${PEOPLE}
shifts:
  - { name: 一线, days: 每天, from: "09:00", to: "18:00", onCall: [值班乙, 值班甲] }
  - { name: 二线, days: 每天, from: "09:00", to: "20:00", onCall: [值班甲, 值班乙] }
`);
    expect(names(ask('2026-11-23 10:00', 'normal', plan))).toEqual(['值班乙', '值班甲']);
    // At 18:00 only the order changes, and that is a change.
    expect(when(ask('2026-11-23 10:00', 'normal', plan).until)).toBe('2026-11-23 18:00');
    expect(names(ask('2026-11-23 18:00', 'normal', plan))).toEqual(['值班甲', '值班乙']);
  });
});

describe('severities', () => {
  test('after hours the rule says who is called all the same, in order, and it stays after hours', () => {
    const duty = ask('2026-11-28 03:00', 'emergency');
    expect(told(duty)).toEqual(['值班主管,值班甲', true, 'restDay', '2026-11-28 10:00', '2026-11-28 10:00']);
    expect(names(ask('2026-11-28 03:00', 'urgent'))).toEqual([]);
  });

  test('a break is after hours too', () => {
    expect(names(ask('2026-11-23 12:30', 'emergency'))).toEqual(['值班主管', '值班甲']);
  });

  const limited = planOf(`${PEOPLE}
shifts:
  - { name: 专班, days: 每天, from: "00:00", to: "24:00", onCall: [值班主管] }
  - { name: 白班, days: 每天, from: "09:00", to: "18:00", onCall: [值班主管, 值班甲] }
`);

  test('somebody who takes only emergencies is not on duty for the rest', () => {
    expect(told(ask('2026-11-23 20:00', 'normal', limited))).toEqual([
      '',
      true,
      'limited',
      '2026-11-24 09:00',
      '2026-11-24 09:00',
    ]);
    expect(names(ask('2026-11-23 10:00', 'normal', limited))).toEqual(['值班甲']);
    expect(names(ask('2026-11-23 10:00', 'emergency', limited))).toEqual(['值班主管', '值班甲']);
  });

  test('the shifts named as the reason are those that help', () => {
    expect(ask('2026-11-23 10:00', 'normal', limited).reason.shifts).toEqual(['白班']);
  });
});

describe('what is not written', () => {
  test('nobody: nobody is on duty, ever', () => {
    expect(told(ask('2026-11-23 10:00', 'emergency', planOf('{}')))).toEqual(['', true, 'nobody', null, null]);
  });

  test('people without hours are on duty at all hours, as before there were hours', () => {
    expect(told(ask('2026-11-23 03:00', 'normal', planOf(PEOPLE)))).toEqual([
      '值班甲,值班乙',
      false,
      'always',
      null,
      null,
    ]);
  });

  test('dutyHours are shifts of everybody', () => {
    const plan = planOf(`${PEOPLE}dutyHours: [{ days: 周一至周五, from: "08:30", to: "18:00" }]`);
    expect(told(ask('2026-11-27 10:00', 'normal', plan))).toEqual([
      '值班甲,值班乙',
      false,
      'shift',
      '2026-11-27 18:00',
      null,
    ]);
    expect(told(ask('2026-11-27 18:00', 'normal', plan))).toEqual([
      '',
      true,
      'hours',
      '2026-11-30 08:30',
      '2026-11-30 08:30',
    ]);
  });

  test('hours without people name nobody', () => {
    const plan = planOf('dutyHours: [{ days: 每天, from: "00:00", to: "24:00" }]');
    expect(told(ask('2026-11-27 10:00', 'normal', plan))).toEqual(['', true, 'nobody', null, null]);
  });

  test('a shift that only begins after more than 100 days is not waited for', () => {
    const holidays = [1, 2, 3, 4].map((n) => `  - { name: 歇业, from: 2026-0${n}-01, to: 2026-0${n}-28 }`).join('\n');
    const rest =
      '  - { name: 歇业, from: 2026-01-29, to: 2026-01-31 }\n  - { name: 歇业, from: 2026-03-29, to: 2026-03-31 }';
    const plan = planOf(`${PEOPLE}
shifts: [{ name: 白班, days: 工作日, from: "09:00", to: "18:00", onCall: [值班甲] }]
holidays:
${holidays}
${rest}
`);
    expect(ask('2026-01-10 12:00', 'normal', plan).nextAt).toBeNull();
    expect(when(ask('2026-01-25 12:00', 'normal', plan).nextAt)).toBe('2026-04-29 09:00');
  });
});

describe('what comes back seldom is found:', () => {
  test('an hour a week, asked for just after it', () => {
    const plan = planOf(`${PEOPLE}shifts: [{ name: 周会, days: 周一, from: "08:00", to: "09:00", onCall: [值班甲] }]`);
    expect(when(ask('2026-11-23 09:00', 'normal', plan).nextAt)).toBe('2026-11-30 08:00');
  });

  test('a gap in the night after a holiday, on a day like any other', () => {
    const plan = planOf(`${PEOPLE}
shifts:
  - { name: 白班, days: 每天, from: "06:00", to: "24:00", onCall: [值班甲] }
  - { name: 夜班, days: 工作日, from: "22:00", to: "06:00", onCall: [值班甲] }
  - { name: 周末夜班, days: 周末, from: "22:00", to: "06:00", onCall: [值班甲] }
holidays: [{ name: 歇业, date: 2026-12-08 }]
`);
    expect(when(ask('2026-11-23 10:00', 'normal', plan).until)).toBe('2026-12-09 00:00');
  });
});

describe('a day worked in exchange', () => {
  const split = (workday: string) =>
    planOf(`${PEOPLE}
shifts:
  - { name: 单日, days: 周一、周三、周五, from: "09:00", to: "18:00", onCall: [值班甲] }
  - { name: 双日, days: 周二、周四, from: "09:00", to: "18:00", onCall: [值班乙] }
  - { name: 周末, days: 周末, from: "09:00", to: "18:00", onCall: [值班主管] }
workdays: [${workday}]
`);
  const on = (workday: string) => names(ask('2026-10-10 10:00', 'emergency', split(workday)));

  test('is worked by the shifts of the weekday it stands for, not by those of its own', () => {
    expect(on('{ name: 调休, date: 2026-10-10, as: 周五 }')).toEqual(['值班甲']);
    expect(on('{ name: 调休, date: 2026-10-10, as: 周四 }')).toEqual(['值班乙']);
    expect(on('')).toEqual(['值班主管']);
  });

  test('without one, only shifts of all working days are meant', () => {
    expect(on('{ name: 调休, date: 2026-10-10 }')).toEqual([]);
  });
});

describe('the shifts of a day', () => {
  const list = (time: string) =>
    shiftsOn(week, at(time)).map(({ name, state, from, to }) => [name, state, when(from), when(to)]);

  test('begin with the one that runs in from the evening before', () => {
    expect(list('2026-11-24 01:00')).toEqual([
      ['夜班', 'on', '2026-11-23 18:00', '2026-11-24 02:00'],
      ['白班', 'later', '2026-11-24 08:30', '2026-11-24 18:00'],
      ['夜班', 'later', '2026-11-24 18:00', '2026-11-25 02:00'],
    ]);
  });

  test('say who is in a break and what is over', () => {
    expect(list('2026-11-24 12:15').map(([, state]) => state)).toEqual(['over', 'break', 'later']);
  });
});
