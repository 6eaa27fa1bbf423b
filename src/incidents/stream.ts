/** One stream: its baseline and its recent reports, and the test over them. Pure. */
import { Baseline } from './baseline.js';
import { DAY_MINUTES, HOUR_MINUTES } from './calendar.js';
import { clusterEvidence, logRatio } from './evidence.js';
import { type Mark, MarkEvidence, Mix, type Suspects } from './marks.js';
import { ALL, partsOf } from './streams.js';

/** A report as it is remembered: whose, when, and in which streams it counts. */
export interface Entry {
  /** Minutes since the epoch. */
  minute: number;
  /** Hash of the shop, or of its owner. */
  owner: number;
  /** What it looks like, as of the shop's latest report; null: not known. */
  mark: Mark | null;
  streams: Stream[];
}

/** How far back windows reach, minutes: a stream with a report in three days, tenfold, has its eight within one. */
export const HORIZON = 3 * DAY_MINUTES;
/** Latest reports at which a window may start: a stream that has more of them in an outage is long past the threshold. */
const WINDOWS = 64;
/**
 * Fewer shops than this are no incident, however unusual: it may be a street, or one person with three phones. Eight are asked for;
 * who waits for seven can do with less evidence (in 6 simulated months, seed 1: 72 % in time at 1.0 false alarms a month, with five
 * 60 % at 1.5).
 */
export const LEAST_SHOPS = 7;

/** Minutes are whole: two reports in one are half a minute apart on average, as far as is known. */
const HALF = 0.5;

/** What a stream's reports say at this moment. */
export interface Finding {
  /** Log-likelihood ratio of an incident, by number and marks, nats; the largest over all windows of seven shops that end now. 0 without one. */
  score: number;
  /** Where that window starts, minutes since the epoch. */
  since: number;
  /** Shops that reported in it, each once. */
  shops: number;
}

/** What raises or lowers the rates of a while: promotions, holidays, festivals. */
const COMMON = {
  /** Reports that keep the factor of everything else near 1, and minutes that it is taken over at least. */
  prior: 8,
  minutes: 4 * HOUR_MINUTES,
  /** Reports that keep a stream's own factor near that of everything else, and minutes before the window that it is taken over. */
  ownPrior: 24,
  before: 6 * HOUR_MINUTES,
  least: 0.6,
  most: 4,
} as const;

export class Stream {
  readonly baseline = new Baseline();
  readonly mix = new Mix();
  /** In order of time. */
  entries: Entry[] = [];
  /** Windows start after this minute: what was before belongs to an incident that is over. */
  floor = Number.NEGATIVE_INFINITY;

  readonly parts: readonly string[];

  constructor(readonly key: string) {
    this.parts = partsOf(key);
  }

  /** Index of the first entry at `minute` or later. */
  from(minute: number): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.entries[middle]?.minute ?? 0) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Entries from one minute up to, not including, another. */
  count(from: number, to: number): number {
    return this.from(to) - this.from(from);
  }

  insert(entry: Entry): void {
    this.entries.splice(this.from(entry.minute + 1), 0, entry);
  }

  /**
   * Page's CUSUM as a scan: the best log-likelihood ratio over all windows that start at a report and end now. A
   * fixed rise of ten ignores whatever stays below four, as promotions and lunch hours do; a statistic maximised over the rise
   * (Kulldorff) would not. That is reasoning: the two were not measured beside each other. As a
   * scan over remembered reports, rather than as one running sum, it needs no order of arrival and adds up over processes.
   * @param all the stream of all reports; @param variation φ, the variance of a rate over its square
   * @param suspects what an incident is likely to be
   */
  finding(now: number, all: Stream, variation: number, suspects: Suspects): Finding {
    const { entries, baseline } = this;
    const shape = 1 / (variation + 1 / baseline.known);
    const end = this.from(now + 1);
    const first = Math.max(0, end - WINDOWS, this.from(Math.max(now - HORIZON, this.floor + 1)));
    let best: Finding = { score: 0, since: now, shops: 0 };
    const marks = new MarkEvidence(this.mix, this.key === ALL ? null : all.mix, suspects);
    for (let at = end - 1; at >= first; at -= 1) {
      const since = entries[at]?.minute ?? now;
      marks.take(entries[at]?.mark ?? null);
      const shops = end - at;
      if (shops < LEAST_SHOPS) continue;
      const alike = marks.nats;
      const expected = baseline.expected(since, now + HALF);
      // What is common is looked at where it could matter.
      if (alike + logRatio(shops, expected * COMMON.least, shape) <= best.score) continue;
      const score = alike + logRatio(shops, expected * this.#common(since, now, all), shape);
      if (score > best.score) best = { score, since, shops };
    }
    return best;
  }

  /**
   * Times its usual rate that this stream is at apart from any incident: Gamma–Poisson twice, for everything else and then for the
   * stream itself before the window. Its reports within the window have no part in it.
   */
  #common(since: number, now: number, all: Stream): number {
    const { baseline } = this;
    const before = since - COMMON.before;
    const own = COMMON.ownPrior * this.#others(since, now, all) + this.count(before, since);
    return Math.min(COMMON.most, Math.max(COMMON.least, own / (COMMON.ownPrior + baseline.expected(before, since))));
  }

  #others(since: number, now: number, all: Stream): number {
    if (this.key === ALL) return 1;
    const from = Math.min(since, now - COMMON.minutes);
    const seen = all.count(from, now + 1) - this.count(from, now + 1);
    const usual = all.baseline.expected(from, now + 1) - this.baseline.expected(from, now + 1);
    return (COMMON.prior + Math.max(0, seen)) / (COMMON.prior + Math.max(0, usual));
  }

  /** Kulldorff's evidence for a cluster in this stream, nats. `until` included. */
  evidence(since: number, until: number): number {
    return clusterEvidence(this.count(since, until + 1), this.baseline.expected(since, until + 1));
  }
}
