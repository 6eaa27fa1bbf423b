import fc from 'fast-check';
import { PAST_CASES, type SharedCase } from '../../src/dialogue/past-cases.js';
import { SHOP_CASE } from '../../src/dialogue/shared-cases.js';
import { silentLog } from '../../src/log.js';
import { LOOK_MS, SHOPS_MAX, ShopBook } from '../../src/merchants/shop-book.js';
import { noObserver } from '../../src/observer.js';
import { createMemoryStore } from '../../src/store/memory.js';
import type { CaseEvent, Claims, Store } from '../../src/store/store.js';
import { testClock } from '../support/clock.js';

const T0 = Date.UTC(2026, 10, 23, 2, 0, 0);
const DAY = 24 * 60 * 60_000;

const shared = (more: Partial<SharedCase> = {}): SharedCase => {
  const at = more.at ?? T0;
  return { case: 1, opened: at - 60_000, at, merchant: 'M1', outcome: 'resolved', ...more };
};
const event = (data: SharedCase, conversation = 'a'): CaseEvent => ({
  id: `${conversation}:${data.opened}:${data.case}:${data.at}:${data.outcome}`,
  conversation,
  at: data.at,
  type: SHOP_CASE,
  data: { ...data },
});

/** Lets time pass until something is done. */
async function meanwhile(clock: ReturnType<typeof testClock>, done: Promise<void>): Promise<void> {
  let over = false;
  void done.then(() => {
    over = true;
  });
  while (!over) await clock.advance(10);
}

async function bookOf(events: readonly CaseEvent[], more: { days?: number; now?: number } = {}) {
  const store = createMemoryStore();
  await store.open();
  await store.journal(events);
  const clock = testClock(more.now ?? T0);
  const book = new ShopBook({ store, clock, log: silentLog, days: more.days });
  book.start();
  await meanwhile(clock, book.settled());
  return { book, store, clock };
}

test('what the journal holds is known after the start, in order, and of the shop alone', async () => {
  const { book } = await bookOf([
    event(shared({ at: T0 - 3 * DAY }), 'b'),
    event(shared({ at: T0 - DAY, outcome: 'open' })),
    event(shared({ merchant: 'M2' }), 'c'),
  ]);
  expect(book.of('m1', T0).map(({ at }) => at)).toEqual([T0 - 3 * DAY, T0 - DAY]);
  expect(book.of('M3', T0)).toEqual([]);
  await book.stop();
});

test('a case that was handed over and then solved counts once, as solved, in whatever order that is heard', async () => {
  const open = event(shared({ opened: T0 - 1, at: T0, outcome: 'open' }));
  const solved = event(shared({ opened: T0 - 1, at: T0, outcome: 'resolved' }));
  for (const events of [
    [open, solved],
    [solved, open],
    [open, solved, open, solved],
  ]) {
    const { book } = await bookOf([]);
    book.note(events);
    expect(book.of('M1', T0).map(({ outcome }) => outcome)).toEqual(['resolved']);
    await book.stop();
  }
});

test('what is older than it is to be known, or than the journal is kept, is not told', async () => {
  const old = event(shared({ at: T0 - 20 * DAY }));
  const { book } = await bookOf([old]);
  expect(book.of('M1', T0)).toHaveLength(1);
  expect(book.of('M1', T0 + (PAST_CASES.days - 19) * DAY)).toEqual([]);
  await book.stop();
  const { book: short } = await bookOf([old], { days: 14 });
  short.note([old]);
  expect(short.of('M1', T0)).toEqual([]);
  await short.stop();
});

test('a person who is forgotten is gone from the shop’s cases at once, and what they say later is theirs again', async () => {
  const { book, store, clock } = await bookOf([event(shared()), event(shared({ at: T0 + 1 }), 'b')]);
  await book.forgetsWith(store).forget(['a']);
  expect(book.of('M1', T0)).toMatchObject([{ at: T0 + 1 }]);
  await meanwhile(clock, book.settled());
  book.note([event(shared({ at: T0 + 2 }))]);
  expect(book.of('M1', T0)).toHaveLength(2);
  await book.stop();
});

test('who is forgotten while the journal is being read does not come back with what was read before', async () => {
  const store = createMemoryStore();
  await store.open();
  const clock = testClock(T0);
  let goOn = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  async function* readJournal() {
    await gate;
    yield event(shared());
    yield event(shared({ at: T0 + 1 }), 'b');
  }
  const book = new ShopBook({ store: { readJournal }, clock, log: silentLog, days: 1 });
  book.start();
  book.forget(['a']);
  goOn();
  await meanwhile(clock, book.settled());
  expect(book.of('M1', T0)).toMatchObject([{ at: T0 + 1 }]);
  await book.stop();
});

test('of several processes each hears what the others noted and whom they forgot', async () => {
  const store = createMemoryStore();
  await store.open();
  const clock = testClock(T0);
  let tell: (conversation: string, what: 'said' | 'forgotten') => void = () => undefined;
  const claims = {
    listen: (heard: typeof tell) => {
      tell = heard;
      return () => undefined;
    },
  } as unknown as Claims;
  const several = { readJournal: store.readJournal.bind(store), claims } as Pick<Store, 'readJournal' | 'claims'>;
  const book = new ShopBook({ store: several, clock, log: silentLog });
  book.start();
  await meanwhile(clock, book.settled());
  await store.journal([event(shared({ at: clock.now() }))]);
  await clock.advance(LOOK_MS);
  await meanwhile(clock, book.settled());
  expect(book.of('M1', clock.now())).toHaveLength(1);
  tell('a', 'said');
  expect(book.of('M1', clock.now())).toHaveLength(1);
  tell('a', 'forgotten');
  expect(book.of('M1', clock.now())).toEqual([]);
  await book.stop();
});

test('a journal that cannot be read leaves a service that works and a line in the log', async () => {
  const clock = testClock(T0);
  const lines: string[] = [];
  const log = { ...silentLog, warn: (_: object, message: string) => void lines.push(message) };
  // biome-ignore lint/correctness/useYield: it fails before
  async function* readJournal(): AsyncGenerator<CaseEvent, void, undefined> {
    throw new Error('no disk');
  }
  const book = new ShopBook({ store: { readJournal }, clock, log, days: 1 });
  book.start();
  await meanwhile(clock, book.settled());
  await book.stop();
  expect(lines).toEqual(['the last cases of shops could not be read from the journal']);
  book.note([event(shared())]);
  expect(book.of('M1', T0)).toHaveLength(1);
});

test('an observer beside it hears all it heard, and the book what was committed', async () => {
  const { book } = await bookOf([]);
  const heard: string[] = [];
  const both = book.besides({ ...noObserver, ticks: () => 7, committed: (door) => void heard.push(door) });
  both.committed('web', [event(shared())], 1);
  expect([both.ticks(), heard, book.of('M1', T0).length]).toEqual([7, ['web'], 1]);
  await book.stop();
});

test('however many shops there are, the book keeps its bound, and those whose last case is newest', async () => {
  const { book } = await bookOf([]);
  for (let n = 0; n < SHOPS_MAX + 3; n += 1) book.note([event(shared({ merchant: `M${n}`, at: T0 + n }))]);
  book.note([event(shared({ merchant: 'OLD', at: T0 - DAY }))]);
  expect(book.size).toBe(SHOPS_MAX);
  expect([book.of('M0', T0), book.of('OLD', T0)]).toEqual([[], []]);
  expect(book.of(`M${SHOPS_MAX}`, T0)).toHaveLength(1);
  await book.stop();
});

test('whatever is noted, however often and in whatever order, the last five of a shop are known, each case once', () => {
  const one = fc.record({
    case: fc.nat(3),
    opened: fc.nat(3).map((n) => T0 + n),
    at: fc.nat(30).map((n) => T0 + n),
    outcome: fc.constantFrom('resolved' as const, 'open' as const),
    conversation: fc.constantFrom('a', 'b', 'c'),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 30 }), (all) => {
      const merchant = 'P';
      const fresh = new ShopBook({ store: createMemoryStore(), clock: testClock(T0), log: silentLog });
      const events = all.map(({ conversation, ...data }) => event({ ...data, merchant }, conversation));
      fresh.note(events);
      const before = fresh.of(merchant, T0);
      expect(before.length).toBeLessThanOrEqual(PAST_CASES.kept);
      expect([...before].sort((a, b) => a.at - b.at)).toEqual(before);
      fresh.note(events);
      expect(fresh.of(merchant, T0).map(({ at }) => at)).toEqual(before.map(({ at }) => at));
    }),
  );
});
