/**
 * What a stream's rate is usually, by hour of the week. Pure; learned online, with decay.
 *
 * The stream's overall rate is Gamma–Poisson: r = (α + N) / (β + X), N reports in X weeks, with α = 1 and a prior mean of
 * `NEW_SHARE` of all reports: nobody knows how large a new stream is, so it is taken for large until it proves small. An hour's
 * rate is its own count, smoothed over its neighbours, shrunk towards r × the shape of the week over all reports (empirical
 * Bayes with the stream's own mean: Clayton & Kaldor, Biometrics 43, 1987). All of it is sums, so that the baselines of several
 * processes add up.
 */
import { HOUR_MINUTES, hourOfWeek, sinceMonday, WEEK_HOURS, WEEK_MINUTES } from './calendar.js';

/** Weeks after which what was learned counts half. */
const HALF_LIFE_WEEKS = 13;
/** What is left of what was learned after so many hours, 0 … 1. */
export const decayOf = (hours: number): number => 2 ** (-hours / (HALF_LIFE_WEEKS * WEEK_HOURS));
/** Prior shape of a stream's rate. */
const ALPHA = 1;
/** The share of all reports that a stream is first taken for. */
const NEW_SHARE = 0.05;
/** Reports an hour that the whole is first taken for, until a day is known. */
const NEW_RATE = 10;
/** Weeks of its own that an hour of a stream needs to count as much as the week's common shape, per report of that stream an hour. */
const SHAPE_WEEKS = 6;
/** Weight of an hour's neighbours: hours differ, but not by jumps. */
const SMOOTH = [0.25, 0.5, 0.25] as const;
/** Reports by which the shape of the week is flat at first. */
const FLAT = 168;
/** No hour's rate is below this share of the stream's mean: nights are quiet, not silent. */
const LEAST_SHARE = 0.04;

export class Baseline {
  readonly counts = new Float64Array(WEEK_HOURS);
  /** Decayed Σ counts. */
  total = 0;
  /** Decayed weeks. */
  weeks = 0;
  /** Rates and their sum up to each hour, reports. */
  #rates = new Float64Array(WEEK_HOURS);
  #sums = new Float64Array(WEEK_HOURS + 1);

  /** Takes in an hour that passed: `n` reports came. */
  learn(minute: number, n: number): void {
    const hour = hourOfWeek(minute);
    this.counts[hour] = (this.counts[hour] ?? 0) + n;
    this.total += n;
    this.weeks += 1 / WEEK_HOURS;
  }

  /** Forgets as `hours` pass. */
  decay(hours: number): void {
    const factor = decayOf(hours);
    for (let hour = 0; hour < WEEK_HOURS; hour += 1) this.counts[hour] = (this.counts[hour] ?? 0) * factor;
    this.total *= factor;
    this.weeks *= factor;
  }

  /** Reports a week, posterior mean. `all`: reports a week over everything; null for the stream of everything. */
  rate(all: number | null): number {
    const prior = all === null ? NEW_RATE * WEEK_HOURS : NEW_SHARE * all;
    return (ALPHA + this.total) / (ALPHA / prior + this.weeks);
  }

  /** The Gamma's shape after what was seen: how well the rate is known. */
  get known(): number {
    return ALPHA + this.total;
  }

  /** The shape of this stream's week, mean 1. */
  shape(): Float64Array {
    const flat = FLAT / WEEK_HOURS;
    const mean = (this.total + FLAT) / WEEK_HOURS;
    return Float64Array.from(this.counts, (_, hour) => (this.#smooth(hour) + flat) / mean);
  }

  /** Works out the rates anew, after learning. */
  settle(shape: Float64Array, all: number | null): void {
    const mean = this.rate(all) / WEEK_HOURS;
    for (let hour = 0; hour < WEEK_HOURS; hour += 1) {
      const prior = mean * (shape[hour] ?? 1);
      const rate = (this.#smooth(hour) + SHAPE_WEEKS * prior) / (this.weeks + SHAPE_WEEKS);
      this.#rates[hour] = Math.max(rate, LEAST_SHARE * mean);
      this.#sums[hour + 1] = (this.#sums[hour] ?? 0) + (this.#rates[hour] ?? 0);
    }
  }

  /** Reports expected from one minute (since the epoch) to another. */
  expected(from: number, to: number): number {
    return this.#until(to) - this.#until(from);
  }

  #until(minute: number): number {
    const local = sinceMonday(minute);
    const week = Math.floor(local / WEEK_MINUTES);
    const left = local - week * WEEK_MINUTES;
    const hour = Math.floor(left / HOUR_MINUTES);
    const part = left / HOUR_MINUTES - hour;
    return week * (this.#sums[WEEK_HOURS] ?? 0) + (this.#sums[hour] ?? 0) + part * (this.#rates[hour] ?? 0);
  }

  #smooth(hour: number): number {
    const at = (index: number): number => this.counts[(index + WEEK_HOURS) % WEEK_HOURS] ?? 0;
    return SMOOTH[0] * at(hour - 1) + SMOOTH[1] * at(hour) + SMOOTH[2] * at(hour + 1);
  }
}
