import { type CopyOptions, copyStore, MARK } from '../../src/store/copy.js';
import { createPostgresStore } from '../../src/store/postgres.js';
import type { Portable } from '../../src/store/transfer.js';
import { PATIENCE, TestDatabase } from '../postgres/database.js';
import { all, caseEvent, put, reply, T0 } from './records.js';
import { newDisk, storeOn } from './sim-machine.js';

const DAY = 86_400_000;
const CONVERSATIONS = 150;
const EVENTS = 1_200;

let database: TestDatabase;
let stores: Portable[];
beforeAll(async () => {
  database = await TestDatabase.create();
}, PATIENCE);
afterAll(() => database.drop());
beforeEach(async () => {
  stores = [];
  await database.empty();
});
afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
});

async function opened(store: Portable): Promise<Portable> {
  await store.open();
  stores.push(store);
  return store;
}
const folder = () => opened(storeOn(newDisk()));
const postgres = () => opened(createPostgresStore(database.url));

/** Conversations at several versions, with and without work, events of several days, small records, a lease. */
async function filled(store: Portable): Promise<Portable> {
  await store.restore(
    Array.from({ length: CONVERSATIONS }, (_, i) => ({
      schema: 1,
      id: i === 7 ? '店'.repeat(900) : `商户/${i}`,
      channel: 'web',
      version: 1 + (i % 5),
      updatedAt: T0 + i,
      session: { state: 'asking', z: 1, a: [i, null, '\u0000\ud800'] },
      inbox: [],
      seen: [`m${i}`],
      outbox: i % 10 === 0 ? [reply(`r${i}`)] : [],
      wakeUps: [],
      unjournaled: [],
      transcript: [{ id: `t${i}`, at: T0, from: 'user' as const, text: '该渠道业务不可用' }],
    })),
  );
  const events = Array.from({ length: EVENTS }, (_, i) =>
    caseEvent(`e${i}`, { at: T0 + (i % 3) * DAY - i, data: { z: i, a: '扫码' } }),
  );
  await store.journal(events);
  await store.putSmall('token', { value: 'abc' });
  for (let i = 0; i < 3; i += 1) await store.putSmall('cursor', { at: i });
  await store.acquireLease('bot', 'one', T0, DAY);
  return store;
}

/** All that is to be copied. */
async function contents(store: Portable) {
  const ids = (await all(store.conversations())).sort();
  const keys = (await store.smallKeys()).filter((key) => key !== MARK).sort();
  return {
    records: await Promise.all(ids.map((id) => store.read(id))),
    small: await Promise.all(keys.map(async (key) => [key, await store.getSmall(key)])),
    events: await all(store.readJournal()),
    pending: (await store.pending()).map(({ conversation }) => conversation).sort(),
  };
}

const copy = (from: Portable, to: Portable, options: Partial<CopyOptions> = {}) =>
  copyStore({ from, to, source: 'the one', progress: () => undefined, stopped: () => false, ...options });

test('there and back again everything is the same, but for leases', async () => {
  const start = await filled(await folder());
  const middle = await postgres();
  const end = await folder();
  const there = await copy(start, middle);
  const back = await copy(middle, end, { source: 'the other' });
  const expected = await contents(start);
  expect(expected.records).toHaveLength(CONVERSATIONS);
  expect(await contents(middle)).toEqual(expected);
  expect(await contents(end)).toEqual(expected);
  // The order of keys too: replays compare replies as text.
  expect(JSON.stringify(await contents(end))).toBe(JSON.stringify(expected));
  for (const store of [middle, end]) expect(await store.acquireLease('bot', 'two', T0, 1)).toBe(true);
  expect(there).toMatchObject({ conversations: CONVERSATIONS, events: EVENTS, small: 2, already: false });
  expect(there?.conversationsSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(back).toEqual(there);
});

test('stopped anywhere it goes on where it was, and is the same in the end', async () => {
  const from = await filled(await folder());
  const expected = await contents(from);
  const steps: string[] = [];
  await copy(from, await folder(), { progress: (step) => void steps.push(step) });
  expect(steps.length).toBeGreaterThan(8);
  const to = await postgres();
  for (const stopAfter of steps.keys()) {
    const taken: string[] = [];
    const progress: CopyOptions['progress'] = (step) => void taken.push(step);
    const outcome = await copy(from, to, { progress, stopped: () => taken.length > stopAfter });
    // Where the last step is done there is nothing left to stop.
    if (outcome !== null) expect(stopAfter).toBeGreaterThanOrEqual(steps.length - 2);
  }
  expect(await copy(from, to)).toMatchObject({ conversations: CONVERSATIONS, events: EVENTS });
  expect(await contents(to)).toEqual(expected);
});

test('half a copy is no source', async () => {
  const to = await postgres();
  await copy(await filled(await folder()), to, { stopped: () => true });
  const next = await folder();
  await expect(copy(to, next)).rejects.toMatchObject({ code: 'COPY_UNFINISHED' });
  expect(await next.smallKeys()).toEqual([]);
});

test('done once it is only verified again', async () => {
  const from = await filled(await folder());
  const to = await postgres();
  const first = await copy(from, to);
  const refuse = () => Promise.reject(new Error('it writes'));
  Object.assign(to, { restore: refuse, restoreSmall: refuse, journal: refuse, putSmall: refuse });
  expect(await copy(from, to)).toEqual({ ...first, already: true });
});

describe('it touches nothing in a target', () => {
  test.each<[string, (to: Portable) => Promise<unknown>]>([
    ['that has a conversation', (to) => put(to, 'c')],
    ['that has a case event', (to) => to.journal([caseEvent('e')])],
    ['that has a small record', (to) => to.putSmall('token', 1)],
  ])('%s of its own', async (_, fill) => {
    const from = await filled(await folder());
    const to = await postgres();
    await fill(to);
    const before = await contents(to);
    await expect(copy(from, to)).rejects.toMatchObject({
      code: 'COPY_REFUSED',
      subject: { why: 'the target holds data that is not a copy' },
    });
    expect(await contents(to)).toEqual(before);
    expect(await to.smallKeys()).not.toContain(MARK);
  });

  test('that is the copy of another source, whole or not', async () => {
    const from = await filled(await folder());
    const to = await postgres();
    for (const stopped of [() => true, () => false]) {
      await copy(from, to, { stopped });
      await expect(copy(from, to, { source: 'another' })).rejects.toMatchObject({
        subject: { why: 'the target is the copy of another source' },
      });
    }
  });

  test('that was used since it was copied: it says so', async () => {
    const from = await filled(await folder());
    const to = await postgres();
    await copy(from, to);
    await put(to, '商户/3', { seen: ['newer'] });
    await expect(copy(from, to)).rejects.toMatchObject({
      code: 'COPY_DIFFERS',
      subject: { what: 'conversation 商户/3' },
    });
    expect(await to.read('商户/3')).toMatchObject({ seen: ['newer'] });
  });

  test('that was used before the copy was whole', async () => {
    const from = await filled(await folder());
    const to = await postgres();
    const steps: string[] = [];
    await copy(from, to, { progress: (step) => void steps.push(step), stopped: () => steps.length > 3 });
    await put(to, '商户/3', { seen: ['newer'] });
    await expect(copy(from, to)).rejects.toMatchObject({
      code: 'COPY_REFUSED',
      subject: { why: expect.stringMatching(/has been used/) },
    });
    expect(await to.read('商户/3')).toMatchObject({ seen: ['newer'] });
  });
});

describe('it does not call a copy the same', () => {
  test.each<[string, (from: Portable) => Promise<unknown>, RegExp]>([
    ['a conversation changed', (from) => put(from, '商户/3', { seen: ['newer'] }), /conversation 商户\/3/],
    ['a conversation came', (from) => put(from, 'new'), /conversation new/],
    ['a small record changed', (from) => from.putSmall('cursor', 'x'), /small record cursor/],
    ['a small record came', (from) => from.putSmall('new', 'x'), /the small records/],
    [
      'an event came',
      (from) => from.journal([caseEvent('late', { at: T0 + 9 * DAY })]),
      /the journal, from event late/,
    ],
  ])('when %s in the source meanwhile; run again it takes that in', async (_, change, what) => {
    const from = await filled(await folder());
    const to = await postgres();
    let copied = false;
    const progress: CopyOptions['progress'] = (step, done, of) => {
      copied ||= step === 'events' && done === of;
    };
    // Asked for at the start, and again when the verification begins.
    const counts = to.counts.bind(to);
    to.counts = async () => {
      if (copied) await change(from);
      to.counts = copied ? counts : to.counts;
      return counts();
    };
    await expect(copy(from, to, { progress })).rejects.toMatchObject({
      code: 'COPY_DIFFERS',
      subject: { what: expect.stringMatching(what) },
    });
    expect(await copy(from, to)).toMatchObject({ already: false });
    expect(await contents(to)).toEqual(await contents(from));
  });

  test.each<[string, (to: Portable) => Promise<unknown>, RegExp]>([
    ['a conversation more', (to) => put(to, 'new'), /150 conversations in the source, 151 in the target/],
    ['an event more', (to) => to.journal([caseEvent('late', { at: T0 + 9 * DAY })]), /from event late/],
    ['a small record more', (to) => to.putSmall('new', 1), /the small records/],
  ])('with %s in the target', async (_, change, what) => {
    const from = await filled(await folder());
    const to = await postgres();
    await copy(from, to);
    await change(to);
    await expect(copy(from, to)).rejects.toMatchObject({
      code: 'COPY_DIFFERS',
      subject: { what: expect.stringMatching(what) },
    });
  });
});
