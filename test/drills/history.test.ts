import * as fc from 'fast-check';
import {
  halfLifeAfter,
  historyOf,
  MEMORY,
  nextDrill,
  PASSED,
  type Playable,
  type Practised,
  recallOf,
} from '../../src/drills/history.js';

const DAY = 24 * 3_600_000;
const T0 = Date.UTC(2026, 0, 5, 2);

const DRILLS: Playable[] = [
  { id: 'net-1', cause: 'network', difficulty: 1 },
  { id: 'net-2', cause: 'network', difficulty: 2 },
  { id: 'net-3', cause: 'network', difficulty: 3 },
  { id: 'dev-1', cause: 'device', difficulty: 1 },
  { id: 'dev-2', cause: 'device', difficulty: 2 },
];

function run(drill: string, score: number, day: number, lost = 'open'): Practised {
  const cause = DRILLS.find(({ id }) => id === drill)?.cause ?? '';
  const items = ['money', 'open'].map((id) => ({ id, points: id === lost ? score / 2 : score, of: 100 }));
  return { drill, cause, at: T0 + day * DAY, score, items };
}

describe('forgetting', () => {
  test('follows the half-life: a half after one, a quarter after two', () => {
    expect([0, 14, 28].map((days) => recallOf(14, days))).toEqual([1, 0.5, 0.25]);
  });

  test.each([
    [60, 14],
    [80, 28],
    [100, 56],
    [40, 7],
  ])('%d points after the first practice leave a half-life of %d days', (score, days) => {
    expect(halfLifeAfter(MEMORY.first, score)).toBeCloseTo(days, 6);
  });

  test('stays within its bounds, and a better score never shortens it', () => {
    const score = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.array(score, { maxLength: 30 }), score, score, (before, one, other) => {
        const days = before.reduce<number>(halfLifeAfter, MEMORY.first);
        const [worse, better] = [Math.min(one, other), Math.max(one, other)].map((last) => halfLifeAfter(days, last));
        expect(worse).toBeGreaterThanOrEqual(MEMORY.least);
        expect(better).toBeLessThanOrEqual(MEMORY.most);
        expect(better).toBeGreaterThanOrEqual(worse ?? 0);
      }),
    );
  });
});

describe('a history', () => {
  const runs = [run('net-1', 90, 0), run('dev-1', 40, 1, 'money'), run('dev-1', 60, 5, 'money')];

  test('says how many, how well, and where the weakness lies', () => {
    const { runs: n, mean, weakestCause, weakestItem, passed, causes } = historyOf(runs, T0 + 10 * DAY);
    expect({ n, mean, weakestCause, weakestItem, passed }).toEqual({
      n: 3,
      mean: 190 / 3,
      weakestCause: 'device',
      weakestItem: 'money',
      passed: ['net-1'],
    });
    expect(causes.map(({ cause, runs: its, lastScore }) => [cause, its, lastScore])).toEqual([
      ['network', 1, 90],
      ['device', 2, 60],
    ]);
    expect(causes[1]?.recall).toBeCloseTo(recallOf(halfLifeAfter(halfLifeAfter(14, 40), 60), 5), 9);
  });

  test('of nobody says nothing, and of who loses nothing names no weakness', () => {
    expect(historyOf([], T0)).toEqual({
      runs: 0,
      mean: null,
      causes: [],
      weakestCause: null,
      weakestItem: null,
      passed: [],
    });
    const whole: Practised = { ...run('net-1', 100, 0), items: [{ id: 'money', points: 20, of: 20 }] };
    expect(historyOf([whole], T0)).toMatchObject({ weakestCause: null, weakestItem: null });
  });

  test('of items lost alike, names the one that weighs more', () => {
    const items = [
      { id: 'record', points: 0, of: 10 },
      { id: 'money', points: 0, of: 20 },
    ];
    expect(historyOf([{ ...run('net-1', 0, 0), items }], T0).weakestItem).toBe('money');
  });

  test('passes a scenario from 80 points on, once for all', () => {
    const scores = [run('net-1', PASSED - 1, 0), run('net-2', PASSED, 1), run('net-2', 10, 2)];
    expect(historyOf(scores, T0).passed).toEqual(['net-2']);
  });
});

describe('the next drill', () => {
  test('is of a cause that was never practised, the easiest', () => {
    expect(nextDrill([run('net-1', 90, 0)], DRILLS, T0)).toEqual({ drill: 'dev-1', cause: 'device', recall: null });
  });

  test('is of what is forgotten most, harder once it was passed', () => {
    const runs = [run('net-1', 90, 0), run('dev-1', 50, 38)];
    const next = nextDrill(runs, DRILLS, T0 + 40 * DAY);
    expect(next).toEqual({ drill: 'net-2', cause: 'network', recall: recallOf(halfLifeAfter(14, 90), 40) });
  });

  test('is at the same level while it was not passed, one not played before', () => {
    const drills = [...DRILLS, { id: 'net-1b', cause: 'network', difficulty: 1 }];
    const next = nextDrill([run('net-1', 30, 0), run('dev-1', 90, 1)], drills, T0 + 30 * DAY);
    expect(next?.drill).toBe('net-1b');
  });

  test('is none where there is no other', () => {
    expect(nextDrill([run('net-1', 90, 0)], DRILLS.slice(0, 1), T0)).toBeUndefined();
    expect(nextDrill([], [], T0)).toBeUndefined();
  });

  test('is never the one just done, is one that there is, and does not depend on the order read', () => {
    const one = fc.record({
      drill: fc.constantFrom(...DRILLS.map(({ id }) => id)),
      score: fc.integer({ min: 0, max: 100 }),
      day: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(one, { minLength: 1, maxLength: 12, selector: ({ day }) => day }), (given) => {
        const runs = given.map(({ drill, score, day }) => run(drill, score, day));
        const latest = [...runs].sort((a, b) => b.at - a.at)[0];
        const next = nextDrill(runs, DRILLS, T0 + 500 * DAY);
        expect(next?.drill).not.toBe(latest?.drill);
        expect(DRILLS.map(({ id }) => id)).toContain(next?.drill);
        expect(nextDrill([...runs].reverse(), DRILLS, T0 + 500 * DAY)).toEqual(next);
      }),
    );
  });
});
