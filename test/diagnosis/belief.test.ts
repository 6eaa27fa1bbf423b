import fc from 'fast-check';
import { believe, causeBelief } from '../../src/diagnosis/belief.js';
import type { Case } from '../../src/diagnosis/case.js';
import { LEAST, modelFrom } from '../../src/diagnosis/model.js';
import type { ModelSpec } from '../../src/diagnosis/spec.js';
import type { Cause } from '../../src/knowledge/schema.js';
import { COSTS, caseOf } from './fixtures.js';

/** Two network faults, one of the balance, and `other`; everything that can speak does. */
const SPEC: ModelSpec = {
  faults: [
    { id: 'sim', cause: 'network', prior: 0.2 },
    { id: 'wifi', cause: 'network', prior: 0.3 },
    { id: 'funds', cause: 'balance', prior: 0.4 },
    { id: 'other', cause: 'other', prior: 0.1 },
  ],
  questions: [
    {
      id: 'scope',
      options: ['one', 'all'],
      byFault: { wifi: { one: 0.3, all: 0.7 } },
      byCause: { network: { one: 0.1, all: 0.9 }, balance: { one: 0.8, all: 0.2 }, other: { one: 0.5, all: 0.5 } },
      cost: 1,
    },
    { id: 'charged', options: ['yes', 'no'], cost: 1, byCause: { network: { yes: 0.9, no: 0.1 } } },
  ],
  fixes: [
    { id: 'restart', cost: 2, success: { sim: 0.3, wifi: 0.6 } },
    { id: 'sure', cost: 2, success: { funds: 1 } },
  ],
  costs: COSTS,
  codes: [
    { code: '96', system: 'cup', byFault: { sim: 0.6, wifi: 0.25 }, rest: 0.01 },
    { code: '96', system: 'acp', byFault: { funds: 0.5 }, rest: 0.02 },
    { code: '51', system: 'cup', byFault: { funds: 0.6 }, rest: 0 },
  ],
  scenarios: { promotion: { network: 2, wifi: 3, other: 1 } },
  textTrust: 0.5,
  sign: 4,
};
const MODEL = modelFrom(SPEC);

const text = (causes: Partial<Record<Cause, number>>, ...signs: string[]): Case['texts'][number] => ({
  causes: { channel: 0, qualification: 0, device: 0, network: 0, balance: 0, ...causes },
  signs,
});
const FLAT = text({ channel: 0.2, qualification: 0.2, device: 0.2, network: 0.2, balance: 0.2 });

/** The belief in the model's order. */
const believed = (known: Partial<Case>, incidents?: ReadonlyMap<string, number>): number[] => [
  ...believe(MODEL, caseOf(known), incidents).faults.values(),
];
/** Prior × these factors, normalised: what the belief must be. */
const weighed = (...factors: number[]): number[] => {
  const joint = [0.2, 0.3, 0.4, 0.1].map((prior, index) => prior * (factors[index] ?? 1));
  const total = joint.reduce((left, right) => left + right, 0);
  return joint.map((p) => p / total);
};
const close = (actual: readonly number[], wanted: readonly number[]): void => {
  expect(actual).toHaveLength(wanted.length);
  wanted.forEach((p, index) => {
    expect(actual[index]).toBeCloseTo(p, 12);
  });
};

describe('belief', () => {
  test('is the prior where nothing is known, by fault and by cause', () => {
    const belief = believe(MODEL, caseOf());
    expect([...belief.faults.keys()]).toEqual(['sim', 'wifi', 'funds', 'other']);
    close([...belief.faults.values()], [0.2, 0.3, 0.4, 0.1]);
    expect([...belief.causes.keys()]).toEqual(['network', 'balance', 'other']);
    close([...belief.causes.values()], [0.5, 0.4, 0.1]);
    expect(causeBelief(MODEL, belief.faults)).toEqual(belief.causes);
  });

  test('a scenario multiplies the prior, the factor of a fault in place of its cause', () => {
    close(believed({ scenario: 'promotion' }), weighed(2, 3, 1, 1));
    close(believed({ scenario: 'daily' }), weighed());
  });

  test('an open incident multiplies the prior of its fault or cause; nonsense counts as none', () => {
    close(
      believed(
        {},
        new Map([
          ['network', 5],
          ['wifi', 8],
        ]),
      ),
      weighed(5, 8, 1, 1),
    );
    close(
      believed(
        {},
        new Map([
          ['network', Number.NaN],
          ['funds', 0],
          ['wifi', -2],
        ]),
      ),
      weighed(),
    );
  });

  test('an answer multiplies by its row, the fault’s own in place of its cause’s', () => {
    close(believed({ answers: [{ question: 'scope', option: 'all', from: 'answer' }] }), weighed(0.9, 0.7, 0.2, 0.5));
  });

  test('of two answers to one question the later counts', () => {
    const answers: Case['answers'] = [
      { question: 'scope', option: 'all', from: 'utterance' },
      { question: 'scope', option: 'one', from: 'answer' },
    ];
    close(believed({ answers }), weighed(0.1, 0.3, 0.8, 0.5));
    close(believed({ answers: [...answers, { question: 'scope', option: 'unknown', from: 'answer' }] }), weighed());
  });

  test('unknown, charged, and what the model does not know tell nothing', () => {
    close(
      believed({
        answers: [
          { question: 'scope', option: 'unknown', from: 'answer' },
          { question: 'charged', option: 'yes', from: 'answer' },
          { question: 'gone', option: 'yes', from: 'answer' },
        ],
        codes: [
          { code: 'XX', systems: ['cup'] },
          { code: '96', systems: ['gone'] },
          { code: '96', systems: [] },
        ],
        failedFixes: ['gone'],
        texts: [text({}, 'gone')],
      }),
      weighed(),
    );
  });

  test('a code multiplies by its reading, and by the mean of those still possible', () => {
    close(believed({ codes: [{ code: '96', systems: ['cup'] }] }), weighed(0.6, 0.25, 0.01, 0.01));
    // (.6 + .02)/2, (.25 + .02)/2, (.01 + .5)/2, (.01 + .02)/2
    close(believed({ codes: [{ code: '96', systems: ['cup', 'acp'] }] }), weighed(0.31, 0.135, 0.255, 0.015));
    const repeated = { code: '96', systems: ['cup', 'acp', 'cup'] };
    close(believed({ codes: [repeated] }), weighed(0.31, 0.135, 0.255, 0.015));
  });

  test('a code seen again, its system now known, counts once', () => {
    const codes = [
      { code: '96', systems: ['cup', 'acp'] },
      { code: '96', systems: ['acp'] },
    ];
    close(believed({ codes }), weighed(0.02, 0.02, 0.5, 0.02));
  });

  test('a failed fix multiplies by how often it fails, once however often it is listed', () => {
    close(believed({ failedFixes: ['restart'] }), weighed(0.7, 0.4, 1, 1));
    close(believed({ failedFixes: ['restart', 'restart'] }), weighed(0.7, 0.4, 1, 1));
  });

  test('no evidence rules a fault out for good', () => {
    close(believed({ failedFixes: ['sure'] }), weighed(1, 1, LEAST, 1));
    close(believed({ codes: [{ code: '51', systems: ['cup'] }] }), weighed(LEAST, LEAST, 0.6, LEAST));
  });

  test('a sign multiplies for each that was found, not for each repetition', () => {
    close(believed({ texts: [text({}, 'sim')] }), weighed(4));
    close(believed({ texts: [text({}, 'sim', 'sim'), text({}, 'sim', 'wifi')] }), weighed(16, 4));
  });
});

describe('what a sentence is worth', () => {
  // p/(1/5) to the power .5: network √3, balance √1.25, the rest √.25 = .5; other: their mean.
  const one = text({ channel: 0.05, qualification: 0.05, device: 0.05, network: 0.6, balance: 0.25 });
  const network = Math.sqrt(3);
  const balance = Math.sqrt(1.25);
  const mean = (network + balance + 3 * 0.5) / 5;

  test('is its likelihood ratio, tempered; other speaks like the average of the five', () => {
    close(believed({ texts: [one] }), weighed(network, network, balance, mean));
  });

  test('does not grow when it is repeated, nor shrink beside one that says nothing', () => {
    close(believed({ texts: [one, one, one] }), weighed(network, network, balance, mean));
    close(believed({ texts: [FLAT, one] }), weighed(network, network, balance, mean));
  });

  test('is shared by what each says where two differ', () => {
    const two = text({ channel: 0.1, qualification: 0.1, device: 0.1, network: 0.1, balance: 0.6 });
    // Kullback-Leibler from uniform: Σ p ln 5p.
    const says = (...p: number[]): number => p.reduce((sum, x) => sum + x * Math.log(5 * x), 0);
    const first = says(0.05, 0.05, 0.05, 0.6, 0.25);
    const second = says(0.1, 0.1, 0.1, 0.1, 0.6);
    const share = (left: number, right: number): number =>
      (5 * left) ** ((0.5 * first) / (first + second)) * (5 * right) ** ((0.5 * second) / (first + second));
    const byCause = [share(0.6, 0.1), share(0.25, 0.6), 3 * share(0.05, 0.1)];
    const other = byCause.reduce((left, right) => left + right, 0) / 5;
    close(believed({ texts: [one, two] }), weighed(byCause[0] ?? 0, byCause[0] ?? 0, byCause[1] ?? 0, other));
  });

  test('is nothing where the classifier has no opinion or returns nonsense', () => {
    close(believed({ texts: [FLAT] }), weighed());
    close(believed({ texts: [text({ network: Number.NaN })] }), weighed());
  });
});

describe('any belief', () => {
  const p = fc.double({ min: 0, max: 1, noNaN: true });
  const known: fc.Arbitrary<Case> = fc.record({
    scenario: fc.constantFrom(null, 'daily', 'promotion', 'cross-region'),
    texts: fc.array(
      fc.record({
        causes: fc.record({ channel: p, qualification: p, device: p, network: p, balance: p }),
        signs: fc.array(fc.constantFrom('sim', 'wifi', 'funds', 'gone'), { maxLength: 4 }),
      }),
      { maxLength: 3 },
    ),
    codes: fc.array(
      fc.record({
        code: fc.constantFrom('96', '51', 'XX'),
        systems: fc.subarray(['cup', 'acp', 'gone']),
      }),
      { maxLength: 5 },
    ),
    answers: fc.uniqueArray(
      fc.record({
        question: fc.constantFrom('scope', 'charged', 'gone'),
        option: fc.constantFrom('one', 'all', 'yes', 'unknown'),
        from: fc.constantFrom('answer' as const, 'utterance' as const),
      }),
      { selector: (answer) => answer.question },
    ),
    asked: fc.constant([]),
    failedFixes: fc.array(fc.constantFrom('restart', 'sure', 'gone'), { maxLength: 6 }),
    money: fc.constant('failed'),
  });

  test('sums to 1 and has no impossible or undefined entry', () => {
    fc.assert(
      fc.property(known, (one) => {
        const { faults, causes } = believe(MODEL, one);
        for (const map of [faults, causes]) {
          const values = [...map.values()];
          expect(Math.abs(values.reduce((left, right) => left + right, 0) - 1)).toBeLessThan(1e-9);
          expect(values.every((value) => value > 0 && value < 1)).toBe(true);
        }
      }),
    );
  });

  test('does not depend on the order in which independent evidence came in', () => {
    const shuffled = known.chain((one) => {
      const codes = [...new Map(one.codes.map((code) => [code.code, code])).values()];
      const shuffle = <T>(items: T[]) => fc.shuffledSubarray(items, { minLength: items.length });
      const mixed = fc.record({
        texts: shuffle(one.texts),
        codes: shuffle(codes),
        answers: shuffle(one.answers),
        failedFixes: shuffle(one.failedFixes),
      });
      return mixed.map(
        (other) =>
          [
            { ...one, codes },
            { ...one, ...other },
          ] as const,
      );
    });
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        close([...believe(MODEL, one).faults.values()], [...believe(MODEL, other).faults.values()]);
      }),
    );
  });
});
