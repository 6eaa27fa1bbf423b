import { LOOK_EVERY_MS, LOOK_MAX, OutboxLook } from '../../src/metrics/outbox.js';
import { createMemoryStore } from '../../src/store/memory.js';
import { emptyRecord, type OutboxItem, type Store } from '../../src/store/store.js';
import { testClock } from '../support/clock.js';

const MINUTE = 60_000;
const clock = testClock();
const now = clock.now();
const item = (id: string, more: Partial<OutboxItem> = {}): OutboxItem => ({
  id,
  channel: 'web',
  reply: { type: 'text', text: '', options: [], links: [] },
  inReplyTo: 'm',
  createdAt: now - MINUTE,
  attempts: 0,
  nextAttemptAt: now,
  expiresAt: now + 60 * MINUTE,
  state: 'waiting',
  ...more,
});

const put = (store: Store, id: string, outbox: OutboxItem[]) =>
  store.transact(id, () => ({ record: { ...emptyRecord(id, 'web'), outbox }, result: null }));

test('tells what waits, how long the oldest has, and what was given up', async () => {
  const store = createMemoryStore();
  await store.open();
  await put(store, 'a', [item('1'), item('2', { createdAt: now - 5 * MINUTE, nextAttemptAt: now + 4 * MINUTE })]);
  await put(store, 'b', [item('3', { state: 'dead' })]);
  await put(store, 'c', []);
  const outbox = new OutboxLook(store, testClock(now));
  await outbox.look();
  expect(outbox.state).toEqual({ waiting: 2, dead: 1, oldestMs: 5 * MINUTE, at: now, cut: false });
});

test('does not look again before its time, however often it is asked', async () => {
  const time = testClock(now);
  let looks = 0;
  const pending = async () => {
    looks += 1;
    return [];
  };
  const outbox = new OutboxLook({ pending, read: async () => null }, time);
  await Promise.all([outbox.look(), outbox.look()]);
  await outbox.look();
  expect(looks).toBe(1);
  await time.advance(LOOK_EVERY_MS);
  await outbox.look();
  expect(looks).toBe(2);
});

test('looks at no more conversations than it may, and says that it was cut', async () => {
  const due = Array.from({ length: LOOK_MAX + 1 }, (_, index) => ({ conversation: `c${index}`, dueAt: now }));
  let reads = 0;
  const read = async () => {
    reads += 1;
    return null;
  };
  const outbox = new OutboxLook({ pending: async () => due, read }, testClock(now));
  await outbox.look();
  expect(reads).toBe(LOOK_MAX);
  expect(outbox.state?.cut).toBe(true);
});

test('leaves alone who only has a reminder in hours', async () => {
  const read = () => Promise.reject(new Error('was read'));
  const outbox = new OutboxLook(
    { pending: async () => [{ conversation: 'c', dueAt: now + 60 * MINUTE }], read },
    testClock(now),
  );
  await outbox.look();
  expect(outbox.state?.waiting).toBe(0);
});

test('keeps the last state, whose age tells, when the store cannot be read', async () => {
  const time = testClock(now);
  let broken = false;
  const pending = async () => {
    if (broken) throw new Error('away');
    return [];
  };
  const outbox = new OutboxLook({ pending, read: async () => null }, time);
  await outbox.look();
  broken = true;
  await time.advance(LOOK_EVERY_MS);
  await outbox.look();
  expect(outbox.state?.at).toBe(now);
});
