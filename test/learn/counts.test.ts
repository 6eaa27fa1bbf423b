import fc from 'fast-check';
import { modelFrom } from '../../src/diagnosis/model.js';
import type { ModelSpec } from '../../src/diagnosis/spec.js';
import { Learner } from '../../src/learn/closed.js';
import { addCase, noCounts, responsibilities } from '../../src/learn/counts.js';
import { estimate, withChanges } from '../../src/learn/estimate.js';
import { roundedRow } from '../../src/learn/rounding.js';
import { answered, COSTS, caseOf, randomSpec } from '../diagnosis/fixtures.js';
import type { Closed } from './cases.js';

/** One question that tells a from b and c, which answer by their cause; fix-a cures a well and b now and then. */
const SPEC: ModelSpec = {
  faults: [
    { id: 'a', cause: 'channel', prior: 0.5 },
    { id: 'b', cause: 'device', prior: 0.3 },
    { id: 'c', cause: 'device', prior: 0.1 },
    { id: 'other', cause: 'other', prior: 0.1 },
  ],
  questions: [
    {
      id: 'which',
      options: ['left', 'right'],
      byFault: { a: { left: 0.9, right: 0.1 } },
      byCause: { device: { left: 0.2, right: 0.8 }, other: { left: 0.5, right: 0.5 } },
      cost: 1,
    },
  ],
  fixes: [
    { id: 'fix-a', cost: 4, success: { a: 0.8, b: 0.4 } },
    { id: 'fix-c', cost: 4, success: { c: 0.5 } },
  ],
  costs: COSTS,
  scenarios: { promotion: { a: 4 } },
};
const model = modelFrom(SPEC);

const closed = (more: Partial<Closed> = {}): Closed => ({
  outcome: 'resolved',
  case: 1,
  fix: 'fix-a',
  fault: 'a',
  known: answered({ which: 'left' }),
  ...more,
});

function learnt(cases: readonly unknown[], withHuman = false): Learner {
  const learner = new Learner(model, withHuman);
  for (const [index, data] of cases.entries()) learner.take({ conversation: `c${index}`, type: 'closed', data });
  learner.finish();
  return learner;
}

describe('one case, by hand', () => {
  // P(a) · 0.9 · 0.8 = 0.36 against P(b) · 0.2 · 0.4 = 0.024: 15 to 1.
  test('is shared in proportion to the belief times how well the fix works', () => {
    const share = responsibilities(model, { known: answered({ which: 'left' }), fix: 'fix-a' });
    expect([...(share ?? [])].map((p) => p.toFixed(4))).toEqual(['0.9375', '0.0625', '0.0000', '0.0000']);
  });

  test('moves priors, rows and success rates by its share of the pseudo-counts', () => {
    const { counts } = learnt([closed()]);
    const changes = estimate(SPEC, model, counts, { priors: 9, answers: 4, fixes: 4 });
    const next = withChanges(SPEC, changes);
    // (9 · p + 0.9 · share) ÷ (9 + 1), `other` stays.
    expect(next.faults.map(({ prior }) => prior)).toEqual([0.5344, 0.2756, 0.09, 0.1]);
    // (4 · 0.9 + 0.9375) ÷ 4.9375, and of the cause, by b alone, (4 · 0.2 + 0.0625) ÷ 4.0625.
    expect(next.questions[0]?.byFault).toEqual({ a: { left: 0.919, right: 0.081 } });
    expect(next.questions[0]?.byCause?.device).toEqual({ left: 0.212, right: 0.788 });
    expect(next.questions[0]?.byCause?.other).toEqual({ left: 0.5, right: 0.5 });
    // (4 · 0.8 + 0.9375) ÷ 4.9375; (4 · 0.4 + 0.0625) ÷ 4.0625 = 0.409 is too near to 0.4.
    expect(next.fixes[0]?.success).toEqual({ a: 0.838, b: 0.4 });
    expect(next.fixes[1]).toEqual(SPEC.fixes[1]);
  });

  test('a fix that failed before counts as a trial that failed', () => {
    const { counts } = learnt([closed({ fix: 'fix-c', fault: 'c', known: caseOf({ failedFixes: ['fix-a'] }) })]);
    expect([...(counts.fixes.get('fix-a')?.failed ?? [])]).toEqual([0, 0]);
  });

  test('that a human solved counts if asked for, shared by the belief alone', () => {
    const solved = closed({ outcome: 'resolved-by-human', fix: null, known: caseOf({ failedFixes: ['fix-a'] }) });
    const { counts, tally } = learnt([solved], true);
    // 0.5 · 0.2, 0.3 · 0.6, 0.1, 0.1: the fix that failed may as well have been for something else.
    expect([...(counts.fixes.get('fix-a')?.failed ?? [])].map((p) => p.toFixed(4))).toEqual(['0.2083', '0.3750']);
    expect(tally).toMatchObject({ cases: 1, byHuman: 1 });
    expect(tally.unused.size).toBe(0);
  });

  test('on an occasion that favours a fault it counts for less of it: the counts are those of an ordinary day', () => {
    const counts = noCounts(model);
    addCase(counts, model, { known: caseOf({ scenario: 'promotion' }), fix: 'fix-c' });
    addCase(counts, model, { known: caseOf({ scenario: 'promotion' }), fix: 'fix-a' });
    // P(scenario's prior) = 2.5: c weighs 2.5, a 2.5 ÷ 4; of fix-a's case a has 1.6 of 1.72.
    expect(counts.faults[2]).toBeCloseTo(2.5, 9);
    expect(counts.faults[0]).toBeCloseTo((1.6 / 1.72) * 0.625, 9);
  });
});

describe('what is not counted', () => {
  test('answers of not knowing, answers to charged, and what the content no longer has', () => {
    const known = answered({ which: 'unknown', charged: 'no', gone: 'left' }, { failedFixes: ['gone-fix'] });
    const { counts, tally } = learnt([closed({ known })]);
    expect([...(counts.answers.get('which') ?? [])].every((count) => count === 0)).toBe(true);
    expect(counts.cases).toBe(1);
    expect(tally.outdatedParts).toBe(2);
  });

  test('cases that nobody ended, of faults or fixes that are gone, and what is no case at all', () => {
    const { counts, tally } = learnt([
      closed({ outcome: 'cancelled' }),
      closed({ outcome: 'silence' }),
      closed({ outcome: 'paid' }),
      closed({ outcome: 'resolved-by-human' }),
      closed({ fix: null }),
      closed({ fix: 'gone' }),
      closed({ fault: 'gone' }),
      { outcome: 'resolved' },
      null,
      closed({ known: { ...caseOf(), answers: 'none' as never } }),
    ]);
    expect(counts.cases).toBe(0);
    expect(tally).toMatchObject({ events: 10, malformed: 3, outdated: 2, cases: 0, byHuman: 0 });
    expect(Object.fromEntries(tally.unused)).toEqual({
      cancelled: 1,
      silence: 1,
      paid: 1,
      'resolved-by-human': 1,
      'resolved without a fix': 1,
    });
  });

  test('a case taken up again and closed anew counts once, as it ended at last', () => {
    const learner = new Learner(model);
    const take = (data: unknown) => learner.take({ conversation: 'same', type: 'closed', data });
    take(closed());
    take(closed({ fix: 'fix-c', fault: 'c' }));
    take(closed({ outcome: 'silence' }));
    take(closed({ case: 2 }));
    learner.finish();
    expect(learner.counts.cases).toBe(2);
    expect(learner.counts.faults[2]).toBe(1);
    expect(learner.tally.unused.size).toBe(0);
  });

  test('a journal of many cases keeps only so many of them in memory, and counts all', () => {
    expect(learnt(Array.from({ length: 5000 }, () => closed())).counts.cases).toBe(5000);
  });
});

const seeds = fc.integer({ min: 1, max: 1e6 });
const cases = fc.array(
  fc.record({
    fix: fc.constantFrom('fix-a', 'fix-c'),
    option: fc.constantFrom('left', 'right', 'unknown'),
    failed: fc.subarray(['fix-a', 'fix-c']),
    human: fc.boolean(),
  }),
  { maxLength: 30 },
);
const asClosed = ({ fix, option, failed, human }: { fix: string; option: string; failed: string[]; human: boolean }) =>
  closed({
    outcome: human ? 'resolved-by-human' : 'resolved',
    fix: human ? null : fix,
    known: answered({ which: option }, { failedFixes: failed }),
  });

describe('over all journals', () => {
  test('without a case nothing changes', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const spec = randomSpec(seed, { faults: 6, questions: 5, fixes: 9, charging: 0.3 });
        const random = modelFrom(spec);
        expect(estimate(spec, random, noCounts(random))).toEqual([]);
      }),
    );
  });

  test('the order of cases does not matter', () => {
    fc.assert(
      fc.property(cases, (some) => {
        const [one, other] = [some, [...some].reverse()].map((list) => learnt(list.map(asClosed), true).counts);
        one?.faults.forEach((count, fault) => {
          expect(other?.faults[fault]).toBeCloseTo(count, 9);
        });
        one?.answers.get('which')?.forEach((count, at) => {
          expect(other?.answers.get('which')?.[at]).toBeCloseTo(count, 9);
        });
      }),
    );
  });

  test('rows stay distributions, rates stay between 0 and 1, priors keep their sum, and counts add up', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 100 }), (some, worth) => {
        const { counts } = learnt(some.map(asClosed), true);
        const next = withChanges(SPEC, estimate(SPEC, model, counts, { priors: worth, answers: worth, fixes: worth }));
        expect(next.faults.reduce((sum, { prior }) => sum + prior, 0)).toBeCloseTo(1, 3);
        const rows = next.questions.flatMap(({ byFault, byCause }) => Object.values({ ...byFault, ...byCause }));
        for (const row of rows) expect(Object.values(row).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
        for (const p of [...rows, ...next.fixes.map(({ success }) => success)].flatMap((one) => Object.values(one))) {
          expect(p).toBeGreaterThan(0);
          expect(p).toBeLessThan(1);
        }
        expect(counts.faults.reduce((sum, count) => sum + count, 0)).toBeCloseTo(some.length, 6);
      }),
    );
  });

  test('a rounded row sums to 1 as written and has no 0', () => {
    const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(weights, (raw) => {
        const sum = raw.reduce((left, right) => left + right, 0);
        fc.pre(sum > 1e-6);
        const row = roundedRow(
          raw.map((value) => value / sum),
          3,
        );
        expect(row.reduce((total, p) => total + Math.round(p * 1000), 0)).toBe(1000);
        expect(Math.min(...row)).toBeGreaterThan(0);
        row.forEach((p, at) => {
          expect(Math.abs(p - (raw[at] ?? 0) / sum)).toBeLessThan(0.005);
        });
      }),
    );
  });
});
