/** Outages are noticed while the service runs: over what cases report, once, in one process and in several. */
import { changeBoard } from '../src/incident-board.js';
import { stateAt } from '../src/incidents/board.js';
import type { Store } from '../src/store/store.js';
import { TEN } from './incidents/trained.js';
import { type TestClock, testClock } from './support/clock.js';
import { ROBOT, sharedMemory, train, Watched } from './support/watched.js';
import { realWorld } from './support/world.js';

beforeAll(() => void realWorld(), 60_000);

let clock: TestClock;
let store: Store;
let one: Watched;
beforeEach(async () => {
  clock = testClock(TEN);
  store = await sharedMemory();
  await train(store);
});
afterEach(() => one.stop());

const start = async () => {
  one = await new Watched(store, clock).start();
  await one.pass(1);
};

test('forty shops that fail within ten minutes are suspected, told of once, and told to the next merchant once it is confirmed', async () => {
  await start();
  await one.burst(40);
  const [incident, ...others] = await one.incidents();
  expect(others).toEqual([]);
  expect(incident).toMatchObject({ state: 'suspected', by: 'detection', what: '微信支付', scope: { channel: 'wechat' } });
  expect(incident?.ratio).toBeGreaterThan(5);
  expect(one.texts(ROBOT)).toEqual([expect.stringContaining('【疑似故障】微信支付')]);
  // It is not told as a fact, but weighs.
  await one.say('微信付不了', 'next');
  expect(one.web.texts('next').join()).not.toContain('异常');
  expect((await store.read('next'))?.session).toMatchObject({ case: { incidents: { 'channel-outage': expect.any(Number) } } });
  await changeBoard(store, { do: 'update', id: incident?.id ?? '', confirm: true }, clock.now());
  await one.pass(1);
  await one.say('微信付不了', 'after');
  expect(one.web.texts('after').join()).toContain('不是您店里的问题');
  expect(one.texts(ROBOT).slice(1)).toEqual([expect.stringContaining('【故障】微信支付')]);
});
