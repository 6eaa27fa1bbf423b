/** 智能机器人 in callback mode: refreshes until the end, one late answer, nothing that is not sealed. */
import type { JsonObject } from './json.js';
import { HOUR, MINUTE } from './rates.js';
import { type Heard, Listener } from './support/listener.js';
import { broken, buttonCard, noticeCard, type Yard, yardForEach } from './support/yard.js';

let yard: Yard;
let listener: Listener;
yardForEach(async (made) => {
  yard = made;
  listener = new Listener();
  made.sandbox.botHttp.callback = await listener.start();
});
afterEach(() => listener.stop());

const bot = () => yard.sandbox.botHttp;
const plainOf = ({ plain }: Heard) => JSON.parse(plain) as JsonObject;
const stream = (content: string, finish = false, id = 'st-1') => ({
  msgtype: 'stream',
  stream: { id, finish, content },
});
/** Answers with these bodies in turn, null being an empty answer; with empty ones when they are used up. */
function answering(...bodies: (object | null)[]): void {
  listener.answer = (heard) => {
    const body = bodies.shift() ?? null;
    return body === null ? {} : listener.json(heard, body);
  };
}
/** Lets refreshes happen, one a second. */
const seconds = (count: number) => yard.clock.advance(count * 1000, () => yard.sandbox.settled());

test('the URL check wants the plain echo, with an empty receiveid', async () => {
  expect(await bot().callbacks.check()).toMatchObject({ ok: true });
  expect(listener.heard[0]?.receiveid).toBe('');
});

test('a stream is asked for again every second until it ends', async () => {
  answering(stream('正在核对…'), stream('请先'), null, stream('请先核对', true));
  await bot().message({ user: 'zhangsan', text: '付款报错' })?.over;
  expect(bot().seen('zhangsan').at(-1)).toMatchObject({ text: '正在核对…', finished: false });
  await seconds(10);
  expect(listener.heard.slice(1).map(plainOf)).toMatchObject(
    [1, 2, 3].map(() => ({ msgtype: 'stream', stream: { id: 'st-1' }, from: { userid: 'zhangsan' } })),
  );
  expect(new Set(listener.heard.map((heard) => plainOf(heard).msgid)).size).toBe(4);
  expect(bot().seen('zhangsan').at(-1)).toMatchObject({ text: '请先核对', finished: true });
  yard.sandbox.assertClean();
});

test('a whole answer at once needs no refresh', async () => {
  answering(stream('请先核对。', true));
  await bot().message({ user: 'zhangsan', text: '付款报错' })?.over;
  await seconds(3);
  expect(bot().refreshes).toBe(0);
  expect(bot().seen('zhangsan').at(-1)).toMatchObject({ text: '请先核对。', finished: true });
  yard.sandbox.assertClean();
});

test('after 6 minutes nobody asks any more, and the unfinished stream is a breach', async () => {
  answering(stream('正在核对…'));
  await bot().message({ user: 'zhangsan', text: '付款报错' })?.over;
  await seconds(400);
  expect(bot().refreshes).toBeGreaterThanOrEqual(359);
  expect(bot().refreshes).toBeLessThanOrEqual(360);
  expect(bot().seen('zhangsan').at(-1)).toMatchObject({ expired: true });
  expect(broken(yard.sandbox)).toEqual(['stream-unfinished']);
});

test('a stream with a card: the card is tapped, updated in the answer', async () => {
  const both = { ...stream('请选择', true), msgtype: 'stream_with_template_card', template_card: buttonCard('T-1') };
  answering(both, { response_type: 'update_template_card', template_card: noticeCard('T-1') });
  await bot().message({ user: 'zhangsan', text: '付款报错' })?.over;
  await bot().tap('zhangsan', '没解决').over;
  expect(plainOf(listener.heard[1] as Heard).event).toMatchObject({ template_card_event: { event_key: 'unsolved' } });
  expect(
    bot()
      .seen('zhangsan')
      .find(({ card }) => card),
  ).toMatchObject({ updates: 1, card: { type: 'text_notice' } });
  yard.sandbox.assertClean();
});

test('a second card in one stream', async () => {
  const withCard = (content: string, taskId: string, finish = false) => ({
    ...stream(content, finish),
    msgtype: 'stream_with_template_card',
    template_card: buttonCard(taskId),
  });
  answering(withCard('请', 'T-1'), withCard('请选择', 'T-2', true));
  await bot().message({ user: 'zhangsan', text: '付款报错' })?.over;
  await seconds(1);
  expect(broken(yard.sandbox)).toEqual(['card-twice']);
});

test('a welcome is text; a message is not answered with text', async () => {
  answering({ msgtype: 'text', text: { content: '您好' } }, { msgtype: 'text', text: { content: '您好' } });
  await bot().enter('zhangsan').over;
  expect(bot().seen('zhangsan').at(-1)).toMatchObject({ from: 'bot', text: '您好' });
  await bot().message({ user: 'zhangsan', text: '你好' })?.over;
  expect(broken(yard.sandbox)).toEqual(['answer-kind']);
});

test('a refresh answered for another stream', async () => {
  answering(stream('请'), stream('请先', true, 'st-2'));
  await bot().message({ user: 'zhangsan', text: '付款报错' })?.over;
  await seconds(1);
  expect(broken(yard.sandbox)).toEqual(['stream-switched']);
});

test.each<[string, object]>([
  ['another nonce', { nonce: 'other' }],
  ['a timestamp in quotes', { timestamp: '1795392003' }],
  ['a wrong signature', { msgsignature: '0'.repeat(40) }],
  ['a signature under another name', { msgsignature: undefined, msg_signature: 'x' }],
])('%s in the answer', async (_, more) => {
  listener.answer = (heard) => listener.json(heard, stream('请先核对。', true), more);
  await bot().message({ user: 'zhangsan', text: '付款报错' })?.over;
  expect(broken(yard.sandbox)).toEqual(['answer-crypto']);
  expect(bot().seen('zhangsan')).toHaveLength(1);
});

test('the fourth message in progress stays with the user', async () => {
  listener.answer = (heard) => listener.json(heard, stream('正在核对…', false, `st-${listener.heard.length}`));
  for (const word of ['一', '二', '三']) await bot().message({ user: 'zhangsan', text: word })?.over;
  expect(bot().message({ user: 'zhangsan', text: '四' })).toBeNull();
  expect(bot().message({ user: 'lisi', text: '一' })).not.toBeNull();
});

describe('response_url', () => {
  const late = async (): Promise<string> => {
    await bot().message({ user: 'zhangsan', text: '付款报错' })?.over;
    return String(plainOf(listener.heard[0] as Heard).response_url);
  };
  const post = async (url: string, body: object) => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return ((await response.json()) as { errcode: number }).errcode;
  };
  const markdown = { msgtype: 'markdown', markdown: { content: '**晚到的回答**' } };

  test('takes one answer within an hour', async () => {
    const url = await late();
    await yard.clock.advance(HOUR);
    expect(await post(url, markdown)).toBe(0);
    expect(bot().seen('zhangsan').at(-1)).toMatchObject({ kind: 'markdown', text: '**晚到的回答**' });
    expect(await post(url, markdown)).toBe(40058);
    expect(broken(yard.sandbox)).toEqual(['response-url']);
  });

  test('a script may end the hour early', async () => {
    const url = await late();
    yard.sandbox.faults.late('response-url');
    expect(await post(url, markdown)).toBe(40058);
    yard.sandbox.assertClean();
  });

  test('takes nothing later, no stream and no update', async () => {
    const url = await late();
    expect(await post(url, stream('a', true))).toBe(40008);
    expect(await post(url, { response_type: 'update_template_card', template_card: noticeCard('T-1') })).toBe(40008);
    await yard.clock.advance(HOUR + MINUTE);
    expect(await post(url, markdown)).toBe(40058);
    expect(broken(yard.sandbox)).toEqual(['msgtype', 'msgtype', 'response-url-late']);
  });
});
