/** Outages are noticed while the service runs: over what cases report, once, in one process and in several. */
import { changeBoard } from '../src/incident-board.js';
import { LEAD_MS, SAVE_MS, WATCH_MS } from '../src/incident-watch.js';
import type { BoardChange } from '../src/incidents/board.js';
import type { Store } from '../src/store/store.js';
import { TEN } from './incidents/trained.js';
import { type TestClock, testClock } from './support/clock.js';
import { hitsIn, ROBOT, sharedMemory, train, trained, Watched } from './support/watched.js';
import { realWorld } from './support/world.js';

beforeAll(() => void realWorld(), 60_000);

let clock: TestClock;
let store: Store;
let one: Watched;
beforeEach(async () => {
  ({ clock, store } = await trained());
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
  expect(incident).toMatchObject({
    state: 'suspected',
    by: 'detection',
    what: '微信支付',
    scope: { channel: 'wechat' },
  });
  expect(incident?.ratio).toBeGreaterThan(5);
  expect(one.texts(ROBOT)).toEqual([expect.stringContaining('【疑似故障】微信支付')]);
  // It is not told as a fact, but weighs.
  await one.say('微信付不了', 'next');
  expect(one.web.texts('next').join()).not.toContain('异常');
  expect((await store.read('next'))?.session).toMatchObject({
    case: { incidents: { 'channel-outage': expect.any(Number) } },
  });
  await changeBoard(store, { do: 'update', id: incident?.id ?? '', confirm: true }, clock.now());
  await one.pass(1);
  await one.say('微信付不了', 'after');
  expect(one.web.texts('after').join()).toContain('不是您店里的问题');
  expect(one.texts(ROBOT).slice(1)).toEqual([expect.stringContaining('【故障】微信支付')]);
});

test('a suspicion that goes by is put away by itself, and told once', async () => {
  await start();
  await one.burst(12);
  await one.pass(180);
  expect(await one.incidents()).toMatchObject([{ state: 'closed', passed: true }]);
  expect(one.texts(ROBOT)).toEqual([expect.stringContaining('疑似故障】'), expect.stringContaining('过去了')]);
});

test('a false alarm is not raised again for the same burst', async () => {
  await start();
  await one.burst(20);
  const [incident] = await one.incidents();
  await changeBoard(store, { do: 'reject', id: incident?.id ?? '' }, clock.now());
  await one.burst(20, '微信付不了', 15_000, 'more');
  expect(await one.incidents()).toMatchObject([{ state: 'closed', by: 'detection' }]);
  expect(one.texts(ROBOT).slice(1)).toEqual([expect.stringContaining('【误报】')]);
});

test('what is known already is not suspected, and neither is what planned maintenance does', async () => {
  const about = { what: '微信支付', scope: { channel: 'wechat' }, means: 'channel-outage' };
  const changes: BoardChange[] = [
    { do: 'open', ...about },
    { do: 'plan', ...about, means: 'channel-maintenance', since: TEN, expectedEnd: TEN + 60 * 60_000 },
  ];
  for (const [n, change] of changes.entries()) {
    if (n > 0) {
      await one.stop();
      store = await sharedMemory();
      await train(store);
      clock = testClock(TEN);
    }
    await changeBoard(store, change, TEN);
    await start();
    await one.burst(20);
    expect(await one.incidents()).toHaveLength(1);
  }
});

test('maintenance that begins and ends by the clock is told each time', async () => {
  const change: BoardChange = {
    do: 'plan',
    what: '银联',
    scope: { channel: 'unionpay' },
    means: 'channel-maintenance',
    since: TEN + 10 * 60_000,
    expectedEnd: TEN + 40 * 60_000,
  };
  await start();
  await changeBoard(store, change, clock.now());
  await one.pass(5);
  expect(one.texts(ROBOT)).toEqual([]);
  await one.pass(10);
  expect(one.texts(ROBOT)).toEqual([expect.stringContaining('【维护开始】银联')]);
  await one.pass(40);
  expect(one.texts(ROBOT).slice(1)).toEqual([expect.stringContaining('【已恢复】银联')]);
});

test('an update is told, and that reports are back to usual; the same twice is not', async () => {
  await start();
  await one.burst(20);
  const id = (await one.incidents())[0]?.id ?? '';
  await changeBoard(store, { do: 'update', id, confirm: true, workaround: '刷卡' }, clock.now());
  await one.pass(1);
  await changeBoard(store, { do: 'update', id, note: '平台在处理' }, clock.now());
  await one.pass(180);
  const [, opened, updated, quiet, ...more] = one.texts(ROBOT);
  expect(opened).toContain('先用：刷卡');
  expect(updated).toContain('最新：平台在处理');
  expect(quiet).toContain('可能恢复了');
  expect(more).toEqual([]);
  expect((await one.incidents())[0]?.state).toBe('open');
});

test('ordinary traffic raises nothing', async () => {
  await start();
  const words = ['微信付不了', '支付宝付不了', '刷卡不行', '扫码付不了'];
  for (let n = 0; n < 24; n += 1) {
    await one.say(words[n % words.length] ?? '', `usual${n}`);
    await one.pass(15);
  }
  expect(await one.incidents()).toEqual([]);
  expect(one.texts(ROBOT)).toEqual([]);
});

test('a card that the group does not take is tried again, and shown once', async () => {
  await start();
  let away = true;
  const robot = one.doors.get(ROBOT);
  if (robot) robot.before = () => (away ? Promise.reject(new Error('away')) : undefined);
  await one.burst(12);
  await one.pass(2);
  expect(one.texts(ROBOT)).toEqual([]);
  away = false;
  await one.pass(20);
  expect(one.texts(ROBOT).filter((text) => text.includes('【疑似故障】'))).toHaveLength(1);
});

describe('two processes', () => {
  let other: Watched;
  afterEach(() => other.stop());
  const both = async (minutes: number) => {
    await clock.advance(minutes * 60_000, async () => {
      await one.settled();
      await other.settled();
    });
  };
  const cards = () => [...one.texts(ROBOT), ...other.texts(ROBOT)];

  test('count what either hears, and tell once', async () => {
    await start();
    other = await new Watched(store, clock, 'other').start();
    await both(1);
    expect([one.watch.leads, other.watch.leads]).toEqual([true, false]);
    for (let n = 0; n < 20; n += 1) {
      await (n % 2 === 0 ? one : other).say('微信付不了', `hit${n}`);
      await both(0.25);
    }
    expect(await one.incidents()).toMatchObject([{ state: 'suspected', counted: { reports: expect.any(Number) } }]);
    expect(cards()).toHaveLength(1);
  });

  test.each([4, 30])(
    'the other goes on where the first died after %i reports, and does nothing twice',
    async (before) => {
      await start();
      other = await new Watched(store, clock, 'other').start();
      await both(1);
      for (let n = 0; n < before; n += 1) {
        await one.say('微信付不了', `hit${n}`);
        await both(0.25);
      }
      await one.die();
      for (let n = before; n < 40; n += 1) {
        await other.say('微信付不了', `hit${n}`);
        await clock.advance(15_000, () => other.settled());
      }
      await clock.advance(LEAD_MS + 2 * WATCH_MS + SAVE_MS, () => other.settled());
      expect(other.watch.leads).toBe(true);
      expect(await other.incidents()).toMatchObject([{ state: 'suspected', scope: { channel: 'wechat' } }]);
      const hits = await hitsIn(store);
      expect([hits.length, new Set(hits).size]).toEqual([40, 40]);
      expect(cards()).toHaveLength(1);
    },
  );
});
