/** Asked for once more, the card for the colleague, pictures: what either side is told of a hand-over that is open. */
import { listed } from '../src/dialogue/merchants.js';
import { MINUTE, service, withPlan } from './support/on-call.js';
import { realWorld } from './support/world.js';

const ZHANG = 'wecom-app:zhangsan';
const LI = 'wecom-app:lisi';
const onCall = [
  { name: '张三', userid: 'zhangsan', duty: '白天' },
  { name: '李四', userid: 'lisi', duty: '白天' },
];

const SHOP = {
  number: 'M822100001',
  shop: '福来顺',
  region: '昆明',
  acquirer: '',
  terminals: [{ serial: 'SN1001', model: 'A920' }],
  userids: [],
};

beforeAll(() => void realWorld(), 60_000);

let house: Awaited<ReturnType<typeof service>>;
beforeEach(async () => {
  house = await service(['wecom-app'], { world: withPlan({ onCall }) });
  await house.merchant('刷卡不行，没扣款');
});
afterEach(() => house.assistant.stop());

/** What the merchant is told when they ask for a human, once more or not. */
async function asks(text = '转人工'): Promise<string> {
  const before = house.said('web').length;
  await house.merchant(text);
  return house.said('web').slice(before).join('\n');
}
const requests = async (): Promise<number> => {
  let count = 0;
  for await (const { type } of house.store.readJournal()) if (type === 'handover-requested') count += 1;
  return count;
};
const cards = (who: string) => house.said('wecom-app', who).filter((text) => text.includes('找人工'));

describe('a second 「转人工」', () => {
  test('says whom we called and since when, with the numbers, and calls nobody again', async () => {
    await asks('找人');
    await house.pass(2 * MINUTE);
    const again = await asks();
    expect(again).toContain('已经叫了张三，2 分钟了');
    expect(again).toContain('机身贴纸');
    expect([cards(ZHANG).length, cards(LI).length, await requests()]).toEqual([1, 0, 1]);
  });

  test('names the one who was called since', async () => {
    await asks('找人');
    await house.pass(4 * MINUTE);
    const again = await asks();
    expect(again).toContain('已经叫了李四');
    expect(again).not.toContain('张三');
  });

  test('says that nobody came once all were asked', async () => {
    await asks('找人');
    await house.pass(8 * MINUTE);
    expect(await asks()).toContain('叫过的同事都没接上');
    expect(await requests()).toBe(1);
  });

  test('says the hour anew, not what was true when it was asked for', async () => {
    house.be(withPlan({ onCall, dutyHours: [{ days: '每天', from: '10:30', to: '18:00' }] }));
    expect(await asks('找人')).toContain('现在没人值班，今天 10:30 有人');
    await house.pass(31 * MINUTE);
    expect(house.said('web').at(-1)).toContain('有人值班了，已经叫了张三');
    const again = await asks();
    expect(again).toContain('已经叫了张三');
    expect(again).not.toContain('没人值班');
  });

  test('from a question that came between, too, and what was offered can still be chosen', async () => {
    await asks('找人');
    await house.merchant('客服电话');
    const again = await asks();
    expect(again).toContain('已经叫了张三');
    expect(await requests()).toBe(1);
    await house.merchant('继续排查');
    expect(await house.assistant.state('c')).toMatchObject({ handoff: false });
  });

  test('said again later, the summary is repeated and not how it stood', async () => {
    await asks('找人');
    await asks();
    await house.pass(2 * MINUTE);
    const repeated = await asks('再说一遍');
    expect(repeated).toContain('情况说明');
    expect(repeated).not.toContain('已经叫了');
  });

  test('after a colleague took it their words count: the assistant says nothing', async () => {
    await asks('找人');
    await house.colleague({ option: 'take-1' });
    expect(await asks()).toBe('');
    expect(house.said('wecom-app', ZHANG).at(-1)).toBe('商户：转人工');
  });
});

describe('what is told while nobody has it yet', () => {
  const outcomes = async (): Promise<unknown[]> => {
    const all: unknown[] = [];
    for await (const { type, data } of house.store.readJournal())
      if (type === 'handover-closed') all.push(data.outcome);
    return all;
  };

  test('goes to whoever was called, with one sentence to the merchant, and the request stands', async () => {
    await asks('找人');
    const noted = await asks('是农业银行的卡，扫码也试过不行');
    expect(noted).toContain('记下了，转给张三了');
    expect(cards(ZHANG)).toHaveLength(2);
    expect(cards(ZHANG).at(-1)).toContain('农业银行');
    expect(await asks('没解决')).toContain('记下了');
    expect(await house.assistant.state('c')).toMatchObject({ handoff: true, handoffState: 'notified' });
    expect([await requests(), await outcomes()]).toEqual([1, []]);
  });

  test('to the next who is called, once the first did not come', async () => {
    await asks('找人');
    await house.pass(4 * MINUTE);
    expect(await asks('提示码91')).toContain('转给李四了');
    expect(cards(LI).at(-1)).toContain('91');
  });

  test.each([
    ['继续排查', 'went-on'],
    ['算了', 'went-on'],
    ['重新开始', 'restarted'],
    ['解决了', 'resolved'],
  ])('%s ends it', async (words, outcome) => {
    await asks('找人');
    // 「算了」 is asked back once.
    if ((await asks(words)).includes('人工也不找了吗')) await asks(words);
    expect(await house.assistant.state('c')).toMatchObject({ handoff: false });
    expect(await outcomes()).toEqual([outcome]);
  });
});

describe('the card', () => {
  test('tells a colleague what only our people may read, and no private number', async () => {
    house.be({ ...withPlan({ onCall }), merchants: listed([SHOP]) });
    await house.merchant('商户号 M822100001');
    await house.merchant('客人手机 13812345678');
    const shown = await asks('找人');
    const [card = ''] = cards(ZHANG);
    expect(card).toContain('店铺：福来顺（昆明）');
    expect(card).toContain('M822100001');
    expect(card).not.toContain('13812345678');
    expect(shown).not.toContain('福来顺');
    expect(shown).toContain('情况说明');
  });

  test('counts the pictures that nobody could look at, with when, and where to get them', async () => {
    const photo = (id: string, attachments: ('image' | 'voice')[]) =>
      house.assistant.accept('web', {
        id,
        conversation: 'c',
        at: house.clock.now(),
        kind: 'message',
        text: '',
        attachments,
      });
    await photo('p1', ['image', 'image']);
    await house.pass(5 * MINUTE);
    await photo('p2', ['image', 'voice']);
    await house.pass(MINUTE);
    const shown = await asks('找人');
    const [card = ''] = cards(ZHANG);
    expect(card).toMatch(/图片：商户发过 3 张，最近一张 11月23日 10:05/);
    expect(card).toContain('请商户另发给您');
    expect(shown).toMatch(/图片：发过 3 张/);
    expect(shown).not.toContain('另发给您');
  });

  test('of pictures from long before another case says nothing', async () => {
    await house.assistant.accept('web', {
      id: 'p1',
      conversation: 'c',
      at: house.clock.now(),
      kind: 'message',
      text: '',
      attachments: ['image'],
    });
    await house.pass(MINUTE);
    await house.merchant('重新开始');
    await house.pass(40 * MINUTE);
    await house.merchant('扫码不行，没扣款');
    await asks('找人');
    expect(cards(ZHANG).join()).not.toContain('图片');
  });
});
