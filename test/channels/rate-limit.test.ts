import fc from 'fast-check';
import { RateLimiter } from '../../src/channels/rate-limit.js';

const limit = { burst: 3, perSecond: 0.5 };

describe('RateLimiter', () => {
  test('gives the burst, then says how long to wait', () => {
    let now = 0;
    const limiter = new RateLimiter(limit, () => now);
    expect([limiter.take('a'), limiter.take('a'), limiter.take('a'), limiter.take('a')]).toEqual([0, 0, 0, 2000]);
    now = 500;
    expect(limiter.take('a')).toBe(1500);
    now = 2000;
    expect(limiter.take('a')).toBe(0);
    expect(limiter.take('a')).toBe(2000);
  });

  test('never saves up more than the burst', () => {
    let now = 0;
    const limiter = new RateLimiter(limit, () => now);
    limiter.take('a');
    now = 1e9;
    expect([1, 2, 3, 4].map(() => limiter.take('a') === 0)).toEqual([true, true, true, false]);
  });

  test('keys do not share', () => {
    const limiter = new RateLimiter({ burst: 1, perSecond: 1 }, () => 0);
    expect([limiter.take('a'), limiter.take('b'), limiter.take('a')]).toEqual([0, 0, 1000]);
  });

  test('a clock that is set back takes nothing away', () => {
    let now = 10_000;
    const limiter = new RateLimiter(limit, () => now);
    limiter.take('a');
    now = 0;
    expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 0]);
  });

  test('remembers a bounded number of keys, the last used ones', () => {
    const limiter = new RateLimiter({ burst: 1, perSecond: 1 }, () => 0, 2);
    limiter.take('old');
    limiter.take('kept');
    limiter.take('kept');
    limiter.take('new');
    expect(limiter.size).toBe(2);
    expect(limiter.take('kept')).toBe(1000);
    expect(limiter.take('old')).toBe(0);
  });

  test('remembers ten thousand keys unless told otherwise', () => {
    const limiter = new RateLimiter(limit, () => 0);
    for (let key = 0; key <= 10_000; key += 1) limiter.take(String(key));
    expect(limiter.size).toBe(10_000);
  });

  test('over any time no more is granted than the burst and what was gained', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { maxLength: 60 }), (pauses) => {
        let now = 0;
        const limiter = new RateLimiter(limit, () => now);
        let granted = 0;
        for (const pause of pauses) {
          now += pause;
          if (limiter.take('a') === 0) granted += 1;
        }
        expect(granted).toBeLessThanOrEqual(limit.burst + (now / 1000) * limit.perSecond);
      }),
    );
  });

  test('whoever waits as long as told gets through', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 7 }), (burst, perSecond) => {
        let now = 0;
        const limiter = new RateLimiter({ burst, perSecond }, () => now);
        for (let count = 0; count < 30; count += 1) {
          const wait = limiter.take('a');
          if (wait === 0) continue;
          now += wait;
          expect(limiter.take('a')).toBe(0);
        }
      }),
    );
  });
});
