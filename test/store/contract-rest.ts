/** The contract's part on everything beside conversations: leases, small records, the journal, closing. */
import { isPosDoctorError } from '../../src/errors.js';
import type { CaseEvent, ConversationRecord, Store } from '../../src/store/store.js';
import type { StoreUnderTest } from './contract.js';
import { all, caseEvent, gate, put, record, T0 } from './records.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export function restContract(under: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    store = under().store;
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
      store = await under().reopen();
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
      let closed = false;
      const reopened = under()
        .reopen()
        .finally(() => {
          closed = true;
        });
      for (let i = 0; i < 5000 && !closed; i++) await new Promise(setImmediate);
      expect(closed).toBe(false);
      open();
      await Promise.all([running, queued]);
      store = await reopened;
      expect((await store.read('c'))?.seen).toEqual(['m1', 'm2']);
    });

    test('refuses what comes after it, and may be called twice', async () => {
      const closed = [store.close(), store.close()];
      await expect(put(store, 'c')).rejects.toMatchObject({ code: 'STORE_REFUSED' });
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

    test('and opening again keeps the leases that others may hold, and no other', async () => {
      await store.acquireLease('bot', 'one', T0, MINUTE);
      store = await under().reopen();
      expect(await store.acquireLease('bot', 'two', T0, MINUTE)).toBe(!under().shared);
    });

    test('and opening again loses nothing else', async () => {
      await put(store, 'c', { seen: ['m1'], wakeUps: [{ name: 'x', at: T0 }] });
      await put(store, 'done');
      await store.putSmall('cursor', 'a');
      await store.journal([caseEvent('e1')]);
      store = await under().reopen();
      expect(await store.read('c')).toEqual(
        record('c', { seen: ['m1'], wakeUps: [{ name: 'x', at: T0 }], version: 1 }),
      );
      expect(await store.pending()).toEqual([{ conversation: 'c', dueAt: T0 }]);
      expect(await store.getSmall('cursor')).toEqual({ value: 'a', version: 1 });
      expect(await all(store.readJournal())).toEqual([caseEvent('e1')]);
      expect((await all(store.conversations())).sort()).toEqual(['c', 'done']);
      await put(store, 'c', { wakeUps: [] });
      expect((await store.read('c'))?.version).toBe(2);
    });
  });
}
