import fc from 'fast-check';
import { calendarOf, dateOf, kindOfDay, weekdayOf } from '../../src/duty/calendar.js';
import { isoOf, momentOf, parseTime } from '../../src/duty/time.js';

const TEN = Date.UTC(2026, 10, 23, 2);

test.each([
  '2026-11-23 10:00',
  '2026-11-23T10:00',
  ' 2026-11-23 10:00:00 ',
  '2026-11-23T10:00:00+08:00',
  '2026-11-23T02:00:00Z',
  '2026-11-23T02:00:00.000Z',
  '2026-11-22T21:00-05:00',
  '2026-11-23T10:00+0800',
])('%s is ten in the morning of a Monday in China', (text) => {
  expect(parseTime(text)).toBe(TEN);
});

test.each([
  '',
  'now',
  '10:00',
  '2026-11-23',
  '2026-02-30 10:00',
  '2026-13-01 10:00',
  '2026-11-23 24:00',
  '2026-11-23 9:30',
  '2026/11/23 10:00',
  '2026-11-23 10:00 PM',
  '2026-11-23T10:00+15:00',
  '1790000000',
])('%s is no time', (text) => {
  expect(parseTime(text)).toBeNull();
});

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 60_000_000 }), (minute) => {
      expect(parseTime(isoOf(minute * 60_000))).toBe(minute * 60_000);
    }),
  );
});

test('days and times are China’s, and counted from today’s', () => {
  const late = Date.UTC(2026, 10, 23, 15, 59);
  expect(momentOf(late, TEN)).toEqual({ ahead: 0, date: '2026-11-23', month: 11, day: 23, weekday: 1, time: '23:59' });
  expect(momentOf(late + 60_000, TEN)).toMatchObject({ ahead: 1, date: '2026-11-24', weekday: 2, time: '00:00' });
  expect(momentOf(Date.UTC(2026, 11, 31, 16), TEN)).toMatchObject({ date: '2027-01-01', month: 1, day: 1, weekday: 5 });
});

test('weekdays are right over leap years and before 1970', () => {
  fc.assert(
    fc.property(fc.integer({ min: -10_000, max: 40_000 }), (day) => {
      const sunday0 = new Date(`${dateOf(day)}T12:00:00Z`).getUTCDay();
      expect(weekdayOf(day) % 7).toBe(sunday0);
    }),
  );
});

test('each day of a holiday has its name, and no other', () => {
  const calendar = calendarOf({ holidays: [{ name: '国庆节', from: '2026-10-01', to: '2026-10-07' }], workdays: [] });
  const kinds = [20_725, 20_726, 20_727, 20_733, 20_734].map((day) => [dateOf(day), kindOfDay(day, calendar).name]);
  expect(kinds).toEqual([
    ['2026-09-29', ''],
    ['2026-09-30', ''],
    ['2026-10-01', '国庆节'],
    ['2026-10-07', '国庆节'],
    ['2026-10-08', ''],
  ]);
});
