/**
 * What reports look like: in an outage they look alike, on ordinary days they are a mix. Pure.
 *
 * A marked point process (Daley & Vere-Jones, An Introduction to the Theory of Point Processes, 6.4): besides their number, each
 * report speaks by its mark b, the belief over causes that the diagnosis had of it. If a share `ALIKE` of an incident's reports
 * share cause c and the rest is ordinary, a report counts `ALIKE·b(c)/m(c) + 1 − ALIKE` times, m the mean of the stream's ordinary
 * beliefs. Of an ordinary report that factor is 1 on average, whatever the beliefs are worth, as m is learned from the same
 * beliefs: a product of such factors is evidence that no false alarm comes cheaper by (Shafer, Testing by betting, JRSS A 184, 2021).
 * Which cause it would be is not known beforehand, nor whether its reports look like anything: the mean over both is taken.
 */
import { CAUSES, OTHER } from '../knowledge/schema.js';

/** The causes of a mark, in order; whatever else is believed counts as `other`. */
export const MARK_CAUSES: readonly string[] = [...CAUSES, OTHER];

/** Belief over `MARK_CAUSES` in whole per cent, as it is stored. */
export type Mark = readonly number[];

/** Share of an incident's reports that look like it. */
const ALIKE = Number(process.env.ALIKE ?? 0.8);
/**
 * P(it is this cause) of an incident whose reports look alike: what `widespread` and the priors of the knowledge come to, rounded
 * towards even; estimates.
 */
const LIKELY: Readonly<Record<string, number>> = { channel: 0.6, network: 0.2 };
const UNLIKELY = 0.05;
const WEIGHTS = MARK_CAUSES.map((id) => LIKELY[id] ?? UNLIKELY);
/** P(an incident's reports look like the ordinary mix): what marks can take from a count's evidence is −ln of it, 2.3 nats. */
const UNMARKED = Number(process.env.UNMARKED ?? 0.1);
/** Ordinary reports by which the causes are evenly common at first, and by which a stream is first like everything. */
const [EVEN, LIKE_ALL] = [30, 40];
/** No cause is rarer than this: what is nearly never believed would otherwise prove too much. */
const LEAST = 0.02;

/**
 * The mark of a belief: cause id → probability. Null if there is none, or nothing that is one.
 */
export function markOf(causes: Readonly<Record<string, number>> | undefined): Mark | null {
  if (causes === undefined) return null;
  const mass = MARK_CAUSES.map(() => 0);
  for (const [id, p] of Object.entries(causes)) {
    if (!(p >= 0 && p <= 1)) return null;
    const at = MARK_CAUSES.includes(id) ? MARK_CAUSES.indexOf(id) : MARK_CAUSES.indexOf(OTHER);
    mass[at] = (mass[at] ?? 0) + p;
  }
  const sum = mass.reduce((left, right) => left + right, 0);
  return sum > 0 ? mass.map((p) => Math.round((100 * p) / sum)) : null;
}

/** The mean mark of what is ordinary, learned online; sums, so that those of several processes add up. */
export class Mix {
  /** Decayed Σ marks, reports. */
  readonly sums = new Float64Array(MARK_CAUSES.length);

  learn(mark: Mark): void {
    mark.forEach((part, at) => {
      this.sums[at] = (this.sums[at] ?? 0) + part / 100;
    });
  }

  decay(factor: number): void {
    this.sums.forEach((sum, at) => {
      this.sums[at] = sum * factor;
    });
  }

  /** Share of each cause, shrunk towards that of everything; null: of everything itself, towards even. */
  shares(all: Mix | null): Float64Array {
    const prior = all?.shares(null);
    const weight = prior === undefined ? EVEN : LIKE_ALL;
    const total = this.sums.reduce((left, right) => left + right, 0) + weight;
    return this.sums.map((sum, at) => Math.max(LEAST, (sum + weight * (prior?.[at] ?? 1 / this.sums.length)) / total));
  }
}

/** What the marks of reports say, taken in one by one. */
export class MarkEvidence {
  readonly #products: Float64Array;
  #any = false;

  /** @param shares of the stream's ordinary reports */
  constructor(readonly shares: Float64Array) {
    this.#products = new Float64Array(shares.length).fill(1);
  }

  /** Without a mark a report says nothing. */
  take(mark: Mark | null): void {
    if (mark === null) return;
    this.#any = true;
    for (let at = 0; at < this.#products.length; at += 1) {
      const times = (mark[at] ?? 0) / 100 / (this.shares[at] ?? 1);
      this.#products[at] = (this.#products[at] ?? 1) * (ALIKE * times + 1 - ALIKE);
    }
  }

  /** ln of the likelihood ratio of an incident against ordinary reports, nats; 0 without marks, never below ln `UNMARKED`. */
  get nats(): number {
    if (!this.#any) return 0;
    const mean = this.#products.reduce((sum, product, at) => sum + product * (WEIGHTS[at] ?? 0), 0);
    return Math.log(UNMARKED + (1 - UNMARKED) * mean);
  }
}
