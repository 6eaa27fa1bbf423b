import { ratio, saving } from '../../src/simulate/statistics.js';

describe('a mean over blocks of merchants', () => {
  test('weighs each merchant alike, whatever the size of the block', () => {
    // (6 + 2) ÷ (3 + 1)
    expect(
      ratio([
        { sum: 6, count: 3 },
        { sum: 2, count: 1 },
      ]).value,
    ).toBe(2);
  });

  test('has the interval that single merchants would have if a block holds one', () => {
    // 1, 2, 3, 4: s = √(5/3), standard error s ÷ 2, 1.96 of them.
    const { half } = ratio([1, 2, 3, 4].map((sum) => ({ sum, count: 1 })));
    expect(half).toBeCloseTo((1.96 * Math.sqrt(5 / 3)) / 2, 10);
  });

  test('has no interval over a single block', () => {
    expect(ratio([{ sum: 6, count: 3 }]).half).toBeNaN();
  });
});

describe('a saving', () => {
  test('is a share of what the other costs', () => {
    expect(saving([8, 7], [10, 10]).value).toBeCloseTo(0.25, 12);
  });

  test('is certain where ours costs the same share of theirs on every merchant', () => {
    const { value, half } = saving([1, 10, 3], [2, 20, 6]);
    expect(value).toBeCloseTo(0.5, 12);
    expect(half).toBeCloseTo(0, 12);
  });
});
