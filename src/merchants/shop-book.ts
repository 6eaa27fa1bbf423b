/**
 * The last cases of each shop, whoever of the shop they were with: read from the journal, which is where they are kept, erased and
 * exported. Here they are only found quickly, and lost with the process.
 */
import type { Clock } from '../clock.js';
import { PAST_CASES, type SharedCase, type ShopCases } from '../dialogue/past-cases.js';
import { isSharedCase, SHOP_CASE } from '../dialogue/shared-cases.js';
import type { Log } from '../log.js';
import type { Observer } from '../observer.js';
import type { CaseEvent, Store } from '../store/store.js';

/** Shops kept; those that had a case longest ago go. */
export const SHOPS_MAX = 20_000;
/** Cases kept of a shop besides those that are shown: one conversation must not push out all others at once. */
const SPARE = 5;
const DAY_MS = 24 * 60 * 60_000;
/** Between two days read at the start, ms: messages come first. */
const PAUSE_MS = 20;
/** Of several processes, how often the journal is looked at for what others noted, and how far back: they commit a little later than they note. */
export const LOOK_MS = 15_000;
const OVERLAP_MS = 60_000;

type Kept = SharedCase & { conversation: string };

export interface ShopBookOptions {
  store: Pick<Store, 'readJournal' | 'claims'>;
  clock: Clock;
  log: Log;
  /** Days that the journal is kept, where that is bounded. */
  days?: number | undefined;
}

export class ShopBook implements ShopCases {
  readonly #options: ShopBookOptions;
  /** By merchant number in capitals. */
  readonly #shops = new Map<string, Kept[]>();
  #running = false;
  #cancel: () => void = () => undefined;
  #unlisten: () => void = () => undefined;
  #reading: Promise<void> = Promise.resolve();
  #seenTo = 0;
  /** Erased while the journal was being read: what is read of them came from before. */
  readonly #gone = new Set<string>();

  constructor(options: ShopBookOptions) {
    this.#options = options;
  }

  /** Shops with a case. */
  get size(): number {
    return this.#shops.size;
  }

  /** Reads what the journal holds, the last day first, beside everything else. The store has to be open. */
  start(): void {
    const { claims } = this.#options.store;
    this.#running = true;
    if (claims)
      this.#unlisten = claims.listen((conversation, what) => {
        if (what === 'forgotten') this.forget([conversation]);
      });
    this.#reading = this.#readAll();
  }

  /** Resolves when nothing is read any more. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel();
    this.#unlisten();
    await this.#reading;
  }

  /** Resolves when the look under way is over. */
  settled(): Promise<void> {
    return this.#reading;
  }

  of(merchant: string, now: number): readonly SharedCase[] {
    const from = now - this.#days * DAY_MS;
    const kept = this.#shops.get(merchant.toUpperCase()) ?? [];
    return kept.filter(({ at }) => at >= from).slice(-PAST_CASES.kept);
  }

  /** Takes note of what was committed; of the rest of a journal, nothing. Again changes nothing. */
  note(events: readonly CaseEvent[]): void {
    for (const { type, data, conversation } of events)
      if (type === SHOP_CASE && isSharedCase(data) && !this.#gone.has(conversation))
        this.#take({ ...data, conversation });
  }

  /** Lets go of all that was with these conversations. */
  forget(conversations: readonly string[]): void {
    const gone = new Set(conversations);
    for (const one of gone) this.#gone.add(one);
    for (const [key, cases] of this.#shops) {
      const left = cases.filter(({ conversation }) => !gone.has(conversation));
      if (left.length === 0) this.#shops.delete(key);
      else if (left.length < cases.length) this.#shops.set(key, left);
    }
    // What they say from now on is theirs again.
    this.#reading = this.#reading.then(() => {
      for (const one of gone) this.#gone.delete(one);
    });
  }

  /** An observer that lets this book know besides. */
  besides(observer: Observer): Observer {
    return new Proxy(observer, {
      get: (target, name) => {
        if (name !== 'committed') {
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return (door: string, events: readonly CaseEvent[], ms: number): void => {
          this.note(events);
          target.committed(door, events, ms);
        };
      },
    });
  }

  /** The same store, whose `forget` is this book's as well. */
  forgetsWith(store: Store): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (name !== 'forget') return typeof value === 'function' ? value.bind(target) : value;
        return async (conversations: readonly string[]) => {
          const forgotten = await target.forget(conversations);
          this.forget(conversations);
          return forgotten;
        };
      },
    });
  }

  get #days(): number {
    return Math.min(PAST_CASES.days, this.#options.days ?? PAST_CASES.days);
  }

  #take(one: Kept): void {
    const key = one.merchant.toUpperCase();
    const cases = this.#shops.get(key) ?? [];
    const before = cases.find((other) => isSame(other, one));
    // A case that was handed over and then solved is solved, in whatever order that is heard.
    if (before && (before.at > one.at || (before.at === one.at && before.outcome !== 'open'))) return;
    const all = [...cases.filter((other) => other !== before), one].sort((a, b) => a.at - b.at);
    this.#shops.set(key, all.slice(-PAST_CASES.kept - SPARE));
    if (this.#shops.size > SHOPS_MAX) this.#dropOldest();
  }

  #dropOldest(): void {
    let oldest: string | undefined;
    let oldestAt = Number.POSITIVE_INFINITY;
    for (const [key, cases] of this.#shops) {
      const at = cases.at(-1)?.at ?? 0;
      if (at < oldestAt) [oldest, oldestAt] = [key, at];
    }
    if (oldest !== undefined) this.#shops.delete(oldest);
  }

  async #readAll(): Promise<void> {
    const { clock } = this.#options;
    const now = clock.now();
    this.#seenTo = now;
    for (let day = 0; day < this.#days && this.#running; day += 1) {
      // Nothing is told that is dated ahead: a clock may have been set back since.
      const to = day === 0 ? undefined : now - day * DAY_MS;
      await this.#read(now - (day + 1) * DAY_MS, to);
      await this.#pause(PAUSE_MS);
    }
    this.#nextLook();
  }

  #nextLook(): void {
    const { store, clock } = this.#options;
    if (!store.claims || !this.#running) return;
    this.#cancel = clock.after(LOOK_MS, () => {
      const from = this.#seenTo - OVERLAP_MS;
      this.#seenTo = clock.now();
      this.#reading = this.#reading.then(() => this.#read(from)).then(() => this.#nextLook());
    });
  }

  async #read(from: number, to?: number): Promise<void> {
    const { store, log } = this.#options;
    try {
      for await (const event of store.readJournal(to === undefined ? { from } : { from, to })) {
        if (!this.#running) return;
        this.note([event]);
      }
    } catch (error) {
      log.warn({ error: String(error) }, 'the last cases of shops could not be read from the journal');
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#cancel = () => {
        cancel();
        resolve();
      };
    });
  }
}

function isSame(a: Kept, b: Kept): boolean {
  return a.conversation === b.conversation && a.case === b.case && a.opened === b.opened;
}
