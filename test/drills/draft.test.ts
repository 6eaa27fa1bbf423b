import fc from 'fast-check';
import { draftDrill } from '../../src/drills/draft.js';
import { wordsOf } from '../../src/drills/trainees.js';
import { checkKnowledge } from '../../src/knowledge/check.js';
import { packageKnowledge } from '../../src/knowledge/load.js';
import { type Drill, drillSchema } from '../../src/knowledge/schema.js';
import { emptyFolder, errorsOf, removeFolders } from '../knowledge/folder.js';
import { playDrill, readOnce } from '../support/drill.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);
afterAll(removeFolders);

/** Of each fault. */
const SEEDS = [1, 2, 3];
const faults = () => [...realWorld().knowledge.faults.keys()];
const draft = (fault: string, seed: number): Drill =>
  draftDrill(fault, seed, realWorld(), { id: `draft-${fault}-${seed}`, scenario: 'daily', difficulty: 2 });
/** What the model answer scores when it is typed. */
function modelScore(drill: Drill): number {
  const world = readOnce(realWorld());
  const drills = new Map([[drill.id, drill]]);
  const played = { ...world, knowledge: { ...world.knowledge, drills } };
  return playDrill(played, drill.id, wordsOf('model', drill, played, 1)).result?.score ?? -1;
}

describe('drafts of every fault', () => {
  let drafts: Drill[] = [];
  beforeAll(() => {
    drafts = faults().flatMap((fault) => SEEDS.map((seed) => draft(fault, seed)));
  }, 60_000);

  it('pass lint beside the drills that ship', async () => {
    const overlay = emptyFolder();
    for (const drill of drafts) await overlay.write(`knowledge/drills/${drill.id}.yaml`, JSON.stringify(drill));
    expect(errorsOf(checkKnowledge({ folder: packageKnowledge(), contentDir: overlay.path }))).toEqual([]);
  });

  it('have a model answer of 95 at least', () => {
    const low = drafts.map((drill) => ({ id: drill.id, score: modelScore(drill) })).filter(({ score }) => score < 95);
    expect(low).toEqual([]);
  }, 60_000);

  it('hide the fault: nothing on the screen or in the first words names it', () => {
    const told = drafts.filter(({ screen, opening, title }) => `${screen}${opening}`.includes(title));
    expect(told).toEqual([]);
  });

  it('show what a stage allows', () => {
    const at = (stage: string) => drafts.filter(({ shows }) => shows.stage?.option === stage);
    expect(at('print').filter(({ money }) => money !== 'paid')).toEqual([]);
    expect([...at('read'), ...at('reject'), ...at('start')].filter(({ money }) => money !== 'failed')).toEqual([]);
    expect(drafts.some(({ money }) => money === 'processing')).toBe(true);
  });
});

test('a draft of any fault by any seed is sound', () => {
  fc.assert(
    fc.property(fc.constantFrom(...faults()), fc.integer({ min: 0, max: 1_000_000 }), (fault, seed) => {
      const drill = draft(fault, seed);
      expect(drillSchema.safeParse(drill).success).toBe(true);
      expect(modelScore(drill)).toBeGreaterThanOrEqual(95);
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('the same seed makes the same draft, another seed another', () => {
  expect(draft('network-sim-unpaid', 5)).toEqual(draft('network-sim-unpaid', 5));
  const others = [6, 7, 8, 9].map((seed) => JSON.stringify({ ...draft('network-sim-unpaid', seed), id: '' }));
  expect(new Set(others).size).toBeGreaterThan(1);
});

test('there is no draft of a fault that does not exist', () => {
  expect(() => draft('nothing', 1)).toThrow(RangeError);
});
