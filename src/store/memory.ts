/** The store of `chat` and of tests: everything in memory, as text, so that nobody shares an object with it. */
import { type Clock, systemClock } from '../clock.js';
import { PosDoctorError } from '../errors.js';
import { type Forgotten, type Found, inJson, type Keep } from './keeping.js';
import { Leases } from './leases.js';
import { KeyedQueue } from './queue.js';
import {
  byDay,
  copyOf,
  dayNamed,
  dayNumber,
  dayOf,
  daysAround,
  dueAt,
  type JournalFilter,
  matches,
  NEVER,
  replaced,
  type Small,
} from './rules.js';
import {
  type CaseEvent,
  type Committed,
  type ConversationRecord,
  type JournalPage,
  type JournalPlace,
  RECORD_SCHEMA,
  type Store,
} from './store.js';

class MemoryStore implements Store {
  constructor(private readonly now: () => number) {}

  #state: 'open' | 'closing' | 'closed' = 'closed';
  readonly #queue = new KeyedQueue();
  readonly #records = new Map<string, string>();
  readonly #due = new Map<string, number>();
  /** When each was last committed. */
  readonly #touched = new Map<string, number>();
  #leases = new Leases();
  readonly #small = new Map<string, Small>();
  readonly #days = new Map<string, Map<string, string>>();

  async open(): Promise<void> {
    if (this.#state === 'closed') this.#leases = new Leases();
    this.#state = 'open';
  }

  async close(): Promise<void> {
    if (this.#state === 'open') this.#state = 'closing';
    await this.#queue.drain();
    this.#state = 'closed';
  }

  async transact<T>(
    conversation: string,
    work: (record: ConversationRecord | null) => Promise<Committed<T>> | Committed<T>,
  ): Promise<T> {
    this.#mayWrite();
    return this.#queue.run(conversation, async () => {
      const old = this.#read(conversation);
      const version = old?.version ?? 0;
      const { record, result } = await work(old);
      if (record === null) return result;
      const next = { ...record, schema: RECORD_SCHEMA, id: conversation, version: version + 1 };
      this.#records.set(conversation, JSON.stringify(next));
      this.#touched.set(conversation, this.now());
      const due = dueAt(next);
      if (due === null) this.#due.delete(conversation);
      else this.#due.set(conversation, due);
      return result;
    });
  }

  async read(conversation: string): Promise<ConversationRecord | null> {
    this.#mayRead();
    return this.#read(conversation);
  }

  async pending(): Promise<{ conversation: string; dueAt: number }[]> {
    this.#mayRead();
    return [...this.#due]
      .map(([conversation, due]) => ({ conversation, dueAt: due }))
      .sort((a, b) => a.dueAt - b.dueAt);
  }

  async acquireLease(name: string, holder: string, now: number, ttlMs: number): Promise<boolean> {
    this.#mayWrite();
    return this.#leases.acquire(name, holder, now, ttlMs);
  }

  async releaseLease(name: string, holder: string): Promise<void> {
    this.#mayWrite();
    this.#leases.release(name, holder);
  }

  async getSmall(key: string): Promise<Small | null> {
    this.#mayRead();
    const small = this.#small.get(key);
    return small ? { value: copyOf(small.value), version: small.version } : null;
  }

  async putSmall(key: string, value: unknown, expect?: number): Promise<boolean> {
    this.#mayWrite();
    const small = replaced(this.#small.get(key), copyOf(value), expect);
    if (small) this.#small.set(key, small);
    return small !== undefined;
  }

  async journal(events: readonly CaseEvent[]): Promise<void> {
    this.#mayWrite();
    for (const event of events) {
      const name = dayOf(event.at);
      const day = this.#days.get(name) ?? new Map<string, string>();
      this.#days.set(name, day);
      if (!day.has(event.id)) day.set(event.id, JSON.stringify(event));
    }
  }

  async *readJournal(filter: JournalFilter = {}): AsyncGenerator<CaseEvent, void, undefined> {
    this.#mayRead();
    for (const day of [...this.#days.keys()].sort(byDay))
      for (const line of this.#days.get(day)?.values() ?? []) {
        const event = JSON.parse(line) as CaseEvent;
        if (matches(event, filter)) yield event;
      }
  }

  async journalAfter(place: JournalPlace | null, type: string, now: number, limit: number): Promise<JournalPage> {
    this.#mayRead();
    const events: CaseEvent[] = [];
    const places: Record<string, number> = {};
    for (const day of daysAround(now)) {
      const lines = [...(this.#days.get(dayNamed(day))?.values() ?? [])];
      // Some of it was erased.
      let at = Math.min(place?.[day] ?? 0, lines.length);
      for (; at < lines.length && events.length < limit; at += 1) {
        const event = JSON.parse(lines[at] ?? 'null') as CaseEvent;
        if (event.type === type) events.push(event);
      }
      places[day] = at;
    }
    return { events, place: places, more: events.length >= limit };
  }

  async *conversations(): AsyncGenerator<string, void, undefined> {
    this.#mayRead();
    yield* [...this.#records.keys()];
  }

  async forget(conversations: readonly string[]): Promise<Forgotten> {
    this.#mayWrite();
    const forgotten = { records: 0, setAside: 0, events: 0 };
    for (const id of new Set(conversations))
      forgotten.records += await this.#queue.run(id, async () => (this.#remove(id) ? 1 : 0));
    for (const day of this.#days.values())
      for (const [id, line] of day)
        if (conversations.includes((JSON.parse(line) as CaseEvent).conversation) && day.delete(id))
          forgotten.events += 1;
    return forgotten;
  }

  async removeSmall(key: string): Promise<boolean> {
    this.#mayWrite();
    return this.#small.delete(key);
  }

  async *search(needles: readonly string[]): AsyncGenerator<Found, void, undefined> {
    this.#mayRead();
    const wanted = needles.map(inJson);
    const holds = ({ text }: Found): boolean => wanted.some((needle) => text.includes(needle));
    for (const found of this.#everything()) if (holds(found)) yield found;
  }

  async reap({ conversationDays, journalDays }: Keep, now: number): Promise<boolean> {
    this.#mayWrite();
    const today = dayNumber(now);
    for (const day of journalDays === undefined ? [] : [...this.#days.keys()])
      if (dayNumber(Date.parse(day)) < today - (journalDays ?? 0)) this.#days.delete(day);
    if (conversationDays === undefined) return false;
    for (const [id, at] of [...this.#touched])
      if (dayNumber(at) < today - conversationDays)
        await this.#queue.run(id, async () => {
          const unused = this.#touched.get(id) === at && (this.#due.get(id) ?? NEVER) >= NEVER;
          if (unused) this.#remove(id);
        });
    return false;
  }

  #remove(conversation: string): boolean {
    this.#due.delete(conversation);
    this.#touched.delete(conversation);
    return this.#records.delete(conversation);
  }

  *#everything(): Generator<Found, void, undefined> {
    for (const [conversation, text] of this.#records) yield { place: 'conversations', text, conversation };
    for (const day of this.#days.values())
      for (const text of day.values())
        yield { place: 'journal', text, conversation: (JSON.parse(text) as CaseEvent).conversation };
    for (const [small, { value }] of this.#small)
      yield { place: 'small', text: `${inJson(small)} ${JSON.stringify(value)}`, small };
  }

  #read(conversation: string): ConversationRecord | null {
    const text = this.#records.get(conversation);
    return text === undefined ? null : (JSON.parse(text) as ConversationRecord);
  }

  #mayRead(): void {
    if (this.#state === 'closed') throw new PosDoctorError('STORE_REFUSED', { why: 'it is not open' });
  }

  #mayWrite(): void {
    this.#mayRead();
    if (this.#state === 'closing') throw new PosDoctorError('STORE_REFUSED', { why: 'it is being closed' });
  }
}

/** A store that forgets everything when the process ends. */
export function createMemoryStore(clock: Pick<Clock, 'now'> = systemClock): Store {
  return new MemoryStore(() => clock.now());
}
