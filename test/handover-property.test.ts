/** From wherever a conversation has got to: whoever wants a human is told of one, there is one request, and a colleague is not talked over. */
import fc from 'fast-check';
import type { InboundEvent } from '../src/dialogue/event.js';
import { reviveSession } from '../src/dialogue/session.js';
import { promptOf } from '../src/dialogue/state.js';
import type { Relief } from '../src/handover/types.js';
import { silentLog } from '../src/log.js';
import { enqueue, runDue } from '../src/mailbox.js';
import type { Desk } from '../src/record.js';
import type { ConversationRecord } from '../src/store/store.js';
import { realWorld } from './support/world.js';

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 23, 2, 0, 0);
const ZHANG = { name: '张三', userid: 'zhangsan', channel: 'wecom-app', conversation: 'wecom-app:zhangsan' };
/** Somebody is there; nobody is reached; nobody is on duty. */
const RELIEFS: readonly ((now: number) => Relief)[] = [
  () => ({ contacts: [ZHANG] }),
  () => ({ contacts: [] }),
  (now) => ({ contacts: [], backAt: now + 5 * 60 * MINUTE }),
];
const WORDS = [
  '刷卡不行',
  '该渠道业务不可用',
  '没扣款',
  '扣了钱没出小票',
  '报68',
  '微信收不了支付宝可以',
  '银联客服电话',
  '客服电话',
  '手续费多少',
  '不知道',
  '还是不行',
  '好了',
  '好了谢谢',
  '继续排查',
  '跳过',
  '上一步',
  '算了',
  '再说一遍',
  '等一下',
  '重新开始',
  '嗯',
  '阿斯顿发',
  '我被骗了',
  '货款被冻结了',
  '全店都收不了款',
  '卡被吞了',
  '能不能再刷一次',
  '找人',
];
/** Ways to want a human; the last three are said twice. */
const WANTS = ['转人工', '找个人', '赶紧给我找个人来', '烦死了', '搞了半天', '等了半个小时了'];

type Act = { do: 'say'; text: string } | { do: 'tap'; nth: number } | { do: 'wait'; minutes: number };
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS).map((text): Act => ({ do: 'say', text })) },
  { weight: 3, arbitrary: fc.nat({ max: 5 }).map((nth): Act => ({ do: 'tap', nth })) },
  fc.constantFrom(1, 4, 11, 130, 800).map((minutes): Act => ({ do: 'wait', minutes })),
);

beforeAll(() => void realWorld(), 60_000);

function till(relief: (now: number) => Relief, pushes: boolean) {
  let record: ConversationRecord | null = null;
  let now = START;
  let count = 0;
  const desk = (): Desk => ({
    world: realWorld(),
    now,
    pushes,
    log: silentLog,
    colleagues: [ZHANG],
    relief: (_, at) => relief(at),
  });
  /** What the merchant hears of it; what was said is taken at once. */
  const taken = (): string[] => {
    const items = (record?.outbox ?? []).filter(({ channel }) => channel === 'web');
    if (record) record.outbox = [];
    return items.map(({ reply }) => reply.text);
  };
  const put = (event: InboundEvent): string[] => {
    const made = enqueue(record, 'web', event, desk()).record;
    if (made) record = { ...made, version: made.version + 1 };
    return taken();
  };
  const base = () => {
    count += 1;
    now += 3_000;
    return { id: `m${count}`, conversation: 'c', at: now };
  };
  const say = (text: string) => put({ ...base(), kind: 'message', text });
  return {
    say,
    letter: (note: Extract<InboundEvent, { kind: 'letter' }>['note']) => put({ ...base(), kind: 'letter', note }),
    play(one: Act): void {
      if (one.do === 'say') say(one.text);
      else if (one.do === 'tap') {
        const prompt = promptOf(reviveSession(record?.session ?? null));
        const option = prompt?.options[one.nth % Math.max(1, prompt.options.length)];
        if (!prompt || !option) return;
        const { question } = prompt;
        put({ ...base(), kind: 'option', option: option.id, ...(question === undefined ? {} : { question }) });
      } else
        for (let end = now + one.minutes * MINUTE, round = 0; round < 20; round += 1) {
          const due = Math.min(...(record?.wakeUps.map(({ at }) => at) ?? []), end);
          now = Math.max(now, due);
          const made: ConversationRecord | null = runDue(record, { ...desk(), force: false }).record;
          if (made) record = { ...made, version: made.version + 1 };
          taken();
          if (due >= end) break;
        }
    },
    get handover() {
      return record?.handover;
    },
    count: (type: string) => (record?.unjournaled ?? []).filter((event) => event.type === type).length,
  };
}

const story = fc.record({
  acts: fc.array(act, { maxLength: 14 }),
  want: fc.constantFrom(...WANTS),
  relief: fc.constantFrom(...RELIEFS),
  pushes: fc.boolean(),
});

test('whoever wants a human hears of one, from any state, and there is never more than one request', () => {
  fc.assert(
    fc.property(story, ({ acts, want, relief, pushes }) => {
      const one = till(relief, pushes);
      for (const made of acts) one.play(made);
      const open = one.handover?.state;
      const requests = one.count('handover-requested');
      let heard = one.say(want);
      // Anger out of the blue is answered calmly once.
      if (WANTS.indexOf(want) > 2 && heard.length === 1 && heard[0]?.includes('说「转人工」') !== true) {
        const was = one.handover;
        if (was === undefined || was.state === 'closed') heard = one.say(want);
      }
      const { handover } = one;
      expect(heard.length).toBeGreaterThan(0);
      expect(handover?.state).toMatch(/requested|notified|timed-out/);
      expect(heard.join('\n')).toMatch(/电话|110|值班/);
      const isNew = open === undefined || open === 'closed';
      expect(one.count('handover-requested') - requests).toBe(isNew ? 1 : 0);
      expect(one.count('handover-requested') - one.count('handover-closed')).toBe(1);
    }),
    { numRuns: 400 },
  );
}, 120_000);

/** The one saying with which a merchant leaves the colleague is not among them. */
const SAID = [...WORDS, ...WANTS].filter((text) => text !== '重新开始');

test('once a colleague has the merchant the assistant keeps silent whatever is said but 「重新开始」, until it is given back', () => {
  fc.assert(
    fc.property(story, fc.array(fc.constantFrom(...SAID), { maxLength: 8 }), ({ acts, want }, words) => {
      const one = till(() => ({ contacts: [ZHANG] }), true);
      for (const made of acts) one.play(made);
      one.say(want);
      one.say('找人');
      const handover = one.handover?.id ?? '';
      const { userid: _, ...by } = ZHANG;
      one.letter({ kind: 'accept', handover, by });
      expect(one.handover?.state).toBe('accepted');
      for (const text of words) expect(one.say(text)).toEqual([]);
      expect(one.handover?.state).toBe('accepted');
      expect(one.letter({ kind: 'hand-back', handover, by }).join()).toContain('交回给我');
      expect(one.say('在吗').length).toBeGreaterThan(0);
    }),
    { numRuns: 150 },
  );
}, 120_000);
