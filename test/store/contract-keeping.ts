/** The contract's part on what is erased, searched for, and removed when it is old. */
import type { Found } from '../../src/store/keeping.js';
import type { Store } from '../../src/store/store.js';
import type { StoreUnderTest } from './contract.js';
import { all, caseEvent, gate, put, record, reply, T0 } from './records.js';

const DAY = 86_400_000;
const LONG = `long-${'x'.repeat(2_000)}`;

const line = (text: string) => ({ id: 't', at: T0, from: 'user' as const, text });

export function keepingContract(under: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    store = under().store;
  });

  const found = async (...needles: string[]): Promise<Found[]> => all(store.search(needles));
  const stored = async () => (await all(store.conversations())).sort();

  describe('what is forgotten', () => {
    test('is gone whole: record, pending work, events, in every form, and stays so; what others have stays', async () => {
      for (const id of ['a', 'b']) {
        // Several versions of one file, and of the index.
        for (const text of ['first', 'second', 'third'])
          await put(store, id, {
            transcript: [line(`${text} words of ${id}`)],
            wakeUps: [{ name: 'x', at: T0 }],
            outbox: [reply(`r-${id}`)],
          });
        await store.journal([
          caseEvent(`${id}1`, { conversation: id }),
          caseEvent(`${id}2`, { conversation: id, at: T0 + DAY, data: { text: `event of ${id}` } }),
        ]);
      }
      await put(store, 'idle-a');
      expect(await store.forget(['a', 'idle-a'])).toEqual({ records: 2, setAside: 0, events: 2 });
      for (let round = 0; round < 2; round += 1) {
        expect(await store.read('a')).toBeNull();
        expect(await stored()).toEqual(['b']);
        expect(await store.pending()).toEqual([{ conversation: 'b', dueAt: T0 }]);
        expect((await all(store.readJournal())).map(({ id }) => id)).toEqual(['b1', 'b2']);
        expect(await found('words of a', 'event of a', 'a1', 'r-a', 'idle-a')).toEqual([]);
        expect((await store.read('b'))?.transcript[0]?.text).toBe('third words of b');
        store = await under().reopen();
      }
    });

    test('may be asked for again, and may never have been', async () => {
      await put(store, 'a');
      await store.forget(['a']);
      for (const ids of [['a'], ['never'], ['a', 'a', LONG], []])
        expect(await store.forget(ids)).toEqual({ records: 0, setAside: 0, events: 0 });
    });

    test('has an id of any characters and length', async () => {
      const ids = ['', '../a', '店/1', 'a\nb', LONG];
      for (const id of ids) {
        await put(store, id, { transcript: [line('private words')] });
        await store.journal([caseEvent(`e-${id}`, { conversation: id, data: { text: 'private words' } })]);
      }
      await put(store, `${LONG}y`);
      expect(await store.forget(ids)).toEqual({ records: ids.length, setAside: 0, events: ids.length });
      expect(await stored()).toEqual([`${LONG}y`]);
      expect(await found('private words')).toEqual([]);
    });

    test('waits for the turn under way, and what comes after it begins anew', async () => {
      await put(store, 'a', { seen: ['m1'] });
      const { opened, open } = gate();
      const { opened: entered, open: enter } = gate();
      const turn = store.transact('a', async (old) => {
        enter();
        await opened;
        return { record: { ...(old ?? record('a')), seen: ['m1', 'm2'] }, result: old?.version };
      });
      await entered;
      const forgotten = store.forget(['a']);
      open();
      expect(await turn).toBe(1);
      expect((await forgotten).records).toBe(1);
      expect(await store.transact('a', (old) => ({ record: record('a', { seen: ['m3'] }), result: old }))).toBeNull();
      expect(await store.read('a')).toMatchObject({ version: 1, seen: ['m3'] });
    });

    test('leaves a journal that can be added to, and whose ids still count once', async () => {
      const day = (id: string, conversation: string) => caseEvent(id, { conversation });
      await store.journal([day('a1', 'a'), day('b1', 'b')]);
      const adding = store.journal([day('b2', 'b')]);
      await Promise.all([adding, store.forget(['a']), store.journal([day('b3', 'b')])]);
      await store.journal([day('b1', 'b'), day('b2', 'b'), day('b4', 'b')]);
      expect((await all(store.readJournal())).map(({ id }) => id).sort()).toEqual(['b1', 'b2', 'b3', 'b4']);
    });

    test('may be a small record', async () => {
      for (const value of ['one', 'two', 'three']) await store.putSmall('of:a', value);
      await store.putSmall('of:b', 'four');
      expect(await store.removeSmall('of:a')).toBe(true);
      expect(await store.removeSmall('of:a')).toBe(false);
      store = await under().reopen();
      expect(await store.getSmall('of:a')).toBeNull();
      expect(await found('of:a', 'one', 'three')).toEqual([]);
      expect(await store.getSmall('of:b')).toMatchObject({ value: 'four' });
      expect(await store.putSmall('of:a', 'again', 0)).toBe(true);
    });
  });

  describe('a search', () => {
    test('finds what is stored, and says where and whose it is', async () => {
      await put(store, 'a', { transcript: [line('三号\n"店"')] });
      await put(store, LONG, { transcript: [line('三号\n"店"')] });
      await store.journal([caseEvent('e1', { conversation: LONG, data: { text: '三号\n"店"' } })]);
      await store.putSmall('key', { text: '三号\n"店"' });
      await put(store, 'other', { transcript: [line('三号 店')] });
      const told = (await found('三号\n"店"')).map(({ place, conversation, small }) => [place, conversation, small]);
      expect(told).toEqual(
        expect.arrayContaining([
          ['conversations', 'a', undefined],
          ['conversations', LONG, undefined],
          ['journal', LONG, undefined],
          ['small', undefined, 'key'],
        ]),
      );
      expect(told.flatMap(([, conversation]) => conversation ?? [])).not.toContain('other');
    });

    test('goes through more than one page', async () => {
      const events = Array.from({ length: 2_500 }, (_, i) =>
        caseEvent(`e${i}`, { conversation: i % 2 ? 'odd' : 'even' }),
      );
      await store.journal(events);
      expect(await found('odd')).toHaveLength(1_250);
    });
  });

  describe('what is old', () => {
    /** Commits carry the time of the machine, or of its disk. */
    const later = (days: number) => Date.now() + days * DAY;
    const reapAll = async (keep: Parameters<Store['reap']>[0], now: number): Promise<void> => {
      for (let steps = 0; await store.reap(keep, now); steps += 1) if (steps > 1_000) throw new Error('for ever');
    };

    test('stays if nothing is said, and until its days are over', async () => {
      await put(store, 'a');
      await store.journal([caseEvent('e1', { at: Date.now() })]);
      await reapAll({}, later(10_000));
      await reapAll({ conversationDays: 30, journalDays: 30 }, later(30));
      expect([await stored(), (await all(store.readJournal())).length]).toEqual([['a'], 1]);
    });

    test('goes then, but for what is pending; each kind by its own days', async () => {
      await put(store, 'done');
      await put(store, 'dead', { outbox: [reply('r', { state: 'dead' })] });
      await put(store, 'waiting', { outbox: [reply('r')] });
      await put(store, 'reminder', { wakeUps: [{ name: 'x', at: T0 }] });
      await put(store, 'unjournaled', { unjournaled: [caseEvent('e')] });
      await store.journal([caseEvent('old', { at: later(-40) }), caseEvent('new', { at: Date.now() })]);
      await reapAll({ journalDays: 30 }, Date.now());
      expect((await all(store.readJournal())).map(({ id }) => id)).toEqual(['new']);
      expect(await stored()).toHaveLength(5);
      await reapAll({ conversationDays: 30 }, later(32));
      expect(await stored()).toEqual(['reminder', 'unjournaled', 'waiting']);
      expect((await all(store.readJournal())).map(({ id }) => id)).toEqual(['new']);
      store = await under().reopen();
      expect(await stored()).toEqual(['reminder', 'unjournaled', 'waiting']);
    });

    test('goes a little at a time, while turns go on', async () => {
      await Promise.all(Array.from({ length: 300 }, (_, i) => put(store, `c${i}`)));
      await Promise.all([
        reapAll({ conversationDays: 1 }, later(3)),
        ...Array.from({ length: 300 }, (_, i) => put(store, `c${i}`, { wakeUps: [{ name: 'x', at: T0 }] })),
      ]);
      expect(await stored()).toHaveLength(300);
      for (const { version } of await Promise.all(
        (await stored()).map(async (id) => (await store.read(id)) ?? record(id)),
      ))
        expect([1, 2]).toContain(version);
    });
  });
}
