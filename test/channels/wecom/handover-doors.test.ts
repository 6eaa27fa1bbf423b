/** Merchants at the bot, in customer service and on the web page; colleagues in the bot's chat or in the app. */
import { realWorld } from '../../support/world.js';
import type { DoorName } from './stage.js';
import { openStage, type Stage } from './stage.js';

const MINUTE = 60_000;
const onCall = [{ name: '张三', userid: 'zhangsan', duty: '白天' }];

let stage: Stage;
beforeAll(() => void realWorld(), 60_000);
afterEach(async () => {
  stage.sandbox.assertClean();
  await stage.stop();
});

async function open(doors: readonly DoorName[], servicers?: string[]): Promise<void> {
  const kf = servicers === undefined ? {} : { sandbox: { kf: { servicers } } };
  stage = await openStage({ doors, onCall, ...kf });
}

async function after(act: () => unknown): Promise<void> {
  act();
  await stage.pass(3_000);
}

const textOf = ({ text, card }: { text: string; card?: { title: string; text: string } | undefined }) =>
  `${text}${card ? card.title + card.text : ''}`;
const atBot = (id: string) =>
  stage.sandbox.rooms
    .seen('bot', id)
    .filter(({ from }) => from === 'bot')
    .map(textOf);
const inApp = (id: string) =>
  stage.sandbox.app
    .seen(id)
    .filter(({ from }) => from === 'bot')
    .map(textOf);
const atKf = (id: string) =>
  stage.sandbox.kf
    .seen(id)
    .filter(({ from }) => from === 'bot')
    .map(({ text }) => text);
const state = async (conversation: string) => {
  const { handoff, handoffState } = await stage.assistant.state(conversation);
  return [handoff, handoffState];
};

describe('through the bot', () => {
  beforeEach(async () => {
    await open(['bot']);
    // The bot may write to nobody who never wrote to it.
    await after(() => stage.sandbox.bot.message({ user: 'zhangsan', text: '你好' }));
    await after(() => stage.sandbox.bot.message({ user: 'shop', text: '该渠道业务不可用，没扣款' }));
    await after(() => stage.sandbox.bot.message({ user: 'shop', text: '找人' }));
  });

  test('a card asks, a tap accepts, words go to and fro and nothing is left being worked on', async () => {
    expect(atBot('zhangsan').at(-1)).toContain('商户找人工');
    await after(() => stage.sandbox.bot.tap('zhangsan', '接手'));
    expect(atBot('shop').at(-1)).toBe('张三接手了，直接说就行。');
    await after(() => stage.sandbox.bot.message({ user: 'shop', text: '还是刷不了' }));
    expect(atBot('shop').at(-1)).toBe('已转给张三。');
    expect(atBot('zhangsan').at(-1)).toBe('商户：还是刷不了');
    await after(() => stage.sandbox.bot.message({ user: 'zhangsan', text: '我看看' }));
    expect(atBot('shop').at(-1)).toBe('张三：我看看');
    expect(atBot('zhangsan').at(-1)).toBe('已转给商户。');
    await after(() => stage.sandbox.bot.tap('zhangsan', '结束'));
    expect(atBot('shop').at(-1)).toContain('解决了就行');
    expect(await state('wecom-bot:u:shop')).toEqual([false, undefined]);
  });

  test('a restart in between loses nothing of it', async () => {
    await after(() => stage.sandbox.bot.tap('zhangsan', '接手'));
    await stage.restart();
    await stage.pass(3_000);
    await after(() => stage.sandbox.bot.message({ user: 'zhangsan', text: '重启一下' }));
    expect(atBot('shop').at(-1)).toBe('张三：重启一下');
  });
});

describe('two colleagues behind the bot', () => {
  beforeEach(async () => {
    stage = await openStage({ doors: ['bot'], onCall: [...onCall, { name: '李四', userid: 'lisi', duty: '白天' }] });
    for (const user of ['zhangsan', 'lisi']) await after(() => stage.sandbox.bot.message({ user, text: '你好' }));
    await after(() => stage.sandbox.bot.message({ user: 'shop', text: '该渠道业务不可用，没扣款' }));
    await after(() => stage.sandbox.bot.message({ user: 'shop', text: '找人' }));
    await stage.pass(3 * MINUTE);
  });
  const taken = (user: string) => atBot(user).filter((text) => text.includes('已接手'));

  test('whoever was asked too hears once, in words, who has it: the bot cannot change a card unasked', async () => {
    expect([atBot('zhangsan').at(-1), atBot('lisi').at(-1)].join()).toMatch(/找人工.*找人工/s);
    await after(() => stage.sandbox.bot.tap('lisi', '接手'));
    expect(taken('zhangsan')).toEqual(['1 号李四已接手，您不用管了。']);
    expect(taken('lisi')).toEqual([]);
    await stage.pass(5 * MINUTE);
    await after(() => stage.sandbox.bot.message({ user: 'shop', text: '还是刷不了' }));
    expect(taken('zhangsan')).toHaveLength(1);
  });

  test('a tap on the card that is over says who has it, and gives nobody a second merchant', async () => {
    await after(() => stage.sandbox.bot.tap('lisi', '接手'));
    await after(() => stage.sandbox.bot.tap('zhangsan', '接手'));
    expect(taken('zhangsan').at(-1)).toContain('李四已接手');
    expect(atBot('shop').filter((text) => text.includes('接手了，直接说'))).toEqual(['李四接手了，直接说就行。']);
  });

  test('a merchant who goes on is taken off the list in words', async () => {
    await after(() => stage.sandbox.bot.message({ user: 'shop', text: '继续排查' }));
    for (const user of ['zhangsan', 'lisi'])
      expect(atBot(user).filter((text) => text.includes('1 号已经不用接了'))).toHaveLength(1);
  });
});

describe('through an on-call group', () => {
  const GROUP = 'wrOnCall';
  const inGroup = (user: string, text: string) => stage.sandbox.bot.message({ user, chat: GROUP, text });
  const group = () =>
    stage.sandbox.rooms
      .seen('bot', GROUP)
      .filter(({ from }) => from === 'bot')
      .map(textOf);

  beforeEach(async () => {
    stage = await openStage({ doors: ['bot'], onCall, onCallGroup: GROUP });
    await after(() => inGroup('zhangsan', '你好'));
    await after(() => stage.sandbox.bot.message({ user: 'shop', text: '该渠道业务不可用，没扣款' }));
    await after(() => stage.sandbox.bot.message({ user: 'shop', text: '找人' }));
  });

  test('all of them see it, one takes it by its number, and the group hears who', async () => {
    expect(group().at(-1)).toContain('说「接手 1」');
    expect(atBot('shop').join()).toContain('已经叫了值班同事');
    await after(() => inGroup('zhangsan', '接手 1'));
    expect(atBot('shop').at(-1)).toBe('张三接手了，直接说就行。');
    expect(group().join()).toContain('1 号张三已接手');
    await after(() => inGroup('zhangsan', '重启一下'));
    expect(atBot('shop').at(-1)).toBe('张三：重启一下');
    await after(() => stage.sandbox.bot.message({ user: 'shop', text: '好了' }));
    expect(group().at(-1)).toBe('商户：好了');
    await after(() => inGroup('zhangsan', '结束'));
    expect(atBot('shop').at(-1)).toContain('解决了就行');
  });

  test('of two who want it one gets it, and a number that there is not is said so', async () => {
    await after(() => {
      inGroup('zhangsan', '接手 1');
      inGroup('lisi', '接手 1');
    });
    expect(atBot('shop').filter((text) => text.includes('接手了，直接说'))).toHaveLength(1);
    await after(() => inGroup('lisi', '接手 7'));
    expect(group().at(-1)).toContain('7 号已经不用接了');
  });

  test('those elsewhere cannot take it by its number', async () => {
    await after(() => stage.sandbox.bot.message({ user: 'stranger', text: '接手 1' }));
    expect(atBot('shop').join()).not.toContain('接手了');
  });
});

describe('through customer service', () => {
  const conversation = 'wecom-kf:wkSANDBOX1:wmLi';
  const customer = () => stage.sandbox.kf.customer('wmLi');

  test('its own people come first: accepted when one takes it, closed when they end it', async () => {
    await open(['kf', 'app']);
    await after(() => customer().says('刷卡不行'));
    await after(() => customer().says('找人'));
    expect(await state(conversation)).toEqual([true, 'accepted']);
    expect(inApp('zhangsan')).toEqual([]);
    stage.sandbox.kf.servicer(customer().session.servicer ?? '').ends('wmLi');
    await stage.pass(3_000);
    expect(await state(conversation)).toEqual([false, undefined]);
    const types: string[] = [];
    for await (const { type } of stage.store.readJournal({ conversation }))
      if (type.startsWith('handover-')) types.push(type);
    expect(types).toEqual(['handover-requested', 'handover-accepted', 'handover-closed']);
    await after(() => customer().says('找人'));
    expect(await state(conversation)).toEqual([true, 'accepted']);
  });

  test('nobody there receives: a colleague is asked in the app, and their words come by the bot', async () => {
    await open(['kf', 'app'], []);
    await after(() => customer().says('刷卡不行'));
    await after(() => customer().says('找人'));
    expect(await state(conversation)).toEqual([true, 'requested']);
    await stage.pass(3 * MINUTE);
    expect(inApp('zhangsan').join()).toContain('商户的原话：刷卡不行');
    expect(await state(conversation)).toEqual([true, 'notified']);
    await after(() => stage.sandbox.app.user('zhangsan').taps('接手'));
    expect(atKf('wmLi').at(-1)).toBe('张三接手了，直接说就行。');
    await after(() => customer().says('在吗'));
    expect(inApp('zhangsan').at(-1)).toBe('商户：在吗');
    await after(() => stage.sandbox.app.user('zhangsan').says('在'));
    expect(atKf('wmLi').at(-1)).toBe('张三：在');
    expect(await state(conversation)).toEqual([true, 'accepted']);
    await after(() => stage.sandbox.app.user('zhangsan').taps('交回'));
    expect(atKf('wmLi').join()).toContain('交回给我');
  });

  test('an emergency calls those on call as well, who hear when the door’s own people have it', async () => {
    await open(['kf', 'app']);
    await after(() => customer().says('我被骗了'));
    // Whatever else is said is the door's own word that a human has it.
    expect(atKf('wmLi').filter((text) => /110|先停手/.test(text))).toHaveLength(1);
    expect(atKf('wmLi')[0]).toMatch(/110[\s\S]*已经叫了张三/);
    expect(inApp('zhangsan').join()).toContain('1 号商户找人工');
    expect(inApp('zhangsan').at(-1)).toContain('1 号已接手');
    expect(await state(conversation)).toEqual([true, 'accepted']);
  });

  test('an emergency that nobody there receives has somebody called at once', async () => {
    await open(['kf', 'app'], []);
    await after(() => customer().says('我的货款被冻结了'));
    expect(inApp('zhangsan').at(-1)).toContain('【紧急】1 号商户找人工');
    expect(await state(conversation)).toEqual([true, 'notified']);
  });

  test('nobody at all comes: the numbers are said again', async () => {
    stage = await openStage({ doors: ['kf'], sandbox: { kf: { servicers: [] } } });
    await after(() => customer().says('刷卡不行'));
    await after(() => customer().says('找人'));
    await stage.pass(3 * MINUTE);
    expect(atKf('wmLi').at(-1)).toContain('电话打通了吗');
    expect(await state(conversation)).toEqual([true, 'timed-out']);
  });
});
