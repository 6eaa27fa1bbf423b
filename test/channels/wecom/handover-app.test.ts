/** A merchant and the colleagues on call, all in the app: asked, accepted with a tap, talked to, given back. */
import { FORWARD_MAX } from '../../../src/relay/merchant.js';
import { realWorld } from '../../support/world.js';
import { openStage, type Stage } from './stage.js';

const MINUTE = 60_000;
const onCall = [
  { name: '张三', userid: 'zhangsan', duty: '白天' },
  { name: '李四', userid: 'lisi', duty: '白天' },
];
const SHOP = 'shop';

let stage: Stage;
beforeAll(() => void realWorld(), 60_000);
beforeEach(async () => {
  stage = await openStage({ doors: ['app'], onCall });
});
afterEach(async () => {
  stage.sandbox.assertClean();
  await stage.stop();
});

const user = (id: string) => stage.sandbox.app.user(id);
const bubbles = (id: string) => stage.sandbox.app.seen(id).filter(({ from }) => from === 'bot');
const said = (id: string) => bubbles(id).map(({ text, card }) => `${text}${card ? card.title + card.text : ''}`);
const state = async (shop = SHOP) => {
  const { handoff, handoffState } = await stage.assistant.state(`wecom-app:${shop}`);
  return [handoff, handoffState];
};

async function after(act: () => unknown): Promise<void> {
  act();
  await stage.pass(3_000);
}

async function asks(shop = SHOP): Promise<void> {
  await after(() => user(shop).says('该渠道业务不可用，没扣款'));
  await after(() => user(shop).says('找人'));
}

async function journal(): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of stage.store.readJournal()) if (type.startsWith('handover-')) types.push(type);
  return types;
}

test('the first on call gets the case with a button, and the merchant hears who was called', async () => {
  await asks();
  expect(said('zhangsan').join()).toContain('商户的原话：该渠道业务不可用');
  expect(bubbles('zhangsan').flatMap(({ card }) => card?.buttons.map(({ text }) => text) ?? [])).toEqual(['接手']);
  expect(said('lisi')).toEqual([]);
  expect(said(SHOP).join()).toContain('已经叫了张三');
  expect(await state()).toEqual([true, 'notified']);
});

test('one tap, and their words reach the merchant, the merchant’s reach them, the assistant keeps silent', async () => {
  await asks();
  await after(() => user('zhangsan').taps('接手'));
  expect(said(SHOP).at(-1)).toBe('张三接手了，直接说就行。');
  expect(await state()).toEqual([true, 'accepted']);
  await after(() => user(SHOP).says('刷卡还是不行'));
  expect(said('zhangsan').at(-1)).toBe('商户：刷卡还是不行');
  const before = said(SHOP).length;
  await after(() => user('zhangsan').says('您把机器重启一下'));
  expect(said(SHOP).slice(before)).toEqual(['张三：您把机器重启一下']);
  const lines = await stage.assistant.transcript(`wecom-app:${SHOP}`);
  expect(lines.at(-1)).toMatchObject({ from: 'assistant', by: '张三', text: '张三：您把机器重启一下' });
});

test('what either says is masked before the other sees it', async () => {
  await asks();
  await after(() => user('zhangsan').taps('接手'));
  await after(() => user(SHOP).says('卡号 6222021234567890128'));
  expect(said('zhangsan').join()).not.toContain('6222021234567890128');
  await after(() => user('zhangsan').says('打我手机 13812345678'));
  expect(said(SHOP).join()).not.toContain('13812345678');
  expect(said('zhangsan').join()).toContain('已遮住');
});

test('no more of a long message is passed on than its bound, and the colleague hears of the cut', async () => {
  await asks();
  await after(() => user('zhangsan').taps('接手'));
  await after(() => user(SHOP).says('刷'.repeat(3_000)));
  expect(said('zhangsan').join('').match(/刷/g)?.length).toBeLessThan(FORWARD_MAX + 50);
  await after(() => user('zhangsan').says('重启'.repeat(1_000)));
  expect(said('zhangsan').at(-1)).toContain('太长');
  expect(said(SHOP).join('').match(/重启/g)).toHaveLength(FORWARD_MAX / 2);
});

test('handed back with a button or a word, the assistant goes on where it was', async () => {
  await asks();
  await after(() => user('zhangsan').taps('接手'));
  await after(() => user('zhangsan').taps('交回'));
  expect(said(SHOP).join()).toContain('交回给我');
  expect(await state()).toEqual([false, undefined]);
  const before = said(SHOP).length;
  await after(() => user(SHOP).says('银联客服电话'));
  expect(said(SHOP).slice(before).join()).toContain('95516');
  expect(said('zhangsan').join()).not.toContain('95516');
  await after(() => user(SHOP).says('找人'));
  await after(() => user('zhangsan').says('接手'));
  await after(() => user('zhangsan').says('结束'));
  expect(said(SHOP).at(-1)).toContain('解决了就行');
  expect((await stage.assistant.state(`wecom-app:${SHOP}`)).status).toBe('resolved');
});

test('nobody taps in three minutes: the next one is asked and the merchant told, then the numbers are said again', async () => {
  await asks();
  await stage.pass(3 * MINUTE);
  expect(said('lisi').join()).toContain('找人工');
  expect(said(SHOP).at(-1)).toContain('再叫一位');
  await stage.pass(3 * MINUTE);
  expect(said(SHOP).at(-1)).toContain('别干等');
  expect(await state()).toEqual([true, 'timed-out']);
  await after(() => user('lisi').taps('接手'));
  expect(said(SHOP).at(-1)).toBe('李四接手了，直接说就行。');
  expect(said('zhangsan').at(-1)).toContain('李四已接手');
  // The card that asked says so too, and can no longer be tapped.
  expect(said('zhangsan')[0]).toContain('李四已接手');
  expect(bubbles('zhangsan').flatMap(({ card }) => card?.buttons ?? [])).toEqual([]);
  expect(await journal()).toEqual([
    'handover-requested',
    'handover-notified',
    'handover-timed-out',
    'handover-notified',
    'handover-timed-out',
    'handover-accepted',
  ]);
});

test('two who tap at once: one has it, the other hears who', async () => {
  await asks();
  await stage.pass(3 * MINUTE);
  await after(() => {
    user('zhangsan').taps('接手');
    user('lisi').taps('接手');
  });
  const taken = said(SHOP).filter((text) => text.includes('接手了，直接说'));
  expect(taken).toHaveLength(1);
  const [winner, loser] = taken[0]?.startsWith('张三') ? ['zhangsan', 'lisi'] : ['lisi', 'zhangsan'];
  expect(said(loser ?? '').at(-1)).toContain('已接手，您不用管了');
  expect(said(winner ?? '').join()).toContain('归您了');
  await after(() => user(loser ?? '').says('银联客服电话'));
  expect(said(loser ?? '').join()).toContain('95516');
});

test('a merchant who goes on with the assistant is taken off the list; who asks for them late hears so', async () => {
  await asks();
  await after(() => user(SHOP).says('继续排查'));
  expect(said('zhangsan').at(-1)).toContain('不用接了');
  expect(await state()).toEqual([false, undefined]);
  expect(said('zhangsan')[0]).toContain('不用接了');
  const before = said(SHOP).length;
  await after(() => user('zhangsan').says('接手 1'));
  expect(said('zhangsan').at(-1)).toContain('1 号已经不用接了');
  expect(said(SHOP)).toHaveLength(before);
});

test('one merchant at a time: whoever has one cannot take another before', async () => {
  await asks('shop1');
  await asks('shop2');
  await after(() => user('zhangsan').says('接手 1'));
  await after(() => user('zhangsan').says('接手 2'));
  expect(said('shop2').join()).not.toContain('接手了');
  expect(said('shop1').join()).not.toContain('接手 2');
  expect(said('zhangsan').at(-1)).toContain('您手上还有一位');
  await after(() => user('zhangsan').says('结束'));
  await after(() => user('zhangsan').says('接手'));
  expect(said('shop2').at(-1)).toBe('张三接手了，直接说就行。');
});

test('which of two is meant by 「接手」 is asked, not guessed', async () => {
  await asks('shop1');
  await asks('shop2');
  await after(() => user('zhangsan').says('接手'));
  expect(said('zhangsan').at(-1)).toContain('接手哪一位');
  await after(() => user('zhangsan').taps('2 号'));
  expect(said('shop2').at(-1)).toBe('张三接手了，直接说就行。');
  expect(said('shop1').join()).not.toContain('接手了');
});

test('a merchant who falls silent is not kept for ever, and both are told', async () => {
  await asks();
  await after(() => user('zhangsan').taps('接手'));
  await stage.pass(61 * MINUTE);
  expect(said(SHOP).join()).toContain('同事先退出了');
  expect(said('zhangsan').at(-1)).toContain('收起来了');
  expect(await state()).toEqual([false, undefined]);
});

test('a restart in between changes nothing: deadlines, who has it, words to and fro', async () => {
  await asks();
  await stage.restart();
  await stage.pass(3 * MINUTE);
  expect(said('lisi').join()).toContain('找人工');
  await after(() => user('lisi').taps('接手'));
  await stage.restart();
  await after(() => user(SHOP).says('在吗'));
  expect(said('lisi').at(-1)).toBe('商户：在吗');
  await after(() => user('lisi').says('在的'));
  expect(said(SHOP).at(-1)).toBe('李四：在的');
});

test('nothing of the case stays with the colleague once it is over', async () => {
  await asks();
  await after(() => user('zhangsan').taps('接手'));
  await after(() => user(SHOP).says('福来顺刷卡不行'));
  await after(() => user('zhangsan').taps('结束'));
  const record = await stage.store.read('wecom-app:zhangsan');
  expect(JSON.stringify(record?.transcript)).not.toContain('福来顺');
  expect(record?.duty).toMatchObject({ asked: [] });
  expect(JSON.stringify(record)).not.toContain(`wecom-app:${SHOP}`);
  expect(record?.transcript.map(({ text }) => text).slice(0, 2)).toEqual(['1 号商户找人工', '接手']);
});
