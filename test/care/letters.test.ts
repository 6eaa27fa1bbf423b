import { type Care, careOf, type Live } from '../../src/care/care.js';
import { REPLY_LIFE_MS } from '../../src/record.js';
import type { OutboxItem, Store } from '../../src/store/store.js';
import { put, reply, T0 } from '../store/records.js';
import { testClock } from '../support/clock.js';
import { PLACES, type Place, withDatabase } from './grounds.js';

withDatabase();

const dead = (id: string, change: Partial<OutboxItem> = {}) =>
  reply(id, { state: 'dead', deadBecause: 'expired', deadAt: T0 + 1, inReplyTo: `m-${id}`, ...change });

describe.each(PLACES)('the outbox over %s', (_, make) => {
  const clock = testClock(T0 + 3_600_000);
  let place: Place;
  let store: Store;
  let nudged: string[];
  let care: Care;
  beforeEach(async () => {
    place = await make();
    store = place.store;
    nudged = [];
    const live: Live = { nudge: (id) => nudged.push(id), quietly: (_ids, work) => work() };
    care = careOf(store, clock, live);
  });
  afterEach(() => place.close());
  const outbox = async (id: string) => (await store.read(id))?.outbox ?? [];

  test('is listed: what waits first, then what died and why; the words only if they are asked for', async () => {
    await put(store, 'a', {
      outbox: [dead('r1'), reply('r2', { attempts: 3, createdAt: T0 + 5 })],
    });
    await put(store, 'b', {
      outbox: [
        dead('r3', { deadBecause: 'refused', inReplyTo: '', createdAt: T0 + 2 }),
        reply('r4', { channel: 'wecom-group-robot' }),
        reply('r5', { state: 'dead', createdAt: T0 + 9 }),
      ],
    });
    await put(store, 'idle', { wakeUps: [{ name: 'x', at: T0 }] });
    const { letters, more } = await care.letters({ text: false });
    expect(more).toBe(0);
    expect(letters.map(({ id, kind, reason, door }) => [id, kind, reason, door])).toEqual([
      ['r4', 'notice', null, 'wecom-group-robot'],
      ['r2', 'text', null, 'web'],
      ['r1', 'text', 'expired', 'web'],
      ['r3', 'reminder', 'refused', 'web'],
      ['r5', 'text', null, 'web'],
    ]);
    expect(letters[1]).toMatchObject({ conversation: 'a', attempts: 3, nextAttemptAt: T0, state: 'waiting' });
    expect(JSON.stringify(letters)).not.toContain('回复');
    expect((await care.letters({ text: true })).letters[0]?.text).toBe('回复 r4');
  });

  test('is sent again: what was named, with what answers the same event, for as long as its kind is worth', async () => {
    const fix = reply('r2').reply;
    await put(store, 'a', {
      outbox: [
        dead('r1', { inReplyTo: 'm1', taken: 1 }),
        dead('r2', { inReplyTo: 'm1', taken: 1, reply: { ...fix, type: 'fix' }, attempts: 9 }),
        dead('r3', { inReplyTo: 'm2' }),
      ],
    });
    expect(await care.resend({ ids: ['r2'], all: false })).toEqual({ letters: 2, conversations: ['a'] });
    const now = clock.now();
    const [first, second, third] = await outbox('a');
    for (const item of [first, second]) {
      expect(item).toMatchObject({ state: 'waiting', attempts: 0, nextAttemptAt: now, taken: 1 });
      expect(item?.expiresAt).toBe(now + REPLY_LIFE_MS.fix);
      expect(item).not.toHaveProperty('deadBecause');
    }
    expect(third?.state).toBe('dead');
    expect(nudged).toEqual(['a']);
    expect((await store.pending())[0]).toEqual({ conversation: 'a', dueAt: now });
  });

  test('is sent again whole, or at one door; what waits already is left to wait', async () => {
    await put(store, 'a', {
      outbox: [dead('r1'), dead('r2', { channel: 'other' }), reply('r3', { nextAttemptAt: T0 + 7 })],
    });
    await put(store, 'b', { outbox: [dead('r4')] });
    expect(await care.resend({ ids: [], all: true, door: 'other' })).toEqual({ letters: 1, conversations: ['a'] });
    expect((await outbox('a')).map(({ state }) => state)).toEqual(['dead', 'waiting', 'waiting']);
    expect((await care.resend({ ids: [], all: true })).letters).toBe(2);
    expect((await outbox('a'))[2]?.nextAttemptAt).toBe(T0 + 7);
    expect((await care.resend({ ids: ['r3'], all: false })).letters).toBe(1);
    expect((await outbox('a'))[2]?.nextAttemptAt).toBe(clock.now());
  });

  test('is dropped: named ones whether they wait or not, else only dead ones', async () => {
    await put(store, 'a', { outbox: [dead('r1'), reply('r2'), dead('r3', { channel: 'other' })] });
    expect((await care.drop({ ids: [], all: true, door: 'web' })).letters).toBe(1);
    expect((await outbox('a')).map(({ id }) => id)).toEqual(['r2', 'r3']);
    expect((await care.drop({ ids: ['r2', 'r3'], all: false })).letters).toBe(2);
    expect(await outbox('a')).toEqual([]);
    expect(await store.pending()).toEqual([]);
  });

  test('an id that nothing has is a slip of the pen', async () => {
    await put(store, 'a', { outbox: [dead('r1')] });
    for (const how of ['resend', 'drop'] as const)
      await expect(care[how]({ ids: ['r9'], all: false })).rejects.toMatchObject({ code: 'BAD_ARGUMENTS' });
    expect((await care.drop({ ids: [], all: true, door: 'none' })).letters).toBe(0);
  });
});
