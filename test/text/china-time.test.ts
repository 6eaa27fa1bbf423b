import fc from 'fast-check';
import { chinaTime, readChinaTime } from '../../src/text/china-time.js';

/** 2026-11-23 10:40 in China. */
const AT = Date.UTC(2026, 10, 23, 2, 40);
const HOUR = 3_600_000;

test('a time of today is its clock, another has its day', () => {
  expect(chinaTime(AT, AT + HOUR)).toBe('10:40');
  expect(chinaTime(AT, AT + 24 * HOUR)).toBe('11/23 10:40');
  expect(chinaTime(Date.UTC(2026, 10, 23, 16, 5), AT)).toBe('11/24 00:05');
});

test.each([
  ['10:40', 'past', AT],
  ['9:05', 'past', AT - 95 * 60_000],
  ['10:41', 'past', AT - 24 * HOUR + 60_000],
  ['10:40', 'future', AT + 24 * HOUR],
  ['12:00', 'future', AT + 80 * 60_000],
  ['2026-11-23 10:40', 'future', AT],
  ['2026-11-23T10:40:30', 'past', AT + 30_000],
  ['2026-11-23T02:40:00Z', 'past', AT],
  ['2026-11-23T10:40+08:00', 'past', AT],
] as const)('%s (%s) is read', (text, toward, wanted) => {
  expect(readChinaTime(text, AT, toward)).toBe(wanted);
});

test.each([
  '',
  '24:00',
  '10:60',
  '2026-02-30 10:00',
  '2026-13-01 10:00',
  'soon',
  '10',
  '2026-11-23',
  '2026-11-23T25:00Z',
])('%s is no time', (text) => {
  expect(readChinaTime(text, AT, 'past')).toBeUndefined();
});

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), (ms) => {
      const minute = Math.floor(ms / 60_000) * 60_000;
      expect(readChinaTime(chinaTime(minute, minute), minute, 'past')).toBe(minute);
    }),
  );
});
