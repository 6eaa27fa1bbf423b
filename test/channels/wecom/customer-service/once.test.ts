import { PosDoctorError } from '../../../../src/errors.js';
import { createMemoryStore } from '../../../../src/store/memory.js';
import { Stand } from './stand.js';

const LI = 'wmLi';
const MINUTE = 60_000;
let stand: Stand;
afterEach(() => stand.close());

const sandbox = () => stand.sandbox;
const answersTo = (customer = LI) => stand.seen(customer).filter(({ from }) => from === 'bot');

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
    expect(stand.log.text()).toContain('a message is taken to have been sent before');
    expect(stand.log.text()).not.toContain('malformed');
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
    // The reminder that waited as well is of no use any more.
    expect((await stand.record(LI)).outbox).toMatchObject([{ inReplyTo: '', state: 'dead', deadBecause: 'expired' }]);
  });

  test('is not even tried 48 hours after what it answers', async () => {
    stand = await Stand.open();
    await stand.stop();
    sandbox().kf.callback = { url: 'http://127.0.0.1:9/', token: 'kftoken', aesKey: 'a'.repeat(43) };
    sandbox().kf.customer(LI).says('刷卡不行');
    await stand.pass(49 * 3_600_000);
    await stand.start();
    expect((await stand.record(LI)).transcript[0]?.text).toBe('刷卡不行');
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
