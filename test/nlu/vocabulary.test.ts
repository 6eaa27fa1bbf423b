import fc from 'fast-check';
import { createExtractor, type FeatureSettings, tokenise } from '../../src/nlu/features.js';
import { Vectoriser, Vocabulary } from '../../src/nlu/vocabulary.js';

const settings: FeatureSettings = {
  tokens: 2,
  sounds: 1,
  soundWeight: 0.5,
  clearedWeight: 1,
  clearedRest: 0.3,
  lettersMin: 2,
  lettersMax: 3,
  hintWeight: 1,
  edges: false,
};
const clause = (text: string, cleared = false) => ({
  clearedFrom: cleared ? 0 : Number.POSITIVE_INFINITY,
  text,
  start: 0,
  end: text.length,
  at: Array.from(text, (_, i) => i),
  opens: true,
  asks: false,
  lead: 0,
});
const extract = createExtractor(settings);
const keys = (text: string, cleared = false, hints: string[] = []): Set<number> => {
  const features = extract(text, tokenise([clause(text, cleared)]), hints);
  return new Set(features.keys.slice(0, features.count));
};

describe('features', () => {
  test('tokens are characters, words and numbers; marks and other scripts are none', () => {
    const tokens = tokenise([clause('pos机报96、l1かЖ')]);
    expect(tokens.map(({ start, end }) => 'pos机报96、l1かЖ'.slice(start, end))).toEqual([
      'pos',
      '机',
      '报',
      '96',
      'l1',
    ]);
  });

  test('homophones share a sound and nothing else', () => {
    const shared = [...keys('扫')].filter((key) => keys('嫂').has(key));
    expect(shared).toHaveLength(1);
  });

  test('a cleared clause has features of its own beside weaker ordinary ones', () => {
    const text = '网络';
    const features = extract(text, tokenise([clause(text, true)]), []);
    const weights = new Map(Array.from({ length: features.count }, (_, i) => [features.keys[i], features.weights[i]]));
    const ordinary = keys(text);
    const own = [...weights.keys()].filter((key) => key !== undefined && !ordinary.has(key));
    expect(own.length).toBe(ordinary.size);
    for (const key of ordinary) expect(weights.get(key)).toBeLessThanOrEqual(0.31);
  });

  test('hints are features, different ones for different hints', () => {
    const [a] = [...keys('', false, ['code balance'])];
    const [b] = [...keys('', false, ['code network'])];
    expect(a).toBeDefined();
    expect(a).not.toBe(b);
  });

  test('more features than there was room for are all kept', () => {
    const text = '刷卡不行扫码可以'.repeat(250);
    const features = extract(text, tokenise([clause(text)]), []);
    expect(features.count).toBeGreaterThan(4000);
    expect(features.weights.slice(0, features.count).every((weight) => weight > 0)).toBe(true);
  });
});

describe('vocabulary', () => {
  test('every key gets the row of its first appearance', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 0xffffffff }), { maxLength: 5000, size: 'max' }), (list) => {
        const vocabulary = new Vocabulary();
        const rows = new Map<number, number>();
        for (const key of list) {
          if (!rows.has(key)) rows.set(key, rows.size);
          expect(vocabulary.add(key)).toBe(rows.get(key));
        }
        for (const [key, row] of rows) expect(vocabulary.find(key)).toBe(row);
        expect(vocabulary.size).toBe(rows.size);
      }),
      { numRuns: 20 },
    );
  });

  test('each key is counted once an utterance', () => {
    const vocabulary = new Vocabulary();
    for (const [id, list] of [[7, 7, 8], [7], [9]].entries())
      vocabulary.count(
        {
          count: list.length,
          kinds: new Uint8Array(0),
          keys: Uint32Array.from(list),
          weights: new Float32Array(list.length),
        },
        id,
      );
    expect([7, 8, 9].map((key) => vocabulary.frequency[vocabulary.find(key)])).toEqual([2, 1, 1]);
  });

  test('a vector has length 1, less if something is strange, and tells how much is known', () => {
    const vocabulary = new Vocabulary();
    vocabulary.count(extract('刷卡', tokenise([clause('刷卡')]), []), 0);
    const vectoriser = new Vectoriser(vocabulary, 10);
    const norm = (text: string): { length: number; known: number } => {
      const { values, count, known } = vectoriser.vector(extract(text, tokenise([clause(text)]), []));
      return { length: Math.hypot(...values.slice(0, count)), known };
    };
    expect(norm('刷卡').length).toBeCloseTo(1);
    expect(norm('刷卡').known).toBe(1);
    expect(norm('刷刷').known).toBeLessThan(1);
    expect(norm('刷卡蓝天').length).toBeLessThan(0.95);
    expect(norm('蓝天')).toEqual({ length: 0, known: 0 });
    expect(norm('')).toEqual({ length: 0, known: 0 });
  });
});
