import fc from 'fast-check';
import { believe } from '../../src/diagnosis/belief.js';
import type { Belief, Case } from '../../src/diagnosis/case.js';
import { explainConclusion, explainQuestion, type Item, reasonsFor } from '../../src/diagnosis/explain.js';
import { createModel } from '../../src/diagnosis/model.js';
import { loadKnowledge } from '../../src/knowledge/load.js';
import { caseOf, randomFrom } from './fixtures.js';

const { knowledge } = loadKnowledge();
const model = createModel(knowledge);
const EVEN = { channel: 0.2, qualification: 0.2, device: 0.2, network: 0.2, balance: 0.2 };

/** A case with a bit of everything: a scenario, a sentence with signs, codes, answers, fixes that failed. */
function randomCase(seed: number): Case {
  const random = randomFrom(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const some = <T>(items: readonly T[], share: number): T[] => items.filter(() => random() < share);
  const raw = Object.values(EVEN).map(() => random() + 0.01);
  const total = raw.reduce((left, right) => left + right, 0);
  const [channel = 0, qualification = 0, device = 0, network = 0, balance = 0] = raw.map((p) => p / total);
  const codes = [...model.codes].map(([code, systems]) => ({ code, systems: [...systems.keys()] }));
  return caseOf({
    scenario: pick(['daily', 'promotion', 'cross-region', null]),
    texts: [{ causes: { channel, qualification, device, network, balance }, signs: [pick(model.faults)] }],
    codes: random() < 0.5 ? [pick(codes)] : [],
    answers: some(model.questions, 0.3).map(({ id, options }) => ({
      question: id,
      option: pick(options),
      from: 'answer',
    })),
    failedFixes: some(model.fixes, 0.03).map(({ id }) => id),
  });
}

/** The case without one piece, made here anew: an explanation must not be judged by its own measure. */
function bare(known: Case, item: Item): Case {
  switch (item.kind) {
    case 'scenario':
      return { ...known, scenario: null };
    case 'text':
      return { ...known, texts: known.texts.map((text) => ({ ...text, causes: EVEN })) };
    case 'sign':
      return { ...known, texts: known.texts.map((text) => ({ ...text, signs: [] })) };
    case 'code':
      return { ...known, codes: [] };
    case 'answer':
      return { ...known, answers: known.answers.filter(({ question }) => question !== item.question) };
    case 'failed-fix':
      return { ...known, failedFixes: known.failedFixes.filter((fix) => fix !== item.fix) };
    case 'incident':
      return known;
  }
}

const pOf = (belief: Belief, target: string): number => belief.causes.get(target) ?? belief.faults.get(target) ?? 0;
const logit = (p: number): number => Math.log(p) - Math.log(1 - p);
const seeds = fc.integer({ min: 1, max: 1e6 });

describe('over the whole knowledge base', () => {
  test('taking a cited reason away lowers the belief in the verdict, by the weight that was said', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(seeds, (seed) => {
        const known = randomCase(seed);
        const belief = believe(model, known);
        const top = (of: ReadonlyMap<string, number>) => [...of].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
        for (const target of [top(belief.causes), top(belief.faults)])
          for (const { item, weight } of reasonsFor(model, known, target)) {
            const left = pOf(believe(model, bare(known, item)), target);
            const p = pOf(belief, target);
            expect(left).toBeLessThan(p);
            // Where nothing else is left beside the target, 1 − p has no digits to compare.
            if (p < 1 - 1e-6) expect(logit(p) - logit(left)).toBeCloseTo(weight, 5);
            kinds.add(item.kind);
          }
      }),
      { numRuns: 300 },
    );
    expect([...kinds].sort()).toEqual(['answer', 'code', 'failed-fix', 'scenario', 'sign', 'text']);
  });

  test('what speaks against a verdict does: without it the verdict would be likelier', () => {
    let against = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const known = randomCase(seed);
        for (const { item, weight } of explainConclusion(model, known, 'network')) {
          if (weight >= 0) continue;
          against += 1;
          const [left, p] = [bare(known, item), known].map((one) => pOf(believe(model, one), 'network'));
          expect(left).toBeGreaterThan(p ?? 0);
        }
      }),
      { numRuns: 200 },
    );
    expect(against).toBeGreaterThan(100);
  });

  test('each answer to a question moves the two causes that it is said to tell apart as said', () => {
    let pairs = 0;
    fc.assert(
      fc.property(seeds, (seed) => {
        const known = { ...randomCase(seed), answers: [] };
        const before = believe(model, known);
        for (const { id } of model.questions) {
          const { causes } = explainQuestion(model, before, id);
          for (const { option, toward, ratio } of causes?.options ?? []) {
            const [first, second] = causes?.between ?? ['', ''];
            const away = toward === first ? second : first;
            const after = believe(model, { ...known, answers: [{ question: id, option, from: 'answer' }] });
            const odds = (belief: Belief) => pOf(belief, toward) / pOf(belief, away);
            expect(odds(after) / odds(before)).toBeCloseTo(ratio, 5);
            pairs += 1;
          }
        }
      }),
      { numRuns: 50 },
    );
    expect(pairs).toBeGreaterThan(500);
  });
});
