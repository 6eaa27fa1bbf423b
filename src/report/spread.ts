/** Numbers summed up in bounded room, whatever their number and order. Pure. */

/** Values beyond it are counted as it: a month of minutes. */
const MOST = 43_200;
/** Steps a unit. */
const STEPS = 10;
/** Fewer say nothing of a share or of the slowest tenth. */
export const ENOUGH = 10;

export interface Summary {
  n: number;
  mean: number | null;
  /** The middle one, of two the lower. */
  median: number | null;
  /** Nine of ten are not above it; null with fewer than {@link ENOUGH}. */
  p90: number | null;
}

/** Values of 0 or more, to a tenth. */
export class Spread {
  readonly #counts = new Map<number, number>();
  #n = 0;

  add(value: number): void {
    const step = Math.round(Math.min(MOST, Math.max(0, value)) * STEPS);
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
    this.#n += 1;
  }

  summary(): Summary {
    const sorted = [...this.#counts].sort(([a], [b]) => a - b);
    const sum = sorted.reduce((total, [step, count]) => total + step * count, 0);
    const rank = (share: number): number | null => {
      let left = Math.ceil(share * this.#n);
      for (const [step, count] of sorted) {
        left -= count;
        if (left <= 0) return step / STEPS;
      }
      return null;
    };
    const some = this.#n > 0;
    return {
      n: this.#n,
      mean: some ? Math.round(sum / this.#n) / STEPS : null,
      median: some ? rank(0.5) : null,
      p90: this.#n < ENOUGH ? null : rank(0.9),
    };
  }
}

export interface Share {
  n: number;
  of: number;
  /** 0 … 1, to a thousandth; null of fewer than {@link ENOUGH}. */
  share: number | null;
}

export function shareOf(n: number, of: number): Share {
  return { n, of, share: of < ENOUGH ? null : Math.round((1000 * n) / of) / 1000 };
}
