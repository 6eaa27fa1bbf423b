/** The contract's part on following the journal. */
import type { JournalPlace, Store } from '../../src/store/store.js';
import type { StoreUnderTest } from './contract.js';
import { caseEvent, T0 } from './records.js';

const DAY = 86_400_000;

export function followContract(under: () => StoreUnderTest): void {
  describe('following the journal', () => {
    let store: Store;
    beforeEach(() => {
      store = under().store;
    });
    const event = (id: string, at = T0, type = 'report') => ({ ...caseEvent(id), at, type });
    const ids = async (place: JournalPlace | null, now = T0, limit = 100) => {
      const page = await store.journalAfter(place, 'report', now, limit);
      return { ...page, ids: page.events.map(({ id }) => id) };
    };

    test('gives each event of the type once, in the order in which they came', async () => {
      await store.journal([event('a'), event('b', T0, 'turn'), event('c')]);
      const first = await ids(null);
      expect(first).toMatchObject({ ids: ['a', 'c'], more: false });
      expect((await ids(first.place)).ids).toEqual([]);
      await store.journal([event('d', T0, 'turn'), event('e'), event('a')]);
      const next = await ids(first.place);
      expect(next.ids).toEqual(['e']);
      expect((await ids(next.place)).ids).toEqual([]);
    });

    test('is not taken in by words that look like the type', async () => {
      await store.journal([{ ...event('a', T0, 'turn'), data: { text: '"type":"report"', deep: { type: 'report' } } }]);
      expect((await ids(null)).ids).toEqual([]);
    });

    test('goes page by page', async () => {
      await store.journal(Array.from({ length: 7 }, (_, n) => event(`e${n}`, T0 + n)));
      const seen: string[] = [];
      let place: JournalPlace | null = null;
      for (let more = true; more; ) {
        const page: Awaited<ReturnType<typeof ids>> = await ids(place, T0, 3);
        expect(page.ids.length).toBeLessThanOrEqual(3);
        seen.push(...page.ids);
        ({ place, more } = page);
      }
      expect(seen).toEqual(['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6']);
    });

    test('sees what comes late of yesterday, and what a clock ahead wrote tomorrow, and no older days', async () => {
      await store.journal([event('today')]);
      const { place } = await ids(null);
      await store.journal([event('late', T0 - DAY), event('early', T0 + DAY), event('old', T0 - 2 * DAY)]);
      expect((await ids(place)).ids).toEqual(['late', 'early']);
    });

    test('what is erased costs nobody else their events, if one begins anew', async () => {
      await store.journal([event('a'), { ...event('b'), conversation: 'gone' }, event('c')]);
      const { place } = await ids(null);
      await store.forget(['gone']);
      await store.journal([event('d')]);
      expect((await ids(null)).ids).toEqual(['a', 'c', 'd']);
      expect((await ids(place)).ids.every((id) => ['a', 'c', 'd'].includes(id))).toBe(true);
    });

    test('a place survives being stored', async () => {
      await store.journal([event('a')]);
      const { place } = await ids(null);
      await store.putSmall('place', place);
      await store.journal([event('b')]);
      expect((await ids((await store.getSmall('place'))?.value as JournalPlace)).ids).toEqual(['b']);
    });
  });
}
