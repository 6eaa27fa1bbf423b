/** What goes wrong on purpose, and that it is held against nobody. */
import type { AckFault, ApiFault, Window } from './faults.js';
import { CALLER_IP } from './http.js';
import type { JsonObject } from './json.js';
import { Listener } from './support/listener.js';
import type { Wire } from './support/wire.js';
import { buttonCard, noticeCard, wireOf, type Yard, yardForEach } from './support/yard.js';
import { textOf } from './xml.js';

let yard: Yard;
yardForEach((made) => {
  yard = made;
});

const message = (content = '好'): JsonObject => ({
  touser: 'zhangsan',
  agentid: 1000002,
  msgtype: 'text',
  text: { content },
});
const send = (content?: string) => yard.api.call('message/send', message(content));
const seen = () => yard.sandbox.app.seen('zhangsan').map(({ text }) => text);

describe('the HTTP API', () => {
  test.each([40014, 42001, 45009, 95001, 95018, -1, 81013])('errcode %s, once, and nothing done', async (errcode) => {
    yard.sandbox.faults.api('message/send', { errcode });
    expect(await send()).toMatchObject({ errcode, errmsg: expect.stringContaining('hint') });
    expect(seen()).toEqual([]);
    expect((await send()).errcode).toBe(0);
    yard.sandbox.assertClean();
  });

  test('60020 names the address that called', async () => {
    yard.sandbox.faults.api('*', { errcode: 60020 });
    const { corpId, app } = yard.sandbox.options;
    const { errmsg } = await yard.api.get('gettoken', { corpid: corpId, corpsecret: app.secret });
    expect(errmsg).toContain(`from ip: ${CALLER_IP}`);
  });

  test('one fault after the other, each as often as it was asked for', async () => {
    yard.sandbox.faults.api('message/send', { errcode: -1 }, 2);
    yard.sandbox.faults.api('message/send', { errcode: 45009, errmsg: 'slow down' });
    const codes: number[] = [];
    for (let count = 0; count < 4; count += 1) codes.push((await send()).errcode);
    expect(codes).toEqual([-1, -1, 45009, 0]);
  });

  test('a page of HTML with status 502', async () => {
    yard.sandbox.faults.api('message/send', { http: 502 });
    await expect(send()).rejects.toThrow('JSON');
    expect(yard.sandbox.http.calls.at(-1)).toMatchObject({ api: 'message/send', errcode: 'http' });
  });

  test.each<[ApiFault, string[]]>([
    [{ drop: 'before' }, []],
    [{ drop: 'after' }, ['好']],
    [{ hang: 'before' }, []],
    [{ hang: 'after' }, ['好']],
  ])('%j: no answer', async (fault, done) => {
    yard.sandbox.faults.api('message/send', fault);
    const outcome = send().catch(() => 'no answer');
    await yard.sandbox.until(() => yard.sandbox.http.calls.some(({ errcode }) => errcode === 'lost'));
    expect(seen()).toEqual(done);
    await yard.sandbox.settled();
    await yard.sandbox.stop();
    expect(await outcome).toBe('no answer');
  });

  test('an answer that is late by the clock of the test', async () => {
    yard.sandbox.faults.api('message/send', { delayMs: 8000 });
    const answer = send();
    await yard.sandbox.until(() => seen().length === 1);
    await yard.clock.advance(7999, () => yard.sandbox.settled());
    expect(await Promise.race([answer, Promise.resolve('not yet')])).toBe('not yet');
    await yard.clock.advance(1);
    expect((await answer).errcode).toBe(0);
  });

  test('invaliduser with errcode 0 although the member is there', async () => {
    yard.sandbox.faults.api('message/send', { invalidUsers: ['zhangsan'] });
    expect(await send()).toMatchObject({ errcode: 0, invaliduser: 'zhangsan' });
    expect(seen()).toEqual([]);
    yard.sandbox.assertClean();
  });
});

describe("the bot's socket", () => {
  let wire: Wire;
  beforeEach(async () => {
    wire = await wireOf(yard);
  });
  const push = () =>
    wire.send('aibot_send_msg', { chatid: 'zhangsan', msgtype: 'markdown', markdown: { content: '提醒' } });
  const pushed = () => yard.sandbox.bot.seen('zhangsan').filter(({ from }) => from === 'bot').length;
  const written = async () => {
    yard.sandbox.bot.message({ user: 'zhangsan', text: '你好' });
    return (await wire.next()).headers.req_id;
  };

  test.each([846605, 846608, 6000, 93006, 45009])('an ack with errcode %s, and nothing done', async (errcode) => {
    await written();
    yard.sandbox.faults.ack('aibot_send_msg', { errcode });
    expect((await push()).errcode).toBe(errcode);
    expect(pushed()).toBe(0);
    yard.sandbox.assertClean();
  });

  test.each<[AckFault, number]>([
    [{ drop: 'before' }, 0],
    [{ drop: 'after' }, 1],
    [{ close: 'before' }, 0],
    [{ close: 'after' }, 1],
  ])('%j: no ack', async (fault, done) => {
    await written();
    yard.sandbox.faults.ack('aibot_send_msg', fault);
    const acked = push();
    await yard.sandbox.until(() => yard.sandbox.bot.socket.frames.some(({ cmd }) => cmd === 'aibot_send_msg'));
    await yard.sandbox.settled();
    expect(pushed()).toBe(done);
    expect(await Promise.race([acked, Promise.resolve('no ack')])).toBe('no ack');
    if (fault.close) await wire.closed;
    yard.sandbox.assertClean();
  });

  test('an ack that comes after the SDK gave up excuses the same card again', async () => {
    const reqId = await written();
    const body = { msgtype: 'template_card', template_card: buttonCard('T-1') };
    yard.sandbox.faults.ack('aibot_respond_msg', { delayMs: 6000 });
    const late = wire.send('aibot_respond_msg', body, reqId);
    await yard.sandbox.until(() => pushed() === 1);
    await yard.clock.advance(6000);
    expect((await late).errcode).toBe(0);
    expect((await wire.send('aibot_respond_msg', body, reqId)).errcode).toBe(42014);
    expect(pushed()).toBe(1);
    yard.sandbox.assertClean();
  });

  test.each<[Window, string, JsonObject, number]>([
    ['welcome', 'aibot_respond_welcome_msg', { msgtype: 'text', text: { content: '您好' } }, 846605],
    ['reply', 'aibot_respond_msg', { msgtype: 'markdown', markdown: { content: '好' } }, 846605],
    [
      'update',
      'aibot_respond_update_msg',
      { response_type: 'update_template_card', template_card: noticeCard('T-1') },
      846605,
    ],
  ])('a %s that comes too late', async (window, cmd, body, errcode) => {
    if (window === 'welcome') yard.sandbox.bot.enter('zhangsan');
    if (window === 'reply') yard.sandbox.bot.message({ user: 'zhangsan', text: '你好' });
    if (window === 'update') yard.sandbox.bot.click('zhangsan', 'T-1', 'solved');
    const { headers } = await wire.next();
    yard.sandbox.faults.late(window);
    expect((await wire.send(cmd, body, headers.req_id)).errcode).toBe(errcode);
    yard.sandbox.assertClean();
    expect((await wire.send(cmd, body, headers.req_id)).errcode).toBe(0);
  });

  test('a callback twice has the same msgid under another req_id; held ones come reversed', async () => {
    yard.sandbox.faults.duplicate('bot');
    const { msgid } = yard.sandbox.bot.message({ user: 'zhangsan', text: '一' });
    const [first, second] = [await wire.next(), await wire.next()];
    expect([first.body?.msgid, second.body?.msgid]).toEqual([msgid, msgid]);
    expect(first.headers.req_id).not.toBe(second.headers.req_id);

    yard.sandbox.faults.hold('bot');
    for (const text of ['二', '三']) yard.sandbox.bot.message({ user: 'zhangsan', text });
    yard.sandbox.faults.release('bot', 'reversed');
    const told = [await wire.next(), await wire.next()].map(({ body }) => body?.text);
    expect(told).toEqual([{ content: '三' }, { content: '二' }]);
  });
});

describe('callbacks', () => {
  let listener: Listener;
  beforeEach(async () => {
    listener = new Listener();
    yard.sandbox.app.callback = await listener.start();
  });
  afterEach(() => listener.stop());

  test('twice, and held until they are released', async () => {
    const user = yard.sandbox.app.user('zhangsan');
    yard.sandbox.faults.duplicate('app');
    await user.says('一').over;
    await yard.sandbox.settled();
    yard.sandbox.faults.hold('app');
    const held = ['二', '三'].map((word) => user.says(word));
    expect(listener.heard).toHaveLength(2);
    yard.sandbox.faults.release('app');
    await Promise.all(held.map(({ over }) => over));
    const told = listener.heard.map(({ plain }) => textOf(plain, 'Content'));
    expect(told.slice(0, 2)).toEqual(['一', '一']);
    // Two requests at a time may arrive in either order.
    expect(new Set(told.slice(2))).toEqual(new Set(['二', '三']));
  });

  test.each<[string, object, number | 'broken']>([
    ['as it should be', {}, 200],
    ['an old timestamp', { ageMs: 3_600_000 }, 200],
    ['another receiveid', { receiveid: 'wwOTHER' }, 200],
    ['a wrong signature', { signature: 'f'.repeat(40) }, 403],
    ['another nonce', { nonce: 'other' }, 403],
    ['another message under the signature', { body: '<xml><Encrypt><![CDATA[AAAA]]></Encrypt></xml>' }, 403],
    ['padding of zero', { padding: 'zero' }, 'broken'],
    ['uneven padding', { padding: 'uneven' }, 'broken'],
    ['a length beyond the end', { length: 0x7fffffff }, 'broken'],
  ])('a request with %s', async (_, forgery, outcome) => {
    const { callbacks } = yard.sandbox.app;
    const request = callbacks.postRequest('<xml></xml>', forgery);
    const { status } = await callbacks.send(request);
    expect(status).toBe(outcome === 'broken' ? 500 : outcome);
    const heard = listener.heard[0];
    if (outcome === 200) {
      const age = yard.clock.now() / 1000 - Number(heard?.query.get('timestamp'));
      expect([heard?.receiveid, age]).toEqual(
        'receiveid' in forgery ? ['wwOTHER', 0] : [yard.sandbox.options.corpId, 'ageMs' in forgery ? 3600 : 0],
      );
    }
  });
});
