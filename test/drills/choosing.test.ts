/** A trainer chooses a drill in words; what was said of how to play holds until one is chosen. */
import type { Session } from '../../src/dialogue/session.js';
import { takeTurn } from '../../src/dialogue/turn.js';
import { realWorld } from '../support/world.js';

beforeAll(() => void realWorld(), 60_000);

function after(...texts: string[]): { session: Session; said: string } {
  let session: Session | null = null;
  let said = '';
  for (const [index, text] of texts.entries()) {
    const at = Date.UTC(2026, 10, 24, 2) + index * 4_000;
    const turn = takeTurn(session, { kind: 'message', texts: [text], hidden: [] }, at, realWorld());
    session = turn.session;
    said = turn.replies.map(({ text: one }) => one).join('\n');
  }
  return { session: session as Session, said };
}

const causeOf = (id: string | undefined) => {
  const { drills, faults } = realWorld().knowledge;
  return faults.get(drills.get(id ?? '')?.fault ?? '')?.cause;
};

test('several people, without hints, against the clock: kept through the list', () => {
  const { drill } = after('演练 多人 不提示 计时', '第二题').session;
  expect(drill).toMatchObject({ timed: true, hints: false });
  expect(drill?.team?.code).toMatch(/^\d{4}$/);
});

test('what was wished for last time does not hold for the next drill', () => {
  const { drill } = after('演练 计时', '1', '结束演练', '演练 sim-unpaid').session;
  expect(drill).toMatchObject({ drill: 'sim-unpaid', timed: false });
});

test.each(['第三题', '第三个', '三', '3', '第 3 题'])('「%s」 takes the third of the list', (words) => {
  const third = after('演练').session.frames.at(-1)?.prompt?.options[2]?.id;
  expect(after('演练', words).session.drill?.drill).toBe(third);
});

test.each(['随便', '随机', '你挑吧'])('「%s」 starts one', (words) => {
  expect(after('演练', words).session.drill).toBeDefined();
});

test('an id chooses its drill from the list as well, with how to play', () => {
  expect(after('演练', 'sim-unpaid').session.drill).toMatchObject({ drill: 'sim-unpaid', timed: false });
  expect(after('演练', 'Sim-Unpaid 计时').session.drill).toMatchObject({ drill: 'sim-unpaid', timed: true });
});

test('a title chooses its drill, in the list or at once', () => {
  const { id, title } = [...realWorld().knowledge.drills.values()].find(
    ({ id: one }) => one === after('演练').session.frames.at(-1)?.prompt?.options[3]?.id,
  ) ?? { id: '', title: '' };
  expect(after('演练', title).session.drill?.drill).toBe(id);
  expect(after('演练 中午高峰，什么都收不了').session.drill?.drill).toBe('sim-unpaid');
});

test('cause, difficulty and code come first in the list', () => {
  const first = (words: string) => after(words).session.frames.at(-1)?.prompt?.options[0]?.id ?? '';
  expect(causeOf(first('演练 网络的'))).toBe('network');
  expect(realWorld().knowledge.drills.get(first('演练 难一点的'))?.difficulty).toBe(3);
  expect(realWorld().knowledge.drills.get(first('演练 促销'))?.scenario).toBe('promotion');
  expect(first('演练 51')).toBe('card-51');
  expect(after('演练 简单的 92 跨区').said).toContain('没有正好这样的');
});

test.each(['搞一次断网的应急演练', '演练一下断网'])('「%s」 asks for a drill and opens no case', (words) => {
  const { session, said } = after(words);
  expect(said).toContain('练哪一题');
  expect(session.case.texts).toEqual([]);
  expect(session.reported).toBeUndefined();
});

test.each(['机器坏了', '机器冒烟了', 'POS机没信号', '只有微信付不了', '演练的时候机器坏了'])(
  '「%s」 after the list is real',
  (words) => {
    const { session, said } = after('演练', words);
    expect(said).not.toContain('【演练】');
    expect(session.drill).toBeUndefined();
  },
);

describe('beside the drill', () => {
  const inDrill = (...words: string[]) => after('演练 timeout-charged #1', ...words);

  test.each(['先生，您放心，不会重复扣款的', '您是不是被扣了两次', '有没有重复扣款'])(
    '「%s」 is a word of the trainee',
    (words) => {
      expect(inDrill(words).session.drill?.paused).toBeUndefined();
    },
  );

  test.each(['顾客被扣了两次钱', '卡被机器吞了', '这是真的，机器坏了'])('「%s」 breaks out', (words) => {
    expect(inDrill(words).session.drill?.paused).toBe(true);
  });

  test('money or secrets given away are real in the drill of a fraud as well', () => {
    for (const words of ['我已经把钱转给骗子了', '我被骗了，钱转过去了', '验证码我已经告诉骗子了'])
      expect([words, after('演练 fraud-unfreeze #1', words).session.drill?.paused]).toEqual([words, true]);
  });

  test('what the story itself tells of stays in it, with how to say that it is real', () => {
    const { session, said } = after('演练 fraud-unfreeze #1', '商户被冻结了');
    expect(session.drill?.paused).toBeUndefined();
    expect(said).toContain('说「这是真的」');
    expect(after('演练 sim-unpaid #1', '账户冻结了，钱都拿不出来').session.drill?.paused).toBe(true);
  });

  test.each(['其他顾客能不能付？', '另一台机器正常吗', '刚才是用微信付的吗', '等系统维护好再收', '记下：金额21元'])(
    '「%s」 takes no money',
    (words) => {
      const acts = inDrill(words).session.drill?.entries.flatMap(({ done }) => done.map(({ act }) => act)) ?? [];
      const { drillActs } = realWorld().knowledge;
      expect(acts.filter((act) => drillActs.get(act)?.charges)).toEqual([]);
    },
  );

  test('the time, the words again and a way out cost nothing and are written down nowhere', () => {
    const { session, said } = inDrill('现在几点了', '再说一遍', '换一题', '转人工', '我卡住了');
    expect(session.drill?.entries).toEqual([]);
    expect(session.handoff).toBe(false);
    expect(said).toContain('提示：');
  });

  test('what is not understood twice says how to get on', () => {
    expect(inDrill('嗯哼', '哈哈').said).toContain('说「提示」');
  });

  test('without hints there is none', () => {
    expect(after('演练 sim-unpaid 不提示', '提示').said).toContain('不提示');
  });
});

test('words to a role that nobody has are answered, and are no move', () => {
  const { session, said } = after('演练 sim-unpaid 多人 #1', '告诉店长：机器坏了');
  expect(said).toContain('还没有人当店长');
  expect(session.drill?.entries).toEqual([]);
});
