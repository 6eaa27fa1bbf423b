import fc from 'fast-check';
import { auroc, calibrationError, equalMassBins, macroF1, quantile, tallies } from '../../src/eval/metrics.js';

test('calibration error is 0 of forecasts that come true as often as they say, and the distance of those that do not', () => {
  const rows = (p: number, hits: number, n: number) =>
    Array.from({ length: n }, (_, i) => ({ p, target: i < hits ? 1 : 0 }));
  expect(calibrationError([...rows(0.25, 25, 100)], 1)).toBeCloseTo(0);
  expect(calibrationError([...rows(0.1, 50, 100), ...rows(0.9, 90, 100)], 2)).toBeCloseTo(0.2);
  expect(calibrationError([])).toBeNull();
});

test('bins of equal mass hold every forecast once, in order, and differ by at most one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ p: fc.double({ min: 0, max: 1, noNaN: true }), target: fc.constantFrom(0, 0.5, 1) })),
      fc.integer({ min: 1, max: 12 }),
      (forecasts, bins) => {
        const found = equalMassBins(forecasts, bins);
        const counts = found.map(({ count }) => count);
        expect(counts.reduce((a, b) => a + b, 0)).toBe(forecasts.length);
        if (forecasts.length >= bins) expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        for (let i = 1; i < found.length; i++)
          expect(found[i]?.p ?? 0).toBeGreaterThanOrEqual((found[i - 1]?.p ?? 0) - 1e-12);
      },
    ),
  );
});

test('AUROC is the share of pairs in the right order, ties counting half', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 }),
      (positives, negatives) => {
        const pairs = positives.flatMap((p) => negatives.map((n) => (p > n ? 1 : p === n ? 0.5 : 0)));
        expect(auroc(positives, negatives)).toBeCloseTo(pairs.reduce<number>((a, b) => a + b, 0) / pairs.length);
      },
    ),
  );
  expect(auroc([], [1])).toBeNull();
});

test('F1 by label and its mean', () => {
  const pairs = [
    { truth: 'a', told: 'a' },
    { truth: 'a', told: 'b' },
    { truth: 'b', told: 'b' },
  ];
  expect(tallies(pairs).map(({ label, precision, recall }) => [label, precision, recall])).toEqual([
    ['a', 1, 0.5],
    ['b', 0.5, 1],
  ]);
  expect(macroF1(pairs)).toBeCloseTo(2 / 3);
});

test('quantiles by nearest rank', () => {
  expect([0, 0.5, 0.99, 1].map((part) => quantile([3, 1, 2], part))).toEqual([1, 2, 3, 3]);
  expect(quantile([], 0.5)).toBeNull();
});
