import { fold } from '../../src/text/fold.js';

const folded = (text: string): string => Array.from(text, (character) => fold(character.codePointAt(0) ?? 0)).join('');

describe('fold', () => {
  test('full-width forms become half-width and letters lower-case', () => {
    expect(folded('ＰＯＳ９６，Ｌ１')).toBe('pos96,l1');
  });

  test('traditional characters become simplified ones', () => {
    expect(folded('該渠道業務不可用')).toBe('该渠道业务不可用');
    expect(folded('餘額不足，請聯繫發卡行')).toBe('余额不足,请联系发卡行');
  });

  test('what carries nothing goes, pictures and spaces of all kinds become a space', () => {
    expect(folded('刷\u200b卡\ufeff\u0000')).toBe('刷卡');
    expect(folded('刷😭卡\u3000')).toBe('刷 卡 ');
    expect(folded('5\ufe0f\u20e3')).toBe('5');
  });

  test('folding what is folded changes nothing, for every character there is', () => {
    const wrong: string[] = [];
    for (let codePoint = 0; codePoint < 0x30000; codePoint++) {
      const once = fold(codePoint);
      if (folded(once) !== once) wrong.push(codePoint.toString(16));
    }
    expect(wrong).toEqual([]);
  });
});
