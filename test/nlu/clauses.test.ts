import { createClauses } from '../../src/nlu/clauses.js';
import { clearedFrom, createPolarity, isDenied } from '../../src/nlu/polarity.js';
import { createNormaliser } from '../../src/text/normalise.js';

const normalise = createNormaliser();
const cut = createClauses({
  contrasts: ['但是', '就是', '却'],
  fillers: ['嗯', '那个那个'],
  questionWords: ['是不是'],
});
const texts = (raw: string): string[] => cut(normalise(raw)).map((clause) => clause.text);

describe('clauses', () => {
  test.each([
    ['网络没问题，扫别人的码能付', ['网络没问题', '扫别人的码能付']],
    ['刷卡不行 扫码可以', ['刷卡不行', '扫码可以']],
    ['刷卡不行😭扫码可以', ['刷卡不行', '扫码可以']],
    ['能签到但是刷不了', ['能签到', '但是刷不了']],
    ['第一句。第二句！第三句？', ['第一句', '第二句', '第三句']],
    ['刷卡、扫码都不行', ['刷卡、扫码都不行']],
    ['嗯刷卡那个那个不行', ['刷卡不行']],
    ['报 96 了', ['报96了']],
    ['显示“余额不足”怎么办', ['显示余额不足怎么办']],
  ])('%s is cut where it turns', (raw, expected) => {
    expect(texts(raw)).toEqual(expected);
  });

  test.each(['acq.total_fee_exceed', '23:30开始的', '18,000.5元', '乐刷-2125', 't+1'])('%s is not torn', (raw) => {
    expect(texts(raw)).toEqual([raw]);
  });

  test('a clause knows its place, its contrast word, its question mark and where a sentence begins', () => {
    const clauses = cut(normalise('能签到,却刷不了吗?别的呢'));
    expect(clauses.map(({ start, end, lead, asks, opens }) => ({ start, end, lead, asks, opens }))).toEqual([
      { start: 0, end: 3, lead: 0, asks: false, opens: true },
      { start: 4, end: 9, lead: 1, asks: true, opens: false },
      { start: 10, end: 13, lead: 0, asks: false, opens: true },
    ]);
  });

  test('a question word makes a question without a mark', () => {
    expect(cut(normalise('是不是网络,网络好了')).map(({ asks }) => asks)).toEqual([true, false]);
  });

  test('each unit of a clause knows where it stood', () => {
    const { text } = normalise('嗯"刷卡"不行');
    for (const clause of cut(normalise('嗯"刷卡"不行')))
      clause.at.forEach((at, i) => {
        expect(text[at]).toBe(clause.text[i]);
      });
  });

  test('marks only give no clause', () => {
    expect(texts('。。。!?')).toEqual([]);
    expect(texts('')).toEqual([]);
  });
});

describe('polarity', () => {
  const polarityOf = createPolarity({
    negations: ['不', '没', '没有'],
    denials: ['不是', '没有提示'],
    affirmations: ['没问题', '正常', '能付', '可以'],
    failures: ['不行', '不正常', '失败'],
  });
  const cleared = (text: string, asks = false): boolean => polarityOf({ text, asks }).cleared;

  test('a clause that says all is well clears what it names', () => {
    expect(cleared('网络没问题')).toBe(true);
    expect(cleared('微信正常支付')).toBe(true);
  });

  test('a denied or failing one, or a question, does not', () => {
    expect(cleared('网络不正常')).toBe(false);
    expect(cleared('微信没有正常')).toBe(false);
    expect(cleared('微信可以支付宝不行')).toBe(false);
    expect(cleared('这样正常', true)).toBe(false);
    expect(cleared('网络断了')).toBe(false);
  });

  test('words are denied by a denial before them or by well-being after them, not by a bare negation', () => {
    const denied = (text: string, words: string): boolean =>
      isDenied(polarityOf({ text, asks: false }), text.indexOf(words), text.indexOf(words) + words.length);
    expect(denied('不是余额不足', '余额不足')).toBe(true);
    expect(denied('没有提示说余额不足', '余额不足')).toBe(true);
    expect(denied('网络没问题', '网络')).toBe(true);
    expect(denied('没有签约', '签约')).toBe(false);
    expect(denied('提示余额不足', '余额不足')).toBe(false);
    expect(denied('余额不足不是我的事', '余额不足')).toBe(false);
  });

  test('「是不是」 asks and denies nothing', () => {
    expect(clearedFrom(polarityOf({ text: '是不是余额不足', asks: false }))).toBe(Number.POSITIVE_INFINITY);
    expect(clearedFrom(polarityOf({ text: '这不是余额不足', asks: false }))).toBe(1);
    expect(clearedFrom(polarityOf({ text: '网络没问题', asks: false }))).toBe(0);
  });
});
