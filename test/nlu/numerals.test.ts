import { findNumerals } from '../../src/nlu/numerals.js';
import { knowledge } from './fixture.js';

const { units, privateWords } = knowledge.lexicon;
const values = (text: string) => findNumerals(text, units.numerals, privateWords.digits).map(({ value }) => value);

test.each([
  ['五十一', '51'],
  ['十二', '12'],
  ['九十', '90'],
  ['零五', '05'],
  ['幺二', '12'],
  ['九六', '96'],
])('%s is read as %s', (text, expected) => {
  expect(values(text)).toEqual([expected]);
});

test.each(['五', '十', '一二三', '一二十', '十十', '二十三四', '百'])('%s is no number of two digits', (text) => {
  const found = values(text);
  expect(found).toEqual([]);
});

test('positions are those of the text', () => {
  expect(findNumerals('代码五十一,又是零五', units.numerals, privateWords.digits)).toEqual([
    { value: '51', start: 2, end: 5 },
    { value: '05', start: 8, end: 10 },
  ]);
});
