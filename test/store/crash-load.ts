/** A load on a store that remembers what it was promised, and a check of what a reboot left of it. */
import type { CaseEvent, ConversationRecord, Store } from '../../src/store/store.js';
import { all, caseEvent, record, reply, T0 } from './records.js';

const DAY = 24 * 60 * 60_000;

/** What was called and what resolved. */
export class Promised {
  /** By conversation: the records asked to be committed, by version. */
  readonly asked = new Map<string, ConversationRecord[]>();
  /** By conversation: the last version whose commit resolved. */
  readonly committed = new Map<string, number>();
  /** Events whose journal call resolved, and all that were ever committed or tried. */
  readonly journaled: string[] = [];
  small = 0;
}

async function commit(
  store: Store,
  promised: Promised,
  id: string,
  change: (old: ConversationRecord) => ConversationRecord,
) {
  const version = await store.transact(id, (old) => {
    const next = { ...change(old ?? record(id)), version: (old?.version ?? 0) + 1 };
    const asked = promised.asked.get(id) ?? [];
    promised.asked.set(id, asked);
    asked[next.version] = structuredClone(next);
    return { record: next, result: next.version };
  });
  promised.committed.set(id, Math.max(version, promised.committed.get(id) ?? 0));
}

async function journal(store: Store, promised: Promised, events: CaseEvent[]): Promise<void> {
  await store.journal(events);
  promised.journaled.push(...events.map((event) => event.id));
}

/** As the shell does a turn: commit with reply and event, journal, then strike both off. */
async function turn(store: Store, promised: Promised, id: string): Promise<void> {
  let events: CaseEvent[] = [];
  await commit(store, promised, id, (old) => {
    const n = old.seen.length + 1;
    events = [...old.unjournaled, caseEvent(`${id}-e${n}`, { conversation: id, at: T0 + (n % 2) * DAY })];
    return {
      ...old,
      session: { turns: n, said: '不可用'.repeat(n) },
      seen: [...old.seen, `m${n}`],
      outbox: [...old.outbox, reply(`${id}-r${n}`)],
      unjournaled: events,
    };
  });
  await journal(store, promised, events);
  await commit(store, promised, id, (old) => ({ ...old, outbox: [], unjournaled: [] }));
}

/**
 * `turns` turns in each of two conversations at once, with small records beside. Stops at the first error.
 */
export async function load(store: Store, promised: Promised, turns: number): Promise<void> {
  const conversation = async (id: string): Promise<void> => {
    for (let n = 1; n <= turns; n++) await turn(store, promised, id);
  };
  const beside = async (): Promise<void> => {
    for (let n = 1; n <= 3; n++)
      if (await store.putSmall('cursor', n)) promised.small = (await store.getSmall('cursor'))?.version ?? 0;
  };
  const outcomes = await Promise.allSettled([...['a', '店'].map(conversation), beside()]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Fails unless the store holds everything promised, nothing by half, and names all pending work. */
export async function check(store: Store, promised: Promised): Promise<void> {
  const pending = new Map((await store.pending()).map(({ conversation, dueAt }) => [conversation, dueAt]));
  for (const [id, asked] of promised.asked) {
    const found = await store.read(id);
    expect(found?.version ?? 0).toBeGreaterThanOrEqual(promised.committed.get(id) ?? 0);
    if (!found) continue;
    expect(found).toEqual(asked[found.version]);
    const hasWork = found.outbox.length > 0 || found.unjournaled.length > 0;
    expect([id, pending.get(id)]).toEqual([id, hasWork ? T0 : undefined]);
  }
  const small = (await store.getSmall('cursor'))?.version ?? 0;
  expect(small).toBeGreaterThanOrEqual(promised.small);
  await checkJournal(store, promised);
}

/** Also after completing it as a start does: every event of a committed turn is there once. */
async function checkJournal(store: Store, promised: Promised): Promise<void> {
  const ids = async (): Promise<string[]> => (await all(store.readJournal())).map((event) => event.id);
  const before = await ids();
  expect(new Set(before).size).toBe(before.length);
  expect(before).toEqual(expect.arrayContaining(promised.journaled));
  for (const id of promised.asked.keys()) await journal(store, promised, (await store.read(id))?.unjournaled ?? []);
  const after = await ids();
  expect(new Set(after).size).toBe(after.length);
  for (const id of promised.asked.keys()) {
    const turns = (await store.read(id))?.seen ?? [];
    const expected = turns.map((_, i) => `${id}-e${i + 1}`);
    expect(after.filter((event) => event.startsWith(`${id}-`)).sort()).toEqual(expect.arrayContaining(expected.sort()));
  }
}
