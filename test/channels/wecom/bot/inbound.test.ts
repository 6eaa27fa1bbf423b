import {
  chatOf,
  chatOfFrame,
  contentOf,
  conversationOf,
  eventOf,
  frameSchema,
  withoutMention,
} from '../../../../src/channels/wecom/bot/inbound.js';

const read = (body: object) => frameSchema.parse(body);

describe('the words of a message', () => {
  test.each([
    ['text', { msgtype: 'text', text: { content: '报51' } }, '报51', []],
    ['voice, which arrives as text', { msgtype: 'voice', voice: { content: '刷不了卡' } }, '刷不了卡', []],
    ['a picture', { msgtype: 'image', image: { url: 'u', aeskey: 'k' } }, '', ['image']],
    ['a file', { msgtype: 'file', file: { url: 'u' } }, '', ['file']],
    ['a kind that nobody knows yet', { msgtype: 'hologram' }, '', ['other']],
    ['nothing at all', {}, '', ['other']],
  ])('of %s', (_, body, text, attachments) => {
    expect(contentOf(read(body))).toEqual({ text, attachments });
  });

  test('of text and pictures together are the texts, and that there were pictures', () => {
    const mixed = {
      msgtype: 'mixed',
      mixed: {
        msg_item: [
          { msgtype: 'text', text: { content: '提示这个' } },
          { msgtype: 'image', image: {} },
        ],
      },
    };
    expect(contentOf(read(mixed))).toEqual({ text: '提示这个', attachments: ['image'] });
  });
});

describe('the bot’s name in a group message', () => {
  test.each([
    ['@POS 医生 刷不了', '刷不了'],
    ['@POS医生\u2005刷不了', '刷不了'],
    ['＠pos 医生　刷不了', '刷不了'],
    ['@POS医生刷不了', '刷不了'],
    ['刷不了 @POS 医生', '刷不了'],
    ['刷不了@POS\u00a0医生 怎么办', '刷不了 怎么办'],
    ['@小助手 刷不了', '刷不了'],
    ['@POS 医生', ''],
    ['@小助手', '@小助手'],
    ['发到 a@b.com 了', '发到 a@b.com 了'],
  ])('is taken out: %s', (said, rest) => {
    expect(withoutMention(said, ['POS 医生'])).toBe(rest);
  });
});

test('each member of a group has a conversation of their own', () => {
  const frame = (userid: string, more: object = {}) => read({ from: { userid }, ...more });
  const group = { chattype: 'group', chatid: 'wrAb:1' };
  const chats = [frame('zhang'), frame('zhang', group), frame('li', group)].map(chatOfFrame);
  const ids = chats.map((chat) => (chat ? conversationOf(chat) : ''));
  expect(new Set(ids).size).toBe(3);
  expect(ids.map(chatOf)).toEqual(chats);
  expect(chatOf('web-1')).toBeNull();
  expect(chatOfFrame(read({}))).toBeNull();
});

describe('an event', () => {
  const event = (inside: object) => eventOf(read({ msgtype: 'event', event: inside }));

  test('is read nested under its name, or flat, whatever its letter-case', () => {
    const press = { kind: 'press', key: 'o~charged~no', taskId: 'T' };
    const payload = { event_key: 'o~charged~no', task_id: 'T' };
    expect(event({ eventtype: 'template_card_event', template_card_event: payload })).toEqual(press);
    expect(event({ eventtype: 'template_card_event', ...payload })).toEqual(press);
    expect(event({ eventtype: 'Template_Card_Event', TEMPLATE_CARD_EVENT: payload })).toEqual(press);
  });

  test('that rates an answer says which, how, and why', () => {
    const rated = { id: 'c|m1', type: 2, content: '步骤不对', inaccurate_reason_list: [2, 4] };
    expect(event({ eventtype: 'feedback_event', feedback_event: rated })).toEqual({
      kind: 'feedback',
      answer: 'c|m1',
      rating: 'bad',
      text: '步骤不对',
      reasons: [2, 4],
    });
    expect(event({ eventtype: 'feedback_event', feedback_event: { id: 'x', type: 3 } })).toMatchObject({
      rating: 'withdrawn',
    });
    expect(event({ eventtype: 'feedback_event', feedback_event: { id: 'x', type: 9 } })).toBeNull();
  });

  test('that nobody knows yet is left alone', () => {
    expect(event({ eventtype: 'auth_change_event', auth_change_event: { auth_list: [1] } })).toBeNull();
    expect(eventOf(read({ msgtype: 'text' }))).toBeNull();
  });
});
