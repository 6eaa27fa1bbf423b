import { Stand, wordsOf } from './stand.js';

const LI = 'wmLi';
let stand: Stand;
afterEach(() => stand.close());

const servicer = (id = 'servicer1') => stand.sandbox.kf.servicer(id);
const state = () => stand.sandbox.kf.customer(LI).session.state;
const silent = async () => (await stand.record(LI)).silent ?? false;

describe('a hand-over', () => {
  test('gives the customer to a servicer who is receiving, after the answer with the summary', async () => {
    stand = await Stand.open();
    await stand.says(LI, '刷卡不行');
    const answer = await stand.says(LI, '找人');
    expect(wordsOf(answer)).toContain('【情况说明】');
    expect(answer.at(-1)?.text).toContain('已请同事接手');
    // With a human there is nothing to tap: it would lead nowhere.
    expect(wordsOf(answer)).not.toContain('接着自己查');
    expect(answer.flatMap(({ menu }) => menu?.items ?? []).filter(({ type }) => type === 'click')).toEqual([]);
    expect(state()).toBe(3);
    expect(await silent()).toBe(true);
    expect(await stand.says(LI, '你好')).toEqual([]);
    expect((await stand.record(LI)).transcript.at(-1)).toMatchObject({ from: 'user', text: '你好' });
  });

  test('takes another servicer for other customers', async () => {
    stand = await Stand.open();
    const taken = new Set<string | undefined>();
    for (const customer of ['wm1', 'wm2', 'wm3', 'wm4', 'wm5', 'wm6']) {
      await stand.says(customer, '找人');
      taken.add(stand.sandbox.kf.customer(customer).session.servicer);
    }
    expect(taken).toEqual(new Set(['servicer1', 'servicer2']));
  });

  test.each([
    ['has just stopped receiving', 95019],
    ['is outside the visible range of the app', 60030],
  ])('takes the next servicer if one %s', async (_, errcode) => {
    stand = await Stand.open();
    stand.sandbox.faults.api('kf/service_state/trans', { errcode });
    await stand.says(LI, '找人');
    expect(state()).toBe(3);
    expect(stand.calls('service_state/trans')).toBe(2);
  });

  test('stays with the bot if nobody receives, and promises nothing', async () => {
    stand = await Stand.open();
    for (const id of ['servicer1', 'servicer2']) servicer(id).receives(false);
    await stand.settle();
    const answer = await stand.says(LI, '找人');
    expect(wordsOf(answer)).toContain('电话');
    expect(wordsOf(answer)).not.toContain('同事');
    expect(answer.at(-1)?.menu?.items.map(({ content }) => content)).toEqual([
      '解决了',
      '没打通',
      '要等他们来',
      '接着自己查',
    ]);
    expect(stand.calls('service_state/trans')).toBe(0);
    expect((await stand.taps(LI, '解决了')).length).toBeGreaterThan(0);
  });

  test.each([
    ['servicer/list', { errcode: 48002 }],
    ['servicer/list', { drop: 'before' as const }],
    ['service_state/trans', { errcode: 95016 }],
    ['service_state/trans', { drop: 'before' as const }],
  ])('that fails in %s (%j) leaves the answer sent once and the bot there', async (api, fault) => {
    stand = await Stand.open();
    stand.sandbox.faults.api(`kf/${api}`, fault);
    const answer = await stand.says(LI, '找人');
    expect(answer.filter(({ text }) => text.includes('【情况说明】'))).toHaveLength(1);
    expect(answer.filter(({ text }) => text.includes('想接着自己查'))).toHaveLength(1);
    expect(await silent()).toBe(false);
    expect((await stand.record(LI)).outbox).toEqual([]);
    expect((await stand.says(LI, '刷卡不行')).length).toBeGreaterThan(0);
  });

  test('whose answer got lost is recognised by the state', async () => {
    stand = await Stand.open();
    stand.sandbox.faults.api('kf/service_state/trans', { drop: 'after' });
    await stand.says(LI, '找人');
    expect(state()).toBe(3);
    expect(await silent()).toBe(true);
  });

  test('of which the customer could not be told is one all the same', async () => {
    stand = await Stand.open();
    stand.sandbox.faults.api('kf/send_msg_on_event', { errcode: 40058 });
    await stand.says(LI, '找人');
    expect(state()).toBe(3);
    expect(await silent()).toBe(true);
  });
});

describe('while a human has the conversation', () => {
  beforeEach(async () => {
    stand = await Stand.open();
    await stand.says(LI, '刷卡不行');
    servicer().takes(LI);
    await stand.settle();
  });

  test('nothing is said, not even a reminder', async () => {
    expect(await stand.says(LI, '扫码也不行')).toEqual([]);
    await stand.pass(24 * 3_600_000);
    expect(stand.seen(LI).at(-1)?.from).toBe('user');
  });

  test('that is known after a restart', async () => {
    await stand.stop();
    await stand.start();
    expect(await stand.says(LI, '扫码也不行')).toEqual([]);
  });

  test('the bot answers again once they have ended it', async () => {
    servicer().ends(LI);
    await stand.settle();
    expect((await stand.says(LI, '扫码也不行')).length).toBeGreaterThan(0);
    expect(await silent()).toBe(false);
  });

  test('what they type or pass on changes nothing, and is noted once', async () => {
    servicer().says(LI, '我看看');
    servicer().says(LI, '请稍等');
    servicer().transfers(LI, 'servicer2');
    await stand.settle();
    expect(await stand.says(LI, '好')).toEqual([]);
    const noted: unknown[] = [];
    for await (const event of stand.store.readJournal()) if (event.type === 'human') noted.push(event);
    expect(noted).toHaveLength(1);
  });

  test('the bot answers again although nobody told it that they ended it', async () => {
    // Its event got lost, or lies behind the three days that WeCom keeps.
    stand.sandbox.kf.customer(LI).session.state = 4;
    expect((await stand.says(LI, '扫码也不行')).length).toBeGreaterThan(0);
  });

  test('a moment’s trouble in asking for the state keeps the message from nobody', async () => {
    stand.sandbox.kf.customer(LI).session.state = 4;
    stand.sandbox.faults.api('kf/service_state/get', { drop: 'before' });
    expect(await stand.says(LI, '扫码也不行')).toEqual([]);
    await stand.pass(2_000);
    expect(stand.seen(LI).at(-1)?.from).toBe('bot');
  });

  test.each([
    ['what an operator has to change', 48002],
    ['what nobody knows', 95098],
  ])('%s does not hold up the messages of all', async (_, errcode) => {
    stand.sandbox.faults.api('kf/service_state/get', { errcode }, 4);
    stand.sandbox.kf.customer(LI).says('扫码也不行');
    await stand.pass(10_000);
    expect((await stand.says('wmWang', '刷卡不行')).length).toBeGreaterThan(0);
    expect((await stand.record(LI)).transcript.at(-1)?.text).toBe('扫码也不行');
  });
});

describe('a human of whom nobody told the bot', () => {
  test.each([
    ['has it', 3],
    ['is waited for', 2],
  ] as const)('is noticed when sending is refused: one %s', async (_, now) => {
    stand = await Stand.open();
    await stand.says(LI, '刷卡不行');
    stand.sandbox.kf.sessions.move(stand.sandbox.kf.customer(LI).session, now, 'servicer1');
    stand.sandbox.expect('kf-state');
    expect(await stand.says(LI, '没扣款')).toEqual([]);
    expect(await silent()).toBe(true);
    // The reply is given up, and the next one is not even tried.
    expect((await stand.record(LI)).outbox.every((item) => item.state === 'dead')).toBe(true);
    expect(await stand.says(LI, '在吗')).toEqual([]);
  });

  test('who types is noticed at once', async () => {
    stand = await Stand.open();
    await stand.says(LI, '刷卡不行');
    stand.sandbox.kf.sessions.move(stand.sandbox.kf.customer(LI).session, 3, 'servicer1');
    servicer().says(LI, '我来处理');
    await stand.settle();
    expect(await stand.says(LI, '没扣款')).toEqual([]);
  });
});

test('a state that forbids sending for a moment only is tried again', async () => {
  stand = await Stand.open();
  stand.sandbox.faults.api('kf/send_msg', { errcode: 95018 });
  expect(await stand.says(LI, '刷卡不行')).toEqual([]);
  await stand.pass(2_000);
  expect(stand.seen(LI).at(-1)?.from).toBe('bot');
});
