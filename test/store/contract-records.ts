/** The contract's part on conversations: transactions, records, pending work. */
import { NEVER } from '../../src/store/rules.js';
import type { ConversationRecord, Store } from '../../src/store/store.js';
import { RECORD_SCHEMA } from '../../src/store/store.js';
import type { StoreUnderTest } from './contract.js';
import { all, caseEvent, gate, put, record, reply, T0 } from './records.js';

const MINUTE = 60_000;

export function recordContract(under: () => StoreUnderTest): void {
  let store: Store;
  beforeEach(() => {
    store = under().store;
  });

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
        'a',
        'A',
        'a ',
        ' a',
        '',
        '.',
        '..',
        '../a',
        'a/b',
        'a\\b',
        'con',
        'a%2fb',
        'a~b',
        'a.json',
        '%',
        '商户·一号',
        '𠮷',
        'é',
        'e\u0301',
        'a\nb',
        '__proto__',
        'constructor',
        '店'.repeat(100),
        `${'店'.repeat(100)}b`,
        'wm'.repeat(150),
        'x'.repeat(300),
      ];
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
      [
        'a reply that expires before its next attempt',
        { outbox: [reply('r', { nextAttemptAt: T0 + 9, expiresAt: T0 + 3 })] },
        T0 + 3,
      ],
      ['a wake-up', { wakeUps: [{ name: 'silence', at: T0 + 4 }] }, T0 + 4],
      ['an event that is not in the journal', { unjournaled: [caseEvent('e', { at: T0 + 5 })] }, T0 + 5],
      ['a dead letter, which nothing is due for', { outbox: [reply('r', { state: 'dead' })] }, NEVER],
    ];
    test.each(kinds)('is %s', async (_, change, dueAt) => {
      await put(store, 'idle');
      await put(store, 'c', change);
      expect(await store.pending()).toEqual([{ conversation: 'c', dueAt }]);
      await put(store, 'c', { inbox: [], outbox: [], wakeUps: [], unjournaled: [] });
      expect(await store.pending()).toEqual([]);
    });

    test('is due at its earliest, soonest conversation first', async () => {
      await put(store, 'b', {
        wakeUps: [
          { name: 'x', at: T0 + 9 },
          { name: 'y', at: T0 + 5 },
        ],
      });
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
}
