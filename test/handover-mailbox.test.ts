/** What a hand-over does to a conversation's record, at the doors that have no colleagues behind them. */
import { stateIn } from '../src/believed.js';
import type { Note } from '../src/handover/letter.js';
import type { Contact } from '../src/handover/types.js';
import { silentLog } from '../src/log.js';
import { enqueue, runDue } from '../src/mailbox.js';
import type { Desk } from '../src/record.js';
import type { ConversationRecord } from '../src/store/store.js';
import { realWorld } from './support/world.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 23, 2, 0, 0);

beforeAll(() => void realWorld(), 60_000);

/** A door behind which these colleagues are on duty. */
const reached = (...contacts: Contact[]): Partial<Desk> => ({ colleagues: contacts, relief: () => ({ contacts }) });

/** One conversation on a clock of its own. */
function till(door: Partial<Desk> = {}) {
  let record: ConversationRecord | null = null;
  let now = START;
  let count = 0;
  const desk = (): Desk => ({ world: realWorld(), now, pushes: true, log: silentLog, ...door });
  const heard = new Set<string>();
  const replies = () => {
    const fresh = (record?.outbox ?? []).filter(({ id }) => !heard.has(id));
    for (const { id } of fresh) heard.add(id);
    return fresh.map(({ reply }) => reply.text).join('\n');
  };
  return {
    get record() {
      return record;
    },
    say(text: string) {
      now += 10_000;
      count += 1;
      const event = { id: `m${count}`, conversation: 'c', at: now, kind: 'message' as const, text };
      record = enqueue(record, 'web', event, desk()).record ?? record;
      return replies();
    },
    letter(note: Note) {
      count += 1;
      const event = { id: `l${count}`, conversation: 'c', at: now, kind: 'letter' as const, note };
      record = enqueue(record, 'web', event, desk()).record ?? record;
      return replies();
    },
    reset() {
      now += 10_000;
      record = enqueue(record, 'web', { id: `r${now}`, conversation: 'c', at: now, kind: 'reset' }, desk()).record;
      return replies();
    },
    wait(minutes: number) {
      now += minutes * MINUTE;
      record = runDue(record, { ...desk(), force: false }).record ?? record;
      return replies();
    },
    state: () => {
      const { handoff, handoffState } = stateIn(record, realWorld());
      return [handoff, handoffState];
    },
    types: () => (record?.unjournaled ?? []).map(({ type }) => type).filter((type) => type.startsWith('handover-')),
  };
}

test('without anybody to ask the numbers are said again after a while, and the request stays open', () => {
  const one = till();
  one.say('刷卡不行，没扣款');
  expect(one.state()).toEqual([false, undefined]);
  one.say('找人');
  expect(one.state()).toEqual([true, 'requested']);
  expect(one.wait(3)).toContain('电话打通了吗');
  expect(one.state()).toEqual([true, 'timed-out']);
  expect(one.say('银联客服电话多少')).toContain('95516');
  expect(one.state()).toEqual([true, 'timed-out']);
  one.say('已解决');
  expect(one.state()).toEqual([false, undefined]);
  expect(one.types()).toEqual(['handover-requested', 'handover-timed-out', 'handover-closed']);
});

test('a turn does not void the deadline', () => {
  const one = till();
  one.say('刷卡不行，没扣款');
  one.say('找人');
  one.say('银联客服电话多少');
  expect(one.record?.wakeUps.map(({ name }) => name)).toContain('handover');
  expect(one.wait(3)).toContain('电话打通了吗');
});

test('whoever asks twice has one request', () => {
  const one = till();
  one.say('刷卡不行，没扣款');
  one.say('找人');
  one.say('转人工');
  expect(one.types()).toEqual(['handover-requested']);
});

test('what a door cannot say first it says with the next answer', () => {
  const one = till({ pushes: false });
  one.say('刷卡不行，没扣款');
  one.say('找人');
  expect(one.wait(3)).toBe('');
  expect(one.state()).toEqual([true, 'timed-out']);
  const answer = one.say('银联客服电话多少');
  expect(answer).toContain('95516');
  expect(answer).toContain('电话打通了吗');
  expect(one.say('微信客服电话多少')).not.toContain('电话打通了吗');
});

test('one that nobody ever took is closed in the end', () => {
  const one = till();
  one.say('刷卡不行，没扣款');
  one.say('找人');
  one.wait(3);
  one.wait(720);
  expect(one.state()).toEqual([false, undefined]);
  expect(one.record?.wakeUps.filter(({ name }) => name === 'handover')).toEqual([]);
});

test('money that may have moved makes it urgent', () => {
  const one = till();
  one.say('钱扣了没出小票');
  one.say('找人');
  expect(one.record?.handover?.severity).toBe('urgent');
});

test('a merchant who begins anew leaves the colleague, and both are told', () => {
  const colleague = { name: '张三', userid: 'zhangsan', channel: 'wecom-app', conversation: 'wecom-app:zhangsan' };
  const one = till(reached(colleague));
  one.say('刷卡不行，没扣款');
  one.say('找人');
  const handover = one.record?.handover?.id ?? '';
  const { name, ...place } = colleague;
  expect(one.letter({ kind: 'accept', handover, by: { name, ...place } })).toContain('张三接手了');
  expect(one.state()).toEqual([true, 'accepted']);
  expect(one.say('在吗').trim()).toBe('');
  expect(one.reset()).toContain('从头来');
  expect(one.state()).toEqual([false, undefined]);
  const notes = one.record?.outbox.flatMap(({ letter: sent }) => (sent ? [sent.note.kind] : []));
  expect(notes).toEqual(['ask', 'yours', 'heard', 'over']);
});

test('a letter of another hand-over is not taken for one of this', () => {
  const one = till();
  one.say('刷卡不行，没扣款');
  one.say('找人');
  const by = { name: '张三', channel: 'wecom-app', conversation: 'wecom-app:zhangsan' };
  for (const kind of ['accept', 'hand-back', 'finish'] as const) one.letter({ kind, handover: 'other', by });
  expect(one.state()).toEqual([true, 'requested']);
  const notes = one.record?.outbox.flatMap(({ letter }) => (letter ? [letter.note.kind] : []));
  expect(notes).toEqual(['gone', 'over', 'over']);
});

test('an assistant that fails calls a human, once, with what was said', () => {
  const world = realWorld();
  const broken = {
    ...world,
    nlu: {
      ...world.nlu,
      understand: () => {
        throw new Error('broken');
      },
    },
  };
  const colleague = { name: '张三', userid: 'zhangsan', channel: 'wecom-app', conversation: 'wecom-app:zhangsan' };
  const one = till({ world: broken, ...reached(colleague) });
  expect(one.say('刷卡一直转圈')).toContain('已经叫了张三');
  expect(one.state()).toEqual([true, 'notified']);
  one.say('在吗');
  const asked = one.record?.outbox.flatMap(({ letter }) => (letter?.note.kind === 'ask' ? [letter.note.summary] : []));
  expect(asked).toHaveLength(1);
  expect(asked?.[0]).toContain('刷卡一直转圈');
});
