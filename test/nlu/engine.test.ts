import { runBenchmark } from '../../src/eval/benchmark.js';
import { chooseThreshold, fitScale, fitStrangeness } from '../../src/eval/outlier.js';
import { type LabelledText, OUT, settingsFor, trainEngine } from '../../src/nlu/engine.js';
import { HAN, LATIN } from '../../src/nlu/engine-settings.js';
import { radical } from '../../src/nlu/patterns.js';

const rows = (intent: string, ...texts: string[]): LabelledText[] => texts.map((text) => ({ text, intent }));
const TRAIN = [
  ...rows('weather', 'will it rain today', 'is it sunny tomorrow', 'what is the weather like', 'weather in london'),
  ...rows('music', 'play some jazz', 'play the next song', 'i want to hear music', 'turn the song up'),
  ...rows('alarm', 'wake me at seven', 'set an alarm for six', 'cancel my alarm', 'alarm in ten minutes'),
];

test('learns to tell intents apart, the same way each time', () => {
  const [one, two] = [trainEngine(TRAIN), trainEngine(TRAIN)];
  for (const { text, intent } of TRAIN) {
    const { scores } = one.guess(text);
    expect(one.intents[scores.indexOf(Math.max(...scores))]).toBe(intent);
    expect(scores).toEqual(two.guess(text).scores);
  }
});

test('nothing is ever put into the class of strangers, but its rows make strangers stranger', () => {
  const strangers = rows(
    OUT,
    'who won the election',
    'recite a poem about cats',
    'how tall is the tower',
    'define entropy',
  );
  const engine = trainEngine([...TRAIN, ...strangers]);
  expect(engine.intents).toEqual(['weather', 'music', 'alarm']);
  const last = (text: string): number => engine.guess(text).signs.at(-1) ?? 0;
  expect(last('who won the poem')).toBeGreaterThan(last('set an alarm'));
});

test('one intent is nothing to tell apart', () => {
  expect(() => trainEngine(rows('music', 'a', 'b'))).toThrow(RangeError);
  expect(() => trainEngine([...rows('music', 'a'), ...rows(OUT, 'b')])).toThrow(RangeError);
});

test('a label of its own for each row is refused before memory runs out', () => {
  const many = Array.from({ length: 1001 }, (_, i) => ({ text: `text ${i}`, intent: `label ${i}` }));
  expect(() => trainEngine(many)).toThrow(/1001 intents are more than/);
});

test('settings follow the script of the rows', () => {
  expect(settingsFor(TRAIN)).toBe(LATIN);
  expect(settingsFor(rows('a', '打开QQ音乐', '今天天气怎么样'))).toBe(HAN);
});

test('texts without any feature are answered', () => {
  for (const text of ['', '???', '\u{1f600}']) expect(trainEngine(TRAIN).guess(text).scores).toHaveLength(3);
});

test.each([
  ['痛', '疒'],
  ['病', '疒'],
  ['河', '水'],
  ['铁', '金'],
])('%s has the radical of %s', (character, of) => {
  expect(radical(character.charCodeAt(0))).toBe(radical(of.charCodeAt(0)));
});
test('what is no ideograph has no radical', () => {
  for (const character of 'a1。あ') expect(radical(character.charCodeAt(0))).toBe(0);
});

describe('choosing on dev', () => {
  const seen = (truth: number, scores: number[], strange: number) => ({
    truth,
    guess: { scores: Float64Array.from(scores), signs: [strange] },
  });
  const strangeness = ([sign]: readonly number[]): number => sign ?? 0;

  test('the line is where most rows are treated rightly', () => {
    const dev = [seen(0, [2, 0], 0), seen(0, [2, 0], 1), seen(-1, [1, 0], 3), seen(-1, [1, 0], 4), seen(0, [0, 1], 5)];
    const line = chooseThreshold(dev, strangeness) ?? Number.NaN;
    expect(line).toBeGreaterThan(1);
    expect(line).toBeLessThan(3);
  });

  test('without strangers there is no line, and energy alone is the sign', () => {
    const dev = [seen(0, [2, 0], 7)];
    expect(chooseThreshold(dev, strangeness)).toBeNull();
    expect(fitStrangeness(dev)([7])).toBe(7);
  });

  test('signs are weighed by what they tell', () => {
    const dev = Array.from({ length: 100 }, (_, i) => ({
      truth: i % 2 === 0 ? -1 : 0,
      guess: { scores: Float64Array.from([1, 0]), signs: [(i * 37) % 11, i % 2 === 0 ? 1 : 0] },
    }));
    const fitted = fitStrangeness(dev);
    expect(fitted([0, 1])).toBeGreaterThan(fitted([10, 0]));
  });

  test('scores that are too sure are cooled, too timid ones heated', () => {
    const sure = Array.from({ length: 40 }, (_, i) => seen(i % 2, [20, 0], 0));
    const timid = Array.from({ length: 40 }, () => seen(0, [0.5, 0], 0));
    expect(fitScale(sure)).toBeLessThan(1);
    expect(fitScale(timid)).toBeGreaterThan(1);
  });
});

test('a benchmark says what it measured and null where there was nothing', async () => {
  let now = 0;
  const machine = { now: () => now++, rss: () => 100 };
  const result = await runBenchmark(
    { train: TRAIN, dev: [], test: [...TRAIN, ...rows('news', 'read the headlines')] },
    machine,
  );
  expect(result).toMatchObject({
    intents: 3,
    nTest: 13,
    nOos: 0,
    unknownIntents: 1,
    rssMb: 100,
    trainMs: 1,
    p50us: 1000,
  });
  expect(result.accuracy).toBeCloseTo(12 / 13);
  expect(result.top2).toBeCloseTo(12 / 13);
  expect([result.oosAuroc, result.oosRecall, result.inScopeAccuracy, result.threshold]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});
