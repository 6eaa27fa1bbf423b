import { JOIN_MS, MAX_TEXT } from '../src/mailbox.js';
import { Box, T0 } from './support/box.js';

const TROUBLE = '该渠道业务不可用';

/** A box in which a question was just asked. */
function asked(): Box {
  const box = new Box();
  box.say(TROUBLE);
  return box;
}

function onTable(box: Box): { question: string | undefined; options: { id: string; label: string }[] } {
  const reply = box.record.outbox.findLast((item) => item.reply.options.length > 0)?.reply;
  if (!reply) throw new Error('nothing was asked');
  return { question: reply.question, options: reply.options };
}

test('the first message is answered at once', () => {
  const box = new Box();
  box.say('你好');
  expect(box.said()).toEqual([['你好']]);
  expect(box.record.inbox).toEqual([]);
});

test('the first message after the greeting on entering is answered at once as well', () => {
  const box = new Box();
  box.take({ kind: 'enter', id: 'e1', conversation: 'c', at: T0 });
  expect(box.turns()[0]?.replies.length).toBeGreaterThan(0);
  box.say(TROUBLE);
  expect(box.said()).toEqual([[TROUBLE]]);
});

test('messages within 2 s of an answer are held and joined into one turn, in order', () => {
  const box = asked();
  box.pass(300);
  box.say('刷卡的');
  box.pass(700);
  box.say('换了卡也不行');
  box.pass(999);
  expect(box.said()).toEqual([[TROUBLE]]);
  expect(box.record.inbox).toHaveLength(2);
  box.pass(1);
  expect(box.said()).toEqual([[TROUBLE], ['刷卡的', '换了卡也不行']]);
  expect(box.turns().at(-1)?.at).toBe(T0 + JOIN_MS);
});

test('the wait is counted from the answer, so a user who keeps writing is answered all the same', () => {
  const box = asked();
  for (let count = 0; count < 10; count += 1) {
    box.pass(700);
    box.say('还是不行啊');
  }
  box.pass(JOIN_MS);
  const times = box.turns().map(({ at }) => at);
  expect(times.length).toBeGreaterThanOrEqual(4);
  times.slice(1).forEach((at, index) => {
    expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(JOIN_MS);
  });
  expect(box.said().flat()).toHaveLength(11);
});

test('a message 2 s after an answer is answered at once', () => {
  const box = asked();
  box.pass(JOIN_MS);
  box.say('刷卡的');
  expect(box.said()).toEqual([[TROUBLE], ['刷卡的']]);
});

test('the answers to a joined turn name the earlier messages that they are for; others name none', () => {
  const box = asked();
  const alone = box.record.outbox.length;
  box.pass(300);
  const earlier = [box.say('刷卡的'), box.say('换了卡也不行')];
  const last = box.say('怎么办');
  box.pass(JOIN_MS);
  const { outbox } = box.record;
  expect(outbox.slice(0, alone).filter((item) => 'alsoAnswers' in item)).toEqual([]);
  expect(outbox.length).toBeGreaterThan(alone);
  for (const item of outbox.slice(alone))
    expect(item).toMatchObject({ inReplyTo: last.id, alsoAnswers: earlier.map(({ id }) => id) });
});

test('the answers to a joined turn go to the last of its messages', () => {
  const box = asked();
  box.say('刷卡的');
  const last = box.say('芯片卡', { replyTo: { channel: 'web', token: 'last' } });
  const before = box.record.outbox.length;
  box.pass(JOIN_MS);
  const fresh = box.record.outbox.slice(before);
  expect(fresh.length).toBeGreaterThan(0);
  for (const item of fresh) expect(item).toMatchObject({ inReplyTo: last.id, replyTo: { token: 'last' } });
});

describe('what decides something is answered at once, and what is held joins it in the order of arrival', () => {
  test('a code', () => {
    const box = asked();
    box.say('刷卡的');
    box.say('机器显示代码 A0');
    expect(box.said()).toEqual([[TROUBLE], ['刷卡的', '机器显示代码 A0']]);
  });

  test('an option of the question on the table, by label, id or number', () => {
    for (const pick of ['label', 'id', 'number'] as const) {
      const box = asked();
      const [option] = onTable(box).options;
      const words = pick === 'number' ? '1' : (option?.[pick] ?? '');
      box.say(words);
      expect(box.said()).toEqual([[TROUBLE], [words]]);
    }
  });

  test('an option with a full stop or in other width', () => {
    const box = asked();
    box.say(`${onTable(box).options[0]?.label}。`);
    expect(box.said()).toHaveLength(2);
    const wide = asked();
    wide.say('２');
    expect(wide.said()).toHaveLength(2);
  });

  test('a number that no option has is no option', () => {
    const box = asked();
    box.say('第九个');
    expect(box.record.inbox).toHaveLength(1);
  });

  test('a tap, which is never joined with words', () => {
    const box = asked();
    const { question, options } = onTable(box);
    box.say('等一下');
    box.tap(options[0]?.id ?? '', question);
    expect(box.turns().map(({ input }) => input.kind)).toEqual(['message', 'message', 'option']);
    expect(box.said()).toEqual([[TROUBLE], ['等一下']]);
    expect(box.record.inbox).toEqual([]);
  });

  test('a reset', () => {
    const box = asked();
    box.say('等一下');
    box.take({ kind: 'reset', id: 'r', conversation: 'c', at: box.now });
    expect(box.turns().map(({ input }) => input.kind)).toEqual(['message', 'message', 'reset']);
  });
});

test('a message that may not be joined has a turn of its own, and those held before it have theirs', () => {
  const box = asked();
  box.say('刷卡的');
  box.say('芯片卡');
  box.say('换卡也不行', { mayJoin: false });
  expect(box.said()).toEqual([[TROUBLE], ['刷卡的', '芯片卡'], ['换卡也不行']]);
});

test('what is joined stays within the length of one message; the rest has the next turn', () => {
  const box = asked();
  const long = '啊'.repeat(MAX_TEXT - 4);
  for (const text of [long, '刷卡的', '换卡也不行', long]) box.say(text);
  box.pass(JOIN_MS);
  const lengths = box.said().map((texts) => texts.map(({ length }) => length));
  expect(lengths).toEqual([[TROUBLE.length], [long.length, 3], [5], [long.length]]);
  expect(box.turns().every(({ input }) => input.kind === 'message' && input.cut === false)).toBe(true);
});

test('held messages are answered at the next look after a stop longer than the wait', () => {
  const box = asked();
  box.say('刷卡的');
  box.now += 3_600_000;
  box.attend();
  expect(box.said()).toEqual([[TROUBLE], ['刷卡的']]);
  expect(box.record.inbox).toEqual([]);
});

test('held messages join a later one if nobody looked in between', () => {
  const box = asked();
  box.say('刷卡的');
  box.now += 60_000;
  box.say('换卡也不行');
  expect(box.said()).toEqual([[TROUBLE], ['刷卡的', '换卡也不行']]);
});

test('the wait can be ended from outside', () => {
  const box = asked();
  box.say('刷卡的');
  box.attend();
  expect(box.said()).toHaveLength(1);
  box.attend(true);
  expect(box.said()).toEqual([[TROUBLE], ['刷卡的']]);
  const stored = box.text;
  box.attend(true);
  expect(box.text).toBe(stored);
});

test('a clock that is set back does not hold a message for as long', () => {
  const box = asked();
  box.now -= 3_600_000;
  box.say('刷卡的');
  expect(box.said()).toEqual([[TROUBLE], ['刷卡的']]);
});
