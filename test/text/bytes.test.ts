import fc from 'fast-check';
import { splitBytes, utf8Length } from '../../src/text/bytes.js';

describe('utf8Length', () => {
  test('agrees with the encoder on every text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => utf8Length(text) === Buffer.byteLength(text)));
    expect(utf8Length('\ud800')).toBe(Buffer.byteLength('\ud800'));
  });
});

describe('splitBytes', () => {
  test('a text that fits stays whole', () => {
    expect(splitBytes('刷卡\n不行', 100)).toEqual(['刷卡\n不行']);
    expect(splitBytes('', 10)).toEqual([]);
  });

  test('it splits at the last line end that fits', () => {
    expect(splitBytes('第一行\n第二行\n第三行', 21)).toEqual(['第一行\n第二行', '第三行']);
  });

  test('a line that is too long is split between characters', () => {
    expect(splitBytes('刷卡不行', 7)).toEqual(['刷卡', '不行']);
    expect(splitBytes('a😭b', 4)).toEqual(['a', '😭', 'b']);
  });

  test('an emoji sequence that fits is never torn', () => {
    expect(splitBytes('好👍🏽', 9)).toEqual(['好', '👍🏽']);
    expect(splitBytes('👩‍🚒行', 12)).toEqual(['👩‍🚒', '行']);
  });

  const text = fc
    .array(fc.constantFrom('刷', '卡', 'a', ' ', '\n', '😭', '👍🏽', '。'), { maxLength: 80 })
    .map((parts) => parts.join(''));

  test('no part is too long and nothing but white space is lost', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 8, max: 60 }), (raw, max) => {
        const parts = splitBytes(raw, max);
        for (const part of parts) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(max);
        expect(parts.join('').replace(/\s/g, '')).toBe(raw.replace(/\s/g, ''));
      }),
    );
  });

  test('it ends even with a limit that no character fits in', () => {
    expect(splitBytes('刷😭', 1)).toEqual(['刷', '😭']);
  });
});
