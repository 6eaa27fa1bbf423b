import { pinyin, syllable } from '../../src/text/pinyin.js';

describe('pinyin', () => {
  test('characters become toneless syllables, others stand for themselves', () => {
    expect(pinyin('渠道96不可用')).toEqual(['qu', 'dao', '9', '6', 'bu', 'ke', 'yong']);
  });

  test('homophones share a syllable, n-u and n-ü do not', () => {
    const of = (character: string): number => syllable(character.charCodeAt(0));
    expect(of('扫')).toBe(of('嫂'));
    expect(of('女')).not.toBe(of('奴'));
  });

  test('what is no Chinese character has none', () => {
    expect(syllable('a'.charCodeAt(0))).toBe(0);
    expect(syllable(0xd800)).toBe(0);
    expect(syllable('あ'.charCodeAt(0))).toBe(0);
  });
});
