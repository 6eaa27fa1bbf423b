import fc from 'fast-check';
import { createRandom, deletions, distortions, homophones, litter, spoken, traditional } from '../../src/eval/noise.js';
import { createNormaliser } from '../../src/text/normalise.js';
import { pinyin } from '../../src/text/pinyin.js';

const TEXT = '刷卡提示余额不足，换一张卡也不行。';
const fillers = ['嗯', '那个'];

test('the same seed gives the same noise, another seed another', () => {
  for (const distort of Object.values(distortions(fillers)))
    expect(distort(TEXT, createRandom(1))).toBe(distort(TEXT, createRandom(1)));
  expect(homophones(TEXT, 0.5, createRandom(1))).not.toBe(homophones(TEXT, 0.5, createRandom(2)));
});

test('homophones sound the same and are as many as asked for', () => {
  const long = TEXT.repeat(200);
  const spoilt = homophones(long, 0.2, createRandom(3));
  expect(pinyin(spoilt)).toEqual(pinyin(long));
  const changed = Array.from(spoilt).filter((character, i) => character !== Array.from(long)[i]).length;
  const characters = Array.from(long).filter((character) => /\p{Script=Han}/u.test(character)).length;
  expect(changed / characters).toBeGreaterThan(0.15);
  expect(changed / characters).toBeLessThan(0.25);
});

test('deletions keep the order and at least one character', () => {
  expect(deletions('卡', 1, createRandom(1))).toBe('卡');
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.integer(), (text, seed) => {
      const left = Array.from(deletions(text, 0.3, createRandom(seed)));
      expect(left.length).toBeGreaterThan(0);
      let at = 0;
      for (const character of Array.from(text)) if (character === left[at]) at++;
      expect(at).toBe(left.length);
    }),
  );
});

test('traditional characters and litter are undone by normalising', () => {
  const normalise = createNormaliser();
  const plain = (text: string): string => normalise(text).text.replace(/[~!.…❗\s]/gu, '');
  expect(traditional('刷卡机没网络')).toBe('刷卡機沒網絡');
  expect(plain(traditional(TEXT))).toBe(plain(TEXT));
  expect(litter('POS51', createRandom(1))).toContain('Ｐ');
  expect(plain(litter('POS机报51', createRandom(1)))).toBe(plain('POS机报51'));
});

test('speech has no marks between words, but keeps codes whole', () => {
  const text = spoken('网络没问题，报 ACQ.SYSTEM_ERROR！', fillers, createRandom(5));
  expect(text).not.toMatch(/[，！ ]/u);
  expect(text).toContain('ACQ.SYSTEM_ERROR');
});
