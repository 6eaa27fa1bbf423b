import type { JsonObject } from '../json.js';
import type { Act } from '../page/types.js';
import { type Desk, deskForEach } from '../support/desk.js';
import type { Wire, WireFrame } from '../support/wire.js';
import { buttonCard, noticeCard } from '../support/yard.js';
import { actSchema } from './acts.js';
import { CUSTOMER, GROUP, SERVICER } from './corp.js';
import { faultMenu } from './fault-menu.js';

let desk: Desk;
deskForEach((given) => {
  desk = given;
});

const me = { chat: 'bot', user: 'zhangsan' };
const group = { chat: 'group', user: 'lisi' };
const customer = { chat: 'kf', user: CUSTOMER.id };
const said = (act: Act) => desk.perform(act);
const payload = ({ body }: WireFrame, event: string) => (body?.event as JsonObject | undefined)?.[event];

/** Says something in the single chat; a card comes back. */
async function askedWith(wire: Wire, ...cards: JsonObject[]): Promise<void> {
  await said({ act: 'say', ...me, text: '刷不了卡' });
  const { headers } = await wire.next();
  for (const template_card of cards)
    await wire.send('aibot_respond_msg', { msgtype: 'template_card', template_card }, headers.req_id);
}

describe('the bot', () => {
  test('hears what is said, and words for voice', async () => {
    const wire = await desk.wire();
    expect(await said({ act: 'say', ...me, text: '刷不了卡' })).toEqual({});
    expect((await wire.next()).body).toMatchObject({ chattype: 'single', text: { content: '刷不了卡' } });
    await said({ act: 'voice', ...me, text: '扫不了码' });
    expect((await wire.next()).body).toMatchObject({ msgtype: 'voice', voice: { content: '扫不了码' } });
    await said({ act: 'picture', ...me, text: '' });
    expect((await wire.next()).body).toMatchObject({ msgtype: 'image' });
    await said({ act: 'enter', ...me });
    expect((await wire.next()).body).toMatchObject({ event: { eventtype: 'enter_chat' } });
  });

  test('in the group hears only what is for it; a picture comes with words', async () => {
    const wire = await desk.wire();
    expect((await said({ act: 'say', ...group, text: '没人听见', mention: false })).note).toContain('没有 @');
    await said({ act: 'say', ...group, text: '有人吗', mention: true });
    expect((await wire.next()).body).toMatchObject({
      chatid: GROUP,
      from: { userid: 'lisi' },
      text: { content: '@POS 医生 有人吗' },
    });
    await said({ act: 'picture', ...group, text: '看这里' });
    expect((await wire.next()).body).toMatchObject({ msgtype: 'mixed', chattype: 'group' });
    expect(desk.sandbox.bot.seen(GROUP).map(({ text }) => text)).toEqual(['没人听见', '@POS 医生 有人吗', '看这里']);
  });

  test('that is not connected has lost what was said', async () => {
    expect((await said({ act: 'say', ...me, text: '在吗' })).note).toContain('没有连上');
    expect((await said({ act: 'enter', ...me })).note).toContain('没有连上');
  });

  test('is told of the very card that was tapped; what was replaced cannot be tapped', async () => {
    const wire = await desk.wire();
    await askedWith(wire, buttonCard('T-1'), buttonCard('T-2'));
    expect(await said({ act: 'tap', ...me, taskId: 'T-1', key: 'unsolved' })).toEqual({});
    const tapped = await wire.next();
    expect(payload(tapped, 'template_card_event')).toMatchObject({ task_id: 'T-1', event_key: 'unsolved' });
    const update = { response_type: 'update_template_card', template_card: noticeCard('T-1') };
    await wire.send('aibot_respond_update_msg', update, tapped.headers.req_id);
    expect((await said({ act: 'tap', ...me, taskId: 'T-1', key: 'unsolved' })).error).toContain('点不了');
    expect(desk.sandbox.violations).toEqual([]);
  });

  test('is told what was thought of an answer, and why; taken back, it is forgotten', async () => {
    const wire = await desk.wire();
    await said({ act: 'say', ...me, text: '代码 51' });
    const { headers } = await wire.next();
    const stream = { id: 'st-1', content: '余额不足', finish: true, feedback: { id: 'mark-1' } };
    await wire.send('aibot_respond_msg', { msgtype: 'stream', stream }, headers.req_id);
    const [, answer] = desk.feed.snapshot().bubbles.bot ?? [];
    expect(answer?.ratings).toEqual({});
    const rate = { act: 'rate', ...me, bubble: answer?.id ?? 0 } as const;
    await said({ ...rate, type: 2, reasons: [2, 3], text: '步骤不对' });
    expect(payload(await wire.next(), 'feedback_event')).toEqual({
      id: 'mark-1',
      type: 2,
      content: '步骤不对',
      inaccurate_reason_list: [2, 3],
    });
    expect(desk.feed.snapshot().bubbles.bot?.[1]?.ratings).toEqual({ zhangsan: 2 });
    await said({ ...rate, type: 3 });
    expect(payload(await wire.next(), 'feedback_event')).toEqual({ id: 'mark-1', type: 3 });
    expect(desk.feed.snapshot().bubbles.bot?.[1]?.ratings).toEqual({});
    const own = desk.feed.snapshot().bubbles.bot?.[0]?.id ?? 0;
    expect((await said({ ...rate, bubble: own, type: 1 })).error).toContain('不能评价');
  });
});

describe('微信客服', () => {
  const kf = () => desk.sandbox.kf;

  test('the sticker carries its numbers; who was welcomed or has written gets no second welcome', async () => {
    expect(await said({ act: 'enter', ...customer, merchant: 'M 1', terminal: 'T1' })).toEqual({});
    await said({ act: 'say', ...customer, text: '在吗' });
    expect((await said({ act: 'enter', ...customer })).note).toContain('已经欢迎过');
    const sync = kf().log.sync({ body: '{"open_kfid":"wkSANDBOX1"}' } as Parameters<
      Desk['sandbox']['kf']['log']['sync']
    >[0]);
    expect(sync.msg_list).toMatchObject([
      { event: { event_type: 'enter_session', scene: 'sticker', scene_param: 'm=M+1&t=T1' } },
      { text: { content: '在吗' } },
      { event: { scene_param: '' } },
    ]);
  });

  test('what nobody offered cannot be picked', async () => {
    expect((await said({ act: 'pick', ...customer, key: 'a' })).error).toContain('点不了');
  });

  test('a servicer takes over, answers, ends', async () => {
    const serve = (what: 'take' | 'say' | 'end', text = '') => said({ act: 'servicer', what, text });
    expect((await serve('take')).error).toContain('还没有说话');
    await said({ act: 'picture', ...customer, text: '' });
    await said({ act: 'voice', ...customer, text: '' });
    expect((await serve('say', '您好')).error).toContain('先接待');
    expect(await serve('take')).toEqual({});
    expect(desk.feed.snapshot().panel.kf).toMatchObject({ state: 3, servicer: SERVICER.name });
    expect((await serve('say', ' ')).error).toContain('先写');
    expect(await serve('say', '您好')).toEqual({});
    expect(kf().seen(CUSTOMER.id).at(-1)).toMatchObject({ from: 'servicer', text: '您好' });
    expect(await serve('end')).toEqual({});
    expect((await serve('end')).error).toContain('先接待');
    await said({ act: 'servicer', what: 'pause', text: '' });
    expect(desk.feed.snapshot().panel.kf).toMatchObject({ state: 4, receives: false });
  });
});

describe('what cannot be done is said', () => {
  test.each<[string, Act, string]>([
    ['an unknown chat', { act: 'say', ...me, chat: 'x', text: 'a' }, '没有这个会话'],
    ['somebody who is not there', { act: 'say', ...me, user: 'lisi', text: 'a' }, '没有这个人'],
    ['writing where nobody can', { act: 'say', ...me, chat: 'robot', text: 'a' }, '没有这个人'],
    ['a menu where there are none', { act: 'pick', ...me, key: 'a' }, '点不了'],
    ['rating where nobody asks', { act: 'rate', ...customer, bubble: 1, type: 1 }, '点不了'],
    ['an unknown fault', { act: 'fault', fault: 'flood', chat: 'bot' }, '没有这种故障'],
    ['a fault of another door', { act: 'fault', fault: 'state', chat: 'bot' }, '没有这种故障'],
  ])('%s', async (_, act, error) => {
    expect((await said(act)).error).toContain(error);
  });
});

test('every fault can be caused where it is offered, and says what should follow', async () => {
  for (const { id, chats, hint } of faultMenu(false))
    for (const chat of chats) {
      if (id === 'cut' || id === 'kick') await desk.wire();
      expect(await said({ act: 'fault', fault: id, chat })).toEqual({ note: hint });
    }
  expect(desk.feed.snapshot().panel.waiting).toContain('message/send');
  expect(faultMenu(true).flatMap(({ id }) => id)).not.toContain('kick');
});

test('the service is started anew once it is asked for', async () => {
  await said({ act: 'restart' });
  expect(desk.restarts).toBe(1);
});

test.each([
  [{ act: 'say', ...me, text: '' }],
  [{ act: 'say', ...me, text: '字'.repeat(5001) }],
  [{ act: 'rate', ...me, bubble: 1, type: 4 }],
  [{ act: 'rate', ...me, bubble: 1, type: 2, reasons: [5] }],
  [{ act: 'dance' }],
  [null],
])('nonsense is no act: %j', (nonsense) => {
  expect(actSchema.safeParse(nonsense).success).toBe(false);
});
