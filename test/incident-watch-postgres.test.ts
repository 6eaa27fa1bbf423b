/** Two services over one database look out for outages: one leads, the other follows when it dies. */
import { LEAD_MS, SAVE_MS, WATCH_MS } from '../src/incident-watch.js';
import { createPostgresStore } from '../src/store/postgres.js';
import { TEN } from './incidents/trained.js';
import { PATIENCE } from './postgres/database.js';
import { type TestClock, testClock } from './support/clock.js';
import { onDatabase } from './support/on-database.js';
import { hitsIn, ROBOT, train, Watched } from './support/watched.js';

const database = onDatabase();
let clock: TestClock;
let one: Watched;
let other: Watched;
beforeEach(async () => {
  clock = testClock(TEN);
  const made = () => createPostgresStore(database().url, { clock, leasesByCaller: true });
  [one, other] = [new Watched(made(), clock, 'one'), new Watched(made(), clock, 'other')];
  await one.store.open();
  await other.store.open();
  await train(one.store);
  await one.start();
  await both(0.5);
  await other.start();
  await both(0.5);
});
afterEach(() => Promise.all([one.stop(), other.stop()]));

async function both(minutes: number): Promise<void> {
  // A query under way takes real time: the clock goes on when it is answered.
  for (let left = minutes * 60_000; left > 0; left -= WATCH_MS) {
    await clock.advance(Math.min(left, WATCH_MS), settled);
    await settled();
  }
}
async function settled(): Promise<void> {
  for (const process of [one, other]) await process.settled().catch(() => undefined);
}

test(
  'what either hears counts once, the card is shown once, and whoever follows goes on',
  async () => {
    for (let n = 0; n < 40; n += 1) {
      if (n === 15) await one.die();
      await (n % 2 === 0 && n < 15 ? one : other).say('微信付不了', `hit${n}`);
      await both(0.25);
    }
    await both((LEAD_MS + 2 * WATCH_MS + SAVE_MS) / 60_000);
    expect([one.watch.leads, other.watch.leads]).toEqual([false, true]);
    expect(await other.incidents()).toMatchObject([{ state: 'suspected', scope: { channel: 'wechat' } }]);
    expect([...one.texts(ROBOT), ...other.texts(ROBOT)]).toEqual([expect.stringContaining('【疑似故障】')]);
    const hits = await hitsIn(other.store);
    expect([hits.length, new Set(hits).size]).toEqual([40, 40]);
  },
  PATIENCE,
);
