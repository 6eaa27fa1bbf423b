import { loadWorld } from '../../src/content.js';
import { loadYardsticks } from '../../src/simulate/load.js';
import { type Opening, readOpenings } from '../../src/simulate/openings.js';
import { asHtml, asText, targetsOf } from '../../src/simulate/report.js';
import {
  type SimulationInput,
  simulateWorld,
  WORLDS,
  type WorldKind,
  type WorldResult,
} from '../../src/simulate/simulate.js';
import { treeProblems } from '../../src/simulate/yardsticks.js';

const world = loadWorld({ publicUrl: 'http://localhost' });
const yardsticks = loadYardsticks();
let openings: Opening[] = [];

function run(kind: WorldKind, more: Partial<SimulationInput> = {}): WorldResult {
  const running = simulateWorld(kind, {
    ...yardsticks,
    knowledge: world.knowledge,
    openings,
    cases: 80,
    seed: 1,
    ...more,
  });
  for (;;) {
    const next = running.next();
    if (next.done === true) return next.value;
  }
}
const of = (result: WorldResult, id: string) => {
  const found = result.policies.find(({ policy }) => policy === id);
  if (!found) throw new Error(`no policy ${id}`);
  return found;
};
let results: WorldResult[] = [];

beforeAll(() => {
  // A third of the phrases trains in a third of the time and misreads a little more.
  const { knowledge } = world;
  const phrases = knowledge.phrases.filter((_, index) => index % 3 === 0);
  const reading = readOpenings({ ...world, knowledge: { ...knowledge, phrases } }, yardsticks.openings);
  for (let next = reading.next(); ; next = reading.next())
    if (next.done === true) {
      openings = next.value;
      break;
    }
  results = WORLDS.map((kind) => run(kind));
});

describe('what ours is measured against', () => {
  test.each(yardsticks.trees.map((tree) => [tree.id, tree] as const))('%s names only what exists', (_, tree) => {
    const { questions, fixes, faults } = world.knowledge;
    expect(treeProblems(tree, { questions, fixes, faults })).toEqual([]);
  });

  test('the expert knows what to do for every fault that is named to him', () => {
    const tree = yardsticks.trees.find(({ id }) => id === 'expert-tree');
    expect(Object.keys(tree?.heard ?? {}).sort()).toEqual([...world.knowledge.faults.keys()].sort());
  });

  test('every sentence that is said to name a fault is a real one, and the fault exists', () => {
    const real = new Set(world.knowledge.realUtterances.map(({ text }) => text));
    expect(yardsticks.openings.filter(({ text }) => !real.has(text))).toEqual([]);
    expect(yardsticks.openings.flatMap(({ faults }) => faults).filter((id) => !world.knowledge.faults.has(id))).toEqual(
      [],
    );
  });
});

describe('first sentences', () => {
  test('are read by an understanding that is not always right', () => {
    const right = openings.filter(({ lean, causes }) => lean !== null && causes.includes(lean.cause));
    expect(right.length / openings.length).toBeGreaterThan(0.8);
    expect(right.length).toBeLessThan(openings.length);
  });
});

describe('a simulation', () => {
  test('comes out the same for the same seed, and differently for another', () => {
    const only = { only: ['expert-tree'], cases: 20 };
    expect(run('perturbed', only)).toEqual(run('perturbed', only));
    expect(run('perturbed', { ...only, seed: 2 })).not.toEqual(run('perturbed', only));
  });

  test('finds ours at least a quarter cheaper than the fixed order, and cheaper than the expert', () => {
    for (const kind of WORLDS) {
      const result = run(kind, { only: ['fixed-order', 'expert-tree'], cases: 600 });
      expect(of(result, 'fixed-order').oursSaves.value).toBeGreaterThan(0.25);
      expect(of(result, 'expert-tree').oursSaves.value).toBeGreaterThan(0);
      expect(of(result, 'ours').oursSaves.value).toBe(0);
    }
  });

  test('finds ours asking at most three questions before it offers something', () => {
    for (const result of results) expect(of(result, 'ours').questions.value).toBeLessThan(3);
  });

  test('finds nobody right more often than the ceiling with all questions by more than chance', () => {
    for (const { policies, ceiling } of results)
      for (const { rightCause } of policies)
        expect(rightCause.value).toBeLessThan(ceiling.atCap.value + ceiling.atCap.half + rightCause.half);
  });

  test('wastes no money where everybody knows what was charged', () => {
    for (const { wrongMoney } of results[0]?.policies ?? []) expect(wrongMoney.value).toBe(0);
  });
});

describe('the report', () => {
  test('has a line a policy and the ceiling', () => {
    const [matched] = results;
    if (!matched) throw new Error('no result');
    const text = asText(matched);
    for (const { policy } of matched.policies) expect(text).toContain(`\n${policy} `);
    expect(text).toContain('right cause at best');
    expect(text).not.toMatch(/NaN|undefined/);
  });

  test('draws a bar and a whisker a policy and figure, and loads nothing', () => {
    const page = asHtml(results, 1);
    const figures = page.match(/<figure>/g)?.length ?? 0;
    const policies = results[0]?.policies.length ?? 0;
    expect(page.match(/<rect /g)).toHaveLength(figures * policies);
    expect(page.match(/class="whisker"/g)).toHaveLength(figures * policies);
    expect(page).not.toMatch(/NaN|undefined|<script|src=|https?:/);
  });

  test('says of a target that is missed that it is', () => {
    const [, perturbed] = results;
    if (!perturbed) throw new Error('no result');
    const rightCause = { value: 0.5, half: 0 };
    const worse = {
      ...perturbed,
      policies: perturbed.policies.map((one) => (one.policy === 'ours' ? { ...one, rightCause } : one)),
    };
    expect(targetsOf(worse).find(({ what }) => what === 'right cause')).toMatchObject({ value: 0.5, met: false });
  });
});
