import { createExpander } from '../../src/nlu/evidence.js';
import { createMatchers, needsOf } from '../../src/nlu/needs.js';
import { knowledge } from './fixture.js';

const shown = (pattern: string): string[] => needsOf(pattern).map((need) => [...need].sort().join(''));

test.each([
  ['ab', ['a', 'b']],
  ['a|b', ['ab']],
  ['(?:ab|c)d', ['d', 'ac']],
  ['(?:ab|c?)d', ['d']],
  ['[a-cx]y*', ['abcx']],
  ['[^a]b?', []],
  ['a{0,2}b{1,3}c+d{2}', ['b', 'c', 'd']],
  ['(?<!a)b(?=c)(?!d)', ['b']],
  ['(?<name>a).\\d\\s\\w', ['a', '0123456789']],
  ['\\.\\u4e0d', ['.', '不']],
  ['^$', []],
  ['[a\\d]b', ['b']],
  ['(a)\\1(?:b|)', ['a']],
  ['', []],
])('%s cannot match without %j', (pattern, needs) => {
  expect(shown(pattern)).toEqual(needs);
});

test('what is spared would not have matched: every pattern of evidence.yaml on every tenth phrase', () => {
  const { lexicon, evidence, phrases } = knowledge;
  const patterns = evidence.flatMap(({ any, unless }) => [...any, ...unless]).map(createExpander(lexicon));
  const { read, mayMatch, matches } = createMatchers(patterns.map((pattern) => [pattern]));
  const plain = patterns.map((pattern) => new RegExp(pattern));
  const texts = phrases.flatMap(({ text }, i) => (i % 20 === 0 ? [text] : []));
  let spared = 0;
  const wrong: string[] = [];
  for (const text of texts) {
    const met = read(text);
    for (const [i, pattern] of plain.entries()) {
      if (matches(i, text, met) !== pattern.test(text)) wrong.push(`${text}: ${pattern}`);
      if (!mayMatch(i, met)) spared += 1;
    }
  }
  expect(wrong).toEqual([]);
  expect(spared).toBeGreaterThan(0.8 * plain.length * texts.length);
});
