import fc from 'fast-check';
import { CONVERSATION_PACE, Pace, ROBOT_PACE, SharedPace } from '../../../src/channels/wecom/pace.js';
import { createMemoryStore } from '../../../src/store/memory.js';

function paceAt(limits: typeof CONVERSATION_PACE, maxKeys?: number) {
  const time = { now: 1_000_000 };
  return { time, pace: new Pace(limits, () => time.now, maxKeys) };
}

test('a conversation gets thirty a minute, then has to wait for the first to be a minute and a margin old', () => {
  const { time, pace } = paceAt(CONVERSATION_PACE);
  for (let sent = 0; sent < 30; sent += 1) {
    expect(pace.wait('a')).toBe(0);
    time.now += 1000;
  }
  expect(pace.wait('a')).toBe(32_000);
  expect(pace.wait('b')).toBe(0);
  time.now += 31_999;
  expect(pace.wait('a')).toBe(1);
  time.now += 1;
  expect(pace.wait('a')).toBe(0);
  expect(pace.wait('a')).toBe(1000);
});

test('and a thousand an hour', () => {
  const { time, pace } = paceAt(CONVERSATION_PACE);
  const start = time.now;
  for (let sent = 0; sent < 1000; sent += 1) {
    expect(pace.wait('a')).toBe(0);
    time.now += 2500;
  }
  expect(pace.wait('a')).toBe(start + 3_602_000 - time.now);
});

test.each([
  ['a conversation', CONVERSATION_PACE, 30],
  ['a group', ROBOT_PACE, 20],
])('%s never gets more than WeCom counts in a minute, though messages take up to 2 s', (_, limits, most) => {
  const { time, pace } = paceAt(limits);
  const arrivals: number[] = [];
  for (let sent = 0; sent < 3 * most; sent += 1) {
    const wait = pace.wait('a');
    time.now += wait;
    if (wait > 0) pace.wait('a');
    // Those before the first wait are slow on their way, all others are there at once.
    arrivals.push(time.now + (sent < most ? 1_999 : 0));
  }
  arrivals.sort((a, b) => a - b);
  for (const [index, at] of arrivals.entries())
    expect((arrivals[index + most] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThan(60_000);
});

test('a refusal takes nothing', () => {
  const { time, pace } = paceAt(ROBOT_PACE);
  for (let sent = 0; sent < 20; sent += 1) pace.wait('r');
  for (let asked = 0; asked < 50; asked += 1) expect(pace.wait('r')).toBe(62_000);
  time.now += 62_000;
  for (let sent = 0; sent < 20; sent += 1) expect(pace.wait('r')).toBe(0);
});

test('no stretch of a window ever holds more than the limit, and the wait is as long as it says', () => {
  const limits = [
    { count: 3, windowMs: 10 },
    { count: 5, windowMs: 50 },
  ];
  fc.assert(
    fc.property(fc.array(fc.nat(15), { maxLength: 60 }), (steps) => {
      const { time, pace } = paceAt(limits);
      const taken: number[] = [];
      for (const step of steps) {
        time.now += step;
        const wait = pace.wait('a');
        if (wait > 0) time.now += wait - 1;
        if (wait > 1) expect(pace.wait('a')).toBe(1);
        if (wait > 0) {
          time.now += 1;
          expect(pace.wait('a')).toBe(0);
        }
        taken.push(time.now);
      }
      for (const { count, windowMs } of limits)
        for (const [index, at] of taken.entries())
          expect((taken[index + count] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(windowMs);
    }),
  );
});

test('a clock set back locks nobody out', () => {
  const { time, pace } = paceAt(ROBOT_PACE);
  for (let sent = 0; sent < 20; sent += 1) pace.wait('r');
  time.now -= 3_600_000;
  expect(pace.wait('r')).toBe(0);
});

test('no more keys are remembered than the bound; the one used longest ago goes first', () => {
  const { pace } = paceAt([{ count: 1, windowMs: 1000 }], 3);
  for (const key of ['a', 'b', 'c']) pace.wait(key);
  expect(pace.wait('a')).toBe(1000);
  pace.wait('d');
  expect(pace.size).toBe(3);
  expect(pace.wait('a')).toBe(1000);
  expect(pace.wait('b')).toBe(0);
});

describe('the pace of several processes', () => {
  const NOW = 1_000_000;

  test('is one: they say twenty a minute together, whoever comes when', async () => {
    const store = createMemoryStore();
    await store.open();
    const processes = [1, 2, 3].map(() => new SharedPace(ROBOT_PACE, () => NOW, store, 'pace:robot'));
    const waits = await Promise.all(Array.from({ length: 30 }, (_, n) => processes[n % 3]?.wait()));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(20);
    expect(waits.filter((wait) => wait === 62_000)).toHaveLength(10);
  });

  test('what is kept and is none of ours begins anew', async () => {
    const store = createMemoryStore();
    await store.open();
    await store.putSmall('pace:robot', 'something');
    expect(await new SharedPace(ROBOT_PACE, () => NOW, store, 'pace:robot').wait()).toBe(0);
    expect((await store.getSmall('pace:robot'))?.value).toEqual([NOW]);
  });
});
