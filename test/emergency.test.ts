/** Emergencies: answered at once and in one message, whatever else waits; somebody is called, and sees what presses first. */
import { PosDoctorError } from '../src/errors.js';
import { MINUTE, service, withOnCall, withPlan } from './support/on-call.js';
import { realWorld } from './support/world.js';

const ZHANG = 'wecom-app:zhangsan';
const LEAD = 'wecom-app:lead';
/** Each of the issue's, in other words, and what has to be done first. */
const EMERGENCIES: readonly (readonly [string, string])[] = [
  ['客人的钱被扣了三次', '先别再收'],
  ['一笔单子重复扣款了好几回', '先别再收'],
  ['多扣了他两次', '先别再收'],
  ['我被骗了', '110'],
  ['我把验证码发过去了', '先停手'],
  ['收款码被人偷偷换了', '收起来'],
  ['货款被冻结了', '不用先转钱'],
  ['商户号突然被冻结', '不用先转钱'],
  ['全店都收不了款', '别一台一台反复试'],
  ['五台机器全都刷不了', '别一台一台反复试'],
  ['卡被吞了', '别撬'],
  ['客人的卡拔不出来', '别撬'],
];
const PEOPLE = [
  { name: '张三', userid: 'zhangsan', duty: '白天', severities: ['urgent' as const, 'normal' as const] },
  { name: '主管', userid: 'lead', duty: '紧急', severities: ['emergency' as const] },
];

beforeAll(() => void realWorld(), 60_000);

let house: Awaited<ReturnType<typeof service>>;
beforeEach(async () => {
  house = await service(['wecom-app']);
});
afterEach(() => house.assistant.stop());

/** What the merchant is told by the time `act` is over. */
async function told(act: () => Promise<unknown>): Promise<string[]> {
  const before = house.said('web').length;
  await act();
  return house.said('web').slice(before);
}

/** Accepted and answered without a moment going by. */
async function atOnce(text: string): Promise<string[]> {
  return told(async () => {
    const event = { id: `now-${text}`, conversation: 'c', at: house.clock.now(), kind: 'message' as const, text };
    await house.assistant.accept('web', event);
    await house.assistant.settled();
  });
}

describe('one message', () => {
  test.each(EMERGENCIES)('%s: what to do, a number, whom we called', async (text, first) => {
    const messages = await atOnce(text);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain(first);
    expect(messages[0]).toMatch(/110|电话/);
    expect(messages[0]).toContain('已经叫了zhangsan');
    await house.settle();
    expect(house.said('wecom-app', ZHANG).at(-1)).toContain('【紧急】1 号商户找人工');
    expect(house.said('wecom-app', ZHANG).at(-1)).toContain(`商户的原话：${text}`);
    const handover = (await house.store.read('c'))?.handover;
    expect([handover?.state, handover?.severity]).toEqual(['notified', 'emergency']);
  });

  test.each([
    '会不会扣两次',
    '怕重复扣款不敢刷',
    '手续费扣两次了吧',
    '顾客的卡被冻结了',
    '商户没有被冻结',
    '这台机器收不了款',
    '模拟全店断网',
    '对方让我先转账才解冻',
  ])('%s is none', async (text) => {
    await house.merchant(text);
    expect((await house.store.read('c'))?.handover).toBeUndefined();
  });

  test('with the question that was on the table, and it can be answered', async () => {
    await house.merchant('刷卡不行');
    const [message, ...more] = await told(() => house.merchant('哎呀卡被吞了'));
    expect(more).toEqual([]);
    expect(message).toContain('别撬');
    expect(message).toMatch(/已经叫了zhangsan[\s\S]*[？?]/);
    expect(await house.assistant.state('c')).toMatchObject({
      status: 'asking',
      handoff: true,
      handoffState: 'notified',
    });
    await house.merchant('没扣款');
    expect(await house.assistant.state('c')).toMatchObject({ handoff: true, handoffState: 'notified' });
  });

  test('said again, it says how that stands and calls nobody twice', async () => {
    await house.merchant('我被骗了');
    await house.pass(2 * MINUTE);
    const messages = await told(() => house.merchant('我被人骗了怎么办'));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('已经叫了zhangsan，2 分钟了');
    expect(messages[0]).not.toContain('我告诉您');
    expect(house.said('wecom-app', ZHANG).filter((text) => text.includes('找人工'))).toHaveLength(1);
  });

  test('where nobody can be called it gives the numbers and claims nothing', async () => {
    await house.assistant.stop();
    house = await service([]);
    const messages = await atOnce('我被骗了');
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('110');
    expect(messages[0]).not.toContain('已经叫了');
  });
});

describe('an emergency waits for nothing', () => {
  test('not for others to join it, and what waited is answered with it', async () => {
    await house.merchant('刷卡不行');
    await atOnce('没扣款');
    expect(await atOnce('好像是')).toEqual([]);
    const messages = await atOnce('不对，我被骗了');
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('110');
    expect((await house.store.read('c'))?.inbox).toEqual([]);
  });

  test('not for what the door could not take before', async () => {
    const web = house.channel('web');
    if (!web) throw new Error('no door');
    web.before = () => {
      throw new PosDoctorError('SEND_LATER', { channel: 'web' }, { retryAfterMs: 30_000 });
    };
    await house.merchant('刷卡不行');
    await house.merchant('没扣款');
    expect(house.said('web')).toEqual([]);
    web.before = () => undefined;
    const [first = ''] = await atOnce('我被骗了');
    expect(first).toContain('110');
  });

  test('and a door that is still full gets it first when there is room', async () => {
    const web = house.channel('web');
    if (!web) throw new Error('no door');
    const full = () => {
      throw new PosDoctorError('SEND_LATER', { channel: 'web' }, { retryAfterMs: 30_000 });
    };
    web.before = full;
    await house.merchant('刷卡不行');
    expect(await atOnce('我被骗了')).toEqual([]);
    web.before = () => undefined;
    await house.pass(MINUTE);
    expect(house.said('web')[0]).toContain('110');
    expect(house.said('web').length).toBeGreaterThan(1);
  });

  test('its card comes before the others that wait for the colleague', async () => {
    const app = house.channel('wecom-app');
    if (!app) throw new Error('no door');
    app.before = () => {
      throw new PosDoctorError('SEND_LATER', { channel: 'wecom-app' }, { retryAfterMs: 30_000 });
    };
    for (const shop of ['s1', 's2']) {
      await house.merchant('刷卡不行，没扣款', shop);
      await house.merchant('找人', shop);
    }
    await house.merchant('我被骗了', 's3');
    app.before = () => undefined;
    await house.pass(MINUTE);
    const cards = house.said('wecom-app', ZHANG).map((text) => text.split('，')[0]);
    expect(cards).toEqual(['【紧急】3 号商户找人工', '1 号商户找人工', '2 号商户找人工']);
  });
});

describe('while a human is being asked for', () => {
  beforeEach(async () => {
    await house.assistant.stop();
    house = await service(['wecom-app'], { world: withPlan({ onCall: PEOPLE }) });
    await house.merchant('刷卡不行，没扣款');
    await house.merchant('找人');
  });

  test('it goes to those who take emergencies, at once, and whoever was asked hears that it is one now', async () => {
    const messages = await told(() => house.merchant('我被骗了'));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toContain('110');
    expect(messages[0]).toContain('已经叫了主管');
    expect(house.said('wecom-app', LEAD).at(-1)).toContain('【紧急】');
    expect(house.said('wecom-app', ZHANG).at(-1)).toContain('【紧急】1 号商户找人工');
    const events = (await house.store.read('c'))?.handover;
    expect(events).toMatchObject({ severity: 'emergency', asked: 2, state: 'notified' });
  });

  test('once a colleague has the merchant, they get it marked, and the assistant keeps silent', async () => {
    await house.colleague({ option: 'take-1' });
    const messages = await told(() => house.merchant('我的货款被冻结了'));
    expect(messages).toEqual([]);
    expect(house.said('wecom-app', ZHANG).at(-1)).toBe('【紧急】商户：我的货款被冻结了');
    await house.merchant('在吗');
    expect(house.said('wecom-app', ZHANG).at(-1)).toBe('商户：在吗');
  });
});

test('of several requests the most pressing is offered first, and marked', async () => {
  await house.merchant('刷卡不行，没扣款', 's1');
  await house.merchant('找人', 's1');
  await house.merchant('钱扣了没出小票', 's2');
  await house.merchant('找人', 's2');
  await house.merchant('全店收不了款', 's3');
  await house.colleague({ text: '接手' });
  const { reply } = house.channel('wecom-app')?.sent.at(-1)?.item ?? {};
  expect(reply?.options.map(({ label }) => label)).toEqual(['3 号（紧急）', '2 号', '1 号']);
  await house.colleague({ option: 'take-3' });
  expect(house.said('web', 's3').at(-1)).toBe('zhangsan接手了，直接说就行。');
});

test('it stays open while the merchant goes on with the assistant, until they say that it is over', async () => {
  house.be(withOnCall('zhangsan', 'lisi'));
  await house.merchant('全店都收不了款');
  await house.merchant('没扣款');
  await house.merchant('银联客服电话');
  await house.merchant('扫码也不行');
  expect(await house.assistant.state('c')).toMatchObject({ handoff: true });
  await house.merchant('算了');
  // Whether the human is not wanted either is asked first.
  expect(await house.assistant.state('c')).toMatchObject({ handoff: true });
  await house.merchant('不用了');
  expect(await house.assistant.state('c')).toMatchObject({ handoff: false });
  expect(house.said('wecom-app', ZHANG).at(-1)).toContain('不用接了');
});
