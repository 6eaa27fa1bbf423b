/** The list of shops through the whole service: who is told what. */
import { Assistant } from '../src/assistant.js';
import { listed } from '../src/dialogue/merchants.js';
import { silentLog } from '../src/log.js';
import { createMemoryStore } from '../src/store/memory.js';
import type { CaseEvent } from '../src/store/store.js';
import { FakeChannel } from './support/channel.js';
import { testClock } from './support/clock.js';
import { realWorld } from './support/world.js';

beforeAll(() => void realWorld(), 60_000);

const SHOP = {
  number: 'M822100001',
  shop: '样例便利店',
  region: '样例市样例区',
  acquirer: '样例支付公司',
  terminals: [{ serial: 'SN1001', model: 'A920' }],
  userids: ['zhangsan'],
};

async function handedOver(conversation: string, words: readonly string[]) {
  const clock = testClock();
  const app = new FakeChannel('wecom-app');
  const board = new FakeChannel('board');
  Object.assign(board.capabilities, { takesNotices: true });
  const store = createMemoryStore();
  const world = { ...realWorld(), merchants: listed([SHOP]) };
  const assistant = new Assistant({ store, world: () => world, channels: [app, board], clock, log: silentLog });
  await assistant.start();
  for (const [index, text] of words.entries()) {
    await assistant.accept('wecom-app', { id: `m${index}`, conversation, at: clock.now(), kind: 'message', text });
    await assistant.settled();
    await clock.advance(10_000);
  }
  const events: CaseEvent[] = [];
  for await (const event of store.readJournal()) events.push(event);
  await assistant.stop();
  return { user: JSON.stringify(app.sent), people: board.texts(conversation).join('\n'), events };
}

test('a member’s shop is known by the userid: nobody asks, our people read all, the user what the user may', async () => {
  const { user, people, events } = await handedOver('wecom-app:zhangsan', ['该渠道业务不可用', '找人']);
  expect(user).toContain('商户编号：M822100001');
  expect(user).not.toMatch(/样例便利店|样例市/);
  expect(people).toContain('店铺：样例便利店（样例市样例区）');
  expect(people).toContain('收单机构：样例支付公司');
  expect(people).toContain('机身编号（SN）：SN1001（A920）');
  expect(events.filter(({ type }) => type === 'shop')).toHaveLength(1);
  expect(JSON.stringify(events)).not.toContain('样例便利店');
});

test('a number that anybody could type tells its sender nothing of the shop', async () => {
  const { user, people } = await handedOver('wecom-app:stranger', ['M822100001', '该渠道业务不可用', '找人']);
  expect(user).not.toMatch(/样例|SN1001|A920/);
  expect(people).toContain('样例便利店');
});

test('who is in no list is nobody’s shop', async () => {
  const { people } = await handedOver('wecom-app:stranger', ['该渠道业务不可用', '找人']);
  expect(people).toContain('有商户找人工');
  expect(people).not.toMatch(/样例|商户编号：/);
});
