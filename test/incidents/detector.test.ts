import { Detector, INCIDENT_LIMITS, LIMITS, streamKey } from '../../src/incidents/index.js';
import { burst, DAY, HOUR, live, MINUTE, MONDAY, observeAll, ordinary, TEN, trainedDetector } from './trained.js';

const kinds = (changes: readonly { kind: string }[]) => changes.map(({ kind }) => kind);

describe('noticing', () => {
  test('ordinary weeks raise no alarm', () => {
    const detector = trainedDetector();
    live(detector, TEN, TEN + 14 * DAY);
    expect(detector.incidents).toEqual([]);
  });

  test('a channel that fails everywhere is named after at most eight reports', () => {
    const detector = trainedDetector();
    const reports = burst(8, {}).map((report, n) => ({ ...ordinary(n * 3, report.at), shop: report.shop }));
    const [opened] = observeAll(detector, reports);
    expect(opened).toMatchObject({ kind: 'opened', incident: { stream: 'channel=wechat' } });
    expect(opened?.incident.shops).toBeLessThanOrEqual(8);
    expect(opened?.incident.evidence).toBeGreaterThan(8);
  });

  test('where only one acquirer’s part of a channel fails, that pair is named, and it is one incident', () => {
    const detector = trainedDetector();
    const changes = observeAll(detector, burst(12, { channel: 'wechat', acquirer: 'a1' }));
    expect(kinds(changes).filter((kind) => kind === 'opened')).toHaveLength(1);
    expect(detector.open.map(({ stream }) => stream)).toEqual(['channel=wechat&acquirer=a1']);
  });

  test('failures of two channels in two regions are two incidents', () => {
    const detector = trainedDetector();
    const one = burst(12, { channel: 'wechat', region: '北京' });
    const other = burst(12, { channel: 'card', region: '上海' }, { from: TEN + 20 * MINUTE }).map((report) => ({
      ...report,
      shop: `b ${report.shop}`,
    }));
    observeAll(
      detector,
      [...one, ...other].sort((left, right) => left.at - right.at),
    );
    expect(detector.open.map(({ stream }) => stream).sort()).toEqual(
      [streamKey({ channel: 'wechat', region: '北京' }), streamKey({ channel: 'card', region: '上海' })].sort(),
    );
  });

  test('one shop that writes forty times, and a chain of thirty, are no incident', () => {
    const detector = trainedDetector();
    const one = burst(40, { channel: 'wechat', shop: 'same' });
    const chain = burst(30, { channel: 'card', owner: 'chain' });
    expect(
      observeAll(
        detector,
        [...one, ...chain].sort((left, right) => left.at - right.at),
      ),
    ).toEqual([]);
  });

  test('nothing is said in the first week, when nobody knows what is usual', () => {
    const detector = new Detector();
    live(detector, MONDAY, MONDAY + 5 * DAY);
    expect(observeAll(detector, burst(50, { channel: 'wechat' }, { from: MONDAY + 5 * DAY }))).toEqual([]);
  });

  test('announced maintenance is expected, in its stream and its time', () => {
    const detector = trainedDetector();
    detector.plan([{ attributes: { acquirer: 'a1' }, from: TEN, to: TEN + HOUR }]);
    expect(observeAll(detector, burst(30, { channel: 'wechat', acquirer: 'a1' }))).toEqual([]);
    const changes = observeAll(detector, burst(30, { channel: 'wechat', acquirer: 'a2' }, { from: TEN + 20 * MINUTE }));
    expect(kinds(changes)).toContain('opened');
  });
});

describe('an open incident', () => {
  const opened = () => {
    const detector = trainedDetector();
    observeAll(detector, burst(30, { channel: 'wechat' }));
    return detector;
  };

  test('ends when the rate is back, and dates its end to then', () => {
    const detector = opened();
    const over = TEN + MINUTE + 30 * 30_000;
    const before = detector.open.length;
    live(detector, TEN + 30 * MINUTE, TEN + 5 * HOUR);
    expect([before, detector.open.length]).toEqual([1, 0]);
    const [incident] = detector.incidents;
    expect((incident?.ended ?? 0) * MINUTE).toBeLessThan(over + HOUR);
  });

  test('a second one on the same stream, hours later, is a new one', () => {
    const detector = opened();
    live(detector, TEN + 30 * MINUTE, TEN + 5 * HOUR);
    const again = burst(12, { channel: 'wechat' }, { from: TEN + 5 * HOUR }).map((one) => ({
      ...one,
      shop: `2 ${one.shop}`,
    }));
    expect(kinds(observeAll(detector, again))).toContain('opened');
    expect(detector.incidents).toHaveLength(2);
  });

  test('leaves the baseline as it was', () => {
    const [quiet, struck] = [trainedDetector(), opened()];
    for (const detector of [quiet, struck]) live(detector, TEN + 30 * MINUTE, TEN + 3 * DAY);
    const expected = [quiet, struck].map((detector) =>
      detector.memory.streams.get('channel=wechat')?.baseline.expected(TEN / MINUTE, TEN / MINUTE + 60),
    );
    expect(expected[1]).toBeLessThan(1.15 * (expected[0] ?? 0));
  });

  test('makes a case with its attributes likelier, one that contradicts it not, within bounds', () => {
    const detector = opened();
    const its = detector.likelihoodRatio({ channel: 'wechat', region: '上海' });
    const unknown = detector.likelihoodRatio({ region: '上海' });
    expect(its).toBeGreaterThan(5);
    expect(its).toBeLessThanOrEqual(50);
    expect(unknown).toBeGreaterThan(1);
    expect(unknown).toBeLessThan(its);
    expect(detector.likelihoodRatio({ channel: 'card' })).toBe(1);
    expect(trainedDetector().likelihoodRatio({ channel: 'wechat' })).toBe(1);
  });

  test('is closed after a week: that is how things are now', () => {
    const detector = opened();
    for (let at = TEN + HOUR, n = 0; at < TEN + 8 * DAY; at += 3 * MINUTE, n += 1)
      detector.observe({ at, shop: `for good ${n}`, channel: 'wechat' }, at);
    expect(detector.incidents.some(({ since, ended }) => since * MINUTE < TEN + HOUR && ended === undefined)).toBe(
      false,
    );
  });
});

describe('bounds', () => {
  test('streams, reports, incidents and windows of maintenance', () => {
    const detector = trainedDetector();
    for (let n = 0; n < LIMITS.entries + 100; n += 1) {
      const at = TEN + n * 1000;
      detector.observe({ at, shop: `${n}`, region: `r${n % 2000}`, terminal: `t${n % 1700}` }, at);
    }
    detector.plan(Array.from({ length: 500 }, () => ({ attributes: {}, from: 0, to: 1 })));
    expect(detector.memory.entries.length).toBeLessThanOrEqual(LIMITS.entries);
    expect(detector.memory.streams.size).toBeLessThanOrEqual(LIMITS.streams);
    expect(detector.open.length).toBeLessThanOrEqual(INCIDENT_LIMITS.open);
    expect(detector.planned).toHaveLength(INCIDENT_LIMITS.planned);
  });

  test('a stream that nobody reports in makes room for a new one', () => {
    const detector = trainedDetector();
    for (let n = 0; n < LIMITS.streams; n += 1) detector.observe({ at: TEN, shop: `${n}`, bank: `b${n}` }, TEN);
    const later = TEN + 4 * DAY;
    detector.advance(TEN + HOUR);
    detector.observe({ at: later, shop: 'x', terminal: 'new' }, later);
    expect(detector.memory.streams.has('terminal=new')).toBe(true);
    expect(detector.memory.streams.size).toBeLessThanOrEqual(LIMITS.streams);
  });
});

describe('a bad clock', () => {
  test.each([
    ['no number', Number.NaN],
    ['far in the past', 0],
    ['before what is remembered', TEN - 5 * DAY],
  ])('a report at a time that is %s is not counted', (_, at) => {
    const detector = trainedDetector();
    detector.advance(TEN);
    const before = detector.memory.entries.length;
    detector.observe({ at, shop: 's', channel: 'wechat' }, TEN);
    expect(detector.memory.entries).toHaveLength(before);
  });

  test('a report from the future counts as now', () => {
    const detector = trainedDetector();
    detector.observe({ at: TEN + 90 * DAY, shop: 's', channel: 'wechat' }, TEN);
    expect(detector.memory.entries.at(-1)?.minute).toBe(TEN / MINUTE);
  });

  test('a year ahead and back again, it still notices', () => {
    const detector = trainedDetector();
    detector.advance(TEN + 365 * DAY);
    detector.advance(TEN);
    expect(kinds(observeAll(detector, burst(15, { channel: 'wechat' })))).toContain('opened');
  });

  test('a service that was off for a month takes its silence for no silence of merchants', () => {
    const detector = trainedDetector();
    live(detector, TEN + 28 * DAY, TEN + 29 * DAY);
    expect(detector.open).toEqual([]);
  });
});
