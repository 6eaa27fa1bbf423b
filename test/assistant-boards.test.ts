import { Alarms } from '../src/alarms.js';
import { Assistant } from '../src/assistant.js';
import { silentLog } from '../src/log.js';
import { Outgoing, REMEMBERED_MAX } from '../src/outgoing.js';
import { createMemoryStore } from '../src/store/memory.js';
import { emptyRecord } from '../src/store/store.js';
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

test('a message with nothing for a board costs no look for one', async () => {
  const clock = testClock();
  const reads: number[] = [];
  for (const names of [['web'], ['web', 'board']]) {
    const channels = names.map((name) => new FakeChannel(name));
    const board = channels.find(({ name }) => name === 'board');
    if (board) Object.assign(board.capabilities, { takesNotices: true });
    const store = createMemoryStore();
    const read = store.read.bind(store);
    let count = 0;
    store.read = (conversation) => {
      count += 1;
      return read(conversation);
    };
    const assistant = new Assistant({ store, world: realWorld, channels, clock, log: silentLog });
    await assistant.start();
    await assistant.accept('web', { id: 'm1', conversation: 'c', at: clock.now(), kind: 'message', text: '你好' });
    await assistant.settled();
    reads.push(count);
    await assistant.stop();
  }
  // The one is that of the sending itself.
  expect(reads).toEqual([1, 1]);
});

test('no more conversations are remembered for that than the bound, though no commit ever comes through', () => {
  const clock = testClock();
  const store = createMemoryStore();
  const alarms = new Alarms(clock, () => undefined);
  const outgoing = new Outgoing({
    store,
    channels: new Map(),
    clock,
    log: silentLog,
    alarms,
    later: () => undefined,
  });
  for (let n = 0; n < 2.5 * REMEMBERED_MAX; n += 1)
    outgoing.claiming(() => ({ record: emptyRecord(`c${n}`, 'web'), result: null }))(null);
  expect(outgoing.remembered).toBeLessThanOrEqual(REMEMBERED_MAX);
});
