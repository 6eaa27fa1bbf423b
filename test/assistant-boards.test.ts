import { Assistant } from '../src/assistant.js';
import { silentLog } from '../src/log.js';
import { createMemoryStore } from '../src/store/memory.js';
import { FakeChannel, gate } from './support/channel.js';
import { testClock } from './support/clock.js';
import { realWorld } from './support/world.js';

beforeAll(() => void realWorld(), 60_000);

test('a board that is slow keeps no user waiting, and gets its note all the same', async () => {
  const clock = testClock();
  const web = new FakeChannel('web');
  const board = new FakeChannel('board');
  Object.assign(board.capabilities, { takesNotices: true });
  const slow = gate();
  board.before = () => slow.opened;
  const store = createMemoryStore();
  const assistant = new Assistant({ store, world: realWorld, channels: [web, board], clock, log: silentLog });
  await assistant.start();
  const say = async (id: string, text: string) => {
    await assistant.accept('web', { id, conversation: 'c', at: clock.now(), kind: 'message', text });
    await assistant.settled('c');
    await clock.advance(10_000);
  };
  await say('m1', '找人');
  const before = web.sent.length;
  await say('m2', '银联客服电话多少');
  expect(web.sent.length).toBeGreaterThan(before);
  expect(board.sent).toEqual([]);
  slow.open();
  await assistant.settled();
  expect(board.texts()).toEqual([expect.stringContaining('有商户找人工')]);
  await assistant.stop();
});
