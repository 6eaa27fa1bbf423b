import { collectWhenIdle, IDLE_MS } from '../src/idle.js';
import { testClock } from './support/clock.js';

test('memory is given back after each busy time, twice and no more, never during it', async () => {
  const clock = testClock();
  let activity = 0;
  let collections = 0;
  const stop = collectWhenIdle(
    clock,
    () => activity,
    () => {
      collections += 1;
    },
  );
  await clock.advance(IDLE_MS);
  expect(collections).toBe(1);
  await clock.advance(10 * IDLE_MS);
  expect(collections).toBe(2);
  for (let turn = 0; turn < 5; turn += 1) {
    activity += 1;
    await clock.advance(IDLE_MS);
  }
  expect(collections).toBe(2);
  await clock.advance(IDLE_MS);
  expect(collections).toBe(3);
  stop();
  activity += 1;
  await clock.advance(10 * IDLE_MS);
  expect(collections).toBe(3);
});
