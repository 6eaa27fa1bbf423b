/** 微信客服: welcome codes, states, servicers, and stickers whose parameter comes back. */
import type { JsonObject } from './json.js';
import { HOUR } from './rates.js';
import { broken, type Yard, yardForEach } from './support/yard.js';

const KF = 'wkSANDBOX1';
const CUSTOMER = 'wmZHANG';

let yard: Yard;
yardForEach((made) => {
  yard = made;
});

const call = (name: string, body: JsonObject) => yard.api.call(`kf/${name}`, body);
const customer = () => yard.sandbox.kf.customer(CUSTOMER);
/** The newest event. */
async function event(): Promise<JsonObject> {
  const { msg_list } = await call('sync_msg', { open_kfid: KF });
  return (msg_list as { event: JsonObject }[]).at(-1)?.event ?? {};
}
const onEvent = async (code: string, more: JsonObject = {}) =>
  (await call('send_msg_on_event', { code, msgtype: 'text', text: { content: '您好' }, ...more })).errcode;
const trans = (service_state: number, more: JsonObject = {}) =>
  call('service_state/trans', { open_kfid: KF, external_userid: CUSTOMER, service_state, ...more });
const state = async () => (await call('service_state/get', { open_kfid: KF, external_userid: CUSTOMER })).service_state;
const send = async () =>
  (await call('send_msg', { touser: CUSTOMER, open_kfid: KF, msgtype: 'text', text: { content: '好' } })).errcode;

describe('welcome', () => {
  const entered = async (): Promise<string> => {
    customer().enters({ scene: 's1', sceneParam: 'merchant=1' });
    return String((await event()).welcome_code);
  };

  test('once, within 20 s, before the customer writes', async () => {
    const code = await entered();
    expect(await event()).toMatchObject({ event_type: 'enter_session', scene: 's1', scene_param: 'merchant=1' });
    await yard.clock.advance(20_000);
    expect(await onEvent(code)).toBe(0);
    expect(await onEvent(code)).toBe(42022);
    expect(await onEvent('no')).toBe(41050);
    expect(broken(yard.sandbox)).toEqual(['kf-code-used', 'kf-code']);
    customer().enters();
    expect(await event()).not.toHaveProperty('welcome_code');
  });

  test('not after 20 s; never for one who wrote in the last 48 h', async () => {
    const code = await entered();
    await yard.clock.advance(20_001);
    expect(await onEvent(code)).toBe(41050);
    expect(broken(yard.sandbox)).toEqual(['kf-code-late']);
    customer().says('你好');
    customer().enters();
    expect(await event()).not.toHaveProperty('welcome_code');
    await yard.clock.advance(48 * HOUR + 1);
    customer().enters();
    expect(await event()).toHaveProperty('welcome_code');
  });

  test('a scripted delay is not held against the client', async () => {
    const code = await entered();
    yard.sandbox.faults.late('kf-code');
    expect(await onEvent(code)).toBe(41050);
    yard.sandbox.assertClean();
  });
});

describe('states', () => {
  test('a human takes over: the bot is silent until the session ended and the customer writes again', async () => {
    customer().says('转人工');
    expect(await state()).toBe(0);
    const { msg_code } = await trans(3, { servicer_userid: 'servicer1' });
    expect(await onEvent(String(msg_code))).toBe(0);
    expect(await send()).toBe(95018);
    yard.sandbox.kf.servicer('servicer1').says(CUSTOMER, '我来');
    yard.sandbox.kf.servicer('servicer1').ends(CUSTOMER);
    const ended = await event();
    expect(ended).toMatchObject({ event_type: 'session_status_change', change_type: 3 });
    expect(await onEvent(String(ended.msg_code))).toBe(0);
    expect(await state()).toBe(4);
    expect(await send()).toBe(95018);
    customer().says('还有个问题');
    expect(await state()).toBe(0);
    expect(await send()).toBe(0);
    expect(broken(yard.sandbox)).toEqual(['kf-state', 'kf-state']);
  });

  test('the pool takes text only, for as long as the customer waits there', async () => {
    customer().says('转人工');
    const { msg_code } = await trans(2);
    expect(
      await onEvent(String(msg_code), {
        msgtype: 'msgmenu',
        msgmenu: { list: [{ type: 'text', text: { content: '好' } }] },
      }),
    ).toBe(40008);
    yard.sandbox.kf.servicer('servicer2').takes(CUSTOMER);
    expect(await event()).toMatchObject({ change_type: 1, new_servicer_userid: 'servicer2' });
    expect(await onEvent(String(msg_code))).toBe(95018);
    expect(broken(yard.sandbox)).toEqual(['msgtype', 'kf-code-state']);
  });

  test('ways that are not allowed, servicers that are none or do not receive', async () => {
    customer().says('转人工');
    expect((await trans(1)).errcode).toBe(95016);
    expect((await trans(4)).errcode).toBe(95016);
    expect((await trans(3)).errcode).toBe(95014);
    expect((await trans(3, { servicer_userid: 'nobody' })).errcode).toBe(95014);
    yard.sandbox.kf.servicer('servicer1').receives(false);
    expect(
      (await yard.api.get('kf/servicer/list', { access_token: await yard.api.token('kf'), open_kfid: KF }))
        .servicer_list,
    ).toEqual([
      { userid: 'servicer1', status: 1 },
      { userid: 'servicer2', status: 0 },
    ]);
    expect((await trans(3, { servicer_userid: 'servicer1' })).errcode).toBe(95019);
    expect(broken(yard.sandbox)).toEqual(['kf-transition', 'kf-transition', 'kf-servicer', 'kf-servicer']);
    expect(yard.sandbox.ledger.excused.map(({ rule }) => rule)).toEqual(['kf-servicer-paused']);
  });

  test('a session ends by itself after 48 h', async () => {
    customer().says('你好');
    await yard.clock.advance(48 * HOUR + 1);
    expect(await state()).toBe(4);
  });
});

test('what is appended to a sticker comes back when it is scanned', async () => {
  const { url } = await call('add_contact_way', { open_kfid: KF, scene: 'sticker' });
  const param = 'm=8860001&t=SN-42';
  customer().scans(`${url}&scene_param=${encodeURIComponent(param)}`);
  expect(await event()).toMatchObject({ scene: 'sticker', scene_param: param });
  expect((await call('add_contact_way', { open_kfid: KF, scene: '贴纸' })).errcode).toBe(40058);
  expect(broken(yard.sandbox)).toEqual(['kf-scene']);
  expect((await call('account/list', {})).account_list).toMatchObject([{ open_kfid: KF }]);
  expect(await call('customer/batchget', { external_userid_list: [CUSTOMER, 'wmNO'] })).toMatchObject({
    customer_list: [{ external_userid: CUSTOMER }],
    invalid_external_userid: ['wmNO'],
  });
});
