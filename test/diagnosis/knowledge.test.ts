/** The planner on the knowledge base as it ships. */
import fc from 'fast-check';
import { believe } from '../../src/diagnosis/belief.js';
import type { Case } from '../../src/diagnosis/case.js';
import { explainConclusion, explainQuestion } from '../../src/diagnosis/explain.js';
import { createModel } from '../../src/diagnosis/model.js';
import { plan } from '../../src/diagnosis/plan.js';
import { loadKnowledge } from '../../src/knowledge/load.js';
import { CAUSES, CHARGED, UNKNOWN } from '../../src/knowledge/schema.js';
import { caseOf } from './fixtures.js';

const { knowledge } = loadKnowledge();
const model = createModel(knowledge);
const { costs } = knowledge;
const total = (values: Iterable<number>): number => [...values].reduce((left, right) => left + right, 0);

const p = fc.double({ min: 0.01, max: 1, noNaN: true });
const questions = [...knowledge.questions.values()].filter((question) => question.id !== CHARGED);
const codes = [...knowledge.codes].map(([code, readings]) => ({ code, systems: readings.map(({ system }) => system) }));
/** Any case that a conversation could reach: sentences, codes, answers, failed fixes. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    scenario: fc.constantFrom(null, 'daily', 'promotion', 'cross-region'),
    texts: fc.array(
      fc.record({
        causes: fc.record({ channel: p, qualification: p, device: p, network: p, balance: p }),
        signs: fc.array(fc.constantFrom(...knowledge.faults.keys()), { maxLength: 2 }),
      }),
      { maxLength: 2 },
    ),
    codes: fc.array(fc.constantFrom(...codes), { maxLength: 2 }),
    told: fc.uniqueArray(
      fc.constantFrom(...questions).chain(({ id, options }) =>
        fc.record({
          question: fc.constant(id),
          option: fc.constantFrom(...options.map((option) => option.id), UNKNOWN),
          from: fc.constantFrom('answer' as const, 'utterance' as const),
        }),
      ),
      { selector: ({ question }) => question, maxLength: 4 },
    ),
    failedFixes: fc.uniqueArray(fc.constantFrom(...knowledge.fixes.keys()), { maxLength: 1 }),
  })
  .map(({ told, ...known }) =>
    caseOf({
      ...known,
      answers: told,
      asked: told.filter(({ from }) => from === 'answer').map(({ question }) => question),
    }),
  );

describe('the knowledge base as a model', () => {
  test('holds every fault, fix, question and code, and priors that sum to 1', () => {
    expect(model.faults).toEqual([...knowledge.faults.keys(), 'other']);
    expect(model.fixes.map(({ id }) => id)).toEqual([...knowledge.fixes.keys()]);
    expect(model.questions.map(({ id }) => id)).toEqual([...knowledge.questions.keys()]);
    expect(model.codes.size).toBe(knowledge.codes.size);
    const { faults, causes } = believe(model, caseOf());
    expect(total(faults.values())).toBeCloseTo(1, 9);
    expect([...causes.keys()]).toEqual(['channel', 'qualification', 'device', 'network', 'balance', 'other']);
    for (const [id, fault] of knowledge.faults) expect(faults.get(id)).toBeCloseTo(fault.prior, 9);
  });

  test('a question costs its seconds and the trouble of being asked', () => {
    for (const { id, cost } of model.questions)
      expect(cost).toBeCloseTo((knowledge.questions.get(id)?.seconds ?? 0) / 60 + costs.questionOverhead, 12);
  });

  test('charged attributes nothing; every other question does', () => {
    for (const { id, informative } of model.questions) expect([id, informative]).toEqual([id, id !== CHARGED]);
  });

  test('a code speaks for the fault that it names, over the others of its cause, over the rest', () => {
    const { fault, also, rest } = knowledge.likelihoods.code;
    const reading = [...knowledge.codes.values()].flat().find((one) => one.faults.length > 0);
    const named = reading?.faults[0] ?? '';
    const row = model.codes.get(reading?.code.toUpperCase() ?? '')?.get(reading?.system ?? '');
    const at = (id: string): number | undefined => row?.[model.faultIndex.get(id) ?? -1];
    expect(at(named)).toBe(fault);
    for (const { id, cause: of } of knowledge.faults.values())
      if (of === reading?.cause && !reading.faults.includes(id)) expect(at(id)).toBe(also);
    expect(at('other')).toBe(rest);
  });

  test('a code whose reading also fits another cause speaks for that one, less than for its own', () => {
    const { code } = knowledge.likelihoods;
    const own = new Set<string>(CAUSES);
    const readings = [...knowledge.codes.values()].flat();
    const reading = readings.find((one) => own.has(one.cause) && one.also.some((cause) => own.has(cause)));
    const row = model.codes.get(reading?.code.toUpperCase() ?? '')?.get(reading?.system ?? '');
    const also = [...knowledge.faults.values()].filter((fault) => reading?.also.includes(fault.cause));
    expect(also.length).toBeGreaterThan(0);
    for (const { id } of also) expect(row?.[model.faultIndex.get(id) ?? -1]).toBe(code.also);
  });

  test('a fix cures its own fault and those that it helps', () => {
    for (const { id, at, success } of model.fixes) {
      const fix = knowledge.fixes.get(id);
      const cures = Object.fromEntries([...at].map((fault, index) => [model.faults[fault] ?? '', success[index]]));
      expect(cures).toEqual({ ...fix?.helps, [fix?.fault ?? '']: fix?.success });
    }
  });

  test('a scenario shifts what it names, from the first word on', () => {
    const usual = believe(model, caseOf());
    for (const { id, shifts } of knowledge.scenarios.values()) {
      const [raised] = Object.entries(shifts).sort(([, left], [, right]) => right - left);
      if (!raised || raised[1] <= 1) continue;
      const shifted = believe(model, caseOf({ scenario: id }));
      const p = (belief: typeof usual) => belief.faults.get(raised[0]) ?? belief.causes.get(raised[0]) ?? 0;
      expect([id, p(shifted) > p(usual)]).toEqual([id, true]);
    }
    expect(model.scenarios.size).toBe(knowledge.scenarios.size);
  });

  test('charged attributes nothing even if somebody writes rows for it', () => {
    const charged = knowledge.questions.get(CHARGED);
    if (!charged) throw new Error('the knowledge has charged');
    const row = { network: { yes: 0.9, no: 0.1 }, other: { yes: 0.1, no: 0.9 } };
    const edited = new Map(knowledge.questions).set(CHARGED, { ...charged, likelihood: row });
    const [first] = createModel({ ...knowledge, questions: edited }).questions.filter(({ id }) => id === CHARGED);
    expect(first?.informative).toBe(false);
  });
});

describe('any case', () => {
  test('has a belief that sums to 1 and explanations that are true', () => {
    fc.assert(
      fc.property(cases, (known) => {
        const belief = believe(model, known);
        for (const map of [belief.faults, belief.causes]) expect(Math.abs(total(map.values()) - 1)).toBeLessThan(1e-9);
        const [top = ''] = [...belief.faults].reduce((best, entry) => (entry[1] > best[1] ? entry : best));
        for (const { item, weight } of explainConclusion(model, known, top)) {
          if (item.kind !== 'answer') continue;
          const bare = { ...known, answers: known.answers.filter(({ question }) => question !== item.question) };
          const without = believe(model, bare).faults.get(top) ?? 0;
          expect(Math.sign((belief.faults.get(top) ?? 0) - without)).toBe(Math.sign(weight));
        }
      }),
    );
  });

  test('below the cap and with money settled, a question whose expected cost is under that of repair is asked', () => {
    let asked = 0;
    fc.assert(
      fc.property(cases, (known) => {
        const { step, questions: shortlist, ecr } = plan(model, believe(model, known), known);
        const [best] = shortlist;
        if (best && best.eco < ecr) {
          asked += 1;
          expect(step).toEqual({ kind: 'ask', question: best.question });
        } else expect(step.kind).not.toBe('ask');
        expect(shortlist.every((one) => one.eco >= (best?.eco ?? 0))).toBe(true);
      }),
    );
    expect(asked).toBeGreaterThan(20);
  });

  test('with money unsettled, no question that charges is asked and no fix that charges comes before charged', () => {
    const money = fc.constantFrom<Case['money'][]>('unknown', 'in-doubt', 'paid');
    let gated = 0;
    fc.assert(
      fc.property(cases, money, (found, state) => {
        const known = { ...found, money: state };
        const { step } = plan(model, believe(model, known), known);
        if (step.kind === 'ask') expect(knowledge.questions.get(step.question)?.charges).toBe(false);
        if (step.kind === 'ask' && step.question === CHARGED) {
          expect(state).toBe('unknown');
          gated += 1;
        }
        if (step.kind === 'fix' && state === 'unknown')
          expect(knowledge.fixes.get(step.fix)?.steps.some(({ charges }) => charges)).toBe(false);
      }),
      { numRuns: 300 },
    );
    expect(gated).toBeGreaterThan(5);
  });

  test('names the two causes that the question on the table tells apart', () => {
    const belief = believe(model, caseOf());
    for (const { id } of questions) {
      const { causes, faults } = explainQuestion(model, belief, id);
      expect(causes ?? faults).not.toBeNull();
    }
  });
});
