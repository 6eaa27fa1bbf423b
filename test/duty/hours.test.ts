import { calendarOf } from '../../src/duty/calendar.js';
import { openingAt, parseHours } from '../../src/duty/hours.js';
import { isoOf, parseTime } from '../../src/duty/time.js';
import { realWorld } from '../support/world.js';

const NO_DATES = calendarOf({ holidays: [], workdays: [] });
const NATIONAL_DAY = calendarOf({
  holidays: [{ name: '国庆节', from: '2026-10-01', to: '2026-10-07' }],
  workdays: [{ name: '调休', date: '2026-10-10' }],
});

/** 「开到 18:00」, 「关到 …」, 「开」 (always), or null where the text does not say. */
function at(hours: string, time: string, calendar = NO_DATES): string | null {
  const opening = openingAt(hours, parseTime(time) ?? Number.NaN, calendar);
  if (opening === null) return null;
  const until = opening.until === null ? '' : `到 ${isoOf(opening.until).slice(5, 16).replace('T', ' ')}`;
  return `${opening.open ? '开' : '关'}${until}`;
}

describe('hours that leave no doubt are read', () => {
  test.each([
    ['24 小时', '2026-11-23 03:00', '开'],
    ['24小时', '2026-11-23 03:00', '开'],
    ['全天 24 小时', '2026-11-23 03:00', '开'],
    ['7×24 小时', '2026-11-23 03:00', '开'],
    ['全年 24 小时', '2026-11-23 03:00', '开'],
    ['9:00—18:00', '2026-11-23 08:59', '关到 11-23 09:00'],
    ['9:00—18:00', '2026-11-23 09:00', '开到 11-23 18:00'],
    ['9:00—18:00', '2026-11-23 18:00', '关到 11-24 09:00'],
    ['9:00-18:00', '2026-11-23 12:00', '开到 11-23 18:00'],
    ['09：00～18：00', '2026-11-23 12:00', '开到 11-23 18:00'],
    ['每天 8:30 至 20:30', '2026-11-28 20:30', '关到 11-29 08:30'],
    ['8:00—24:00', '2026-11-23 23:59', '开到 11-24 00:00'],
    ['20:00—6:00', '2026-11-23 05:59', '开到 11-23 06:00'],
    ['工作日 9:00—12:00、13:00—17:00', '2026-11-27 12:30', '关到 11-27 13:00'],
    ['工作日 9:00—12:00、13:00—17:00', '2026-11-27 17:00', '关到 11-30 09:00'],
    ['周一至周五 9:00—18:00；周六 9:00—12:00', '2026-11-28 11:00', '开到 11-28 12:00'],
    ['周一至周五 9:00—18:00；周六 9:00—12:00', '2026-11-29 11:00', '关到 11-30 09:00'],
    ['工作日 24 小时', '2026-11-28 11:00', '关到 11-30 00:00'],
  ])('%s, %s: %s', (hours, time, expected) => {
    expect(at(hours, time)).toBe(expected);
  });

  test('holidays and days worked in exchange count', () => {
    expect(at('工作日 9:00—17:00', '2026-10-01 10:00', NATIONAL_DAY)).toBe('关到 10-08 09:00');
    expect(at('工作日 9:00—17:00', '2026-10-10 10:00', NATIONAL_DAY)).toBe('开到 10-10 17:00');
  });
});

test.each([
  '',
  '24 小时，人工多为 8:00—24:00',
  '按 2 转商户，09:00—22:00',
  '信用卡热线 24 小时',
  '工作日约 9:00—12:00、13:00—17:00',
  '工作日，各地不同：上午 8:30—11:30 前后，下午约 13:30—17:30',
  '9:00—18:00（节假日除外）',
  '9:00 起',
  '9:00—9:00',
  '25:00—26:00',
  '124 小时',
  '24 小时制',
  '每天',
  '工作时间',
  '9:00—18:00；',
])('a text that says more, or less, is no certainty: 「%s」', (hours) => {
  expect(parseHours(hours)).toBeNull();
});

test('no contact is called closed for a text that somebody would read otherwise', () => {
  const read = [...realWorld().knowledge.contacts.values()].filter(({ hours }) => parseHours(hours) !== null);
  expect([...new Set(read.map(({ hours }) => hours))].sort()).toEqual([
    '09:00—22:00',
    '24 小时',
    '9:00—18:00',
    '每天 8:30—20:30',
  ]);
});
