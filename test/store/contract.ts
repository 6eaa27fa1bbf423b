/** What every store must do; run against each implementation. */
import { isPosDoctorError } from '../../src/errors.js';
import { NEVER } from '../../src/store/rules.js';
import type { CaseEvent, ConversationRecord, Store } from '../../src/store/store.js';
import { RECORD_SCHEMA } from '../../src/store/store.js';
import { all, caseEvent, put, record, reply, T0 } from './records.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export interface StoreUnderTest {
  store: Store;
  /** Closes the store and opens one on the same data. */
  reopen(): Promise<Store>;
  cleanup(): Promise<void>;
}

/** A promise and what settles it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** `make` gives an open, empty store. */
export function storeContract(make: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest;
  let store: Store;
  beforeEach(async () => {
    under = await make();
    store = under.store;
  });
  afterEach(() => under.cleanup());

  describe('a transaction', () => {
    test('gets null where there is no record, and commits what it returns', async () => {
      const seen = await store.transact('c', (old) => ({ record: record('c', { seen: ['m1'] }), result: old }));
      expect(seen).toBeNull();
      expect(await store.read('c')).toEqual(record('c', { seen: ['m1'], version: 1, schema: RECORD_SCHEMA }));
    });

    test('keeps every field as it was given', async () => {
      const full = record('c', {
        session: { state: 'asking', belief: { channel: 0.25, other: 1e-9 }, nested: [null, true, '𠮷野家 \u2028"\\'] },
        inbox: [
          {
            kind: 'message',
            id: 'm2',
            conversation: 'c',
            at: T0,
            text: '刷不了卡\n急',
            replyTo: { channel: 'web', token: 't' },
          },
          { kind: 'option', id: 'm3', conversation: 'c', at: T0, option: 'one', question: 'scope', mayJoin: false },
        ],
        seen: ['m1'],
        outbox: [reply('r1', { replyTo: { channel: 'web', token: 'x', expiresAt: T0 } })],
        wakeUps: [{ name: 'silence', at: T0 + MINUTE }],
        unjournaled: [caseEvent('e1')],
        transcript: [{ id: 't1', at: T0, from: 'user', text: '不可用' }],
      });
      await put(store, 'c', full);
      expect(await store.read('c')).toEqual({ ...full, version: 1 });
    });

    test('gives back what its work returns, from a promise or not', async () => {
      expect(await store.transact('c', () => ({ record: null, result: 7 }))).toBe(7);
      expect(await store.transact('c', async () => ({ record: record('c'), result: 'done' }))).toBe('done');
    });

    test('counts commits in the version, whatever the work puts there', async () => {
      for (const version of [0, 99, -1]) await put(store, 'c', { version });
      expect((await store.read('c'))?.version).toBe(3);
    });

    test('stores the record under its own conversation and schema, whatever the work puts there', async () => {
      await store.transact('c', () => ({ record: record('another', { schema: 0 }), result: null }));
      expect(await store.read('c')).toMatchObject({ id: 'c', schema: RECORD_SCHEMA });
      expect(await store.read('another')).toBeNull();
    });

    test('changes nothing when it returns null, even if the record was changed', async () => {
      await put(store, 'c', { seen: ['m1'] });
      await store.transact('c', (old) => {
        old?.seen.push('m2');
        return { record: null, result: null };
      });
      expect(await store.read('c')).toEqual(record('c', { seen: ['m1'], version: 1 }));
    });

    test('changes nothing when its work throws, passes the error on and lets the next one in', async () => {
      await put(store, 'c', { seen: ['m1'] });
      const failure = new Error('no');
      const thrown = store.transact('c', (old) => {
        old?.seen.push('m2');
        throw failure;
      });
      await expect(thrown).rejects.toBe(failure);
      await expect(store.transact('c', () => Promise.reject(failure))).rejects.toBe(failure);
      expect(await store.transact('c', (old) => ({ record: null, result: old?.seen }))).toEqual(['m1']);
    });

    test('that fails on a new conversation leaves none behind', async () => {
      await store.transact('new', () => Promise.reject(new Error('no'))).catch(() => {});
      await store.transact('new', () => ({ record: null, result: null }));
      expect(await store.read('new')).toBeNull();
      expect(await all(store.conversations())).toEqual([]);
    });

    test('runs after those called before it on the same conversation, one at a time', async () => {
      const log: string[] = [];
      let inside = 0;
      const turns = Array.from({ length: 20 }, (_, i) =>
        store.transact('c', async (old) => {
          inside++;
          expect(inside).toBe(1);
          // Earlier ones take longer, so that only a lock keeps the order.
          for (let wait = 20 - i; wait > 0; wait--) await Promise.resolve();
          log.push(`${i}:${old?.seen.length ?? 0}`);
          inside--;
          return { record: { ...(old ?? record('c')), seen: [...(old?.seen ?? []), `m${i}`] }, result: null };
        }),
      );
      await Promise.all(turns);
      expect(log).toEqual(Array.from({ length: 20 }, (_, i) => `${i}:${i}`));
    });

    test('does not wait for one of another conversation', async () => {
      const { opened, open } = gate();
      const first = store.transact('a', async () => {
        await opened;
        return { record: record('a'), result: null };
      });
      await store.transact('b', () => {
        open();
        return { record: record('b'), result: null };
      });
      await first;
      expect(await all(store.conversations())).toEqual(expect.arrayContaining(['a', 'b']));
    });
  });

  describe('a record', () => {
    test('is a copy for whoever gets it: no later change of theirs reaches the store', async () => {
      const mine = record('c', { session: { asked: ['scope'] } });
      await store.transact('c', () => ({ record: mine, result: null }));
      (mine.session as { asked: string[] }).asked.push('charged');
      mine.seen.push('m9');
      const first = (await store.read('c')) as ConversationRecord;
      expect(first).toEqual(record('c', { session: { asked: ['scope'] }, version: 1 }));
      first.seen.push('m8');
      expect((await store.read('c'))?.seen).toEqual([]);
      await store.transact('c', (old) => {
        expect(old?.seen).toEqual([]);
        return { record: null, result: null };
      });
    });

    test('can be read while a transaction runs, as it was before, even from inside it', async () => {
      await put(store, 'c', { seen: ['m1'] });
      await store.transact('c', async (old) => {
        expect((await store.read('c'))?.seen).toEqual(['m1']);
        return { record: { ...(old as ConversationRecord), seen: ['m1', 'm2'] }, result: null };
      });
      expect((await store.read('c'))?.seen).toEqual(['m1', 'm2']);
    });

    test('has an id of any characters, and ids that look alike are different ones', async () => {
      const ids = [
        'a', 'A', 'a ', ' a', '', '.', '..', '../a', 'a/b', 'a\\b', 'con', 'a%2fb', 'a~b', 'a.json', '%', '商户·一号', '𠮷',
        'é', 'e\u0301', 'a\nb', '__proto__', 'constructor', '店'.repeat(100), `${'店'.repeat(100)}b`, 'wm'.repeat(150), 'x'.repeat(300),
      ]; // biome-ignore format: a list to read across
      await Promise.all(ids.map((id) => put(store, id, { seen: [id] })));
      for (const id of ids) expect([id, (await store.read(id))?.seen]).toEqual([id, [id]]);
      expect((await all(store.conversations())).sort()).toEqual([...ids].sort());
      expect(await store.read('b')).toBeNull();
    });
  });

  describe('pending work', () => {
    const kinds: [string, Partial<ConversationRecord>, number][] = [
      ['a waiting message', { inbox: [{ kind: 'enter', id: 'm', conversation: 'c', at: T0 + 1 }] }, T0 + 1],
      ['a reply to send', { outbox: [reply('r', { nextAttemptAt: T0 + 2 })] }, T0 + 2],
      ['a reply that expires before its next attempt', { outbox: [reply('r', { nextAttemptAt: T0 + 9, expiresAt: T0 + 3 })] }, T0 + 3],
      ['a wake-up', { wakeUps: [{ name: 'silence', at: T0 + 4 }] }, T0 + 4],
      ['an event that is not in the journal', { unjournaled: [caseEvent('e', { at: T0 + 5 })] }, T0 + 5],
      ['a dead letter, which nothing is due for', { outbox: [reply('r', { state: 'dead' })] }, NEVER],
    ]; // biome-ignore format: a table
    test.each(kinds)('is %s', async (_, change, dueAt) => {
      await put(store, 'idle');
      await put(store, 'c', change);
      expect(await store.pending()).toEqual([{ conversation: 'c', dueAt }]);
      await put(store, 'c', { inbox: [], outbox: [], wakeUps: [], unjournaled: [] });
      expect(await store.pending()).toEqual([]);
    });

    test('is due at its earliest, soonest conversation first', async () => {
      await put(store, 'b', { wakeUps: [{ name: 'x', at: T0 + 9 }, { name: 'y', at: T0 + 5 }] }); // biome-ignore format: short
      await put(store, 'a', { wakeUps: [{ name: 'x', at: T0 + 7 }], outbox: [reply('r', { nextAttemptAt: T0 + 6 })] });
      expect(await store.pending()).toEqual([
        { conversation: 'b', dueAt: T0 + 5 },
        { conversation: 'a', dueAt: T0 + 6 },
      ]);
    });

    test('does not appear or go with a transaction that fails', async () => {
      await store.transact('c', () => Promise.reject(new Error('no'))).catch(() => {});
      expect(await store.pending()).toEqual([]);
      await put(store, 'c', { wakeUps: [{ name: 'x', at: T0 }] });
      await store.transact('c', () => ({ record: null, result: null }));
      await store.transact('c', () => Promise.reject(new Error('no'))).catch(() => {});
      expect(await store.pending()).toEqual([{ conversation: 'c', dueAt: T0 }]);
    });
  });

  describe('a lease', () => {
    test('belongs to one holder until it expires', async () => {
      expect(await store.acquireLease('bot', 'one', T0, MINUTE)).toBe(true);
      expect(await store.acquireLease('bot', 'two', T0, MINUTE)).toBe(false);
      expect(await store.acquireLease('bot', 'two', T0 + MINUTE - 1, MINUTE)).toBe(false);
      expect(await store.acquireLease('bot', 'two', T0 + MINUTE, MINUTE)).toBe(true);
      expect(await store.acquireLease('bot', 'one', T0 + MINUTE, MINUTE)).toBe(false);
    });

    test('is renewed by its holder, also after it expired', async () => {
      await store.acquireLease('bot', 'one', T0, MINUTE);
      expect(await store.acquireLease('bot', 'one', T0 + MINUTE - 1, MINUTE)).toBe(true);
      expect(await store.acquireLease('bot', 'two', T0 + MINUTE, MINUTE)).toBe(false);
      expect(await store.acquireLease('bot', 'one', T0 + 5 * MINUTE, MINUTE)).toBe(true);
    });

    test('is let go by its holder only', async () => {
      await store.acquireLease('bot', 'one', T0, MINUTE);
      await store.releaseLease('bot', 'two');
      await store.releaseLease('none', 'one');
      expect(await store.acquireLease('bot', 'two', T0, MINUTE)).toBe(false);
      await store.releaseLease('bot', 'one');
      expect(await store.acquireLease('bot', 'two', T0, MINUTE)).toBe(true);
    });

    test('does not touch a lease of another name', async () => {
      await store.acquireLease('bot', 'one', T0, MINUTE);
      expect(await store.acquireLease('kf', 'two', T0, MINUTE)).toBe(true);
    });

    test('goes to one of several who ask at once', async () => {
      const won = await Promise.all(
        ['a', 'b', 'c', 'd'].map((holder) => store.acquireLease('bot', holder, T0, MINUTE)),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('a small record', () => {
    test('is null where there is none, then what was put, with a version that counts', async () => {
      expect(await store.getSmall('token')).toBeNull();
      expect(await store.putSmall('token', { value: 'abc', expires: T0 })).toBe(true);
      expect(await store.getSmall('token')).toEqual({ value: { value: 'abc', expires: T0 }, version: 1 });
      expect(await store.putSmall('token', null)).toBe(true);
      expect(await store.getSmall('token')).toEqual({ value: null, version: 2 });
    });

    test('is written only at the version that is expected', async () => {
      expect(await store.putSmall('cursor', 'a', 1)).toBe(false);
      expect(await store.getSmall('cursor')).toBeNull();
      expect(await store.putSmall('cursor', 'a', 0)).toBe(true);
      expect(await store.putSmall('cursor', 'b', 0)).toBe(false);
      expect(await store.putSmall('cursor', 'b', 1)).toBe(true);
      expect(await store.getSmall('cursor')).toEqual({ value: 'b', version: 2 });
    });

    test('is written by one of several that expect the same version', async () => {
      const won = await Promise.all([1, 2, 3, 4].map((value) => store.putSmall('cursor', value, 0)));
      expect(won.filter(Boolean)).toHaveLength(1);
    });

    test('is a copy both ways, under a key of any characters', async () => {
      const value = { list: [1] };
      for (const key of ['__proto__', 'a/b', '游标']) {
        await store.putSmall(key, value);
        value.list.push(2);
        const got = (await store.getSmall(key))?.value as { list: number[] };
        expect(got).toEqual({ list: [1] });
        got.list.push(3);
        expect((await store.getSmall(key))?.value).toEqual({ list: [1] });
        value.list.length = 1;
      }
    });
  });

  describe('the journal', () => {
    const ids = async (filter?: Parameters<Store['readJournal']>[0]): Promise<string[]> =>
      (await all(store.readJournal(filter))).map((event) => event.id);

    test('gives events back whole and in order', async () => {
      const events = [
        caseEvent('e1'),
        caseEvent('e2', { data: { text: '卡号 ****\n', list: [1, null] } }),
        caseEvent('e3'),
      ];
      await store.journal(events.slice(0, 2));
      await store.journal(events.slice(2));
      expect(await all(store.readJournal())).toEqual(events);
    });

    test('is empty at first and takes nothing in its stride', async () => {
      await store.journal([]);
      expect(await ids()).toEqual([]);
    });

    test('keeps an event once, however often it comes: again, in one call, or at the same time', async () => {
      await store.journal([caseEvent('e1'), caseEvent('e1')]);
      await Promise.all([store.journal([caseEvent('e1'), caseEvent('e2')]), store.journal([caseEvent('e2')])]);
      expect(await ids()).toEqual(['e1', 'e2']);
      store = await under.reopen();
      await store.journal([caseEvent('e2'), caseEvent('e3')]);
      expect(await ids()).toEqual(['e1', 'e2', 'e3']);
    });

    test('is read by conversation and by time, from inclusive, to exclusive', async () => {
      const events: CaseEvent[] = [];
      for (let day = 0; day < 4; day++)
        for (const conversation of ['a', 'b'])
          events.push(caseEvent(`${conversation}${day}`, { conversation, at: T0 + day * DAY }));
      await store.journal(events);
      expect(await ids({ conversation: 'b' })).toEqual(['b0', 'b1', 'b2', 'b3']);
      expect(await ids({ from: T0 + DAY, to: T0 + 3 * DAY })).toEqual(['a1', 'b1', 'a2', 'b2']);
      expect(await ids({ from: T0 + DAY + 1, conversation: 'a' })).toEqual(['a2', 'a3']);
      expect(await ids({ to: T0 })).toEqual([]);
      expect(await ids({ conversation: 'none' })).toEqual([]);
    });

    test('orders by day, and within a day as events came, whatever their clock said', async () => {
      await store.journal([caseEvent('late', { at: T0 + DAY }), caseEvent('second', { at: T0 + 1 })]);
      await store.journal([caseEvent('third', { at: T0 }), caseEvent('early', { at: T0 - DAY })]);
      expect(await ids()).toEqual(['early', 'second', 'third', 'late']);
    });

    test('is not changed by what the caller does with an event afterwards', async () => {
      const event = caseEvent('e1');
      const done = store.journal([event]);
      event.type = 'changed';
      await done;
      expect(await all(store.readJournal())).toEqual([caseEvent('e1')]);
    });
  });

  describe('closing', () => {
    test('waits for the transactions that were called before it', async () => {
      const { opened, open } = gate();
      const running = store.transact('c', async () => {
        await opened;
        return { record: record('c', { seen: ['m1'] }), result: null };
      });
      const queued = store.transact('c', (old) => ({
        record: { ...(old as ConversationRecord), seen: ['m1', 'm2'] },
        result: null,
      }));
      const reopened = under.reopen();
      open();
      await Promise.all([running, queued]);
      store = await reopened;
      expect((await store.read('c'))?.seen).toEqual(['m1', 'm2']);
    });

    test('refuses what comes after it, and may be called twice', async () => {
      const closed = [store.close(), store.close()];
      await expect(put(store, 'c')).rejects.toMatchObject({ code: 'STORE_FULL' });
      await Promise.all(closed);
      await store.close();
      const late = [
        put(store, 'c'),
        store.read('c'),
        store.pending(),
        store.journal([]),
        store.putSmall('k', 1),
        store.getSmall('k'),
      ];
      for (const outcome of await Promise.allSettled(late))
        expect(outcome.status === 'rejected' && isPosDoctorError(outcome.reason)).toBe(true);
    });

    test('and opening again loses nothing', async () => {
      await put(store, 'c', { seen: ['m1'], wakeUps: [{ name: 'x', at: T0 }] });
      await put(store, 'done');
      await store.acquireLease('bot', 'one', T0, MINUTE);
      await store.putSmall('cursor', 'a');
      await store.journal([caseEvent('e1')]);
      store = await under.reopen();
      expect(await store.read('c')).toEqual(
        record('c', { seen: ['m1'], wakeUps: [{ name: 'x', at: T0 }], version: 1 }),
      );
      expect(await store.pending()).toEqual([{ conversation: 'c', dueAt: T0 }]);
      expect(await store.acquireLease('bot', 'two', T0, MINUTE)).toBe(false);
      expect(await store.getSmall('cursor')).toEqual({ value: 'a', version: 1 });
      expect(await all(store.readJournal())).toEqual([caseEvent('e1')]);
      expect((await all(store.conversations())).sort()).toEqual(['c', 'done']);
      await put(store, 'c', { wakeUps: [] });
      expect((await store.read('c'))?.version).toBe(2);
    });
  });
}
