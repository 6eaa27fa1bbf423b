import { LOOK_MS, SLOW_ANSWER_MS, sharedTime } from '../src/shared-time.js';
import { T0 } from './store/records.js';
import { testClock } from './support/clock.js';

const HOUR = 3_600_000;

/** A machine whose time and ticks a test moves, and a store whose time is right. */
function machine() {
  const timers = testClock(0);
  const world = { ticks: 5_000, jump: 0, answerMs: 0, away: false, asked: 0 };
  const right = () => T0 + world.ticks - 5_000;
  const claims = {
    time: async () => {
      world.asked += 1;
      if (world.away) throw new Error('away');
      world.ticks += world.answerMs / 2;
      const now = right();
      world.ticks += world.answerMs / 2;
      return now;
    },
  };
  const clock = { now: () => right() + world.jump, after: timers.after };
  const pass = async (ms: number) => {
    world.ticks += ms;
    await timers.advance(ms);
  };
  const start = (shared?: typeof claims) => sharedTime(shared, clock, () => world.ticks);
  return { world, right, alone: () => start(), start: () => start(claims), pass };
}

test('without others it is the time of the machine', async () => {
  const { world, right, alone } = machine();
  const { clock } = await alone();
  world.jump = HOUR;
  expect(clock.now()).toBe(right() + HOUR);
});

test('a machine that is an hour ahead goes by the store, and so it does when its own time jumps', async () => {
  const { world, right, start, pass } = machine();
  world.jump = HOUR;
  const { clock, stop } = await start();
  expect(clock.now()).toBe(right());
  world.jump = -HOUR;
  await pass(3_000);
  expect(clock.now()).toBe(right());
  stop();
});

test('the way of the answer is reckoned with, and an answer that took too long is not believed', async () => {
  const { world, right, start, pass } = machine();
  world.answerMs = 400;
  const { clock, stop } = await start();
  expect(clock.now()).toBe(right());
  world.answerMs = 10 * SLOW_ANSWER_MS;
  await pass(LOOK_MS);
  expect(clock.now()).toBe(right());
  stop();
});

test('while the store is away it goes on by its ticks; it looks again, and not after its end', async () => {
  const { world, right, start, pass } = machine();
  const { clock, stop } = await start();
  world.away = true;
  await pass(5 * LOOK_MS);
  expect(world.asked).toBe(6);
  expect(clock.now()).toBe(right());
  stop();
  await pass(5 * LOOK_MS);
  expect(world.asked).toBe(6);
});

test('a store that is away at the start is an error', async () => {
  const { world, start } = machine();
  world.away = true;
  await expect(start()).rejects.toThrow('away');
});
