import { ACCOUNTS_MAX, Puller } from '../../../../src/channels/wecom/customer-service/puller.js';
import { DOUBLE_TAP_MS, REMEMBERED_MAX, Reception } from '../../../../src/channels/wecom/customer-service/reception.js';
import type { InboundEvent } from '../../../../src/dialogue/event.js';
import { silentLog } from '../../../../src/log.js';
import { testClock } from '../../../support/clock.js';

const SENT = 1_795_392_004;
const tap = (msgid: string, customer: string, menu: string, at = SENT) => ({
  msgid,
  open_kfid: 'wk1',
  external_userid: customer,
  send_time: at,
  origin: 3,
  msgtype: 'text',
  text: { content: '没扣', menu_id: `o~charged~no@${menu}` },
});

function desk() {
  const events: InboundEvent[] = [];
  const service = {
    accept: async (_: string, event: InboundEvent) => events.push(event) > 0,
    transcript: async () => [],
    silent: async () => false,
    reconnected: async () => undefined,
  };
  const sessions = { holder: async () => 'bot' as const };
  return { events, reception: new Reception({ service: () => service, sessions, accounts: [], log: silentLog }) };
}

describe('what is remembered', () => {
  test('of conversations and taps has a bound; what is forgotten is what was longest ago', async () => {
    const { reception } = desk();
    for (let count = 0; count < REMEMBERED_MAX + 10; count += 1)
      await reception.take(tap(`m${count}`, `wm${count}`, 'aaaaaaaa'), 'wk1');
    expect(reception.size).toBe(REMEMBERED_MAX);
    expect(reception.newest('wecom-kf:wk1:wm0')).toBeUndefined();
    expect(reception.newest(`wecom-kf:wk1:wm${REMEMBERED_MAX + 9}`)).toMatchObject({ msgid: `m${REMEMBERED_MAX + 9}` });
  });

  test('of a conversation that was erased goes, and of no other', async () => {
    const { reception, events } = desk();
    await reception.take(tap('m1', 'wm1', 'aaaaaaaa'), 'wk1');
    await reception.take(tap('m2', 'wm11', 'aaaaaaaa'), 'wk1');
    reception.forget('wecom-kf:wk1:wm1');
    expect(reception.newest('wecom-kf:wk1:wm1')).toBeUndefined();
    expect(reception.newest('wecom-kf:wk1:wm11')).toMatchObject({ msgid: 'm2' });
    await reception.take(tap('m3', 'wm1', 'aaaaaaaa'), 'wk1');
    await reception.take(tap('m4', 'wm11', 'aaaaaaaa'), 'wk1');
    // The first tap of a new conversation, and a repeated one.
    expect(events.slice(2).map(({ id }) => id)).toEqual(['m3', events[1]?.id]);
  });

  test('of accounts has a bound', async () => {
    let pulls = 0;
    const post = async () => {
      pulls += 1;
      return { next_cursor: '', has_more: 0, msg_list: [] };
    };
    const store = { getSmall: async () => null, putSmall: async () => true };
    const puller = new Puller({
      api: { post } as never,
      store,
      take: async () => undefined,
      clock: testClock(),
      log: silentLog,
    });
    for (let count = 0; count < ACCOUNTS_MAX + 10; count += 1) puller.pull(`wk${count}`);
    await puller.settled();
    expect(pulls).toBe(ACCOUNTS_MAX);
    await puller.stop();
    puller.pull('wk1');
    expect(pulls).toBe(ACCOUNTS_MAX);
  });
});

describe('a second tap', () => {
  const ids = async (...taps: unknown[]) => {
    const { events, reception } = desk();
    for (const one of taps) await reception.take(one, 'wk1');
    return events.map(({ id }) => id);
  };

  test('in a row is the same event', async () => {
    expect(await ids(tap('m1', 'wm1', 'aaaaaaaa'), tap('m2', 'wm1', 'aaaaaaaa', SENT + 5))).toEqual(['m1', 'm1']);
  });

  test.each<[string, object]>([
    ['later', tap('m2', 'wm1', 'aaaaaaaa', SENT + DOUBLE_TAP_MS / 1000)],
    ['on another menu', tap('m2', 'wm1', 'bbbbbbbb')],
    ['of somebody else', tap('m2', 'wm2', 'aaaaaaaa')],
  ])('%s is another one', async (_, second) => {
    expect(await ids(tap('m1', 'wm1', 'aaaaaaaa'), second)).toEqual(['m1', 'm2']);
  });
});
