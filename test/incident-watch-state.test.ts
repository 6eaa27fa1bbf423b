/** What the watch knows: where it comes from, what it costs to lose it, and its bounds. */
import fc from 'fast-check';
import { AGAIN_MS, IncidentWatch, SAVE_MS, WATCH, WATCH_MS } from '../src/incident-watch.js';
import { feed } from '../src/incidents/feed.js';
import { Detector, stateOf } from '../src/incidents/index.js';
import { silentLog } from '../src/log.js';
import type { CaseEvent, Store } from '../src/store/store.js';
import { DAY, HOUR, MINUTE, ordinary, TEN, trainedDetector } from './incidents/trained.js';
import { type TestClock, testClock } from './support/clock.js';
import { savedIn, sharedMemory, train } from './support/watched.js';
import { realWorld } from './support/world.js';

beforeAll(() => void realWorld(), 60_000);

let clock: TestClock;
let store: Store;
const warnings: string[] = [];
beforeEach(async () => {
  clock = testClock(TEN);
  store = await sharedMemory();
  warnings.length = 0;
});

function lookout(holder = 'one', more: { recordLimit?: number } = {}): IncidentWatch {
  const log = { ...silentLog, warn: (_: object, message: string) => void warnings.push(message) };
  const accept = async () => true;
  const { knowledge } = realWorld();
  return new IncidentWatch({
    store,
    clock,
    log,
    holder,
    accept,
    noticeboards: () => [],
    knowledge: () => knowledge,
    ...more,
  });
}
const event = (id: string, at: number, data: CaseEvent['data'] = {}): CaseEvent => ({
  id,
  conversation: id,
  at,
  type: 'report',
  data: { case: 1, channel: 'wechat', ...data },
});
const pass = (watch: IncidentWatch, ms: number) => clock.advance(ms, () => watch.settled());

test('a detector of which nothing was kept learns from the journal', async () => {
  for (let n = 0; n < 28 * 24; n += 1) {
    const at = TEN - 28 * DAY + n * HOUR;
    const { at: _, shop, ...data } = ordinary(n, at);
    await store.journal([event(`e${n}`, at, { ...data, shop })]);
  }
  const watch = lookout();
  watch.start();
  await pass(watch, WATCH_MS);
  await watch.stop();
  const detector = await savedIn(store);
  expect(detector?.memory.hours).toBeGreaterThan(26 * 24);
  expect(detector?.open).toEqual([]);
});

test('what cannot be read as a state is begun anew, and replaced', async () => {
  await store.putSmall(WATCH, { version: 99, place: null, detector: 1 });
  const watch = lookout();
  watch.start();
  await pass(watch, WATCH_MS);
  expect(watch.leads).toBe(true);
  await watch.stop();
  expect((await savedIn(store))?.now).toBeGreaterThan(0);
});

test('a backlog is taken in over several looks, each report once', async () => {
  await train(store);
  const count = 6_001;
  await store.journal(Array.from({ length: count }, (_, n) => event(`e${n}`, TEN - DAY + n)));
  const watch = lookout();
  watch.start();
  await pass(watch, 1);
  expect([watch.leads, watch.lagMs]).toEqual([true, undefined]);
  await pass(watch, 2 * WATCH_MS);
  expect(watch.lagMs).toBeLessThanOrEqual(WATCH_MS);
  await watch.stop();
  expect(
    (await savedIn(store))?.memory.entries.filter(({ minute }) => minute * MINUTE <= TEN - DAY + count).length,
  ).toBeGreaterThan(5_000);
}, 60_000);

test('what turns up before a place that was read already is found all the same', async () => {
  await train(store);
  const after = store.journalAfter.bind(store);
  let hidden = true;
  store.journalAfter = async (...given) => {
    const page = await after(...given);
    return { ...page, events: page.events.filter(({ id }) => !(hidden && id === 'slow')) };
  };
  const watch = lookout();
  watch.start();
  await pass(watch, WATCH_MS);
  await store.journal([event('slow', TEN), event('fast', TEN)]);
  await pass(watch, 2 * WATCH_MS);
  hidden = false;
  await pass(watch, 3 * AGAIN_MS);
  await watch.stop();
  expect((await savedIn(store))?.memory.entries.filter(({ minute }) => minute * MINUTE >= TEN)).toHaveLength(2);
});

test('whoever finds that another has saved meanwhile takes what that one knows', async () => {
  await train(store);
  const watch = lookout();
  watch.start();
  await pass(watch, WATCH_MS);
  await train(store);
  await pass(watch, SAVE_MS);
  expect(warnings).toEqual([]);
  await pass(watch, 2 * WATCH_MS);
  expect(watch.leads).toBe(true);
  const { version = 0 } = (await store.getSmall(WATCH)) ?? {};
  await watch.stop();
  expect((await store.getSmall(WATCH))?.version).toBe(version + 1);
});

test('more than the record may hold is not saved, which is told', async () => {
  await train(store);
  const watch = lookout('one', { recordLimit: 100 });
  watch.start();
  await pass(watch, SAVE_MS + WATCH_MS);
  expect(warnings).toEqual(['what the watch for outages knows is too much to be saved']);
  expect((await store.getSmall(WATCH))?.version).toBe(1);
  await watch.stop();
});

test('a store that is away is told once; it goes on when it is back', async () => {
  await train(store);
  const lease = store.acquireLease.bind(store);
  let away = true;
  store.acquireLease = (...given) => (away ? Promise.reject(new Error('away')) : lease(...given));
  const watch = lookout();
  watch.start();
  await pass(watch, 5 * WATCH_MS);
  expect([warnings.length, watch.leads, watch.lagMs]).toEqual([1, false, undefined]);
  away = false;
  await pass(watch, 2 * WATCH_MS);
  expect([warnings.length, watch.leads]).toEqual([1, true]);
  await watch.stop();
});

test('reports that come twice, late or from the future count as if they came once, in time', () => {
  const report = fc.record({ shop: fc.integer({ min: 0, max: 30 }), at: fc.integer({ min: -120, max: 60 }) });
  fc.assert(
    fc.property(fc.array(report, { maxLength: 40 }), fc.integer({ min: 0, max: 40 }), (reports, repeated) => {
      const events = reports.map(({ shop, at }, n) => event(`e${n}`, TEN + at * MINUTE, { shop: `s${shop}` }));
      const again = [...events, ...events.slice(0, repeated)];
      const [once, twice] = [events, again].map((given) => {
        const detector = trainedDetector();
        for (const one of given) feed(detector, one, TEN + MINUTE);
        return detector;
      });
      expect(stateOf(twice ?? new Detector()).entries).toEqual(stateOf(once ?? new Detector()).entries);
      expect(twice?.now).toBeLessThanOrEqual(Math.floor((TEN + MINUTE) / MINUTE));
    }),
    { numRuns: 50 },
  );
});

test('a stop while it learns keeps nothing of what it half knows', async () => {
  await store.journal([event('a', TEN - DAY)]);
  const after = store.journalAfter.bind(store);
  const watch = lookout();
  let stopped: Promise<void> | undefined;
  store.journalAfter = (...given) => {
    stopped ??= watch.stop();
    return after(...given);
  };
  watch.start();
  await pass(watch, WATCH_MS);
  await stopped;
  expect([await store.getSmall(WATCH), warnings]).toEqual([null, []]);
});
