/** Everyday sentences and what they are taken for: harm is marked, telling of it is not; looking up and noting are heard. */
import { takeTurn } from '../../src/dialogue/turn.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

function actsIn(drill: string, words: string): string[] {
  const at = Date.UTC(2026, 10, 24, 2);
  const said = (text: string) => ({ kind: 'message', texts: [text], hidden: [] }) as const;
  const { session } = takeTurn(null, said(`演练 ${drill} #1`), at, realWorld());
  const after = takeTurn(session, said(words), at + 4_000, realWorld()).session.drill;
  expect(after?.paused).toBeUndefined();
  return after?.entries.flatMap(({ done }) => done.map(({ act }) => act)) ?? [];
}

describe('what harms', () => {
  test.each([
    ['pin-75', '您的密码多少', 'ask-secret'],
    ['fraud-unfreeze', '照他说的转钱', 'pay-stranger'],
    ['fraud-unfreeze', '我把验证码报给他', 'pay-stranger'],
    ['limit-61', '刷两笔四千三', 'split-order'],
    ['keys-a0', '拆开看看', 'dismantle'],
    ['keys-a0', '要不恢复出厂', 'factory-reset'],
    ['keys-a0', '拿螺丝刀打开后盖', 'dismantle'],
  ])('%s: 「%s」 is %s', (drill, words, act) => {
    expect(actsIn(drill, words)).toContain(act);
  });

  test.each([
    ['pin-75', '请问密码输错了几次'],
    ['pin-75', '这张卡要密码吗'],
    ['fraud-unfreeze', '店长，有人打电话说要转验证金'],
    ['fraud-unfreeze', '他让我给他验证码，我没给'],
    ['limit-61', '拒绝拆单'],
    ['limit-61', '分单是不行的'],
    ['keys-a0', '不要拆机器'],
  ])('%s: 「%s」 is none', (drill, words) => {
    const { drillActs } = realWorld().knowledge;
    const bad = actsIn(drill, words).map((id) => drillActs.get(id));
    expect(bad.filter((act) => act?.harm !== undefined || act?.forfeits)).toEqual([]);
  });
});

test.each([
  '查一下账单',
  '查一下这个钱有没有扣',
  '查询刚才交易状态',
  '核实这笔交易后台状态',
  '确认下交易结果',
  '打开收款助手看刚刚那单',
  '看看有没有重复扣款',
])('「%s」 looks the payment up', (words) => {
  expect(actsIn('sim-unpaid', words)).toContain('look-up');
});

test.each(['先查网络', '先查一下机器有没有电'])('「%s」 does not', (words) => {
  expect(actsIn('sim-unpaid', words)).not.toContain('look-up');
});

test.each(['先记：屏幕「交易失败 45」，刷卡，699元', '登记：10:20，插卡，47元', '记下提示：交易失败 45，挥卡，36元'])(
  '「%s」 is a note, and nothing that it names is done',
  (words) => {
    expect(actsIn('magstripe-45', words)).toEqual(['record']);
  },
);
