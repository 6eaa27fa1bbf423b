/**
 * Turns of a conversation as if one after the other, each at some moment between its call and its answer (linearisable). The
 * record is a list to which each turn adds its name, so that its place tells what it saw.
 */
import fc from 'fast-check';
import type { Store } from '../../src/store/store.js';
import { record } from './records.js';

interface Turn {
  /** Which of the stores. */
  at: number;
  conversation: string;
  /** Promises that it waits for before it begins, and within its work. */
  before: number;
  within: number;
  outcome: 'commit' | 'nothing' | 'fail';
}

const turn = fc.record({
  at: fc.nat(2),
  conversation: fc.constantFrom('a', 'b'),
  before: fc.nat(6),
  within: fc.nat(4),
  outcome: fc.constantFrom<Turn['outcome'][]>('commit', 'commit', 'commit', 'nothing', 'fail'),
});

interface Seen {
  turn: Turn;
  called: number;
  answered: number;
  /** How many had committed before it; null: it failed. */
  place: number | null;
}

const pause = async (times: number): Promise<void> => {
  for (let left = times; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
};

async function play(stores: readonly Store[], turns: readonly Turn[]): Promise<Seen[]> {
  let moment = 0;
  const tick = (): number => {
    moment += 1;
    return moment;
  };
  return Promise.all(
    turns.map(async (one, n): Promise<Seen> => {
      await pause(one.before);
      const store = stores[one.at % stores.length] as Store;
      const called = tick();
      const place = await store
        .transact(one.conversation, async (old) => {
          const names = old?.seen ?? [];
          await pause(one.within);
          if (one.outcome === 'fail') throw new Error('no');
          const next = { ...(old ?? record(one.conversation)), seen: [...names, `t${n}`] };
          return { record: one.outcome === 'commit' ? next : null, result: names.length };
        })
        .catch(() => null);
      return { turn: one, called, answered: tick(), place };
    }),
  );
}

function check(seen: readonly Seen[], conversation: string, names: readonly string[]): void {
  const mine = seen.filter(({ turn: { conversation: id } }) => id === conversation);
  const committed = mine.filter(({ turn: { outcome } }) => outcome === 'commit');
  // Each committed turn is there once, in the place that it saw.
  expect(names).toHaveLength(committed.length);
  for (const one of committed) expect(names[one.place ?? -1]).toBe(`t${seen.indexOf(one)}`);
  // What was answered before another was called came before it.
  for (const first of mine)
    for (const second of mine) {
      if (first.answered >= second.called || first.place === null || second.place === null) continue;
      const least = first.place + (first.turn.outcome === 'commit' ? 1 : 0);
      expect(second.place).toBeGreaterThanOrEqual(least);
    }
}

/** Plays random turns at once to the open stores that `make` gives, all on the same data. */
export async function linearisable(
  make: () => Promise<{ stores: Store[]; end: () => Promise<void> }>,
  numRuns: number,
) {
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 2, maxLength: 24 }), async (turns) => {
      const { stores, end } = await make();
      try {
        const seen = await play(stores, turns);
        for (const id of ['a', 'b']) check(seen, id, (await stores[0]?.read(id))?.seen ?? []);
      } finally {
        await end();
      }
    }),
    { numRuns },
  );
}
