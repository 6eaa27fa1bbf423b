/** Hand-overs, counted. Pure. */
import type { Figures } from './figures.js';
import { HANDOVER_ENDS, type Handover, type HandoverEnd, SEVERITIES, type Severity, WAIT_ENDS } from './handover.js';
import { Spread } from './spread.js';

/** Different names counted apart; a journal that holds more was not written by us. */
const MOST_NAMES = 40;
const REST = 'other';

interface OfSeverity {
  n: number;
  timedOut: number;
  nobody: number;
  accepted: Spread;
}

export class HandoverCounts {
  #n = 0;
  #timedOut = 0;
  readonly #whys = new Map<string, number>();
  readonly #waitEnds = new Map<string, number>();
  readonly #ends = new Map<HandoverEnd | 'unknown', number>();
  readonly #severities = new Map<Severity, OfSeverity>();
  readonly #wait = new Spread();
  readonly #accepted = new Spread();

  add({ why, severity, ended, minutes, timeouts, end }: Handover): void {
    this.#n += 1;
    add(this.#whys, this.#whys.has(why) || this.#whys.size < MOST_NAMES ? why : REST);
    add(this.#waitEnds, ended ?? 'unknown');
    add(this.#ends, end ?? 'unknown');
    const its = this.#severities.get(severity) ?? { n: 0, timedOut: 0, nobody: 0, accepted: new Spread() };
    this.#severities.set(severity, its);
    its.n += 1;
    its.nobody += Number(ended === 'nobody');
    its.timedOut += Number(timeouts > 0);
    this.#timedOut += Number(timeouts > 0);
    if (minutes !== null) this.#wait.add(minutes);
    if (minutes === null || ended !== 'accepted') return;
    this.#accepted.add(minutes);
    its.accepted.add(minutes);
  }

  figures(): Figures['handovers'] {
    const of = (severity: Severity) => {
      const its = this.#severities.get(severity);
      return its ? [{ severity, ...its, accepted: its.accepted.summary() }] : [];
    };
    return {
      n: this.#n,
      byWhy: Object.fromEntries([...this.#whys].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))),
      byEnd: filled([...WAIT_ENDS, 'unknown'], this.#waitEnds),
      byOutcome: filled([...HANDOVER_ENDS, 'unknown'], this.#ends),
      timedOut: this.#timedOut,
      bySeverity: [...SEVERITIES, 'unknown' as const].flatMap(of),
      wait: this.#wait.summary(),
      accepted: this.#accepted.summary(),
    };
  }
}

function add<T>(map: Map<T, number>, key: T): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function filled<T extends string>(keys: readonly T[], counts: ReadonlyMap<string, number>): Record<T, number> {
  return Object.fromEntries(keys.map((key) => [key, counts.get(key) ?? 0])) as Record<T, number>;
}
