/** Seeded randomness for simulations: the same seed, the same numbers, on every machine. Pure. */

/** A number in 0 … 1 (1 excluded) each call. */
export type Random = () => number;

/** Mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An index, in proportion to the weights. Weights of 0 throughout choose the last. */
export function weighted(weights: ArrayLike<number>, random: Random): number {
  let total = 0;
  for (let index = 0; index < weights.length; index += 1) total += weights[index] ?? 0;
  let left = random() * total;
  for (let index = 0; index < weights.length; index += 1) {
    left -= weights[index] ?? 0;
    if (left < 0) return index;
  }
  return weights.length - 1;
}

/**
 * One of them, evenly.
 * @throws {RangeError} if there is none
 */
export function pick<T>(items: readonly T[], random: Random): T {
  const item = items[Math.min(items.length - 1, Math.floor(random() * items.length))];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** A distribution drawn evenly from all over n outcomes: Dirichlet(1, …, 1). */
export function evenDistribution(size: number, random: Random): number[] {
  const raw = Array.from({ length: size }, () => -Math.log(1 - random()));
  const sum = raw.reduce((left, right) => left + right, 0);
  return raw.map((value) => value / sum);
}

/** Box & Muller. */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Mean 1. */
export const lognormal = (spread: number, random: Random): number =>
  Math.exp(normal(random) * spread - spread ** 2 / 2);

/** Arrivals within one unit of time at a rate of `mean`. */
export function poisson(mean: number, random: Random): number {
  let count = -1;
  for (let time = 0; time <= mean; count += 1) time -= Math.log(1 - random());
  return Math.max(0, count);
}
