/** The shops of a payment service provider, fixed for a seed. Pure. */

import type { Attributes } from '../incidents/index.js';
import { CAUSES } from '../knowledge/schema.js';
import { normal, type Random, weighted } from './random.js';
import type { Leaning, Voices } from './voices.js';

export const SHOPS = 4000;
export const SIZES = { acquirer: 12, bank: 30, region: 34, terminal: 30 } as const;
/** Zipf exponents: a few are large, many are small. */
const ZIPF = 0.9;
export const CHAINS = 12;
export const SHOPS_A_CHAIN = 30;
/** Regions that live two hours later, as the west does under one time for all. */
const LATE = 3;
/** Spread of how common a cause is with a make of terminals, and in a region. */
const LEANING = 0.3;

export interface Shop {
  id: string;
  owner?: string;
  attributes: Attributes;
  restaurant: boolean;
  late: boolean;
  /** Which causes are commoner here than elsewhere. */
  leanings: readonly Leaning[];
}

export interface Traffic {
  shops: readonly Shop[];
  /** Σ weights up to each shop. */
  weights: Float64Array;
  voices: Voices;
}

export const zipf = (size: number): number[] => Array.from({ length: size }, (_, rank) => (rank + 1) ** -ZIPF);

/** The shops: fixed for a seed. `count`: how many. */
export function drawTraffic(voices: Voices, random: Random, count = SHOPS): Traffic {
  const [acquirers, regions, terminals] = [zipf(SIZES.acquirer), zipf(SIZES.region), zipf(SIZES.terminal)];
  const [makes, places] = [drawLeanings(SIZES.terminal, random), drawLeanings(SIZES.region, random)];
  const shops = Array.from({ length: count }, (_, index): Shop => {
    const chain = Math.floor(index / SHOPS_A_CHAIN);
    const [region, terminal] = [weighted(regions, random), weighted(terminals, random)];
    return {
      id: `s${index}`,
      ...(chain < CHAINS ? { owner: `c${chain}` } : {}),
      attributes: {
        acquirer: `a${chain < CHAINS ? chain % 4 : weighted(acquirers, random)}`,
        region: `r${region}`,
        terminal: `t${terminal}`,
      },
      restaurant: random() < 0.4,
      late: region >= SIZES.region - LATE,
      leanings: [makes[terminal] ?? {}, places[region] ?? {}],
    };
  });
  let sum = 0;
  const weights = Float64Array.from(shops, () => {
    sum += Math.exp(normal(random) * 0.8);
    return sum;
  });
  return { shops, weights, voices };
}

const drawLeanings = (size: number, random: Random): Leaning[] =>
  Array.from({ length: size }, () =>
    Object.fromEntries(CAUSES.map((cause) => [cause, Math.exp(normal(random) * LEANING)])),
  );

export function pickShop({ shops, weights }: Traffic, random: Random): Shop {
  const wanted = random() * (weights.at(-1) ?? 0);
  let [low, high] = [0, shops.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((weights[middle] ?? 0) <= wanted) low = middle + 1;
    else high = middle;
  }
  return shops[low] as Shop;
}
