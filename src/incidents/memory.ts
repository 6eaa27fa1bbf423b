/** What is remembered of reports: streams with their baselines, and the last three days one by one. Pure. */
import { decayOf } from './baseline.js';
import { DAY_MINUTES, HOUR_MINUTES } from './calendar.js';
import { type Mark, sameMark } from './marks.js';
import { type Entry, HORIZON, Stream } from './stream.js';
import { ALL, streamsOf } from './streams.js';
import { Variation } from './variation.js';

/** Bounds; each has a test. */
export const LIMITS = {
  /** Beyond it the stream that holds least makes room, or the new one is not kept. */
  streams: 800,
  /** Reports remembered one by one; beyond it the oldest are forgotten. */
  entries: 8192,
} as const;

/** A shop counts once in so many minutes: whoever writes five times has one trouble. */
export const ONCE = 6 * HOUR_MINUTES;
/** Minutes before a report becomes part of what is usual: until then an incident that it belongs to can be noticed. */
export const LAG = DAY_MINUTES;

export class Memory {
  readonly all = new Stream(ALL);
  readonly streams = new Map<string, Stream>([[ALL, this.all]]);
  /** In order of time. */
  entries: Entry[] = [];
  /** Up to here (minutes since the epoch, whole hours) reports have become part of the baselines. */
  learned = 0;
  /** Hours that were learned, ever. */
  hours = 0;
  /** Observations that all streams together make in a month, as of the last settling. */
  observations = 0;
  readonly variation = new Variation();

  /** The week's common shape, as of the last settling. */
  #shape = this.all.baseline.shape();

  constructor() {
    this.all.baseline.settle(this.#shape, null);
  }

  /** A stream by its key, made if there is room. */
  stream(key: string): Stream | undefined {
    const known = this.streams.get(key);
    if (known !== undefined) return known;
    if (this.streams.size >= LIMITS.streams && !this.#makeRoom()) return undefined;
    const made = new Stream(key);
    this.streams.set(key, made);
    made.baseline.settle(this.#shape, this.#rate);
    return made;
  }

  /** Do at least half of the reports that were learned say what they look like? */
  get marked(): boolean {
    return this.all.mix.total > 0 && this.all.mix.total >= this.all.baseline.total / 2;
  }

  /** Reports a week over everything. */
  get #rate(): number {
    return this.all.baseline.rate(null);
  }

  /**
   * Takes a report in. Returns the streams of which it says something new: those in which it is the shop's first for a while, and
   * those of its earlier reports if they now look different.
   */
  add(minute: number, owner: number, keys: readonly string[], mark: Mark | null): Stream[] {
    const changed = mark === null ? [] : this.#before(minute, owner).filter((entry) => !sameMark(entry.mark, mark));
    for (const entry of changed) entry.mark = mark;
    return [...new Set([...this.put(minute, owner, keys, mark), ...changed.flatMap(({ streams }) => streams)])];
  }

  /** Keeps a report in those streams, which it returns, in which it is the shop's first for a while. */
  put(minute: number, owner: number, keys: readonly string[], mark: Mark | null): Stream[] {
    const again = new Set(this.#before(minute, owner).flatMap(({ streams }) => streams));
    const streams = keys.flatMap((key) => {
      const stream = this.stream(key);
      return stream === undefined || again.has(stream) ? [] : [stream];
    });
    if (streams.length === 0) return [];
    const entry: Entry = { minute, owner, mark, streams };
    this.entries.splice(this.#from(minute + 1), 0, entry);
    for (const stream of streams) stream.insert(entry);
    this.#forget(this.entries.length - LIMITS.entries);
    return streams;
  }

  /** What a shop reported within a while of a minute. */
  #before(minute: number, owner: number): Entry[] {
    return this.entries
      .slice(this.#from(minute - ONCE + 1))
      .filter((entry) => entry.owner === owner && entry.minute < minute + ONCE);
  }

  /** Index of the first entry at `minute` or later. Reports come nearly in order: from the end. */
  #from(minute: number): number {
    let at = this.entries.length;
    while (at > 0 && (this.entries[at - 1]?.minute ?? 0) >= minute) at -= 1;
    return at;
  }

  /** Forgets what no window reaches any more. */
  expire(now: number): void {
    this.#forget(this.#from(now - HORIZON));
  }

  /** Forgets all reports one by one, after `minute` if given; baselines stay. */
  clear(after = Number.NEGATIVE_INFINITY): void {
    const kept = this.entries.filter(({ minute }) => minute <= after);
    this.entries = kept;
    for (const stream of this.streams.values()) stream.entries = stream.entries.filter(({ minute }) => minute <= after);
  }

  #forget(oldest: number): void {
    if (oldest <= 0) return;
    const gone = this.entries.splice(0, oldest);
    const until = gone.at(-1)?.minute ?? 0;
    for (const stream of new Set(gone.flatMap(({ streams }) => streams))) {
      const first = stream.entries.findIndex((entry) => entry.minute > until || this.entries.includes(entry));
      stream.entries = first < 0 ? [] : stream.entries.slice(first);
    }
  }

  /** Drops the stream that holds least, of those that nobody reported in lately. */
  #makeRoom(): boolean {
    let least: Stream | undefined;
    for (const stream of this.streams.values())
      if (stream !== this.all && stream.entries.length === 0)
        if (least === undefined || stream.baseline.total < least.baseline.total) least = stream;
    return least !== undefined && this.streams.delete(least.key);
  }

  /**
   * Makes an hour part of what is usual. `excused`: reports of incidents, which are not; `part`: the share of a stream's usual
   * reports that went with them, put back so that an incident leaves no hole. Twice that if as many came: whatever is wrongly
   * taken for an incident day after day is learned in time.
   */
  learnHour(minute: number, excused: (entry: Entry) => boolean, part: (stream: Stream) => number): void {
    const until = minute + HOUR_MINUTES;
    const usualOfAll = this.all.baseline.expected(minute, until);
    const times = (this.all.count(minute, until) + 1) / (usualOfAll + 1);
    for (const stream of this.streams.values()) {
      const usual = stream.baseline.expected(minute, until);
      const missing = Math.min(1, part(stream));
      const [first, last] = [stream.from(minute), stream.from(until)];
      let [seen, spared] = [0, 0];
      for (let at = first; at < last; at += 1) {
        const entry = stream.entries[at];
        if (entry === undefined || excused(entry)) {
          spared += 1;
          continue;
        }
        seen += 1;
        if (entry.mark !== null) stream.mix.learn(entry.mark);
      }
      if (missing === 0) this.variation.learn(stream, seen, stream === this.all ? usual : usual * times);
      const normal = missing * usual;
      stream.baseline.learn(minute, seen + Math.min(Math.max(spared, normal), 2 * normal));
    }
    this.learned = until;
    this.hours += 1;
    if (until % DAY_MINUTES === 0) this.settle(DAY_MINUTES / HOUR_MINUTES);
  }

  /** Forgets as `hours` pass, and works out all rates anew. */
  settle(hours: number): void {
    this.#shape = this.all.baseline.shape();
    let week = 0;
    for (const stream of this.streams.values()) {
      const { baseline } = stream;
      baseline.decay(hours);
      stream.mix.decay(decayOf(hours));
      baseline.settle(this.#shape, stream === this.all ? null : this.#rate);
      week += baseline.weeks > 0 ? baseline.total / baseline.weeks : 0;
    }
    this.observations = week * WEEKS_A_MONTH;
    this.variation.decay(hours);
  }

  /** Streams that a case with these attributes counts in, of those that are known. */
  known(attributes: Parameters<typeof streamsOf>[0]): Stream[] {
    return streamsOf(attributes).flatMap((key) => this.streams.get(key) ?? []);
  }
}

const WEEKS_A_MONTH = 365.25 / 12 / 7;
