import fc from 'fast-check';
import { actsIn } from '../../src/drills/acts.js';
import { realWorld } from '../support/world.js';
import { SAYINGS } from './sayings.js';

beforeAll(() => void realWorld(), 60_000);

const read = (words: string): string => {
  const { nlu, knowledge, flows } = realWorld();
  const denied = flows.get('drill')?.words.denied ?? [];
  return actsIn(nlu.understand(words).normalized, knowledge.drillActs, denied)
    .map(({ id }) => id)
    .join(' ');
};

describe('what staff say', () => {
  it('is enough to judge by', () => {
    expect(SAYINGS.length).toBeGreaterThanOrEqual(120);
    expect(new Set(SAYINGS.map(([words]) => words)).size).toBe(SAYINGS.length);
  });

  test.each(SAYINGS)('%s → %s', (words, acts) => {
    expect(read(words)).toBe(acts);
  });

  it('every act is said in some way', () => {
    const said = new Set(SAYINGS.flatMap(([, acts]) => acts.split(' ')));
    const silent = [...realWorld().knowledge.drillActs.keys()].filter((id) => !said.has(id));
    // A review has words of its own: `readActs` of the skill knows them.
    expect(silent).toEqual(['review']);
  });
});

describe('labels', () => {
  it('name their own act and no other', () => {
    const labels = [...realWorld().knowledge.drillActs.values()].map(({ id, label }) => [read(label), id]);
    expect(labels.filter(([found, id]) => found !== id)).toEqual([]);
  });

  it('name nothing once they are denied', () => {
    const { drillActs } = realWorld().knowledge;
    const denied = [
      'reboot',
      'collect',
      'dismantle',
      'factory-reset',
      'swap-sim',
      'split-order',
      'sign-in',
      'call-police',
    ];
    const found = denied.flatMap((id) => ['别', '不要', '先不'].map((no) => read(`${no}${drillActs.get(id)?.label}`)));
    expect(found.filter((acts) => acts !== '')).toEqual([]);
  });
});

describe('a message', () => {
  it('does no more than six things', () => {
    const { drillActs } = realWorld().knowledge;
    const all = [...drillActs.values()].map(({ label }) => label).join('，');
    expect(read(all).split(' ')).toHaveLength(6);
  });

  it('does them in the order of its words', () => {
    expect(read('查末笔，记下提示')).toBe('look-up record');
    expect(read('记下提示，查末笔')).toBe('record look-up');
  });

  it('is read in time that its length bounds', () => {
    const { drillActs } = realWorld().knowledge;
    // No pattern explodes: the worst of these took milliseconds when it was written, and an explosion never ends.
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('再', '收', '不', '重', '看', '机器', '1', ' ', '没'), { maxLength: 400 }),
        (parts) => actsIn(parts.join(''), drillActs).length <= 6,
      ),
      { numRuns: 50 },
    );
  });

  it('may be written with spaces', () => {
    expect(read('再 刷 一 次')).toBe('collect');
  });
});
