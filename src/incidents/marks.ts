/**
 * What reports look like: in an outage they look alike, on ordinary days they are a mix. Pure.
 *
 * A marked point process (Daley & Vere-Jones, An Introduction to the Theory of Point Processes, 6.4): besides their number, each
 * report speaks by its mark b, the belief over faults that the diagnosis had of it. If a share `ALIKE` of an incident's reports
 * share a fault f and the rest is ordinary, a report counts `ALIKE·b(f)/m(f) + 1 − ALIKE` times, m the mean of the stream's
 * ordinary beliefs. Of an ordinary report that factor is 1 on average, whatever the beliefs are worth, as m is learned from the
 * same beliefs: a product of such factors is a bet that gains nothing on average if ordinary marks are independent (Shafer, Testing by
 * betting, JRSS A 184, 2021); those of one street or chain are not. Which fault it would be is not known beforehand, nor whether the reports look like anything: the mean over all is taken.
 */
import type { Model } from '../diagnosis/model.js';

/** Fault id, belief in whole per cent: the likeliest first, nothing below `LEAST_BELIEVED`. */
export type Mark = readonly (readonly [string, number])[];

/** Bounds; each has a test. */
export const MARK_LIMITS = {
  /** Faults of one report, and per cent below which one is left out. */
  faults: 8,
  least: 3,
  /** Faults that a mix knows; longest id, characters. */
  known: 60,
  id: 60,
} as const;

/** Share of an incident's reports that look like it. */
const ALIKE = 0.6;
/** P(an incident's reports look like the ordinary mix): what marks can take from a count's evidence is −ln of it, 3.9 nats. */
const UNMARKED = 0.02;
/** Ordinary reports by which faults are as common as one of 40 at first, and by which a stream is first like everything. */
const [EVEN, LIKE_ALL] = [30, 40];
const FIRST_SHARE = 1 / 40;
/** No fault is rarer than this: what is nearly never believed would otherwise prove too much. */
const RAREST = 0.005;

/** The mark of a belief: fault id → probability. Null if it says nothing. */
export function markOf(faults: Readonly<Record<string, number>> | undefined): Mark | null {
  const mark = Object.entries(faults ?? {})
    .map(([id, p]) => [id.slice(0, MARK_LIMITS.id), Math.round(100 * p)] as const)
    .filter(([id, percent]) => id !== '' && percent >= MARK_LIMITS.least && percent <= 100)
    .sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
    .slice(0, MARK_LIMITS.faults);
  return mark.length === 0 ? null : mark;
}

export const sameMark = (one: Mark | null, other: Mark): boolean =>
  one?.length === other.length && one.every(([id, percent], at) => id === other[at]?.[0] && percent === other[at]?.[1]);

/** Fault id → P(it is this one) of an incident whose reports look alike, up to a factor. */
export type Suspects = ReadonlyMap<string, number>;

/** Share of suspicion that all faults have in common, whatever the knowledge says: it has not seen every outage. */
const EVENLY = 0.3;
const WIDESPREAD = { question: 'widespread', option: 'yes' } as const;

/** What an outage is likely to be: how common a fault is, times P(others have it too). Sums to 1. */
export function suspectsOf(model: Model): Suspects {
  const question = model.questionById.get(WIDESPREAD.question);
  const option = question?.options.indexOf(WIDESPREAD.option) ?? -1;
  const size = model.faults.length;
  const weights = model.faults.map(
    (_, fault) => Math.exp(model.logPrior[fault] ?? 0) * (question?.p[option * size + fault] ?? 1),
  );
  const sum = weights.reduce((left, right) => left + right, 0);
  return new Map(model.faults.map((id, fault) => [id, ((1 - EVENLY) * (weights[fault] ?? 0)) / sum + EVENLY / size]));
}

/** The mean mark of what is ordinary, learned online; sums, so that those of several processes add up. */
export class Mix {
  /** Decayed Σ of marks, by fault, and reports. */
  readonly sums = new Map<string, number>();
  total = 0;

  learn(mark: Mark): void {
    for (const [id, percent] of mark) this.add(id, percent / 100);
    this.total += 1;
  }

  /** More of a fault; one too many is not kept. */
  add(id: string, sum: number): void {
    if (this.sums.has(id) || this.sums.size < MARK_LIMITS.known) this.sums.set(id, (this.sums.get(id) ?? 0) + sum);
  }

  decay(factor: number): void {
    for (const [id, sum] of this.sums) this.sums.set(id, sum * factor);
    this.total *= factor;
  }

  /** Mean belief in a fault, shrunk towards that of everything; null: of everything itself. */
  share(id: string, all: Mix | null): number {
    const [prior, weight] = all === null ? [FIRST_SHARE, EVEN] : [all.share(id, null), LIKE_ALL];
    return Math.max(RAREST, ((this.sums.get(id) ?? 0) + weight * prior) / (this.total + weight));
  }
}

/** What the marks of reports say, taken in one by one. */
export class MarkEvidence {
  /** By fault: its share, its suspicion, and Π of factors over what a report that is not believed to have it leaves. */
  readonly #faults = new Map<string, { share: number; weight: number; product: number }>();
  #marked = 0;
  /** Σ weight × product. */
  #sum = 1;

  /**
   * @param mix what reports of the stream say otherwise
   * @param all the same of all reports; null where `mix` is that
   * @param suspects P(fault | it is an incident), sum 1; empty: each is as likely
   */
  constructor(
    readonly mix: Mix,
    readonly all: Mix | null,
    readonly suspects: Suspects,
  ) {}

  /** Without a mark a report says nothing. */
  take(mark: Mark | null): void {
    if (mark === null) return;
    this.#marked += 1;
    for (const [id, percent] of mark) {
      const fault = this.#fault(id);
      const before = fault.product;
      fault.product *= 1 + (ALIKE * percent) / 100 / fault.share / (1 - ALIKE);
      this.#sum += fault.weight * (fault.product - before);
    }
  }

  /** ln of the likelihood ratio of an incident against ordinary reports, nats; 0 without marks, never below ln `UNMARKED`. */
  get nats(): number {
    if (this.#marked === 0) return 0;
    const alike = (1 - ALIKE) ** this.#marked * this.#sum;
    return Math.log(UNMARKED + (1 - UNMARKED) * alike);
  }

  #fault(id: string): { share: number; weight: number; product: number } {
    const known = this.#faults.get(id);
    if (known !== undefined) return known;
    const weight = this.suspects.size === 0 ? FIRST_SHARE : (this.suspects.get(id) ?? 0);
    const made = { share: this.mix.share(id, this.all), weight, product: 1 };
    this.#faults.set(id, made);
    return made;
  }
}
