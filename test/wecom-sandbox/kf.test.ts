/** 微信客服: what comes by cursor, and who may write when. */
import type { JsonObject } from './json.js';
import { DAY, HOUR, MINUTE } from './rates.js';
import { Listener } from './support/listener.js';
import { broken, type Yard, yardForEach } from './support/yard.js';
import { textOf } from './xml.js';

const KF = 'wkSANDBOX1';
const CUSTOMER = 'wmZHANG';

let yard: Yard;
yardForEach(
  (made) => {
    yard = made;
  },
  { kf: { accounts: { [KF]: '收款客服', wkSANDBOX2: '二号' } } },
);

const call = (name: string, body: JsonObject) => yard.api.call(`kf/${name}`, body);
const sync = (more: JsonObject = {}) => call('sync_msg', { open_kfid: KF, ...more });
const to = (more: JsonObject): JsonObject => ({ touser: CUSTOMER, open_kfid: KF, ...more });
const text = (content: string, more: JsonObject = {}) => to({ msgtype: 'text', text: { content }, ...more });
const menu = (list: JsonObject[], more: JsonObject = {}) =>
  to({ msgtype: 'msgmenu', msgmenu: { head_content: '请选择：', list, ...more } });
const click = (id: string, content = '好'): JsonObject => ({ type: 'click', click: { id, content } });
const messages = (answer: { [key: string]: unknown }) => answer.msg_list as JsonObject[];
const customer = () => yard.sandbox.kf.customer(CUSTOMER);

describe('sync_msg', () => {
  test('everything from the oldest without a cursor, only what is new with one', async () => {
    customer().says('付款报错');
    const first = await sync();
    expect(messages(first)).toMatchObject([
      { origin: 3, msgtype: 'text', open_kfid: KF, external_userid: CUSTOMER, text: { content: '付款报错' } },
    ]);
    customer().image();
    const cursor = String(first.next_cursor);
    expect(cursor.length).toBeLessThanOrEqual(64);
    expect(messages(await sync({ cursor }))).toMatchObject([{ msgtype: 'image' }]);
    expect(messages(await sync())).toHaveLength(2);
    expect(messages(await sync({ open_kfid: 'wkSANDBOX2' }))).toEqual([]);
    yard.sandbox.assertClean();
  });

  test('pages may be short or empty although more follows', async () => {
    for (const word of ['一', '二', '三']) customer().says(word);
    yard.sandbox.kf.log.pageSize = 2;
    yard.sandbox.kf.log.emptyPages = 1;
    let cursor = '';
    const pages: number[] = [];
    for (let more = 1; more === 1; ) {
      const page = await sync(cursor === '' ? {} : { cursor });
      pages.push(messages(page).length);
      cursor = String(page.next_cursor);
      more = Number(page.has_more);
    }
    expect(pages).toEqual([0, 2, 1]);
  });

  test('nothing older than 3 days', async () => {
    customer().says('旧');
    await yard.clock.advance(3 * DAY + 1);
    customer().says('新');
    expect(messages(await sync())).toMatchObject([{ text: { content: '新' } }]);
  });

  test.each<[string, JsonObject, string, number]>([
    ['an unknown account', { open_kfid: 'wkNO' }, 'kf-account', 95000],
    ['an invented token', { token: 'ENCno' }, 'kf-token', 95007],
    ['an invented cursor', { cursor: 'no' }, 'kf-cursor', 40058],
    ['1001 at once', { limit: 1001 }, 'kf-limit', 40058],
  ])('%s: refused', async (_, more, rule, errcode) => {
    expect((await sync(more)).errcode).toBe(errcode);
    expect(broken(yard.sandbox)).toEqual([rule]);
  });

  test('a token is good for 10 minutes; being late is no breach, pulling without one too often is', async () => {
    const token = yard.sandbox.kf.log.token(KF);
    await yard.clock.advance(10 * MINUTE);
    expect((await sync({ token })).errcode).toBe(0);
    await yard.clock.advance(1);
    expect((await sync({ token })).errcode).toBe(95007);
    expect(yard.sandbox.ledger.excused.map(({ rule }) => rule)).toEqual(['kf-token-expired']);
    yard.sandbox.assertClean();
    for (let count = 0; count < 20; count += 1) expect((await sync()).errcode).toBe(0);
    expect((await sync()).errcode).toBe(45009);
    expect(broken(yard.sandbox)).toEqual(['kf-tokenless']);
  });
});

test('a notification carries a token and the account, and no message', async () => {
  const listener = new Listener();
  yard.sandbox.kf.callback = await listener.start();
  await customer().says('付款报错')?.over;
  const plain = listener.heard[0]?.plain ?? '';
  expect([textOf(plain, 'Event'), textOf(plain, 'OpenKfId')]).toEqual(['kf_msg_or_event', KF]);
  expect(plain).not.toContain('付款报错');
  const pulled = await sync({ token: textOf(plain, 'Token') ?? '' });
  expect(messages(pulled)).toHaveLength(1);
  await listener.stop();
});

describe('send_msg', () => {
  test('five after each message of the customer', async () => {
    customer().says('付款报错');
    for (let count = 0; count < 5; count += 1) expect((await call('send_msg', text(`${count}`))).errcode).toBe(0);
    expect((await call('send_msg', text('5'))).errcode).toBe(95001);
    customer().says('在吗');
    expect((await call('send_msg', text('在'))).errcode).toBe(0);
    expect(broken(yard.sandbox)).toEqual(['kf-five']);
  });

  test('within 48 h', async () => {
    customer().says('付款报错');
    await yard.clock.advance(48 * HOUR);
    expect((await call('send_msg', text('好'))).errcode).toBe(0);
    await yard.clock.advance(1);
    expect((await call('send_msg', text('好'))).errcode).toBe(95002);
    expect(broken(yard.sandbox)).toEqual(['kf-48h']);
  });

  test('a script may end the 48 h early', async () => {
    customer().says('付款报错');
    yard.sandbox.faults.late('kf-48h');
    expect((await call('send_msg', text('好'))).errcode).toBe(95002);
    yard.sandbox.assertClean();
  });

  test('not before the customer wrote, not to a stranger', async () => {
    expect((await call('send_msg', text('好'))).errcode).toBe(40096);
    customer().enters();
    expect((await call('send_msg', text('好'))).errcode).toBe(95018);
    expect(broken(yard.sandbox)).toEqual(['kf-customer', 'kf-state']);
  });

  test('a msgid shows one message, whatever happens to the answer', async () => {
    customer().says('付款报错');
    yard.sandbox.faults.api('kf/send_msg', { drop: 'after' });
    await expect(call('send_msg', text('好', { msgid: 'turn-1_0' }))).rejects.toThrow();
    expect((await call('send_msg', text('好', { msgid: 'turn-1_0' }))).errcode).toBe(40058);
    expect(yard.sandbox.kf.seen(CUSTOMER).filter(({ from }) => from === 'bot')).toHaveLength(1);
    yard.sandbox.assertClean();
    await call('send_msg', text('好', { msgid: 'turn-1_1' }));
    await call('send_msg', text('好', { msgid: 'turn-1_1' }));
    expect(broken(yard.sandbox)).toEqual(['kf-msgid-used']);
  });

  test.each<[string, JsonObject, string, number]>([
    ['another account', text('好', { open_kfid: 'wkNO' }), 'kf-account', 95000],
    ['a msgid of 33 bytes', text('好', { msgid: 'm'.repeat(33) }), 'kf-msgid', 40058],
    ['a msgid with a colon', text('好', { msgid: 'a:b' }), 'kf-msgid', 40058],
    ['2049 bytes', text(`${'错'.repeat(682)}abc`), 'text-bytes', 45002],
    ['an empty text', text(''), 'text-empty', 44004],
    ['Markdown', to({ msgtype: 'markdown', markdown: { content: 'a' } }), 'msgtype', 40008],
    ['11 menu items', menu(Array.from({ length: 11 }, (_, i) => click(`${i}`))), 'menu-items', 95008],
    ['no menu item', menu([]), 'menu-field', 40058],
    ['an unknown menu item', menu([{ type: 'dance' }]), 'menu-item-type', 95009],
    ['a menu id of 129 bytes', menu([click('i'.repeat(129))]), 'menu-field', 40058],
    ['a label of 129 bytes', menu([click('i', '错'.repeat(43))]), 'menu-field', 40058],
    ['a head of 1025 bytes', menu([click('i')], { head_content: 'h'.repeat(1025) }), 'menu-field', 40058],
    ['a line of 257 bytes', menu([{ type: 'text', text: { content: 't'.repeat(257) } }]), 'menu-field', 40058],
  ])('%s: refused', async (_, body, rule, errcode) => {
    customer().says('付款报错');
    expect((await call('send_msg', body)).errcode).toBe(errcode);
    expect(broken(yard.sandbox)).toEqual([rule]);
  });

  test('a menu is tapped by label or id and comes back as text with the id, also twice', async () => {
    customer().says('付款报错');
    expect((await call('send_msg', menu([click('ans:channel', '渠道'), click('ans:other', '其他')]))).errcode).toBe(0);
    customer().taps('渠道');
    customer().taps('ans:channel');
    expect(() => customer().taps('没有的')).toThrow('sees no menu item');
    const texts = messages(await sync()).map((message) => message.text);
    expect(texts.slice(1)).toEqual([
      { content: '渠道', menu_id: 'ans:channel' },
      { content: '渠道', menu_id: 'ans:channel' },
    ]);
  });
});

test('a message that fails later is told as an event', async () => {
  customer().says('你好');
  yard.sandbox.kf.failed(CUSTOMER, 'turn-1', 6);
  expect(messages(await sync()).at(-1)).toMatchObject({
    origin: 4,
    msgtype: 'event',
    event: { event_type: 'msg_send_fail', fail_msgid: 'turn-1', fail_type: 6, open_kfid: KF },
  });
});
