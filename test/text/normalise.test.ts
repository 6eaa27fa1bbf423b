import fc from 'fast-check';
import { createNormaliser, LIMIT, original } from '../../src/text/normalise.js';

const normalise = createNormaliser({
  机子: 'pos机',
  刷卡机: 'pos机',
  poss机: 'pos机',
  帐: '账',
  zfb: '支付宝',
  该端: '终端',
  刷ka卡: '刷卡',
});
const text = (raw: string): string => normalise(raw).text;

describe('normalise', () => {
  test('runs of marks, white space and letters are squeezed, digits are not', () => {
    expect(text('急急急!!!  刷不了。。。哈哈哈哈')).toBe('急! 刷不了。哈');
    expect(text('天天 4008888888')).toBe('天天 4008888888');
  });

  test('white space at the ends goes and a line end wins over spaces', () => {
    expect(text('  刷卡 \n 不行\t')).toBe('刷卡\n不行');
  });

  test('synonyms are replaced, the longest first, and a canonical form is left alone', () => {
    expect(text('刷卡机坏了,POSS机也坏了,pos机没坏')).toBe('pos机坏了,pos机也坏了,pos机没坏');
    expect(text('該端無效,到帳了')).toBe('终端无效,到账了');
  });

  test('a Latin synonym is replaced only as a whole word', () => {
    expect(text('ZFB不行')).toBe('支付宝不行');
    expect(text('azfb')).toBe('azfb');
  });

  test('a synonym applies once its noise is gone', () => {
    expect(text('刷Ｋ\u200bA卡')).toBe('刷卡');
  });

  test('a run squeezed to one letter keeps the whole run as its origin', () => {
    const source = normalise('啊啊啊啊刷');
    expect(source.text).toBe('啊刷');
    expect(original(source, 0, 1)).toEqual({ start: 0, end: 4 });
    expect(original(source, 1, 2)).toEqual({ start: 4, end: 5 });
  });

  test('a replaced word stands for the whole word that was written', () => {
    const source = normalise('我的机子坏了');
    expect(source.text).toBe('我的pos机坏了');
    expect(original(source, 2, 6)).toEqual({ start: 2, end: 4 });
    expect(original(source, 6, 8)).toEqual({ start: 4, end: 6 });
  });

  test('only the first 2,000 units are looked at, and no pair is cut', () => {
    expect(text(`${'刷卡'.repeat(50_000)}`)).toHaveLength(LIMIT);
    expect(text(`${'a b'.repeat(700).slice(0, LIMIT - 1)}\u{20000}`)).not.toMatch(/[\ud800-\udfff]/);
  });

  test('nothing is left of emoji, control characters and broken surrogates', () => {
    expect(text('😀😀🏳️‍🌈')).toBe('');
    expect(text('\u0000\u0007\u001b')).toBe('');
    expect(text('\ud800刷\udc00')).toBe('刷');
  });

  const utterance = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom('机子', '刷', '卡', '机', '帳', 'pos', 'ZFB', '!', '。', ' ', '\n', '9', '该', '端', '😭'),
        { maxLength: 40 },
      )
      .map((parts) => parts.join('')),
  );

  test('normalising what is normalised changes nothing', () => {
    fc.assert(fc.property(utterance, (raw) => text(text(raw)) === text(raw)));
  });

  test('origins are ordered, inside the text, and never empty', () => {
    fc.assert(
      fc.property(utterance, (raw) => {
        const source = normalise(raw);
        let before = 0;
        for (let i = 0; i < source.text.length; i++) {
          const { start, end } = original(source, i, i + 1);
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(raw.length);
          before = start;
        }
      }),
    );
  });
});
