import { cursorKey, EMPTY_MAX, FRESH_MS, POLL_MS } from '../../../../src/channels/wecom/customer-service/puller.js';
import { PosDoctorError } from '../../../../src/errors.js';
import { createMemoryStore } from '../../../../src/store/memory.js';
import { ACCOUNT, Stand } from './stand.js';

const LI = 'wmLi';
const MINUTE = 60_000;
let stand: Stand;
afterEach(() => stand.close());

const sandbox = () => stand.sandbox;
const writes = (text: string, customer = LI) => sandbox().kf.customer(customer).says(text);
/** Nobody listens where WeCom calls. */
const deaf = () => {
  sandbox().kf.callback = { url: 'http://127.0.0.1:9/', token: 'kftoken', aesKey: 'a'.repeat(43) };
};
const answersTo = (customer = LI) => stand.seen(customer).filter(({ from }) => from === 'bot');
const heard = async (customer = LI) => {
  const { transcript } = await stand.record(customer);
  return transcript.filter(({ from }) => from === 'user').map(({ text }) => text);
};

/** A memory store whose cursors cannot be written now and then, as when the process dies before it does. */
function fragileStore() {
  const store = createMemoryStore();
  const trouble = { spared: 0, cursors: 0 };
  const putSmall = store.putSmall.bind(store);
  store.putSmall = async (key, value, expect) => {
    if (key.startsWith('wecom-kf-cursor:') && trouble.spared > 0) trouble.spared -= 1;
    else if (key.startsWith('wecom-kf-cursor:') && trouble.cursors > 0) {
      trouble.cursors -= 1;
      throw new PosDoctorError('STORE_FULL', { why: 'on purpose' });
    }
    return putSmall(key, value, expect);
  };
  return { store, trouble };
}

describe('at the first start', () => {
  test('what is old is passed over and what is fresh is answered, page by page', async () => {
    stand = await Stand.build();
    deaf();
    for (const customer of ['wm1', 'wm2', 'wm3']) writes('刷卡不行', customer);
    await stand.pass(FRESH_MS + MINUTE);
    writes('扫码不行');
    sandbox().kf.log.pageSize = 2;
    await stand.start();
    expect(await heard()).toEqual(['扫码不行']);
    expect(answersTo().length).toBeGreaterThan(0);
    for (const customer of ['wm1', 'wm2', 'wm3']) expect(answersTo(customer)).toEqual([]);
  });

  test('what is old stays passed over if the start is broken off in the middle', async () => {
    const { store, trouble } = fragileStore();
    stand = await Stand.build({ store });
    deaf();
    for (const customer of ['wm1', 'wm2', 'wm3', 'wm4']) writes('刷卡不行', customer);
    await stand.pass(FRESH_MS + MINUTE);
    sandbox().kf.log.pageSize = 1;
    Object.assign(trouble, { spared: 1, cursors: 1 });
    await stand.start();
    expect((await store.getSmall(cursorKey(ACCOUNT)))?.version).toBe(1);
    await stand.stop();
    await stand.start();
    await stand.pass(MINUTE);
    expect((await store.getSmall(cursorKey(ACCOUNT)))?.version).toBe(4);
    for (const customer of ['wm1', 'wm2', 'wm3', 'wm4']) expect(answersTo(customer)).toEqual([]);
  });

  test('an account without messages is up to date from then on', async () => {
    stand = await Stand.open();
    await stand.stop();
    deaf();
    writes('刷卡不行');
    await stand.pass(2 * FRESH_MS);
    await stand.start();
    expect(answersTo().length).toBeGreaterThan(0);
  });
});

describe('a pull', () => {
  test('goes on over empty pages as long as there is more', async () => {
    stand = await Stand.open();
    sandbox().kf.log.emptyPages = 3;
    expect((await stand.says(LI, '刷卡不行')).length).toBeGreaterThan(0);
  });

  test('takes all pages, in order', async () => {
    stand = await Stand.open();
    sandbox().kf.log.pageSize = 1;
    sandbox().faults.hold('kf');
    for (const text of ['刷卡不行', '没扣款', '扫码可以']) writes(text);
    sandbox().faults.release('kf');
    await stand.settle();
    expect(await heard()).toEqual(['刷卡不行']);
    await stand.pass(5_000);
    expect(await heard()).toEqual(['刷卡不行', '没扣款', '扫码可以']);
  });

  test('does without the token of a callback that is too old', async () => {
    stand = await Stand.open();
    sandbox().faults.api('kf/sync_msg', { errcode: 95007 });
    expect((await stand.says(LI, '刷卡不行')).length).toBeGreaterThan(0);
  });

  test('is one at a time for an account, and one more for all that came meanwhile', async () => {
    stand = await Stand.open();
    const before = stand.calls('sync_msg');
    sandbox().faults.api('kf/sync_msg', { delayMs: 2_000 });
    for (let count = 0; count < 5; count += 1) await writes(`刷卡不行 ${count}`)?.over;
    expect(stand.calls('sync_msg')).toBe(before + 1);
    await stand.pass(10_000);
    expect(stand.calls('sync_msg')).toBe(before + 2);
    expect(await heard()).toHaveLength(5);
  });

  test('that fails is tried again, slower and slower', async () => {
    stand = await Stand.open();
    sandbox().faults.api('kf/sync_msg', { http: 502 }, 4);
    expect(await stand.says(LI, '刷卡不行')).toEqual([]);
    const before = stand.calls('sync_msg');
    await stand.pass(1_000);
    expect(stand.calls('sync_msg')).toBe(before + 1);
    await stand.pass(1_000);
    expect(stand.calls('sync_msg')).toBe(before + 1);
    await stand.pass(15_000);
    expect(answersTo().length).toBeGreaterThan(0);
  });

  test('asks for a new access token once when the old one was taken back', async () => {
    stand = await Stand.open();
    await stand.says(LI, '刷卡不行');
    const { fetched } = sandbox().tokens;
    sandbox().tokens.revoke();
    expect((await stand.says(LI, '没扣款')).length).toBeGreaterThan(0);
    expect(sandbox().tokens.fetched).toBe(fetched + 1);
  });

  test('that is told of more and gets nowhere is not repeated at once', async () => {
    stand = await Stand.open();
    await stand.says(LI, '刷卡不行');
    const before = stand.calls('sync_msg');
    const stored = (await stand.store.getSmall(cursorKey(ACCOUNT)))?.value as { cursor: string };
    const stuck = { next_cursor: stored.cursor, has_more: 1, msg_list: [] };
    sandbox().faults.api('kf/sync_msg', { errcode: 0, body: stuck }, 100);
    sandbox().kf.notify();
    await stand.settle();
    expect(stand.calls('sync_msg')).toBeLessThanOrEqual(before + EMPTY_MAX);
    await stand.pass(10 * MINUTE);
    expect((await stand.says(LI, '没扣款')).length).toBeGreaterThan(0);
  });
});

test('a stop waits for the pull under way, which then takes nothing more', async () => {
  stand = await Stand.open();
  sandbox().faults.api('kf/sync_msg', { delayMs: 3_000 });
  await writes('刷卡不行')?.over;
  const started = stand.clock.now();
  await stand.stop();
  expect(stand.clock.now() - started).toBeGreaterThanOrEqual(3_000);
  expect(await stand.store.getSmall(cursorKey(ACCOUNT)).catch(() => 'closed')).toBe('closed');
  await stand.start();
  expect(answersTo().length).toBeGreaterThan(0);
  expect(await heard()).toEqual(['刷卡不行']);
});

describe('without callbacks', () => {
  test('what came while the service was away is answered at the start', async () => {
    stand = await Stand.open();
    await stand.stop();
    deaf();
    writes('刷卡不行');
    await stand.start();
    expect(answersTo().length).toBeGreaterThan(0);
  });

  test('what came is found by the poll', async () => {
    stand = await Stand.open();
    deaf();
    writes('刷卡不行');
    await stand.settle();
    expect(answersTo()).toEqual([]);
    await stand.pass(POLL_MS);
    expect(answersTo().length).toBeGreaterThan(0);
  });

  test('the accounts are asked for until they are told', async () => {
    stand = await Stand.build();
    deaf();
    writes('刷卡不行');
    sandbox().faults.api('kf/account/list', { http: 502 }, 2);
    await stand.start();
    expect(stand.calls('sync_msg')).toBe(0);
    await stand.pass(2 * MINUTE);
    expect(answersTo().length).toBeGreaterThan(0);
  });
});

describe('the cursor', () => {
  test('that could not be written is written later, and nothing is answered twice', async () => {
    const { store, trouble } = fragileStore();
    stand = await Stand.open({ store });
    trouble.cursors = 2;
    const answer = await stand.says(LI, '刷卡不行');
    expect(answer.length).toBeGreaterThan(0);
    await stand.pass(MINUTE);
    expect(await heard()).toEqual(['刷卡不行']);
    expect(answersTo()).toHaveLength(answer.length);
  });

  test('that was not written when the process died has its page taken again, and nothing is answered twice', async () => {
    const { store, trouble } = fragileStore();
    stand = await Stand.open({ store });
    trouble.cursors = 1;
    const answer = await stand.says(LI, '刷卡不行');
    await stand.stop();
    await stand.start();
    expect(await heard()).toEqual(['刷卡不行']);
    expect(answersTo()).toHaveLength(answer.length);
  });

  test('waits for a message that cannot be kept, which is then answered once', async () => {
    const store = createMemoryStore();
    stand = await Stand.open({ store });
    const transact = store.transact.bind(store);
    let full = true;
    store.transact = async (conversation, work) => {
      if (full) throw new PosDoctorError('STORE_FULL', { why: 'on purpose' });
      return transact(conversation, work);
    };
    const before = await store.getSmall(cursorKey(ACCOUNT));
    expect(await stand.says(LI, '刷卡不行')).toEqual([]);
    expect(await store.getSmall(cursorKey(ACCOUNT))).toEqual(before);
    full = false;
    await stand.pass(MINUTE);
    expect(await heard()).toEqual(['刷卡不行']);
    expect(answersTo().length).toBeGreaterThan(0);
  });

  test('does not wait for ever for a message that fails for no reason that passes', async () => {
    const store = createMemoryStore();
    stand = await Stand.open({ store });
    const transact = store.transact.bind(store);
    store.transact = async (conversation, work) => {
      if (conversation.endsWith('wmOdd')) throw new TypeError('a defect');
      return transact(conversation, work);
    };
    writes('刷卡不行', 'wmOdd');
    writes('扫码不行');
    await stand.pass(2 * MINUTE);
    expect(await heard()).toEqual(['扫码不行']);
    expect(stand.logged('error')).toContain('a message is left out: it fails again and again');
  });
});

describe('a message of ours', () => {
  test('whose answer got lost is not shown twice', async () => {
    stand = await Stand.open();
    sandbox().faults.api('kf/send_msg', { drop: 'after' });
    const first = await stand.says(LI, '刷卡不行');
    await stand.pass(MINUTE);
    expect(answersTo()).toHaveLength(first.length);
    expect((await stand.record(LI)).outbox).toEqual([]);
  });

  test('is not either if nobody knows the code of the refusal', async () => {
    stand = await Stand.open({ kf: { duplicateMsgidErrcode: 95099 } });
    sandbox().faults.api('kf/send_msg', { drop: 'after' });
    const first = await stand.says(LI, '刷卡不行');
    await stand.pass(2 * MINUTE);
    expect(answersTo()).toHaveLength(first.length);
    expect((await stand.record(LI)).outbox).toEqual([]);
  });

  test('that was sent when the process died is not shown twice, and what follows it is sent', async () => {
    const store = createMemoryStore();
    stand = await Stand.open({ store, kf: { servicers: [] } });
    await stand.says(LI, '刷卡不行');
    const transact = store.transact.bind(store);
    // From here on nothing is written any more once something has been sent.
    const sent = stand.calls('send_msg');
    store.transact = async (conversation, work) => {
      if (stand.calls('send_msg') > sent) throw new PosDoctorError('STORE_FULL', { why: 'the process died' });
      return transact(conversation, work);
    };
    const first = await stand.says(LI, '找人');
    await stand.stop();
    store.transact = transact;
    sandbox().expect('kf-msgid-used', first.length);
    await stand.pass(1_000);
    await stand.start();
    await stand.pass(MINUTE);
    expect(answersTo().filter(({ text }) => text.includes('【情况说明】'))).toHaveLength(1);
    expect((await stand.record(LI)).outbox).toEqual([]);
  });

  test('that came too late waits until the customer writes, and comes before the answer to that', async () => {
    stand = await Stand.open();
    sandbox().faults.late('kf-48h');
    expect(await stand.says(LI, '刷卡不行')).toEqual([]);
    await stand.pass(3_600_000);
    expect(answersTo()).toEqual([]);
    const answer = await stand.says(LI, '96是什么意思');
    expect(answer.length).toBeGreaterThanOrEqual(2);
    expect(answer.length).toBeLessThanOrEqual(5);
    expect((await stand.record(LI)).outbox).toEqual([]);
  });

  test('is not even tried 48 hours after what it answers', async () => {
    stand = await Stand.open();
    await stand.stop();
    deaf();
    writes('刷卡不行');
    await stand.pass(49 * 3_600_000);
    await stand.start();
    expect(await heard()).toEqual(['刷卡不行']);
    expect(stand.calls('send_msg')).toBe(0);
  });

  test('that WeCom could not deliver is told to the log, without the customer’s words', async () => {
    stand = await Stand.open();
    await stand.says(LI, '刷卡不行');
    await stand.after(LI, () => sandbox().kf.failed(LI, 'x', 4));
    expect(stand.logged('warn')).toContain('WeCom took a message and could not deliver it');
    expect(stand.log.text()).not.toContain('刷卡');
  });
});
