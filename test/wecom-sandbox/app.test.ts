/** 自建应用: callbacks as WeCom sends them, and an API that refuses what WeCom refuses. */
import type { JsonObject } from './json.js';
import { HOUR, MINUTE } from './rates.js';
import { type Heard, Listener } from './support/listener.js';
import { broken, buttonCard, noticeCard, type Yard, yardForEach } from './support/yard.js';
import { textOf } from './xml.js';

let yard: Yard;
let listener: Listener;
yardForEach(async (made) => {
  yard = made;
  listener = new Listener();
  made.sandbox.app.callback = await listener.start();
});
afterEach(() => listener.stop());

const AGENT = 1000002;
const text = (content: string, more: JsonObject = {}): JsonObject => ({
  touser: 'zhangsan',
  agentid: AGENT,
  msgtype: 'text',
  text: { content },
  ...more,
});
const card = (json: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...text(''),
  msgtype: 'template_card',
  template_card: json,
  ...more,
});
const send = (body: JsonObject) => yard.api.call('message/send', body);

describe('callbacks', () => {
  test('the URL check wants the plain echo', async () => {
    expect(await yard.sandbox.app.callbacks.check()).toMatchObject({ ok: true, status: 200 });
    expect(await yard.sandbox.app.callbacks.check({ signature: '0'.repeat(40) })).toMatchObject({ ok: false });
  });

  test('a text arrives encrypted, with what WeCom puts in it', async () => {
    const { over } = yard.sandbox.app.user('zhangsan').says('该渠道]]>业务不可用😀');
    await over;
    const [heard] = listener.heard as [Heard];
    expect(heard.receiveid).toBe('ww0000000000000001');
    expect(heard.plain).toMatch(/<MsgId>\d{19}<\/MsgId>/);
    const part = (name: string) => textOf(heard.plain, name);
    expect([part('FromUserName'), part('MsgType'), part('Content'), part('AgentID'), part('CreateTime')]).toEqual([
      'zhangsan',
      'text',
      '该渠道]]>业务不可用😀',
      String(AGENT),
      String(yard.clock.now() / 1000),
    ]);
  });

  test('anything but 200 is tried three times with the same MsgId', async () => {
    listener.answer = () => ({ status: 503 });
    const delivery = yard.sandbox.app.user('zhangsan').says('你好');
    await yard.sandbox.until(() => delivery.tries.length === 1);
    await yard.clock.advance(1000, () => yard.sandbox.settled());
    await yard.clock.advance(1000, () => yard.sandbox.settled());
    await delivery.over;
    await yard.clock.advance(10_000, () => yard.sandbox.settled());
    expect(delivery.tries).toEqual([503, 503, 503]);
    expect(new Set(listener.heard.map(({ plain }) => plain)).size).toBe(1);
    expect(new Set(listener.heard.map(({ query }) => query.get('nonce'))).size).toBe(3);
  });

  test('no answer within 5 s is tried again at once', async () => {
    listener.answer = () => (listener.heard.length === 1 ? 'never' : {});
    const delivery = yard.sandbox.app.user('zhangsan').says('你好');
    await listener.next();
    await yard.clock.advance(5000);
    await delivery.over;
    expect(delivery.tries).toEqual(['timeout', 200]);
  });

  test('a passive text is shown; one that is wrongly signed, or to an event without answer, is not', async () => {
    const { corpId } = yard.sandbox.options;
    const reply = { ToUserName: 'zhangsan', FromUserName: corpId, MsgType: 'text', Content: '您好' };
    const user = yard.sandbox.app.user('zhangsan');
    listener.answer = () => listener.xml(corpId, reply);
    await user.says('你好').over;
    expect(yard.sandbox.app.seen('zhangsan').at(-1)).toMatchObject({ from: 'bot', text: '您好' });
    await user.event('low_active').over;
    listener.answer = () => listener.xml('another corp', reply);
    await user.says('你好').over;
    expect(broken(yard.sandbox)).toEqual(['answer-kind', 'answer-crypto']);
  });

  test('a tap carries key, task_id and a response_code; choices come repeated', async () => {
    const select = (key: string) => ({
      question_key: key,
      title: '问',
      option_list: [
        { id: 'o1', text: '一' },
        { id: 'o2', text: '二' },
      ],
    });
    const { task_id, main_title } = buttonCard('T-1');
    const list = { card_type: 'multiple_interaction', task_id, main_title, select_list: [select('q1'), select('q2')] };
    await send(card({ ...list, submit_button: { text: '提交', key: 'submit_1' } } as JsonObject));
    await yard.sandbox.app.user('zhangsan').taps('提交', { q1: ['o2'], q2: ['o1'] }).over;
    const plain = listener.heard.at(-1)?.plain ?? '';
    expect(['Event', 'EventKey', 'TaskId', 'CardType'].map((name) => textOf(plain, name))).toEqual([
      'template_card_event',
      'submit_1',
      'T-1',
      'multiple_interaction',
    ]);
    expect(plain.match(/<SelectedItem>/g)).toHaveLength(2);
    expect(textOf(plain, 'OptionId')).toBe('o2');
    expect(textOf(plain, 'ResponseCode')).toMatch(/^response/);
  });

  test('entering, the menu and media are events and messages of their own', async () => {
    const user = yard.sandbox.app.user('zhangsan');
    await user.enters().over;
    await user.clicks('help').over;
    await user.sends('image').over;
    const told = listener.heard.map(({ plain }) => [
      textOf(plain, 'MsgType'),
      textOf(plain, 'Event'),
      textOf(plain, 'EventKey'),
    ]);
    expect(told).toEqual([
      ['event', 'enter_agent', ''],
      ['event', 'click', 'help'],
      ['image', undefined, undefined],
    ]);
  });
});

describe('message/send', () => {
  test.each<[string, JsonObject, string, number]>([
    ['another agentid', text('好', { agentid: 7 }), 'agent-id', 40056],
    ['nobody', text('好', { touser: '' }), 'no-receiver', 82001],
    ['1001 users', text('好', { touser: 'a|'.repeat(1001) }), 'too-many-users', 40032],
    ['101 parties', text('好', { toparty: '1|'.repeat(101) }), 'too-many-parties', 82002],
    ['101 tags', text('好', { totag: '1|'.repeat(101) }), 'too-many-tags', 82003],
    ['no content at all', { touser: 'zhangsan', agentid: AGENT, msgtype: 'text' }, 'missing', 40063],
    ['strangers only', text('好', { touser: 'nobody' }), 'all-invalid', 81013],
    ['an empty text', text(''), 'text-empty', 44004],
    [
      'Markdown above 2048 bytes',
      { ...text(''), msgtype: 'markdown', markdown: { content: 'a'.repeat(2049) } },
      'text-bytes',
      45002,
    ],
    ['an unknown msgtype', text('好', { msgtype: 'song' }), 'msgtype', 40008],
    ['an unknown file', { ...text(''), msgtype: 'file', file: { media_id: 'no' } }, 'media-id', 40007],
    ['a bad card', card(buttonCard('T:1')), 'task-id', 42014],
    [
      'a duplicate check of 5 h',
      text('好', { enable_duplicate_check: 1, duplicate_check_interval: 18_000 }),
      'duplicate-check',
      40058,
    ],
  ])('%s: refused', async (_, body, rule, errcode) => {
    expect((await send(body)).errcode).toBe(errcode);
    expect(broken(yard.sandbox)).toEqual([rule]);
  });

  test('who is not in range is reported with errcode 0', async () => {
    expect(await send(text('好', { touser: 'zhangsan|nobody' }))).toMatchObject({ errcode: 0, invaliduser: 'nobody' });
    yard.sandbox.app.remove('zhangsan');
    expect((await send(text('好'))).errcode).toBe(81013);
  });

  test('a text above 2048 bytes is cut at a character', async () => {
    expect((await send(text('错'.repeat(683)))).errcode).toBe(0);
    expect(yard.sandbox.app.seen('zhangsan').at(-1)?.text).toBe('错'.repeat(682));
    expect(broken(yard.sandbox)).toEqual(['text-cut']);
  });

  test('the 31st message in a minute is dropped without a word', async () => {
    for (let count = 0; count < 31; count += 1) expect((await send(text(`${count}`))).errcode).toBe(0);
    expect(yard.sandbox.app.seen('zhangsan')).toHaveLength(30);
    await yard.clock.advance(MINUTE);
    await send(text('又'));
    expect(yard.sandbox.app.seen('zhangsan')).toHaveLength(31);
    expect(broken(yard.sandbox)).toEqual(['member-rate']);
  });

  test('the duplicate check swallows a rightful repeat', async () => {
    const body = text('请签到', { enable_duplicate_check: 1 });
    await send(body);
    expect((await send(body)).errcode).toBe(0);
    expect(yard.sandbox.app.seen('zhangsan')).toHaveLength(1);
    expect(yard.sandbox.app.api.swallowed).toHaveLength(1);
    await yard.clock.advance(1_800_000);
    await send(body);
    expect(yard.sandbox.app.seen('zhangsan')).toHaveLength(2);
  });

  test('a card whose answer was lost may be sent again, and is seen once', async () => {
    yard.sandbox.faults.api('message/send', { drop: 'after' });
    await expect(send(card(buttonCard('T-1')))).rejects.toThrow();
    expect((await send(card(buttonCard('T-1')))).errcode).toBe(42014);
    expect(yard.sandbox.app.seen('zhangsan')).toHaveLength(1);
    yard.sandbox.assertClean();
  });
});

describe('update_template_card', () => {
  const update = (body: JsonObject) =>
    yard.api.call('message/update_template_card', { agentid: AGENT, userids: ['zhangsan'], ...body });
  const tapped = async (): Promise<string> => {
    await send(card(buttonCard('T-1')));
    await yard.sandbox.app.user('zhangsan').taps('已解决').over;
    return textOf(listener.heard.at(-1)?.plain ?? '', 'ResponseCode') ?? '';
  };

  test('puts a text in place of the buttons, once a code', async () => {
    const response_code = await tapped();
    const body = { response_code, button: { replace_name: '已解决' } };
    expect((await update(body)).errcode).toBe(0);
    expect(yard.sandbox.app.seen('zhangsan').at(0)).toMatchObject({ card: { replacedBy: '已解决' }, updates: 1 });
    expect(() => yard.sandbox.app.user('zhangsan').taps('已解决')).toThrow('sees no button');
    expect((await update(body)).errcode).toBe(42022);
    expect(broken(yard.sandbox)).toEqual(['response-code-used']);
  });

  test('replaces the card by another; the code of the sending works too', async () => {
    const { response_code } = await send(card(buttonCard('T-1')));
    const body = { response_code: String(response_code), template_card: noticeCard('T-1') };
    expect((await update(body)).errcode).toBe(0);
    expect(yard.sandbox.app.seen('zhangsan').at(0)).toMatchObject({ card: { title: '已选：已解决', taskId: 'T-1' } });
    yard.sandbox.assertClean();
  });

  test('not after 72 h, not with an unknown code, not for nobody', async () => {
    const response_code = await tapped();
    const button = { replace_name: '好' };
    expect((await update({ response_code: 'no', button })).errcode).toBe(42003);
    expect((await update({ response_code, button, userids: [] })).errcode).toBe(82001);
    await yard.clock.advance(72 * HOUR + 1);
    expect((await update({ response_code, button })).errcode).toBe(42003);
    expect(broken(yard.sandbox)).toEqual(['response-code', 'no-receiver', 'response-code']);
  });

  test('a code that is over by script is not held against the client', async () => {
    const response_code = await tapped();
    yard.sandbox.faults.late('response-code');
    expect((await update({ response_code, button: { replace_name: '好' } })).errcode).toBe(42003);
    yard.sandbox.assertClean();
  });
});
