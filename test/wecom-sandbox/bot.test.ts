/** The bot's socket refuses what WeCom refuses. */
import type { JsonObject } from './json.js';
import { HOUR, MINUTE } from './rates.js';
import type { Wire } from './support/wire.js';
import { broken, buttonCard, noticeCard, wireOf, type Yard, yardForEach } from './support/yard.js';

let yard: Yard;
let wire: Wire;
yardForEach(async (made) => {
  yard = made;
  wire = await wireOf(made);
});

const stream = (content: string, more: JsonObject = {}): JsonObject => ({
  msgtype: 'stream',
  stream: { id: 'st-1', content, ...more },
});
const markdown = (content: string): JsonObject => ({ msgtype: 'markdown', markdown: { content } });
const card = (json: JsonObject): JsonObject => ({ msgtype: 'template_card', template_card: json });
const text = (content: string): JsonObject => ({ msgtype: 'text', text: { content } });

/** The req_id of a message that zhangsan just wrote. */
async function written(user = 'zhangsan'): Promise<string> {
  yard.sandbox.bot.message({ user, text: '你好' });
  return (await wire.next()).headers.req_id;
}

const respond = async (body: JsonObject, reqId?: string) =>
  (await wire.send('aibot_respond_msg', body, reqId ?? (await written()))).errcode;

describe('replies to a message', () => {
  test.each<[string, string, JsonObject, number]>([
    ['more than 20480 bytes', 'text-bytes', stream('错'.repeat(6827)), 45002],
    ['more than 20480 bytes of Markdown', 'text-bytes', markdown('错'.repeat(6827)), 45002],
    ['empty Markdown', 'text-empty', markdown(''), 44004],
    ['plain text', 'msgtype', text('你好'), 40008],
    ['a stream with a card in it', 'msgtype', { ...stream('a'), msgtype: 'stream_with_template_card' }, 40008],
    ['pictures in a stream', 'msg-item', stream('a', { finish: true, msg_item: [] }), 40058],
    ['a stream without id', 'stream-id', { msgtype: 'stream', stream: { content: 'a' } }, 40058],
    ['a feedback id of 257 bytes', 'feedback-id', stream('a', { feedback: { id: 'f'.repeat(257) } }), 40058],
    ['an unknown file', 'media-id', { msgtype: 'image', image: { media_id: 'no' } }, 40007],
    ['no msgtype', 'msgtype', {}, 40008],
  ])('%s', async (_, rule, body, errcode) => {
    expect(await respond(body)).toBe(errcode);
    expect(broken(yard.sandbox)).toEqual([rule]);
    expect(() => yard.sandbox.assertClean()).toThrow(rule);
  });

  test('20480 bytes are taken', async () => {
    expect(await respond(stream(`${'错'.repeat(6826)}ab`, { finish: true }))).toBe(0);
    yard.sandbox.assertClean();
  });

  test("an event's req_id, and one that nobody knows", async () => {
    yard.sandbox.bot.enter('zhangsan');
    const { headers } = await wire.next();
    expect(await respond(markdown('a'), headers.req_id)).toBe(846605);
    expect(await respond(markdown('a'), 'nobody')).toBe(846605);
    expect(broken(yard.sandbox)).toEqual(['req-id', 'req-id']);
  });

  test('more than 24 h later', async () => {
    const reqId = await written();
    await yard.clock.advance(24 * HOUR);
    expect(await respond(markdown('a'), reqId)).toBe(0);
    await yard.clock.advance(1);
    expect(await respond(markdown('b'), reqId)).toBe(846605);
    expect(broken(yard.sandbox)).toEqual(['req-id-expired']);
  });

  test('more than 30 in a minute, however many frames a stream has', async () => {
    const reqId = await written();
    for (let frame = 0; frame < 40; frame += 1) expect(await respond(stream('a'.repeat(frame + 1)), reqId)).toBe(0);
    await respond(stream('a'.repeat(40), { finish: true }), reqId);
    for (let count = 1; count < 30; count += 1) expect(await respond(markdown(`${count}`), reqId)).toBe(0);
    expect(await respond(markdown('31'), reqId)).toBe(45009);
    await yard.clock.advance(MINUTE);
    expect(await respond(markdown('31'), reqId)).toBe(0);
    expect(broken(yard.sandbox)).toEqual(['bot-rate']);
  });
});

describe('streams', () => {
  test('a frame that takes back what was read', async () => {
    const reqId = await written();
    expect(await respond(stream('请先核对'), reqId)).toBe(0);
    expect(await respond(stream('渠道状态'), reqId)).toBe(0);
    expect(yard.sandbox.violations).toMatchObject([{ rule: 'stream-not-cumulative', errcode: 0 }]);
  });

  test('a placeholder or a thinking block may go', async () => {
    const reqId = await written();
    await respond(stream('正在核对…'), reqId);
    await respond(stream('<think>查一查</think>请'), reqId);
    await respond(stream('<think>查完了</think>请先核对', { finish: true }), reqId);
    yard.sandbox.assertClean();
  });

  test('a frame after the end', async () => {
    const reqId = await written();
    await respond(stream('好', { finish: true }), reqId);
    expect(await respond(stream('好了'), reqId)).toBe(846608);
    expect(broken(yard.sandbox)).toEqual(['stream-after-finish']);
  });

  test('another stream on the same req_id is taken after the end of the first', async () => {
    const reqId = await written();
    await respond(stream('好', { finish: true }), reqId);
    await respond({ msgtype: 'stream', stream: { id: 'st-2', content: '还有', finish: true } }, reqId);
    expect(yard.sandbox.bot.seen('zhangsan').map(({ text: shown }) => shown)).toEqual(['你好', '好', '还有']);
    yard.sandbox.assertClean();
  });

  test('feedback on a later frame', async () => {
    const reqId = await written();
    await respond(stream('请'), reqId);
    expect(await respond(stream('请先', { feedback: { id: 'f' } }), reqId)).toBe(40058);
    expect(broken(yard.sandbox)).toEqual(['stream-feedback']);
  });

  test('not finished within 6 minutes, and a frame after that', async () => {
    const reqId = await written();
    await respond(stream('请'), reqId);
    await yard.clock.advance(6 * MINUTE + 1);
    expect(yard.sandbox.bot.seen('zhangsan').at(-1)).toMatchObject({ expired: true, text: '请' });
    expect(await respond(stream('请先', { finish: true }), reqId)).toBe(846608);
    expect(broken(yard.sandbox)).toEqual(['stream-unfinished', 'stream-expired']);
  });
});

test('what follows a stream that a fault ended is excused', async () => {
  const reqId = await written();
  await respond(stream('请'), reqId);
  yard.sandbox.faults.late('stream');
  expect(await respond(stream('请先'), reqId)).toBe(846608);
  expect(await respond(stream('请先核对'), reqId)).toBe(846608);
  await yard.clock.advance(10 * MINUTE);
  yard.sandbox.assertClean();
});

describe('welcome', () => {
  const welcome = async (reqId: string, body = text('您好')) =>
    (await wire.send('aibot_respond_welcome_msg', body, reqId)).errcode;
  const entered = async () => {
    yard.sandbox.bot.enter('lisi');
    return (await wire.next()).headers.req_id;
  };

  test('within 5 s, once', async () => {
    const reqId = await entered();
    await yard.clock.advance(5000);
    expect(await welcome(reqId)).toBe(0);
    expect(await welcome(reqId)).toBe(846605);
    expect(broken(yard.sandbox)).toEqual(['welcome-twice']);
  });

  test('later than 5 s', async () => {
    const reqId = await entered();
    await yard.clock.advance(5001);
    expect(await welcome(reqId)).toBe(846605);
    expect(broken(yard.sandbox)).toEqual(['welcome-late']);
  });

  test('on a message, or with Markdown', async () => {
    expect(await welcome(await written())).toBe(846605);
    expect(await welcome(await entered(), markdown('您好'))).toBe(40008);
    expect(broken(yard.sandbox)).toEqual(['welcome-event', 'msgtype']);
  });
});

describe('cards', () => {
  const update = async (reqId: string, json: JsonObject, more: JsonObject = {}) => {
    const body = { response_type: 'update_template_card', template_card: json, ...more };
    return (await wire.send('aibot_respond_update_msg', body, reqId)).errcode;
  };
  const tapped = async () => {
    await respond(card(buttonCard('T-1')));
    yard.sandbox.bot.tap('zhangsan', 'solved');
    return (await wire.next()).headers.req_id;
  };

  test('a task_id twice', async () => {
    expect(await respond(card(buttonCard('T-1')))).toBe(0);
    expect(await respond(card(buttonCard('T-1')))).toBe(42014);
    expect(broken(yard.sandbox)).toEqual(['task-id-reused']);
  });

  test('an update with another task_id, after 5 s, or of no card event', async () => {
    const reqId = await tapped();
    expect(await update(reqId, noticeCard('T-2'))).toBe(42014);
    expect(await update(await written(), noticeCard('T-1'))).toBe(846605);
    await yard.clock.advance(5001);
    expect(await update(reqId, noticeCard('T-1'))).toBe(846605);
    expect(broken(yard.sandbox)).toEqual(['task-id-differs', 'update-event', 'update-late']);
  });

  test('an update for one user leaves the others theirs', async () => {
    yard.sandbox.bot.message({ user: 'zhangsan', chat: 'wrGROUP', text: '你好' });
    const { headers } = await wire.next();
    await respond(card(buttonCard('T-1')), headers.req_id);
    yard.sandbox.bot.tap('zhangsan', '已解决', { chat: 'wrGROUP' });
    const event = await wire.next();
    expect(event.body).toMatchObject({ chatid: 'wrGROUP', chattype: 'group', from: { userid: 'zhangsan' } });
    expect(await update(event.headers.req_id, noticeCard('T-1'), { userids: ['zhangsan'] })).toBe(0);
    expect(() => yard.sandbox.bot.tap('zhangsan', '已解决', { chat: 'wrGROUP' })).toThrow('sees no button');
    yard.sandbox.bot.tap('lisi', '没解决', { chat: 'wrGROUP' });
    yard.sandbox.assertClean();
  });

  test('choices of a drop-down come back nested', async () => {
    const select = {
      question_key: 'q1',
      title: '付款方式',
      option_list: [
        { id: 'o1', text: '刷卡' },
        { id: 'o2', text: '扫码' },
      ],
    };
    const multiple = {
      card_type: 'multiple_interaction',
      task_id: 'T-9',
      main_title: { title: '付款报错' },
      select_list: [select],
      submit_button: { text: '提交', key: 'submit_1' },
    };
    expect(await respond(card(multiple))).toBe(0);
    expect(() => yard.sandbox.bot.tap('zhangsan', '提交', { selections: { q1: ['o3'] } })).toThrow('no option o3');
    yard.sandbox.bot.tap('zhangsan', '提交', { selections: { q1: ['o2'] } });
    expect((await wire.next()).body?.event).toEqual({
      eventtype: 'template_card_event',
      template_card_event: {
        card_type: 'multiple_interaction',
        event_key: 'submit_1',
        task_id: 'T-9',
        selected_items: { selected_item: [{ question_key: 'q1', option_ids: { option_id: ['o2'] } }] },
      },
    });
  });
});

describe('pushes', () => {
  const push = async (chatid: string, body: JsonObject, more: JsonObject = {}) =>
    (await wire.send('aibot_send_msg', { chatid, ...body, ...more })).errcode;

  test('to nobody, to one who never wrote, in another case, or with the wrong chat_type', async () => {
    await written('zhangsan');
    expect(await push('nobody', markdown('a'))).toBe(93006);
    expect(await push('lisi', markdown('a'))).toBe(93006);
    expect(await push('ZhangSan', markdown('a'))).toBe(93006);
    expect(await push('zhangsan', markdown('a'), { chat_type: 2 })).toBe(93006);
    expect(await push('zhangsan', markdown('a'), { chat_type: 1 })).toBe(0);
    expect(broken(yard.sandbox)).toEqual(['chat-id', 'never-wrote', 'chat-id', 'chat-id']);
  });

  test('text, a stream, or a card into a group', async () => {
    await written();
    yard.sandbox.bot.message({ user: 'zhangsan', chat: 'wrGROUP', text: '你好' });
    await wire.next();
    expect(await push('zhangsan', text('a'))).toBe(40008);
    expect(await push('zhangsan', stream('a'))).toBe(40008);
    expect(await push('wrGROUP', card(buttonCard('T-1')))).toBe(40008);
    expect(await push('wrGROUP', markdown('a'))).toBe(0);
    expect(broken(yard.sandbox)).toEqual(['msgtype', 'msgtype', 'group-card']);
  });

  test("under a callback's req_id", async () => {
    const reqId = await written();
    const ack = await wire.send('aibot_send_msg', { chatid: 'zhangsan', ...markdown('a') }, reqId);
    expect(ack.errcode).toBe(846605);
    expect(broken(yard.sandbox)).toEqual(['req-id-foreign']);
  });
});
