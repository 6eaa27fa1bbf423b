import { Dispatcher } from '../src/dispatcher.js';
import { PosDoctorError } from '../src/errors.js';
import { silentLog } from '../src/log.js';
import { createMemoryStore } from '../src/store/memory.js';
import type { OutboxItem, Store } from '../src/store/store.js';
import { all, caseEvent, put, reply, T0 } from './store/records.js';
import { FakeChannel, gate } from './support/channel.js';
import { testClock } from './support/clock.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

interface Bench {
  store: Store;
  channel: FakeChannel;
  dispatcher: Dispatcher;
  clock: ReturnType<typeof testClock>;
  /** Times at which the dispatcher asked to be woken. */
  asked: number[];
  log: string[];
  items(): Promise<OutboxItem[]>;
  journal(): Promise<string[]>;
  run(): Promise<void>;
}

/** A dispatcher that is called again whenever it asks for it. */
async function bench(store: Store = createMemoryStore()): Promise<Bench> {
  await store.open();
  const channel = new FakeChannel();
  await channel.start();
  const clock = testClock(T0);
  const asked: number[] = [];
  const log: string[] = [];
  const note = (data: object, message: string) => void log.push(`${message} ${JSON.stringify(data)}`);
  const dispatcher = new Dispatcher({
    lane: 'own',
    store,
    channels: new Map([['web', channel]]),
    clock,
    log: { ...silentLog, warn: note, error: note },
    later: (conversation, at) => {
      asked.push(at);
      clock.after(Math.max(0, at - clock.now()), () => dispatcher.dispatch(conversation));
    },
  });
  return {
    store,
    channel,
    dispatcher,
    clock,
    asked,
    log,
    items: async () => (await store.read('c'))?.outbox ?? [],
    journal: async () => (await all(store.readJournal())).map(({ id }) => id),
    run: async () => {
      dispatcher.dispatch('c');
      await dispatcher.settled('c');
    },
  };
}

const busy = (): never => {
  throw new Error('busy');
};

test('sends what waits, in order, and takes it off the outbox', async () => {
  const { store, channel, run, items, asked } = await bench();
  await put(store, 'c', { outbox: [reply('r1'), reply('r2'), reply('r3')] });
  await run();
  expect(channel.texts()).toEqual(['回复 r1', '回复 r2', '回复 r3']);
  expect(await items()).toEqual([]);
  expect(asked).toEqual([]);
});

test('has nothing to do for a conversation that is not there or has nothing waiting', async () => {
  const { store, run, channel } = await bench();
  await run();
  await put(store, 'c', { outbox: [reply('gone', { state: 'dead' })] });
  await run();
  expect(channel.attempts).toBe(0);
  expect((await store.read('c'))?.version).toBe(1);
});

test('a reply that is not taken is tried again, each time later, and none overtakes it', async () => {
  const { store, channel, run, clock, items } = await bench();
  const times: number[] = [];
  channel.before = ({ item }) => {
    if (item.id === 'r1') times.push(clock.now() - T0);
    if (times.length < 5) busy();
  };
  await put(store, 'c', { outbox: [reply('r1'), reply('r2')].map((item) => ({ ...item, expiresAt: T0 + DAY })) });
  await run();
  expect(channel.sent).toEqual([]);
  expect((await items()).map(({ attempts }) => attempts)).toEqual([1, 1]);
  await clock.advance(MINUTE);
  expect(times).toEqual([0, 1000, 3000, 7000, 15_000]);
  expect(channel.texts()).toEqual(['回复 r1', '回复 r2']);
  expect(await items()).toEqual([]);
});

test('waits for the reply in front, not for those behind it: no busy loop', async () => {
  const { store, channel, run, asked } = await bench();
  channel.before = busy;
  await put(store, 'c', { outbox: [reply('r1'), reply('r2', { createdAt: T0 - MINUTE, nextAttemptAt: T0 - MINUTE })] });
  await run();
  expect(asked).toEqual([T0 + 1000]);
  // Called in between, it asks for the same moment and does nothing.
  await run();
  expect(asked).toEqual([T0 + 1000, T0 + 1000]);
  expect(channel.attempts).toBe(1);
});

test('no wait between two attempts is longer than five minutes, and a reply that expires is given up', async () => {
  const { store, channel, run, clock, items, log } = await bench();
  const times: number[] = [];
  channel.before = () => {
    times.push(clock.now());
    busy();
  };
  await put(store, 'c', { outbox: [reply('r1', { expiresAt: T0 + 3_600_000 })] });
  await run();
  await clock.advance(2 * 3_600_000);
  const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(Math.max(...waits)).toBe(5 * MINUTE);
  expect(waits).toEqual([...waits].sort((a, b) => a - b));
  expect(times.at(-1)).toBeLessThan(T0 + 3_600_000);
  expect(await items()).toEqual([expect.objectContaining({ id: 'r1', state: 'dead' })]);
  expect(log.at(-1)).toContain('a reply expired unsent');
});

test('an expired reply does not hold up the next one', async () => {
  const { store, channel, run, items } = await bench();
  await put(store, 'c', { outbox: [reply('old', { expiresAt: T0 }), reply('new')] });
  await run();
  expect(channel.texts()).toEqual(['回复 new']);
  expect((await items()).map(({ id, state }) => [id, state])).toEqual([['old', 'dead']]);
});

test('a reply for a door that is not open waits for it', async () => {
  const { store, run, items, asked } = await bench();
  await put(store, 'c', { channel: 'console', outbox: [reply('r1', { channel: 'console' })] });
  await run();
  expect(await items()).toEqual([expect.objectContaining({ attempts: 1, state: 'waiting' })]);
  expect(asked).toEqual([T0 + 1000]);
});

test('one round at a time: what is added while one runs is sent in the same order, once', async () => {
  const { store, channel, dispatcher } = await bench();
  const { opened, open } = gate();
  let inside = 0;
  channel.before = async () => {
    inside += 1;
    expect(inside).toBe(1);
    await opened;
    inside -= 1;
  };
  await put(store, 'c', { outbox: [reply('r1')] });
  dispatcher.dispatch('c');
  for (let count = 0; count < 5; count += 1) dispatcher.dispatch('c');
  await store.transact('c', (record) => ({
    record: record && { ...record, outbox: [...record.outbox, reply('r2')] },
    result: null,
  }));
  dispatcher.dispatch('c');
  open();
  await dispatcher.settled('c');
  expect(channel.texts()).toEqual(['回复 r1', '回复 r2']);
});

test('conversations do not wait for one another', async () => {
  const { store, channel, dispatcher } = await bench();
  const { opened, open } = gate();
  channel.before = ({ conversation }) => (conversation === 'slow' ? opened : undefined);
  for (const id of ['slow', 'c']) await put(store, id, { outbox: [reply('r1')] });
  dispatcher.dispatch('slow');
  dispatcher.dispatch('c');
  await dispatcher.settled('c');
  expect(channel.sent.map(({ conversation }) => conversation)).toEqual(['c']);
  open();
  await dispatcher.settled();
  expect(channel.sent).toHaveLength(2);
});

test('writes the events to the journal, once however often it is called', async () => {
  const { store, run, journal } = await bench();
  await put(store, 'c', { unjournaled: [caseEvent('e1'), caseEvent('e2')] });
  await run();
  expect(await journal()).toEqual(['e1', 'e2']);
  expect((await store.read('c'))?.unjournaled).toEqual([]);
  await put(store, 'c', { unjournaled: [caseEvent('e2'), caseEvent('e3')] });
  await run();
  expect(await journal()).toEqual(['e1', 'e2', 'e3']);
});

test('a process that ends between sending and writing it down sends once more, with the same id', async () => {
  const { store, channel, dispatcher, clock } = await bench();
  await put(store, 'c', { outbox: [reply('r1'), reply('r2')], unjournaled: [caseEvent('e1')] });
  // The first process never gets further than the first reply.
  channel.after = () => new Promise<void>(() => undefined);
  dispatcher.dispatch('c');
  await clock.advance(0);
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  expect(channel.sent).toHaveLength(1);
  const next = await bench(store);
  await next.run();
  expect(next.channel.sent.map(({ item }) => item.id)).toEqual(['r1', 'r2']);
  expect(await next.items()).toEqual([]);
  expect(await next.journal()).toEqual(['e1']);
});

describe('a store that refuses', () => {
  /** A memory store whose writes can be refused, one kind at a time. */
  function refusing(): { store: Store; refuse: { transact: boolean; journal: boolean } } {
    const memory = createMemoryStore();
    const refuse = { transact: false, journal: false };
    const full = () => Promise.reject(new PosDoctorError('STORE_FULL', { why: 'ENOSPC' }));
    const store: Store = Object.create(memory, {
      transact: {
        value: (...args: Parameters<Store['transact']>) => (refuse.transact ? full() : memory.transact(...args)),
      },
      journal: { value: (events: never) => (refuse.journal ? full() : memory.journal(events)) },
      open: { value: () => memory.open() },
      read: { value: (id: string) => memory.read(id) },
      readJournal: { value: () => memory.readJournal() },
    });
    return { store, refuse };
  }

  test('to note what was sent does not make this process send it again', async () => {
    const { store, refuse } = refusing();
    const { channel, run, clock, items, asked, log } = await bench(store);
    await put(store, 'c', { outbox: [reply('r1'), reply('r2')], unjournaled: [caseEvent('e1')] });
    refuse.transact = true;
    await run();
    await clock.advance(10 * MINUTE);
    expect(channel.texts()).toEqual(['回复 r1', '回复 r2']);
    expect(await items()).toHaveLength(2);
    // It asks ever more seldom.
    expect(asked.slice(0, 4).map((at) => at - T0)).toEqual([1000, 3000, 7000, 15_000]);
    expect(log.length).toBeLessThan(12);
    refuse.transact = false;
    await clock.advance(10 * MINUTE);
    expect(channel.sent).toHaveLength(2);
    expect(await items()).toEqual([]);
    // And what is sent later is sent.
    await put(store, 'c', { outbox: [reply('r3', { expiresAt: T0 + DAY })] });
    await run();
    expect(channel.sent).toHaveLength(3);
  });

  test('the journal does not keep replies from going out and being noted; the events are written later', async () => {
    const { store, refuse } = refusing();
    const { channel, run, clock, items, journal } = await bench(store);
    await put(store, 'c', { outbox: [reply('r1')], unjournaled: [caseEvent('e1')] });
    refuse.journal = true;
    await run();
    expect(channel.texts()).toEqual(['回复 r1']);
    expect(await items()).toEqual([]);
    expect((await store.read('c'))?.unjournaled).toHaveLength(1);
    refuse.journal = false;
    await clock.advance(MINUTE);
    expect(await journal()).toEqual(['e1']);
    expect((await store.read('c'))?.unjournaled).toEqual([]);
  });
});

test('a reply made while the clock was an hour ahead goes out at once when it is right again', async () => {
  const { store, channel, run } = await bench();
  const then = { createdAt: T0 + 60 * MINUTE, nextAttemptAt: T0 + 60 * MINUTE, expiresAt: T0 + DAY };
  await put(store, 'c', { outbox: [reply('r1', then)] });
  await run();
  expect(channel.texts()).toEqual(['回复 r1']);
});

test('what is kept back by the pace goes out when there is room, however often that was asked for', async () => {
  const { store, channel, clock, run } = await bench();
  channel.before = () => {
    const wait = T0 + MINUTE - clock.now();
    if (wait > 0) throw new PosDoctorError('SEND_LATER', { channel: 'web' }, { retryAfterMs: wait });
  };
  await put(store, 'c', { outbox: [reply('r1', { expiresAt: T0 + DAY })] });
  for (let asked = 0; asked < 12; asked += 1) {
    // Whoever writes has what waits tried again.
    await store.transact('c', (record) => {
      const outbox = record?.outbox.map((item) => ({ ...item, nextAttemptAt: clock.now() })) ?? [];
      return { record: record && { ...record, outbox }, result: null };
    });
    await run();
    await clock.advance(4_000);
  }
  expect(channel.texts()).toEqual([]);
  await clock.advance(MINUTE - 48_000);
  expect(channel.texts()).toEqual(['回复 r1']);
});
