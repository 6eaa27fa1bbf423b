/** Random histories of calls against a model that is a few maps. */
import fc from 'fast-check';
import type { CaseEvent, ConversationRecord, Store } from '../../src/store/store.js';
import { all, caseEvent, record, reply, T0 } from './records.js';

interface Model {
  records: Map<string, ConversationRecord>;
  leases: Map<string, { holder: string; expiresAt: number }>;
  small: Map<string, { value: unknown; version: number }>;
  journal: CaseEvent[];
  now: number;
}

interface Real {
  store: Store;
  /** True if other processes may use it. */
  shared: boolean;
  reopen: () => Promise<Store>;
}

type Command = fc.AsyncCommand<Model, Real>;

const conversation = fc.constantFrom('a', 'A', '店/1');
const change = fc.record({
  session: fc.jsonValue(),
  seen: fc.array(fc.string(), { maxLength: 3 }),
  outbox: fc.array(
    fc.constantFrom('r1', 'r2').map((id) => reply(id)),
    { maxLength: 2 },
  ),
  wakeUps: fc.array(fc.record({ name: fc.string(), at: fc.integer({ min: 0, max: 10 }).map((t) => T0 + t) }), {
    maxLength: 2,
  }),
});
/** JSON has no -0 and drops what is undefined; the model keeps what a store can. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

class Commit implements Command {
  constructor(
    readonly id: string,
    readonly change: Partial<ConversationRecord>,
    readonly outcome: 'commit' | 'null' | 'throw',
  ) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const before = model.records.get(this.id) ?? null;
    const work = async (old: ConversationRecord | null) => {
      expect(old).toEqual(before);
      const next = { ...(old ?? record(this.id)), ...this.change };
      if (this.outcome === 'throw') throw new Error('thrown');
      // Handed out and changed without being returned: must have no effect.
      old?.seen.push('never');
      return { record: this.outcome === 'null' ? null : next, result: 'result' };
    };
    const result = await real.store.transact(this.id, work).catch((error: Error) => error.message);
    expect(result).toBe(this.outcome === 'throw' ? 'thrown' : 'result');
    if (this.outcome !== 'commit') return;
    const old = before ?? record(this.id);
    const seen = this.change.seen ?? [...old.seen, 'never'];
    model.records.set(this.id, plain({ ...old, ...this.change, seen, version: (before?.version ?? 0) + 1 }));
  }
  toString = (): string => `${this.outcome}(${this.id}, ${fc.stringify(this.change)})`;
}

class Forget implements Command {
  constructor(readonly ids: string[]) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const gone = new Set(this.ids);
    const records = [...gone].filter((id) => model.records.delete(id)).length;
    const events = model.journal.filter((event) => gone.has(event.conversation)).length;
    model.journal = model.journal.filter((event) => !gone.has(event.conversation));
    expect(await real.store.forget(this.ids)).toEqual({ records, setAside: 0, events });
  }
  toString = (): string => `forget(${this.ids})`;
}

/** Several at once on one conversation: as if one after the other in call order. */
class Burst implements Command {
  constructor(
    readonly id: string,
    readonly names: string[],
  ) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    await Promise.all(
      this.names.map((name) =>
        real.store.transact(this.id, async (old) => {
          const base = old ?? record(this.id);
          await null;
          return { record: { ...base, seen: [...base.seen, name] }, result: null };
        }),
      ),
    );
    const old = model.records.get(this.id) ?? record(this.id);
    const version = old.version + this.names.length;
    if (this.names.length > 0) model.records.set(this.id, { ...old, seen: [...old.seen, ...this.names], version });
  }
  toString = (): string => `burst(${this.id}, ${fc.stringify(this.names)})`;
}

class Acquire implements Command {
  constructor(
    readonly name: string,
    readonly holder: string,
    readonly ttl: number,
    readonly wait: number,
  ) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    model.now += this.wait;
    const lease = model.leases.get(this.name);
    const free = !lease || lease.holder === this.holder || lease.expiresAt <= model.now;
    expect(await real.store.acquireLease(this.name, this.holder, model.now, this.ttl)).toBe(free);
    if (free) model.leases.set(this.name, { holder: this.holder, expiresAt: model.now + this.ttl });
  }
  toString = (): string => `wait(${this.wait}).acquire(${this.name}, ${this.holder}, ${this.ttl})`;
}

class Release implements Command {
  constructor(
    readonly name: string,
    readonly holder: string,
  ) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    await real.store.releaseLease(this.name, this.holder);
    if (model.leases.get(this.name)?.holder === this.holder) model.leases.delete(this.name);
  }
  toString = (): string => `release(${this.name}, ${this.holder})`;
}

class PutSmall implements Command {
  constructor(
    readonly key: string,
    readonly value: unknown,
    readonly expected: number | undefined,
  ) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    const version = model.small.get(this.key)?.version ?? 0;
    const allowed = this.expected === undefined || this.expected === version;
    expect(await real.store.putSmall(this.key, this.value, this.expected)).toBe(allowed);
    if (allowed) model.small.set(this.key, { value: plain(this.value), version: version + 1 });
  }
  toString = (): string => `putSmall(${this.key}, ${fc.stringify(this.value)}, ${this.expected})`;
}

class Journal implements Command {
  constructor(readonly events: CaseEvent[]) {}
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    await real.store.journal(this.events);
    for (const event of this.events) if (!model.journal.some(({ id }) => id === event.id)) model.journal.push(event);
  }
  toString = (): string => `journal(${this.events.map(({ id }) => id)})`;
}

class Reopen implements Command {
  check = (): boolean => true;
  async run(model: Model, real: Real): Promise<void> {
    real.store = await real.reopen();
    if (!real.shared) model.leases.clear();
  }
  toString = (): string => 'reopen';
}

/** Compares everything that can be seen. */
class Look implements Command {
  check = (): boolean => true;
  async run(model: Model, { store }: Real): Promise<void> {
    expect((await all(store.conversations())).sort()).toEqual([...model.records.keys()].sort());
    for (const [id, expected] of model.records) expect(await store.read(id)).toEqual(expected);
    for (const key of ['k1', 'k2']) expect(await store.getSmall(key)).toEqual(model.small.get(key) ?? null);
    const day = (event: CaseEvent): number => Math.floor(event.at / 86_400_000);
    const journal = [...model.journal].sort((a, b) => day(a) - day(b));
    expect(await all(store.readJournal())).toEqual(journal);
    expect(await all(store.readJournal({ conversation: 'a', from: T0 }))).toEqual(
      journal.filter((event) => event.conversation === 'a' && event.at >= T0),
    );
    const pending = [...model.records].flatMap(([id, { outbox, wakeUps }]) => {
      const times = [...outbox.map((item) => item.nextAttemptAt), ...wakeUps.map(({ at }) => at)];
      return times.length > 0 ? [{ conversation: id, dueAt: Math.min(...times) }] : [];
    });
    const found = await store.pending();
    expect(new Set(found)).toEqual(new Set(pending));
    expect(found.map(({ dueAt }) => dueAt)).toEqual(pending.map(({ dueAt }) => dueAt).sort());
  }
  toString = (): string => 'look';
}

/** An event's time follows from its id, as for any event that comes twice. */
const journalEvent = fc
  .integer({ min: 0, max: 11 })
  .map((n) => caseEvent(`e${n}`, { conversation: n % 2 === 0 ? 'a' : 'b', at: T0 + ((n % 5) - 2) * 86_400_000 }));

const commands = fc.commands(
  [
    fc
      .tuple(conversation, change, fc.constantFrom<Commit['outcome'][]>('commit', 'commit', 'null', 'throw'))
      .map((args) => new Commit(...args)),
    fc
      .tuple(conversation, fc.array(fc.constantFrom('m1', 'm2', 'm3'), { maxLength: 9 }))
      .map((args) => new Burst(...args)),
    fc
      .tuple(fc.constantFrom('bot', 'kf'), fc.constantFrom('x', 'y'), fc.nat(20), fc.nat(20))
      .map((args) => new Acquire(...args)),
    fc.tuple(fc.constantFrom('bot', 'kf'), fc.constantFrom('x', 'y')).map((args) => new Release(...args)),
    fc
      .tuple(fc.constantFrom('k1', 'k2'), fc.jsonValue(), fc.option(fc.nat(3), { nil: undefined }))
      .map((args) => new PutSmall(...args)),
    fc.array(journalEvent, { maxLength: 5 }).map((events) => new Journal(events)),
    fc.uniqueArray(fc.constantFrom('a', 'A', '店/1', 'b'), { maxLength: 2 }).map((ids) => new Forget(ids)),
    fc.constant(new Reopen()),
    fc.constant(new Look()),
  ],
  { maxCommands: 40 },
);

/** Plays random histories to stores that `make` gives. */
export async function holds(make: () => Promise<Real & { cleanup: () => void }>, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(commands, async (history) => {
      const model: Model = { records: new Map(), leases: new Map(), small: new Map(), journal: [], now: T0 };
      const real = await make();
      try {
        await fc.asyncModelRun(() => ({ model, real }), [...history, new Look()]);
      } finally {
        await real.store.close();
        real.cleanup();
      }
    }),
    { numRuns },
  );
}

/** An open store; `make` gives one on what the last one left. */
export async function opened(
  make: () => Store,
  { shared = false, cleanup = () => {} }: { shared?: boolean; cleanup?: () => void } = {},
): Promise<Real & { cleanup: () => void }> {
  let store = make();
  await store.open();
  const reopen = async (): Promise<Store> => {
    await store.close();
    store = make();
    await store.open();
    return store;
  };
  return { store, shared, reopen, cleanup };
}
