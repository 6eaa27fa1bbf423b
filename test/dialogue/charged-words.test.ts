import { takeTurn } from '../../src/dialogue/turn.js';
import { realWorld } from '../support/world.js';

const world = realWorld();
const START = Date.UTC(2026, 10, 23, 2);

/** What is known about the money after this answer to the question whether it was charged. */
function moneyAfter(answer: string): string {
  const opening = takeTurn(null, { kind: 'message', texts: ['银行卡余额不足'], hidden: [] }, START, world);
  expect(opening.session.frames.at(-1)?.prompt?.question).toBe('charged');
  const said = { kind: 'message' as const, texts: [answer], hidden: [] };
  return takeTurn(opening.session, said, START + 10_000, world).session.case.money;
}

describe('whether the customer was charged, in words', () => {
  test.each(['没扣', '没有扣款', '没扣钱', '顾客说没扣', '查了没扣', '扣款失败', '没有', '没扣款呀'])(
    '「%s」 clears',
    (answer) => {
      expect(moneyAfter(answer)).toBe('failed');
    },
  );

  test.each([
    '付了，没到',
    '没扣款？扣了啊',
    '以为没扣款，结果扣了两笔',
    '没扣，不过客人说余额变少了',
    '第一次没扣款第二次扣了没打票',
    '这张没扣款那张扣了',
    '昨天那笔没扣款，今天这笔扣了',
    '客人说没扣款，但是短信来了',
    '钱没扣但是显示交易成功',
    '没扣款是不可能的',
    '没有扣款才怪',
    '好像没',
    '应该没',
    '可能没扣',
    '没扣款 好像',
    '应该没扣款吧',
    '我觉得没扣',
    '客人说没扣款 我不信',
    '没空看',
    '怎么知道没扣款',
    '如果没扣款怎么办',
    '要是没扣款就好了',
    '假如没扣',
    '你确定没扣款？',
    '没扣款成功提示',
    '没有扣钱成功吧？',
    '不晓得扣没扣',
    '扣没扣不知道',
    '没收到扣款短信',
  ])('「%s」 does not', (answer) => {
    expect(moneyAfter(answer)).not.toBe('failed');
  });

  test('a doubt in the opening sentence does not clear either', () => {
    const words = { kind: 'message' as const, texts: ['刚才好像扣了又好像没扣 我能再收一次吗'], hidden: [] };
    expect(takeTurn(null, words, START, world).session.case.money).not.toBe('failed');
  });
});
