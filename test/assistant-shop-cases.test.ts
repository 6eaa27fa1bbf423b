/** What the persons of one shop share, through the whole service: who is told what, and what a person who is forgotten leaves. */
import { Assistant } from '../src/assistant.js';
import { careOf } from '../src/care/care.js';
import { listed } from '../src/dialogue/merchants.js';
import { silentLog } from '../src/log.js';
import { ShopBook } from '../src/merchants/shop-book.js';
import { noObserver } from '../src/observer.js';
import { createMemoryStore } from '../src/store/memory.js';
import { FakeChannel } from './support/channel.js';
import { testClock } from './support/clock.js';
import { realWorld } from './support/world.js';

beforeAll(() => void realWorld(), 60_000);

const SHOP = {
  number: 'M822100001',
  shop: '样例便利店',
  region: '',
  acquirer: '',
  terminals: [{ serial: 'SN1001', model: 'A920' }],
  userids: ['zhangsan', 'lisi'],
};

async function service() {
  const clock = testClock();
  const store = createMemoryStore();
  const app = new FakeChannel('wecom-app');
  const board = new FakeChannel('board');
  Object.assign(board.capabilities, { takesNotices: true });
  const book = new ShopBook({ store, clock, log: silentLog });
  const world = { ...realWorld(), merchants: listed([SHOP]), shopCases: book };
  const channels = [app, board];
  const observer = book.besides(noObserver);
  const assistant = new Assistant({ store, world: () => world, channels, clock, log: silentLog, observer });
  await assistant.start();
  let count = 0;
  const says = async (user: string, ...words: string[]) => {
    const conversation = `wecom-app:${user}`;
    for (const text of words) {
      count += 1;
      await assistant.accept('wecom-app', { id: `m${count}`, conversation, at: clock.now(), kind: 'message', text });
      await assistant.settled();
      await clock.advance(10_000);
    }
    return { user: JSON.stringify(app.sent), people: board.texts(conversation).join('\n') };
  };
  const care = careOf(book.forgetsWith(store), clock, assistant);
  return { says, care, assistant, store, clock, book };
}

const SOLVED = ['拉卡拉的机器，没扣款，没信号，签到失败', '解决了'];

test('a second cashier’s call for help goes with what the first one had, and with the acquirer that was named then', async () => {
  const { says, assistant } = await service();
  await says('zhangsan', ...SOLVED);
  const { user, people } = await says('lisi', '该渠道业务不可用', '找人');
  expect(people).toContain('最近：');
  expect(people).toContain('没信号');
  expect(people).toContain('拉卡拉');
  expect(user).toContain('95016');
  expect(user).not.toContain('最近：');
  await assistant.stop();
});

test('a stranger who types the number learns nothing of it, and teaches the shop nothing', async () => {
  const { says, assistant, book, clock } = await service();
  await says('stranger', '商户号M822100001', '乐刷的机器，没扣款，没信号，签到失败', '解决了');
  expect(book.of('M822100001', clock.now())).toHaveLength(1);
  expect(JSON.stringify(book.of('M822100001', clock.now()))).not.toContain('leshua');
  await says('zhangsan', ...SOLVED);
  const { user } = await says('another', '商户号M822100001', '该渠道业务不可用', '找人');
  expect(user.slice(user.lastIndexOf('情况说明'))).not.toMatch(/最近|拉卡拉/);
  await assistant.stop();
});

test('a person who is forgotten leaves nothing with the shop, now and after the next start', async () => {
  const { says, care, assistant, store, clock, book } = await service();
  await says('zhangsan', ...SOLVED);
  expect(book.of('M822100001', clock.now())).toHaveLength(1);
  expect(await care.forget({ user: 'zhangsan' })).toMatchObject({ complete: true });
  expect(book.of('M822100001', clock.now())).toEqual([]);
  const { people } = await says('lisi', '该渠道业务不可用', '找人');
  expect(people).not.toMatch(/最近：|拉卡拉/);
  const after = new ShopBook({ store, clock, log: silentLog });
  after.start();
  let over = false;
  void after.settled().then(() => {
    over = true;
  });
  while (!over) await clock.advance(10);
  expect(after.of('M822100001', clock.now())).toMatchObject([{ outcome: 'open' }]);
  await after.stop();
  await assistant.stop();
});

test('what is shared of a case stands in the person’s own export', async () => {
  const { says, care, assistant } = await service();
  await says('zhangsan', ...SOLVED);
  const file = await care.export({ user: 'zhangsan' });
  const types = file.conversations.flatMap(({ events }) => events.map(({ type }) => type));
  expect(types).toContain('shop-case');
  await assistant.stop();
});
