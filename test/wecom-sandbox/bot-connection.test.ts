/** The bot's connections: who may speak, who is cut off, what is lost. */
import { MINUTE } from './rates.js';
import { Wire } from './support/wire.js';
import { broken, wireOf, type Yard, yardForEach } from './support/yard.js';

let yard: Yard;
let wire: Wire;

describe('as WeCom was seen', () => {
  yardForEach(async (made) => {
    yard = made;
    wire = await wireOf(made);
  });

  test('frames before subscribing, a wrong secret, a second subscribe, an unknown cmd, no frame', async () => {
    const other = await Wire.open(yard.wsUrl);
    expect((await other.send('ping')).errcode).toBe(853000);
    const { botId, secret } = yard.sandbox.options.bot;
    const wrong = await other.send('aibot_subscribe', { bot_id: botId, secret: 'wrong' });
    expect(wrong).toMatchObject({ errcode: 853000, errmsg: 'invalid bot_id or secret' });
    expect(other.socket.readyState).toBe(other.socket.OPEN);
    expect((await wire.send('aibot_subscribe', { bot_id: botId, secret })).errcode).toBe(45009);
    expect((await wire.send('aibot_dance')).errcode).toBe(846609);
    wire.socket.send('{}');
    expect(await wire.send('ping')).toEqual({ headers: { req_id: 'own_4' }, errcode: 0, errmsg: 'ok' });
    expect(broken(yard.sandbox)).toEqual(['not-subscribed', 'bot-secret', 'subscribe-twice', 'command', 'frame']);
  });

  test('the older connection is told and closed, and what it still sends is refused but excused', async () => {
    const newer = await wireOf(yard);
    expect((await wire.next()).body).toMatchObject({ event: { eventtype: 'disconnected_event' } });
    expect((await wire.send('ping')).errcode).toBe(853000);
    await yard.clock.advance(0);
    await wire.closed;
    expect((await newer.send('ping')).errcode).toBe(0);
    expect(yard.sandbox.ledger.excused.map(({ rule }) => rule)).toEqual(['kicked-frame']);
    yard.sandbox.assertClean();
  });

  test('a callback nobody can hear is lost; unknown events and messages go through', async () => {
    yard.sandbox.bot.event('zhangsan', 'auth_change_event', { auth_list: [1] });
    expect((await wire.next()).body).toMatchObject({ event: { auth_change_event: { auth_list: [1] } } });
    yard.sandbox.bot.message({ user: 'zhangsan', kind: 'sticker', payload: { id: '1' } });
    expect((await wire.next()).body).toMatchObject({ msgtype: 'sticker', sticker: { id: '1' } });
    yard.sandbox.bot.raw('{"cmd":"aibot_msg_callback","headers":{"req_id":"r"},"body":{"msgid":"m"}}');
    expect((await wire.next()).body).toEqual({ msgid: 'm' });
    yard.sandbox.bot.halfOpen();
    expect(yard.sandbox.bot.message({ user: 'zhangsan', text: '在吗' }).delivered).toBe(false);
  });
});

describe('with a heartbeat time-out', () => {
  yardForEach(
    async (made) => {
      yard = made;
      wire = await wireOf(made);
    },
    { bot: { heartbeatTimeoutMs: 2 * MINUTE } },
  );

  test('a connection that says nothing is cut, one that pings is not', async () => {
    await yard.clock.advance(MINUTE);
    expect((await wire.send('ping')).errcode).toBe(0);
    await yard.clock.advance(2 * MINUTE - 1);
    expect(yard.sandbox.bot.socket.connected).toBe(true);
    await yard.clock.advance(1);
    await wire.closed;
    expect(yard.sandbox.bot.socket.connected).toBe(false);
  });
});

describe('with replaced connections left open and expired streams silent', () => {
  yardForEach(
    async (made) => {
      yard = made;
      wire = await wireOf(made);
    },
    { bot: { kickCloseMs: null, expiredStreams: 'silent' } },
  );

  test('the older connection is told but stays', async () => {
    yard.sandbox.bot.kick();
    expect((await wire.next()).body).toMatchObject({ event: { eventtype: 'disconnected_event' } });
    await yard.clock.advance(10 * MINUTE);
    expect(wire.socket.readyState).toBe(wire.socket.OPEN);
    expect(yard.sandbox.bot.socket.connected).toBe(false);
  });

  test('a frame after 6 minutes is acked, lost and held against the client', async () => {
    yard.sandbox.bot.message({ user: 'zhangsan', text: '你好' });
    const { headers } = await wire.next();
    const frame = (content: string, finish: boolean) =>
      wire.send('aibot_respond_msg', { msgtype: 'stream', stream: { id: 's', content, finish } }, headers.req_id);
    await frame('请', false);
    await yard.clock.advance(6 * MINUTE + 1);
    expect((await frame('请先核对', true)).errcode).toBe(0);
    expect(yard.sandbox.bot.seen('zhangsan').at(-1)?.text).toBe('请');
    expect(broken(yard.sandbox)).toEqual(['stream-unfinished', 'stream-expired']);
  });
});
