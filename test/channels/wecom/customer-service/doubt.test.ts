/** WeCom cannot say who has a conversation that a human had: nobody else waits for it, and nothing is lost. */
import {
  DOUBTED_MAX,
  PATIENCE_MS,
  Sessions,
  UNASKED_MS,
} from '../../../../src/channels/wecom/customer-service/sessions.js';
import { PosDoctorError } from '../../../../src/errors.js';
import { silentLog } from '../../../../src/log.js';
import { testClock } from '../../../support/clock.js';
import type { ApiFault } from '../../../wecom-sandbox/faults.js';
import { Stand, wordsOf } from './stand.js';

const LI = 'wmLi';
const WANG = 'wmWang';
const MINUTE = 60_000;
let stand: Stand;

const silent = async (customer = LI) => (await stand.record(customer)).silent ?? false;
const answersTo = (customer: string) => stand.seen(customer).filter(({ from }) => from === 'bot');
const trouble = (fault: ApiFault, times = 1) => stand.sandbox.faults.api('kf/service_state/get', fault, times);
/** The human is gone, and its event got lost. */
const left = (customer = LI) => {
  stand.sandbox.kf.customer(customer).session.state = 4;
};
async function writes(customer: string, text: string): Promise<void> {
  stand.sandbox.kf.customer(customer).says(text);
  await stand.settle();
}

async function inHumanHands(...customers: string[]): Promise<void> {
  for (const customer of customers) {
    await stand.says(customer, '刷卡不行');
    stand.sandbox.kf.servicer('servicer1').takes(customer);
  }
  await stand.settle();
  // Else what comes next waits for more to join it.
  await stand.pass(10_000);
}

describe('while the state of one customer cannot be read', () => {
  beforeEach(async () => {
    stand = await Stand.open();
    await inHumanHands(LI);
  });
  afterEach(() => stand.close());

  const TROUBLES: [string, ApiFault, number][] = [
    ['called too often', { errcode: 45009 }, 1],
    ['no answer at all', { hang: 'before' }, 1],
    ['always busy', { errcode: -1 }, 4],
  ];

  test.each(TROUBLES)('(%s) the others are answered, and the human is not disturbed', async (_, fault, times) => {
    trouble(fault, times);
    await writes(LI, '扫码也不行');
    await writes(WANG, '扫码不行');
    await stand.pass(PATIENCE_MS + 1_000);
    expect(answersTo(WANG).length).toBeGreaterThan(0);
    const before = answersTo(LI).length;
    await stand.pass(3 * MINUTE);
    expect(answersTo(LI)).toHaveLength(before);
    expect(await silent()).toBe(true);
    expect((await stand.record(LI)).transcript.some(({ text }) => text === '扫码也不行')).toBe(true);
    expect(await stand.says(LI, '在吗')).toEqual([]);
  });

  test.each(TROUBLES)('(%s) the bot answers later if the human is gone', async (_, fault, times) => {
    left();
    trouble(fault, times);
    const before = answersTo(LI).length;
    await writes(LI, '扫码也不行');
    await writes(WANG, '扫码不行');
    await stand.pass(PATIENCE_MS + 1_000);
    expect(answersTo(WANG).length).toBeGreaterThan(0);
    await stand.pass(3 * MINUTE);
    expect(answersTo(LI).length).toBeGreaterThan(before);
    expect((await stand.says(LI, '没扣款')).length).toBeGreaterThan(0);
  });

  test('what waits at a restart is answered after it', async () => {
    left();
    trouble({ errcode: 45009 });
    await writes(LI, '扫码也不行');
    expect((await stand.record(LI)).outbox.length).toBeGreaterThan(0);
    const before = answersTo(LI).length;
    await stand.stop();
    await stand.start();
    await stand.pass(3 * MINUTE);
    expect(answersTo(LI).length).toBeGreaterThan(before);
    const { transcript, outbox } = await stand.record(LI);
    expect(transcript.filter(({ text }) => text === '扫码也不行')).toHaveLength(1);
    expect(outbox).toEqual([]);
  });

  test('what waits at a restart is not said to a customer in human hands', async () => {
    trouble({ errcode: 45009 });
    await writes(LI, '扫码也不行');
    expect((await stand.record(LI)).outbox.length).toBeGreaterThan(0);
    const before = answersTo(LI).length;
    await stand.stop();
    await stand.start();
    await stand.pass(5 * MINUTE);
    expect(answersTo(LI)).toHaveLength(before);
    expect(await silent()).toBe(true);
  });

  test('several messages are answered in order', async () => {
    left();
    trouble({ errcode: 45009 });
    await writes(LI, '扫码也不行');
    await stand.pass(10_000);
    await writes(LI, '没扣款');
    await stand.pass(10_000);
    const before = answersTo(LI).length;
    await stand.pass(3 * MINUTE);
    const { transcript } = await stand.record(LI);
    const said = transcript.filter(({ from }) => from === 'assistant').slice(-2);
    const shown = wordsOf(answersTo(LI).slice(before));
    const places = said.map(({ text }) => shown.indexOf(text.split('\n')[0] ?? '?'));
    expect(places[0]).toBeGreaterThanOrEqual(0);
    expect(places[1]).toBeGreaterThan(places[0] ?? 0);
  });

  test('several messages to a human stay with the human', async () => {
    trouble({ errcode: 45009 });
    for (const text of ['扫码也不行', '没扣款', '在吗']) {
      await writes(LI, text);
      await stand.pass(10_000);
    }
    await stand.pass(3 * MINUTE);
    expect(await silent()).toBe(true);
    // None of them was even tried: `close` would complain of it.
    expect((await stand.record(LI)).outbox.every(({ state }) => state === 'dead')).toBe(true);
  });
});

test('many customers in human hands cost the others one wait, not many', async () => {
  stand = await Stand.open();
  const many = ['wm1', 'wm2', 'wm3', 'wm4', 'wm5'];
  await inHumanHands(...many);
  trouble({ hang: 'before' });
  stand.sandbox.faults.hold('kf');
  for (const customer of many) stand.sandbox.kf.customer(customer).says('在吗');
  stand.sandbox.kf.customer(WANG).says('扫码不行');
  stand.sandbox.faults.release('kf');
  await stand.settle();
  await stand.pass(PATIENCE_MS + 1_000);
  expect(answersTo(WANG).length).toBeGreaterThan(0);
  await stand.pass(5 * MINUTE);
  for (const customer of many) expect(await silent(customer)).toBe(true);
  await stand.close();
});

describe('the memory of doubts', () => {
  const to = { account: 'wk1', customer: 'wm1' };

  function desk() {
    const clock = testClock();
    const state = { calls: 0, down: true };
    const post = async () => {
      state.calls += 1;
      if (state.down) throw new PosDoctorError('WECOM_UNREACHABLE', { api: 'x', why: 'on purpose' });
      return { service_state: 0 };
    };
    const api = { post, get: post } as never;
    const sessions = new Sessions({ api, accept: async () => undefined, words: () => '', clock, log: silentLog });
    return { clock, state, sessions };
  }

  test('has a bound', async () => {
    const { sessions } = desk();
    for (let count = 0; count < DOUBTED_MAX + 5; count += 1) await sessions.holder(`c${count}`, to);
    expect(sessions.size).toBe(DOUBTED_MAX);
    expect(sessions.isInDoubt('c0')).toBe(false);
    expect(sessions.isInDoubt(`c${DOUBTED_MAX + 4}`)).toBe(true);
  });

  test('asks no state for a while after trouble, and again once one could be read', async () => {
    const { clock, state, sessions } = desk();
    expect(await sessions.holder('a', to)).toBe('unknown');
    state.down = false;
    expect(await sessions.holder('b', to)).toBe('unknown');
    expect(state.calls).toBe(1);
    await clock.advance(UNASKED_MS);
    expect(await sessions.holder('c', to)).toBe('bot');
    expect(await sessions.settle('a', to, 'e')).toBe(true);
    expect([sessions.isInDoubt('a'), sessions.isInDoubt('b')]).toEqual([false, true]);
  });
});
