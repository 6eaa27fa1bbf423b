import { addressOf, conversationOf } from '../../../../src/channels/wecom/customer-service/address.js';
import { type Arrival, readArrival } from '../../../../src/channels/wecom/customer-service/inbound.js';
import { clickEntry } from '../../../../src/channels/wecom/customer-service/menu.js';
import { readToken, writeToken } from '../../../../src/channels/wecom/customer-service/token.js';
import { keyOf } from '../../../../src/channels/wecom/keys.js';

const SENT = 1_795_392_004;
const AT = SENT * 1000;
const CONVERSATION = 'wecom-kf:wk1:wm1';

const message = (more: object) => ({
  msgid: 'm1',
  open_kfid: 'wk1',
  external_userid: 'wm1',
  send_time: SENT,
  origin: 3,
  msgtype: 'text',
  ...more,
});
const happening = (type: string, more: object = {}) => ({
  msgid: 'm1',
  send_time: SENT,
  origin: 4,
  msgtype: 'event',
  event: { event_type: type, open_kfid: 'wk1', external_userid: 'wm1', ...more },
});

function arrived(raw: unknown): Arrival {
  const arrival = readArrival(raw);
  if (arrival === null || 'failure' in arrival) throw new Error('nothing arrived');
  return arrival;
}
const eventOf = (raw: unknown) => arrived(raw).event;

describe('a message of the customer', () => {
  test('is its text, with the way back to it for 48 hours', () => {
    const arrival = arrived(message({ text: { content: '该渠道业务不可用' } }));
    expect(arrival).toMatchObject({
      account: 'wk1',
      conversation: CONVERSATION,
      msgid: 'm1',
      at: AT,
      byCustomer: true,
    });
    expect(arrival.tapped).toBeUndefined();
    expect(arrival.event).toEqual({
      kind: 'message',
      id: 'm1',
      conversation: CONVERSATION,
      at: AT,
      text: '该渠道业务不可用',
      replyTo: {
        channel: 'wecom-kf',
        token: writeToken({ kind: 'message', msgid: 'm1' }),
        expiresAt: AT + 48 * 3_600_000,
      },
    });
  });

  test.each([
    ['image', 'image'],
    ['voice', 'voice'],
    ['video', 'video'],
    ['file', 'file'],
    ['location', 'location'],
    ['link', 'other'],
    ['merged_msg', 'other'],
    ['hologram', 'other'],
  ])('of kind %s is an attachment', (msgtype, attachment) => {
    expect(eventOf(message({ msgtype, [msgtype]: { media_id: 'x' } }))).toMatchObject({
      kind: 'message',
      text: '',
      attachments: [attachment],
    });
  });

  test('that says it is a text and has none is an attachment of an unknown kind', () => {
    expect(eventOf(message({ text: undefined }))).toMatchObject({ text: '', attachments: ['other'] });
  });
});

describe('a tap', () => {
  const tap = (menu_id: string) => arrived(message({ text: { content: '没扣', menu_id } }));
  const entryId = (key: string | null) => {
    const entry = clickEntry(key ?? '', '没扣', 'reply-1');
    return entry?.type === 'click' ? entry.click.id : '';
  };

  test('is the option of the question that its entry stood for, and says of which menu', () => {
    const id = entryId(keyOf({ kind: 'option', option: 'no', question: 'charged' }));
    expect(tap(id).event).toMatchObject({ kind: 'option', option: 'no', question: 'charged' });
    expect(tap(id).tapped).toBe(id);
  });

  test('on an entry that stands for words is those words', () => {
    expect(tap(entryId(keyOf({ kind: 'words', words: '找人' }))).event).toMatchObject({
      kind: 'message',
      text: '找人',
    });
  });

  test('on an entry without room for its menu is the same, and its message is its own', () => {
    const key = keyOf({ kind: 'option', option: 'o'.repeat(100), question: 'q'.repeat(20) });
    const id = entryId(key);
    expect(id).toBe(key);
    expect(tap(id).event).toMatchObject({ kind: 'option', option: 'o'.repeat(100), id: 'm1' });
    expect(tap(id).tapped).toBeUndefined();
  });

  test('on an entry of somebody else’s menu is its id in words', () => {
    expect(tap('faq@2').event).toMatchObject({ kind: 'message', text: 'faq@2' });
  });

  test('on an entry without an id is its label', () => {
    expect(eventOf(message({ text: { content: '没扣' } }))).toMatchObject({ kind: 'message', text: '没扣' });
  });
});

describe('entering', () => {
  test('with a code can be greeted for 20 seconds, and tells the shop', () => {
    const event = eventOf(
      happening('enter_session', { scene: 's', scene_param: 'm=M822100001&t=SN7788', welcome_code: 'CODE' }),
    );
    expect(event).toMatchObject({ kind: 'enter', shop: { merchant: 'M822100001', terminal: 'SN7788' } });
    expect(event.replyTo?.expiresAt).toBe(AT + 20_000);
    expect(readToken(event.replyTo)).toMatchObject({ kind: 'welcome', code: 'CODE' });
  });

  test('without a code is quiet and leaves the way back to earlier messages', () => {
    const event = eventOf(happening('enter_session', { scene_param: '' }));
    expect(event).toEqual({ kind: 'enter', id: 'm1', conversation: CONVERSATION, at: AT, quiet: true });
  });
});

describe('a human', () => {
  test.each([
    [1, true],
    [2, true],
    [3, false],
    [4, true],
  ])('has the conversation after change %i: %s', (change_type, active) => {
    const arrival = arrived(happening('session_status_change', { change_type }));
    expect(arrival).toMatchObject({ event: { kind: 'human', id: 'm1', active }, byCustomer: false });
  });

  test('who types has the conversation', () => {
    const arrival = arrived(message({ origin: 5, servicer_userid: 'lisi', text: { content: '我来处理' } }));
    expect(arrival).toMatchObject({ event: { kind: 'human', active: true }, byCustomer: false });
  });
});

test('a message that could not be delivered says why', () => {
  const failure = readArrival(happening('msg_send_fail', { fail_msgid: 'x', fail_type: 4 }));
  expect(failure).toEqual({ failure: { conversation: CONVERSATION, failType: 4 } });
});

describe('nothing is made of', () => {
  test.each<[string, unknown]>([
    ['a recall', happening('user_recall_msg', { recall_msgid: 'm0' })],
    ['a servicer who stops receiving', happening('servicer_status_change', { servicer_userid: 'lisi', status: 2 })],
    ['an event nobody knows', happening('solar_eclipse')],
    ['a change nobody knows', happening('session_status_change', { change_type: 9 })],
    ['an event without payload', { ...happening('x'), event: undefined }],
    ['a message of our own', message({ origin: 6, text: { content: 'x' } })],
    ['a message without a customer', message({ external_userid: undefined, text: { content: 'x' } })],
    ['an id that is none', message({ external_userid: 'a:b', text: { content: 'x' } })],
    ['a message without an id', message({ msgid: '', text: { content: 'x' } })],
    ['a message without a time', message({ send_time: 'now' })],
    ['no message', 'x'],
    ['null', null],
  ])('%s', (_, raw) => {
    expect(readArrival(raw)).toBeNull();
  });
});

test('a conversation names the account and the customer', () => {
  expect(addressOf(conversationOf('wk1', 'wm1'))).toEqual({ account: 'wk1', customer: 'wm1' });
  for (const other of ['web:1', 'wecom-kf:wk1', 'wecom-kf::wm1', 'wecom-kf:wk1:wm1:x'])
    expect(addressOf(other)).toBeNull();
});

test('the way back is read only as it was written', () => {
  const token = writeToken({ kind: 'message', msgid: 'm1' });
  expect(readToken({ channel: 'wecom-kf', token })).toMatchObject({ kind: 'message', msgid: 'm1' });
  for (const other of ['', '{}', token.replace('1,', '2,'), 'req-1'])
    expect(readToken({ channel: 'wecom-kf', token: other })).toBeNull();
  expect(readToken(undefined)).toBeNull();
});
