import fc from 'fast-check';
import {
  Detector,
  detectorFrom,
  MARK_LIMITS,
  mergedFrom,
  type Report,
  STATE_LIMIT,
  stateOf,
} from '../../src/incidents/index.js';
import { MarkEvidence, Mix, markOf } from '../../src/incidents/marks.js';
import { burst, DAY, HOUR, live, MINUTE, MONDAY, ordinary, TEN, trainedDetector } from './trained.js';

const FAULTS = ['channel-outage', 'network-no-signal', 'device-printer', 'balance-limit'];
const SUSPECTS = new Map(FAULTS.map((id) => [id, 1 / FAULTS.length]));
const believed = (fault: string, p = 0.85) =>
  Object.fromEntries(FAULTS.map((id) => [id, id === fault ? p : (1 - p) / (FAULTS.length - 1)]));
/** Ordinary reports are of one fault after the other. */
const mixed = (n: number) => believed(FAULTS[n % FAULTS.length] ?? '');

/** Weeks of ordinary reports, with marks. */
function marked(): Detector {
  const detector = new Detector(1, SUSPECTS);
  let n = 0;
  for (let at = MONDAY; at < TEN; at += 15 * MINUTE, n += 1)
    detector.observe({ ...ordinary(n, at), faults: mixed(Math.floor(n / 12)) }, at);
  return detector;
}
const trained = JSON.stringify(stateOf(marked()));
const markedDetector = (): Detector => {
  const copy = detectorFrom(JSON.parse(trained), 1, SUSPECTS);
  if (copy === null) throw new Error('the state was refused');
  return copy;
};

/** How many of them were in when it was noticed; Infinity if it was not. */
function noticedAfter(detector: Detector, reports: readonly Report[]): number {
  for (const [index, report] of reports.entries())
    if (detector.observe(report, report.at).some(({ kind }) => kind === 'opened')) return index + 1;
  return Number.POSITIVE_INFINITY;
}
const outage = (faults: (n: number) => Report['faults'] | undefined, apart: number) =>
  burst(30, { channel: 'wechat' }, { apart }).map((report, n) => {
    const said = faults(n);
    return said === undefined ? report : { ...report, faults: said };
  });

describe('what reports look like', () => {
  test('an outage whose reports look alike is noticed no later than one that says nothing, and sooner if it is slow', () => {
    const delays = [30_000, 4 * MINUTE, 6 * MINUTE, 9 * MINUTE].map((apart) => [
      noticedAfter(
        markedDetector(),
        outage(() => believed('channel-outage'), apart),
      ),
      noticedAfter(
        markedDetector(),
        outage(() => undefined, apart),
      ),
    ]);
    for (const [alike = 0, silent = 0] of delays) expect(alike).toBeLessThanOrEqual(silent);
    expect(delays.some(([alike = 0, silent = 0]) => alike < silent)).toBe(true);
  });

  test('where hardly anybody says anything, more evidence is asked for', () => {
    const [said, unsaid] = [markedDetector(), trainedDetector(SUSPECTS)].map(
      ({ threshold, memory }) => threshold - Math.log(Math.max(4500, memory.observations)),
    );
    expect(unsaid).toBeGreaterThan((said ?? 0) + 1);
  });

  test('a rise whose reports are the usual mix needs more of them', () => {
    const apart = 6 * MINUTE;
    const usual = noticedAfter(markedDetector(), outage(mixed, apart));
    expect(usual).toBeGreaterThan(
      noticedAfter(
        markedDetector(),
        outage(() => believed('channel-outage'), apart),
      ),
    );
  });

  test('reports that say nothing are counted as ever, whatever is suspected', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 20 }), (minutes) => {
        const [plain, suspecting] = [trainedDetector(), trainedDetector(SUSPECTS)];
        for (const [n, after] of [...minutes].sort((a, b) => a - b).entries()) {
          const at = TEN + MINUTE + after * MINUTE;
          const report = { ...ordinary(n * 3, at), shop: `hit ${n}` };
          expect(suspecting.observe({ ...report, faults: {} }, at)).toEqual(plain.observe(report, at));
        }
      }),
      { numRuns: 15 },
    );
  });

  test('a shop that says more later is believed later, and counts once', () => {
    const detector = markedDetector();
    const reports = outage(() => undefined, 6 * MINUTE).slice(0, 7);
    for (const report of reports) detector.observe(report, report.at);
    const stream = detector.memory.stream('channel=wechat');
    if (stream === undefined) throw new Error('no stream');
    const before = detector.finding(stream);
    const now = reports.at(-1)?.at ?? 0;
    for (const report of reports) detector.observe({ ...report, at: now, faults: believed('channel-outage') }, now);
    const after = detector.finding(stream);
    expect(after.shops).toBe(before.shops);
    expect(after.score).toBeGreaterThan(before.score + 1);
  });

  test('evidence of marks is a mean of likelihood ratios: of ordinary reports it is one', () => {
    const mix = new Mix();
    for (let n = 0; n < 4000; n += 1) mix.learn(markOf(mixed(n)) ?? []);
    let sum = 0;
    // All sequences of three ordinary reports.
    for (let n = 0; n < 64; n += 1) {
      const evidence = new MarkEvidence(mix, null, SUSPECTS);
      for (const index of [n % 4, Math.floor(n / 4) % 4, Math.floor(n / 16)]) evidence.take(markOf(mixed(index)));
      sum += Math.exp(evidence.nats) / 64;
    }
    expect(sum).toBeGreaterThan(0.95);
    expect(sum).toBeLessThan(1.05);
  });

  test('whatever is believed, marks take no more than four nats from what was counted', () => {
    const belief = fc.dictionary(fc.string(), fc.oneof(fc.double(), fc.double({ min: 0, max: 1 })));
    fc.assert(
      fc.property(fc.array(belief, { maxLength: 20 }), (beliefs) => {
        const evidence = new MarkEvidence(new Mix(), null, SUSPECTS);
        for (const one of beliefs) evidence.take(markOf(one));
        expect(evidence.nats).toBeGreaterThanOrEqual(-4);
        expect(Number.isFinite(evidence.nats)).toBe(true);
      }),
    );
  });
});

describe('bounds of marks', () => {
  test('faults of a report, length of an id, faults of a mix', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${n}${'x'.repeat(200)}`, 0.033]));
    const mark = markOf(many) ?? [];
    expect(mark).toHaveLength(MARK_LIMITS.faults);
    for (const [id] of mark) expect(id.length).toBeLessThanOrEqual(MARK_LIMITS.id);
    const mix = new Mix();
    for (let n = 0; n < 1000; n += 1) mix.learn([[`f${n}`, 90]]);
    expect(mix.sums.size).toBe(MARK_LIMITS.known);
    expect(markOf({ '': 1, a: 0.01, b: Number.NaN, c: 7 })).toBeNull();
  });
});

describe('state with marks', () => {
  test('goes through JSON and finds the same', () => {
    const detector = markedDetector();
    const reports = outage((n) => (n % 3 === 0 ? undefined : believed('channel-outage')), 30_000);
    for (const report of reports.slice(0, 6)) detector.observe(report, report.at);
    const copy = detectorFrom(JSON.parse(JSON.stringify(stateOf(detector))), 1, SUSPECTS);
    if (copy === null) throw new Error('the state was refused');
    expect(stateOf(copy).marks).toEqual(stateOf(detector).marks);
    for (const report of reports.slice(6))
      expect(copy.observe(report, report.at).map(({ kind }) => kind)).toEqual(
        detector.observe(report, report.at).map(({ kind }) => kind),
      );
    expect(copy.open).toHaveLength(1);
  });

  test('one of version 1, without marks, is read, and learning goes on', () => {
    const { faults: _, mixes: __, marks: ___, ...old } = stateOf(trainedDetector());
    const copy = detectorFrom(JSON.parse(JSON.stringify({ ...old, version: 1 })), 1, SUSPECTS);
    if (copy === null) throw new Error('the state was refused');
    expect(copy.memory.streams.size).toBe(trainedDetector().memory.streams.size);
    expect(
      noticedAfter(
        copy,
        outage(() => believed('channel-outage'), 30_000),
      ),
    ).toBeLessThanOrEqual(8);
  });

  test('what names no fault is left out', () => {
    const state = stateOf(markedDetector());
    const marks = state.marks.map(() => [9999, 80]);
    expect(detectorFrom({ ...state, marks })?.memory.entries.every(({ mark }) => mark === null)).toBe(true);
  });

  test('two processes’ mixes add up, whatever the order of their faults', () => {
    const [one, other] = [markedDetector(), new Detector(1, SUSPECTS)];
    live(other, MONDAY, MONDAY + DAY);
    other.observe({ at: MONDAY + DAY, shop: 'x', faults: { 'balance-limit': 0.9 } }, MONDAY + DAY);
    other.advance(MONDAY + 2 * DAY + 2 * HOUR);
    const merged = mergedFrom([stateOf(other), stateOf(one)], 1, SUSPECTS);
    const sums = [one, other, merged].map((detector) => detector.memory.all.mix.sums.get('balance-limit') ?? 0);
    expect(sums[2]).toBeCloseTo((sums[0] ?? 0) + (sums[1] ?? 0), 2);
  });

  test('a full one keeps its bound', () => {
    const detector = new Detector();
    for (let n = 0; n < 9000; n += 1) {
      const at = TEN + n * 3000;
      const faults = Object.fromEntries(
        Array.from({ length: MARK_LIMITS.faults }, (_, k) => [`a-fault-with-a-long-name-${(n + k) % 90}`, 0.1]),
      );
      const attributes = {
        channel: `c${n % 20}`,
        acquirer: `a${n % 30}`,
        region: `${n % 300}`,
        terminal: `${n % 300}`,
      };
      detector.observe({ at, shop: `${n}`, ...attributes, bank: `b${n % 100}`, faults }, at);
    }
    for (const { baseline, mix } of detector.memory.streams.values()) {
      baseline.counts.fill(12_345.678);
      for (let n = 0; n < MARK_LIMITS.known; n += 1) mix.add(`a-fault-with-a-long-name-${n}`, 12_345.678);
    }
    const json = JSON.stringify(stateOf(detector));
    expect(json.length).toBeLessThan(STATE_LIMIT);
    expect(detectorFrom(JSON.parse(json))).not.toBeNull();
  });
});
