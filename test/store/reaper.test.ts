/** A store that is told how long to keep things removes them by itself; the PostgreSQL one has its own test. */
import { PosDoctorError } from '../../src/errors.js';
import type { Keep } from '../../src/store/keeping.js';
import { createLowdbStore } from '../../src/store/lowdb.js';
import { EVERY, PAUSE, Reaper } from '../../src/store/reaper.js';
import { testClock } from '../support/clock.js';
import { all, caseEvent, put } from './records.js';
import { FOLDER, newDisk, simProcesses } from './sim-machine.js';

const DAY = 86_400_000;
/** Lets what was begun come to where it waits for the clock. */
const settled = () => new Promise(setImmediate);
const keep: Keep = { conversationDays: 30, journalDays: 10 };

test('the embedded store removes what is old at its start and hourly from then on, never what is pending', async () => {
  const disk = newDisk();
  disk.now = Date.UTC(2026, 10, 4, 8);
  const clock = testClock(disk.now);
  const store = createLowdbStore(FOLDER, { fs: disk, processes: simProcesses(1), clock, keep });
  await store.open();
  const ids = Array.from({ length: 40 }, (_, i) => `c${i}`);
  for (const id of ids) await put(store, id);
  await put(store, 'waiting', { wakeUps: [{ name: 'x', at: 0 }] });
  await store.journal([caseEvent('e1', { at: disk.now })]);
  const stored = async () => (await all(store.conversations())).length;
  await clock.advance(10 * DAY);
  expect([await stored(), (await all(store.readJournal())).length]).toEqual([41, 1]);
  await clock.advance(DAY);
  expect([await stored(), (await all(store.readJournal())).length]).toEqual([41, 0]);
  disk.now += 25 * DAY;
  await put(store, 'c7');
  await clock.advance(20 * DAY + EVERY);
  expect((await all(store.conversations())).sort()).toEqual(['c7', 'waiting']);
  await store.close();
  // Nothing left that would wake up on a closed store.
  await clock.advance(3 * DAY);
  expect(disk.readdir(FOLDER)).not.toContain('lock');
});

test('the work is done in small steps with a pause between them, and ends with the store', async () => {
  const clock = testClock();
  const times: number[] = [];
  const start = clock.now();
  let left = 4;
  const step = async (now: number): Promise<boolean> => {
    times.push(now - start);
    left -= 1;
    return left > 0;
  };
  const reaper = new Reaper(step, keep, clock, () => undefined);
  reaper.start();
  await settled();
  await clock.advance(EVERY - 1);
  expect(times).toEqual([0, PAUSE, 2 * PAUSE, 3 * PAUSE]);
  left = 2;
  await clock.advance(3 * PAUSE + 1);
  expect(times).toHaveLength(5);
  await reaper.stop();
  await clock.advance(10 * EVERY);
  expect(times).toHaveLength(5);
});

test('a look that fails is told and the next one tries again; without days there is none', async () => {
  const clock = testClock();
  const told: string[] = [];
  let looks = 0;
  const step = async (): Promise<boolean> => {
    looks += 1;
    throw new PosDoctorError('STORE_FULL', { why: 'ENOSPC' });
  };
  const reaper = new Reaper(step, keep, clock, ({ code }) => told.push(code));
  reaper.start();
  await settled();
  await clock.advance(EVERY);
  expect([looks, told]).toEqual([2, ['STORE_FULL', 'STORE_FULL']]);
  await reaper.stop();
  new Reaper(step, {}, clock, () => undefined).start();
  await clock.advance(EVERY);
  expect(looks).toBe(2);
});
