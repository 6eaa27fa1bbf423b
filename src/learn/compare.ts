/** Would the new numbers serve merchants better? Ours with the old and with the new ones meets the same merchants. Pure. */
import { modelFrom } from '../diagnosis/model.js';
import { plan } from '../diagnosis/plan.js';
import type { ModelSpec } from '../diagnosis/spec.js';
import { drawMerchant, type Truth } from '../simulate/merchants.js';
import type { Opening } from '../simulate/openings.js';
import { perturb } from '../simulate/perturb.js';
import { believing } from '../simulate/policies.js';
import { type Random, randomFrom } from '../simulate/random.js';
import { WORLDS, type WorldKind } from '../simulate/simulate.js';
import { type Estimate, ratio } from '../simulate/statistics.js';
import { type Prices, walk } from '../simulate/walk.js';
import type { Settings } from '../simulate/yardsticks.js';

/** Whose numbers the merchants are drawn from. */
export const SIDES = ['old', 'new'] as const;
export type Side = (typeof SIDES)[number];

export interface ComparisonInput {
  /** The numbers in use, and those that would take their place. */
  specs: Readonly<Record<Side, ModelSpec>>;
  openings: readonly Opening[];
  settings: Settings;
  prices: Prices;
  /** Merchants of each of the four kinds; rounded up to whole blocks. */
  cases: number;
  seed: number;
}

/** Both numbers on the same merchants. */
export interface Comparison {
  /** Merchants drawn from the old numbers or from the new ones … */
  drawnFrom: Side;
  /** … as they are, or perturbed. */
  world: WorldKind;
  cases: number;
  /** Minutes a case: with the old numbers, with the new ones, and what the new ones cost more. */
  cost: { old: number; new: number; more: Estimate };
  /** Share of cases with wrong advice about money. */
  wrongMoney: { old: number; new: number; more: Estimate };
}

/** Drawn blocks differ between worlds by this much in their seeds, as in `simulate`. */
const BLOCK_SEED = 7919;
const PERTURBED_SEED = 1e9;

/**
 * Compares in four worlds, block by block, so that the caller may show progress or stop between two. Old and new meet the same
 * merchants, and merchants of the old and of the new numbers come from the same seeds.
 */
export function* compare(input: ComparisonInput): Generator<{ done: number; of: number }, Comparison[]> {
  const { specs, settings, cases, seed } = input;
  const size = settings.perturbed.merchants;
  const blocks = Math.max(1, Math.ceil(cases / size));
  const kinds = WORLDS.flatMap((world) => SIDES.map((drawnFrom) => ({ world, drawnFrom })));
  const believed = { old: modelFrom(specs.old), new: modelFrom(specs.new) };
  const results: Comparison[] = [];
  for (const { world, drawnFrom } of kinds) {
    const sums: Sums[] = [];
    // Merchants answer by the rows as they stand; what the model allows for is its own affair.
    const spec = { ...specs[drawnFrom], answerNoise: 0 };
    for (let block = 0; block < blocks; block += 1) {
      const random = randomFrom(seed + BLOCK_SEED * (block + 1) + (world === 'matched' ? 0 : PERTURBED_SEED));
      sums.push(meet(truthOf(world, spec, input, random), believed, input, size, random));
      yield { done: results.length * blocks + block + 1, of: kinds.length * blocks };
    }
    results.push(summary(world, drawnFrom, sums, size));
  }
  return results;
}

function truthOf(
  world: WorldKind,
  spec: ModelSpec,
  { settings: { perturbed } }: ComparisonInput,
  random: Random,
): Truth {
  return world === 'matched'
    ? { model: modelFrom(spec), unknown: spec.costs.unknownRate, wrong: 0 }
    : { model: modelFrom(perturb(spec, perturbed, random)), unknown: perturbed.unknown, wrong: perturbed.wrong };
}

/** Over the merchants of one block. */
interface Sums {
  cost: Record<Side, number>;
  wrongMoney: Record<Side, number>;
}

function meet(
  truth: Truth,
  believed: Readonly<Record<Side, Truth['model']>>,
  { openings, settings, prices }: ComparisonInput,
  size: number,
  random: Random,
): Sums {
  const sums: Sums = { cost: { old: 0, new: 0 }, wrongMoney: { old: 0, new: 0 } };
  const merchants = Array.from({ length: size }, () => drawMerchant(truth, openings, settings, random));
  for (const side of SIDES) {
    const model = believed[side];
    const ours = believing(model, side, (belief, known) => plan(model, belief, known).step);
    for (const merchant of merchants) {
      const { cost, wrongMoney } = walk(model, ours, merchant, prices);
      sums.cost[side] += cost;
      sums.wrongMoney[side] += Number(wrongMoney);
    }
  }
  return sums;
}

function summary(world: WorldKind, drawnFrom: Side, blocks: readonly Sums[], size: number): Comparison {
  const cases = blocks.length * size;
  const of = (what: keyof Sums) => ({
    old: blocks.reduce((sum, block) => sum + block[what].old, 0) / cases,
    new: blocks.reduce((sum, block) => sum + block[what].new, 0) / cases,
    more: ratio(blocks.map((block) => ({ sum: block[what].new - block[what].old, count: size }))),
  });
  return { drawnFrom, world, cases, cost: of('cost'), wrongMoney: of('wrongMoney') };
}

/**
 * What speaks against the new numbers; empty if nothing does. A case costs more by more than the interval of the paired
 * difference, or money advice goes wrong more often: at all where nobody answers wrongly, else by more than its interval.
 */
export function objections(comparisons: readonly Comparison[]): string[] {
  return comparisons.flatMap(({ drawnFrom, world, cost, wrongMoney }) => {
    const where = `${world} merchants of the ${drawnFrom} numbers`;
    const beyond = ({ value, half }: Estimate): boolean => !(value <= half);
    const dearer = beyond(cost.more)
      ? [`${where}: a case costs ${cost.more.value.toFixed(2)} ± ${cost.more.half.toFixed(2)} minutes more`]
      : [];
    const { more } = wrongMoney;
    const riskier = world === 'matched' ? more.value > 0 : beyond(more);
    return riskier
      ? [
          ...dearer,
          `${where}: wrong advice about money in ${share(wrongMoney.new)} of the cases, not ${share(wrongMoney.old)}`,
        ]
      : dearer;
  });
}

const share = (value: number): string => `${(100 * value).toFixed(2)} %`;
