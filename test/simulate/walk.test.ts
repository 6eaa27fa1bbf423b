import type { Plan } from '../../src/diagnosis/case.js';
import { modelFrom } from '../../src/diagnosis/model.js';
import type { ModelSpec } from '../../src/diagnosis/spec.js';
import { drawMerchant, type Merchant } from '../../src/simulate/merchants.js';
import { perturb } from '../../src/simulate/perturb.js';
import { believing, treePolicy } from '../../src/simulate/policies.js';
import { randomFrom } from '../../src/simulate/random.js';
import { type Policy, walk } from '../../src/simulate/walk.js';
import { type Settings, type Tree, treeProblems, treeSchema } from '../../src/simulate/yardsticks.js';
import { caseOf, TWO } from '../diagnosis/fixtures.js';

const SPEC: ModelSpec = {
  ...TWO,
  questions: [{ id: 'charged', options: ['yes', 'no'], cost: 0.5 }, ...TWO.questions],
  fixes: [
    { id: 'fix-a', cost: 4, success: { a: 0.9 } },
    { id: 'sale', cost: 2, success: { a: 0.5, b: 0.9 }, charges: 'some' },
  ],
};
const MODEL = modelFrom(SPEC);
const PRICES = { humanCall: 20, wrongMoneyAdvice: 120, lookUp: 2 };

function merchant(more: Partial<Merchant> = {}): Merchant {
  return {
    fault: 'a',
    cause: 'channel',
    opening: { text: '', causes: [], faults: null, known: caseOf({ money: 'unknown' }), heard: null, lean: null },
    moved: false,
    answers: new Map([
      ['charged', 'no'],
      ['which', 'left'],
    ]),
    cures: new Set(),
    ...more,
  };
}

/** Does these steps one after the other, then calls. */
function script(...steps: Plan['step'][]): Policy {
  return {
    id: 'script',
    begin: () => {
      let at = 0;
      return () => {
        const step: Plan['step'] = steps[at] ?? { kind: 'human', why: 'cheaper' };
        at += 1;
        return { step, claim: { cause: 'channel', fault: 'a' } };
      };
    },
  };
}
const ask = (question: string): Plan['step'] => ({ kind: 'ask', question });
const fix = (id: string): Plan['step'] => ({ kind: 'fix', fix: id });

describe('what a walk costs', () => {
  test('is the minutes of questions and fixes, and of the call that ends it', () => {
    // which 1, fix-a 4 in vain, call 20.
    const { minutes, cost, human, questions } = walk(MODEL, script(ask('which'), fix('fix-a')), merchant(), PRICES);
    expect({ minutes, cost, human, questions }).toEqual({ minutes: 25, cost: 25, human: true, questions: 1 });
  });

  test('ends with the fix that works', () => {
    const { minutes, human } = walk(MODEL, script(fix('fix-a')), merchant({ cures: new Set(['fix-a']) }), PRICES);
    expect({ minutes, human }).toEqual({ minutes: 4, human: false });
  });

  test('counts what was asked before the first fix or call, and keeps what was claimed then', () => {
    const { claim, questionsBefore, asked, questions } = walk(
      MODEL,
      script(ask('charged'), fix('fix-a'), ask('which')),
      merchant(),
      PRICES,
    );
    expect({ claim, questionsBefore, asked, questions }).toEqual({
      claim: { cause: 'channel', fault: 'a' },
      questionsBefore: 1,
      asked: [],
      questions: 2,
    });
  });
});

describe('money', () => {
  const YES = new Map([['charged', 'yes']]);

  test('is asked for before any step that charges, whoever forgets it, and once more after a failed one', () => {
    const { questions, minutes } = walk(MODEL, script(fix('sale'), fix('sale')), merchant(), PRICES);
    // (.5 + 2) twice, then the call.
    expect({ questions, minutes }).toEqual({ questions: 2, minutes: 25 });
  });

  test('that may have moved is looked up; where it arrived the case closes without a claim', () => {
    const { claim, minutes, human } = walk(MODEL, script(fix('sale')), merchant({ moved: true, answers: YES }), PRICES);
    expect(minutes).toBe(2.5);
    expect(human).toBe(false);
    // The fix had been offered: its claim stands.
    expect(claim).not.toBeNull();
    const early = walk(MODEL, script(ask('charged')), merchant({ moved: true, answers: YES }), PRICES);
    expect(early.claim).toBeNull();
  });

  test('that was looked up in vain no longer stops anything', () => {
    const { minutes } = walk(MODEL, script(fix('sale')), merchant({ answers: YES, cures: new Set(['sale']) }), PRICES);
    expect(minutes).toBe(4.5);
  });

  test('collected again because somebody was wrong costs its penalty once', () => {
    const { wrongMoney, cost, minutes } = walk(
      MODEL,
      script(fix('sale'), fix('sale')),
      merchant({ moved: true }),
      PRICES,
    );
    expect(wrongMoney).toBe(true);
    expect(cost - minutes).toBe(120);
  });
});

test('a policy that never ends is a defect that is said', () => {
  const forever = believing(MODEL, 'forever', () => ask('which'));
  expect(() => walk(MODEL, forever, merchant(), PRICES)).toThrow('forever');
});

describe('a tree', () => {
  const TREE: Tree = treeSchema.parse({
    id: 'tree',
    title: 'tree',
    start: 'listen',
    nodes: {
      listen: { hear: true, atLeast: 0.6, lean: { device: 'second' }, else: 'first' },
      first: { ask: 'which', on: { left: 'a' }, else: 'second' },
      second: { suspect: 'b', try: ['sale'] },
      a: { suspect: 'a', try: ['fix-a'], next: 'second' },
    },
    heard: { b: ['sale', 'fix-a'] },
  });
  const steps = (more: Partial<Merchant>) => {
    const policy = treePolicy(MODEL, TREE);
    const seen: string[] = [];
    const watched: Policy = {
      ...policy,
      begin: (one) => {
        const next = policy.begin(one);
        return (known) => {
          const move = next(known);
          seen.push(move.step.kind === 'ask' ? move.step.question : move.step.kind === 'fix' ? move.step.fix : 'call');
          return move;
        };
      },
    };
    return { outcome: walk(MODEL, watched, merchant(more), PRICES), seen };
  };
  const opening = merchant().opening;

  test('goes where the answer leads, tries its fixes in order, then goes on, then calls', () => {
    expect(steps({}).seen).toEqual(['which', 'fix-a', 'sale', 'call']);
  });

  test('does not ask what the sentence has told', () => {
    const known = caseOf({ money: 'unknown', answers: [{ question: 'which', option: 'right', from: 'utterance' }] });
    expect(steps({ opening: { ...opening, known } }).seen).toEqual(['sale', 'call']);
  });

  test('follows words that name a fault, and takes it for that', () => {
    const { seen, outcome } = steps({ opening: { ...opening, heard: 'b' } });
    expect(seen).toEqual(['sale', 'fix-a', 'call']);
    expect(outcome.claim).toEqual({ fault: 'b', cause: 'device' });
  });

  test('follows a sentence that leans clearly one way', () => {
    expect(steps({ opening: { ...opening, lean: { cause: 'device', p: 0.7 } } }).seen[0]).toBe('sale');
    expect(steps({ opening: { ...opening, lean: { cause: 'device', p: 0.5 } } }).seen[0]).toBe('which');
  });

  test('with an id that does not exist is told with the id', () => {
    const known = {
      questions: MODEL.questionById,
      fixes: MODEL.fixById,
      faults: new Map([['b', 1]]),
    };
    expect(treeProblems(TREE, known)).toEqual(['tree: no fault a']);
  });
});

describe('merchants', () => {
  const settings: Settings = {
    lookUpMinutes: 2,
    moved: { rest: 0, faults: { b: 1 }, told: { yes: 1, no: 0 } },
    specific: 0.6,
    perturbed: { rows: 0.2, priorFactor: 7, wrong: 0.15, unknown: 0.15, merchants: 10 },
  };
  const { opening } = merchant();
  const openings = [
    { ...opening, text: 'a', causes: ['channel'], faults: ['a'] },
    { ...opening, text: 'device', causes: ['device', 'channel'] },
  ];
  const many = (unknown: number, wrong: number) => {
    const random = randomFrom(3);
    return Array.from({ length: 4000 }, () =>
      drawMerchant({ model: MODEL, unknown, wrong }, openings, settings, random),
    );
  };

  test('are as the model says: faults by prior, answers by row, cures by success', () => {
    const drawn = many(0, 0);
    const ofA = drawn.filter(({ fault }) => fault === 'a');
    const share = (count: number) => count / ofA.length;
    expect(ofA.length / drawn.length).toBeCloseTo(0.5, 1);
    expect(share(ofA.filter(({ answers }) => answers.get('which') === 'left').length)).toBeCloseTo(0.9, 1);
    expect(share(ofA.filter(({ cures }) => cures.has('sale')).length)).toBeCloseTo(0.5, 1);
    expect(drawn.filter(({ fault }) => fault === 'b').every(({ moved }) => moved)).toBe(true);
  });

  test('write what fits their fault', () => {
    for (const { fault, opening: said } of many(0, 0)) if (fault === 'b') expect(said.text).toBe('device');
  });

  test('do not know, or are wrong, as often as was set', () => {
    const drawn = many(0.15, 0.15);
    const told = drawn.map(({ answers, moved }) => ({ answer: answers.get('charged'), honest: moved ? 'yes' : 'no' }));
    const share = (count: number) => count / drawn.length;
    expect(share(told.filter(({ answer }) => answer === 'unknown').length)).toBeCloseTo(0.15, 1);
    expect(share(told.filter(({ answer, honest }) => answer !== 'unknown' && answer !== honest).length)).toBeCloseTo(
      0.85 * 0.15,
      1,
    );
  });

  test('of a perturbed world differ in priors, at most as far as was set, and in the share of rows', () => {
    const random = randomFrom(11);
    const worlds = Array.from({ length: 300 }, () => perturb(SPEC, settings.perturbed, random));
    const factors = worlds.flatMap(({ faults }) =>
      faults.map(({ prior }, at) => prior / (SPEC.faults[at]?.prior ?? 1)),
    );
    expect(Math.max(...factors)).toBeLessThanOrEqual(7);
    expect(Math.max(...factors)).toBeGreaterThan(5);
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(1 / 7);
    const rows = worlds.flatMap(({ questions }) => Object.entries(questions[1]?.byFault ?? {}));
    const wrong = rows.filter(([id, row]) => row.left !== SPEC.questions[1]?.byFault?.[id]?.left);
    expect(wrong.length / rows.length).toBeCloseTo(0.2, 1);
  });
});
