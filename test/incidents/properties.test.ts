import fc from 'fast-check';
import { detectorFrom, mergedFrom, type Report, STATE_LIMIT, stateOf, streamsOf } from '../../src/incidents/index.js';
import { LIMITS } from '../../src/incidents/memory.js';
import { LEAST_SHOPS } from '../../src/incidents/stream.js';
import { hashOf } from '../../src/incidents/streams.js';
import { burst, HOUR, MINUTE, observeAll, TEN, trainedDetector } from './trained.js';

const report = (minutes: number) =>
  fc.record({
    at: fc.integer({ min: 0, max: minutes * MINUTE - 1 }).map((after) => TEN + MINUTE + after),
    shop: fc.integer({ min: 0, max: 30 }).map((shop) => `shop ${shop}`),
    channel: fc.constantFrom('wechat', 'card'),
    region: fc.constantFrom('上海', '北京'),
  });
const reports = (minutes: number, maxLength = 25) => fc.array(report(minutes), { maxLength });
const inOrder = (list: readonly Report[]) => [...list].sort((one, other) => one.at - other.at);
const scores = (detector: ReturnType<typeof trainedDetector>) =>
  [...detector.memory.streams.values()].map((stream) => [stream.key, detector.finding(stream)] as const);
const streamNames = fc.constantFrom(...streamsOf({ channel: 'wechat', region: '上海' }));

describe('for any reports', () => {
  test('their order within a minute makes no difference to the evidence', () => {
    fc.assert(
      fc.property(reports(1), fc.func(fc.integer()), (list, order) => {
        const [straight, mixed] = [trainedDetector(), trainedDetector()];
        const now = TEN + 2 * MINUTE;
        for (const one of list) straight.observe(one, now);
        for (const one of [...list].sort((a, b) => order(a) - order(b))) mixed.observe(one, now);
        expect(scores(mixed)).toEqual(scores(straight));
      }),
      { numRuns: 15 },
    );
  });

  test('one report more in a stream, in its window, never lowers its evidence', () => {
    fc.assert(
      fc.property(reports(60), streamNames, fc.nat(1), (list, key, far) => {
        const [without, more] = [trainedDetector(), trainedDetector()];
        for (const detector of [without, more]) observeAll(detector, inOrder(list));
        const now = TEN + 2 * HOUR;
        for (const detector of [without, more]) detector.advance(now);
        const stream = without.memory.stream(key);
        if (stream === undefined) throw new Error(key);
        const { since, score } = without.finding(stream);
        const at = Math.min(now, since * MINUTE + far * (now - since * MINUTE));
        more.observe({ at, shop: 'one more', channel: 'wechat', region: '上海' }, now);
        const same = more.memory.streams.get(key);
        expect(same && more.finding(same).score).toBeGreaterThanOrEqual(score);
      }),
      { numRuns: 15 },
    );
  });

  test('no alarm without enough shops, however often they write', () => {
    fc.assert(
      fc.property(reports(600, 60), fc.integer({ min: 1, max: LEAST_SHOPS - 1 }), (list, shops) => {
        const detector = trainedDetector();
        detector.memory.clear(0);
        const few = inOrder(list).map((one, n) => ({ ...one, shop: `few ${n % shops}` }));
        expect(observeAll(detector, few)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  test('times out of order, or of no sense, break nothing, and the ratio stays within its bounds', () => {
    const wild = fc.record({
      at: fc.oneof(fc.double(), fc.integer({ min: TEN - 10 * HOUR, max: TEN + 10 * HOUR }), fc.constant(Number.NaN)),
      now: fc.oneof(fc.double(), fc.integer({ min: TEN - 10 * HOUR, max: TEN + 10 * HOUR }), fc.constant(Number.NaN)),
      shop: fc.string(),
      channel: fc.string({ unit: 'binary' }),
      bank: fc.constantFrom('', 'x&y=z', '%'),
    });
    fc.assert(
      fc.property(fc.array(wild, { maxLength: 20 }), (list) => {
        const detector = trainedDetector();
        for (const { now, ...one } of list) detector.observe(one, now);
        const ratio = detector.likelihoodRatio({ channel: 'wechat' });
        expect(ratio >= 1 && ratio <= 50).toBe(true);
        expect(detectorFrom(JSON.parse(JSON.stringify(stateOf(detector))))).not.toBeNull();
      }),
      { numRuns: 50 },
    );
  });
});

describe('state', () => {
  test('goes through JSON and finds the same', () => {
    const detector = trainedDetector();
    observeAll(detector, burst(10, { channel: 'wechat' }));
    const copy = detectorFrom(JSON.parse(JSON.stringify(stateOf(detector))));
    expect(copy?.open.map(({ id, stream, reports: n }) => [id, stream, n])).toEqual(
      detector.open.map(({ id, stream, reports: n }) => [id, stream, n]),
    );
    const next = burst(1, { channel: 'wechat', shop: 'next' }, { from: TEN + HOUR });
    expect(copy && observeAll(copy, next)).toEqual(observeAll(detector, next));
  });

  test.each([[null], [{}], [{ ...stateOf(trainedDetector()), version: 0 }], ['x']])(
    'refuses what is none: %#',
    (value) => {
      expect(detectorFrom(value)).toBeNull();
    },
  );

  test('has a bound that a full detector keeps', () => {
    const detector = trainedDetector();
    for (let n = 0; n < 9000; n += 1) {
      const at = TEN + n * 3000;
      const attributes = {
        channel: `c${n % 20}`,
        acquirer: `a${n % 30}`,
        region: `长的地区名字 ${n % 300}`,
        terminal: `t${n % 300}`,
      };
      const one = { at, shop: `${n}`, ...attributes, bank: `b${n % 100}` };
      // Looking for an alarm in all its streams is what takes time; one in twenty is enough for incidents.
      if (n % 20 === 0) detector.observe(one, at);
      else detector.memory.put(Math.floor(at / MINUTE), hashOf(one.shop), streamsOf(one), null);
    }
    expect([detector.memory.entries.length, detector.memory.streams.size]).toEqual([LIMITS.entries, LIMITS.streams]);
    expect(detector.incidents.length).toBeGreaterThan(0);
    for (const { baseline } of detector.memory.streams.values()) baseline.counts.fill(12_345.678);
    expect(JSON.stringify(stateOf(detector)).length).toBeLessThan(STATE_LIMIT);
  });

  test('two processes that each saw half of an outage see all of it together', () => {
    const [one, other] = [trainedDetector(), trainedDetector()];
    const all = burst(8, { channel: 'wechat' });
    observeAll(
      one,
      all.filter((_, n) => n % 2 === 0),
    );
    observeAll(
      other,
      all.filter((_, n) => n % 2 === 1),
    );
    const merged = mergedFrom([stateOf(one), stateOf(other)]);
    const [alone, together] = [one, merged].map((detector) => {
      const stream = detector.memory.streams.get('channel=wechat');
      return stream === undefined ? 0 : stream.count(TEN / MINUTE + 1, TEN / MINUTE + 60);
    });
    expect([alone, together]).toEqual([4, 8]);
  });

  test('holds no shop’s name', () => {
    const detector = trainedDetector();
    observeAll(detector, burst(3, { channel: 'wechat', shop: '张三小吃', owner: '李四餐饮' }));
    expect(JSON.stringify(stateOf(detector))).not.toMatch(/张三|李四/);
  });
});
