/** What a store must do beside the contract, so that it can be copied. */
import type { Portable } from '../../src/store/transfer.js';
import { all, caseEvent, put, record, T0 } from './records.js';

export interface PortableUnderTest {
  store: Portable;
  /** Closes the store and opens one on the same data. */
  reopen(): Promise<Portable>;
}

/** Run inside `storeContract`, on the same stores. */
export function portableContract(under: () => PortableUnderTest): void {
  describe('a store that can be copied', () => {
    test('counts what it holds', async () => {
      const { store } = under();
      expect(await store.counts()).toEqual({ conversations: 0, events: 0 });
      for (const id of ['a', 'b', 'x'.repeat(2_000)]) await put(store, id);
      await store.journal([caseEvent('e1'), caseEvent('e2', { at: T0 + 86_400_000 })]);
      expect(await store.counts()).toEqual({ conversations: 3, events: 2 });
    });

    test('takes records as they are, with their version and what is pending, over what is there', async () => {
      const { store, reopen } = under();
      await put(store, 'a', { seen: ['old'] });
      const given = [
        record('a', { version: 7, seen: ['m1'], wakeUps: [{ name: 'x', at: T0 }] }),
        record('店', { version: 3, session: { text: '\u0000𠮷\ud800' } }),
      ];
      await store.restore(given);
      const again = await reopen();
      for (const one of given) expect(await again.read(one.id)).toEqual(one);
      expect(await again.pending()).toEqual([{ conversation: 'a', dueAt: T0 }]);
      await put(again, 'a', { wakeUps: [] });
      expect(await again.read('a')).toMatchObject({ version: 8 });
      expect((await all(again.conversations())).sort()).toEqual(['a', '店']);
    });

    test('names its small records, and takes them with their version', async () => {
      const { store, reopen } = under();
      expect(await store.smallKeys()).toEqual([]);
      await store.putSmall('b', 1);
      await store.restoreSmall('a', { value: { list: [1] }, version: 5 });
      await store.restoreSmall('b', { value: 2, version: 9 });
      const again = await reopen();
      expect((await again.smallKeys()).sort()).toEqual(['a', 'b']);
      expect(await again.getSmall('a')).toEqual({ value: { list: [1] }, version: 5 });
      expect(await again.putSmall('b', 3, 9)).toBe(true);
    });
  });
}
