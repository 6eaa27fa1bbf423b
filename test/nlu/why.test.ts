import { INTENTS } from '../../src/knowledge/schema.js';
import type { Push } from '../../src/nlu/why.js';
import { createOurs, knowledge } from './fixture.js';

const nlu = createOurs();
const SENTENCES = [
  ...knowledge.realUtterances.filter((_, i) => i % 4 === 0).map(({ text }) => text),
  '',
  '😀😀',
  'zzz qqq',
  '网络没问题，换卡也不行',
  '報５１　換了個卡😭😭不行',
];

const sum = (pushes: readonly Push[]): Push =>
  Object.fromEntries(
    INTENTS.map((intent) => [intent, pushes.reduce((total, push) => total + push[intent], 0)]),
  ) as Record<(typeof INTENTS)[number], number>;

test('the parts add up to the probabilities that are told, for every pair of intents', () => {
  for (const text of SENTENCES) {
    const why = nlu.why(text);
    const p = new Map(nlu.understand(text).intents.map(({ id, p }) => [id, p]));
    const all = sum([
      why.start,
      ...why.tokens.map(({ push }) => push),
      ...why.rules.map(({ push }) => push),
      why.strangeness,
    ]);
    const [first = 'channel', ...others] = INTENTS;
    for (const other of others)
      expect(all[first] - all[other]).toBeCloseTo(Math.log((p.get(first) ?? 0) / (p.get(other) ?? 0)), 3);
    expect(why.intents.map(({ id, p }) => [id, p])).toEqual(nlu.understand(text).intents.map(({ id, p }) => [id, p]));
  }
});

test('strange words argue for or against out-of-scope only, all other intents alike', () => {
  for (const text of SENTENCES.slice(0, 40)) {
    const { 'out-of-scope': _, ...others } = nlu.why(text).strangeness;
    const values = Object.values(others);
    expect(Math.max(...values) - Math.min(...values)).toBeLessThan(1e-3);
  }
});

test('tokens point into the sentence as it was given, in order', () => {
  const text = '報５１　換了個卡😭';
  const { tokens } = nlu.why(text);
  expect(tokens.map(({ start, end }) => text.slice(start, end)).join('')).toBe('報５１換了個卡');
});

test('taking away the words that are said to have moved an intent most takes the intent back', () => {
  let tried = 0;
  let moved = 0;
  for (const { text } of knowledge.realUtterances) {
    const why = nlu.why(text);
    const [top] = why.intents;
    const strongest = [...why.tokens].sort((a, b) => (top ? b.push[top.id] - a.push[top.id] : 0))[0];
    // Words in rules act through the rules too: those are tested by themselves.
    if (top === undefined || strongest === undefined || strongest.push[top.id] < 0.5) continue;
    const left = text.slice(0, strongest.start) + text.slice(strongest.end);
    tried++;
    const after = nlu.understand(left).intents.find(({ id }) => id === top.id)?.p ?? 0;
    if (after < top.p) moved++;
  }
  expect(tried).toBeGreaterThan(50);
  // Where the cut joins its neighbours to another word, that word may speak for the same intent.
  expect(moved / tried).toBeGreaterThan(0.9);
});

test.each([
  ['报51怎么办', '51', 'code balance', 'balance'],
  ['刷卡提示余额不足', '余额不足', 'sign of balance', 'balance'],
])('%s without %s loses the rule "%s" and what it gave', (text, words, rule, intent) => {
  const id = INTENTS.find((one) => one === intent) ?? 'balance';
  const before = nlu.why(text);
  const cited = before.rules.find((one) => one.rule === rule);
  expect(cited?.push[id]).toBeGreaterThan(0);
  const after = nlu.why(text.replace(words, ''));
  expect(after.rules.map((one) => one.rule)).not.toContain(rule);
  const p = (why: typeof before): number => why.intents.find((one) => one.id === id)?.p ?? 0;
  expect(p(after)).toBeLessThan(p(before));
});
