/** Merchants meet policies, and what came of it. Pure: the seed decides everything. */
import { modelFrom } from '../diagnosis/model.js';
import { type ModelSpec, specOf } from '../diagnosis/spec.js';
import type { Knowledge } from '../knowledge/schema.js';
import { ceilingOf } from './ceiling.js';
import { drawMerchant, type Merchant, type Truth } from './merchants.js';
import type { Opening } from './openings.js';
import { perturb } from './perturb.js';
import { allPolicies } from './policies.js';
import { type Random, randomFrom } from './random.js';
import { type Estimate, ratio, saving } from './statistics.js';
import { type Outcome, type Policy, type Prices, walk } from './walk.js';
import type { Settings, Tree } from './yardsticks.js';

/** `matched`: merchants are as the knowledge says; `perturbed`: its numbers and many answers are wrong. */
export const WORLDS = ['matched', 'perturbed'] as const;
export type WorldKind = (typeof WORLDS)[number];

export interface SimulationInput {
  knowledge: Knowledge;
  openings: readonly Opening[];
  trees: readonly Tree[];
  settings: Settings;
  /** Merchants a world; rounded up to whole blocks. */
  cases: number;
  seed: number;
  /** Policy ids; all by default. Ours is always met. */
  only?: readonly string[];
}

export interface PolicyResult {
  policy: string;
  /** Shares of the cases in which a fix or a call was offered. */
  rightCause: Estimate;
  rightFault: Estimate;
  /** Asked before the first fix or call, and in all; `charged` counts. */
  questions: Estimate;
  questionsInAll: Estimate;
  /** Merchant minutes until it works; a call ends a case and counts as its minutes. */
  minutes: Estimate;
  human: Estimate;
  wrongMoney: Estimate;
  /** Minutes, wrong advice about money included. */
  cost: Estimate;
  /** What ours saves beside this policy, share of cost; 0 for ours. */
  oursSaves: Estimate;
}

export interface WorldResult {
  world: WorldKind;
  cases: number;
  policies: PolicyResult[];
  /**
   * Right cause at best: as many questions as ours asked in each case, chosen and read with the true numbers; and the same
   * with all that the cap allows.
   */
  ceiling: { atOurs: Estimate; atCap: Estimate; oursBelow: Estimate };
}

/** One block: each policy's outcomes on the same merchants, and the ceiling's hits. */
interface BlockResult {
  outcomes: Map<string, { merchant: Merchant; outcome: Outcome }[]>;
  ceiling: { ours: number; atOurs: number; atCap: number; count: number };
}

/**
 * Simulates one world block by block, so that the caller may show progress or stop between two.
 * @returns the result over all blocks
 */
export function* simulateWorld(
  world: WorldKind,
  input: SimulationInput,
): Generator<{ done: number; of: number }, WorldResult> {
  const { knowledge, settings, trees, cases, seed } = input;
  const authored = specOf(knowledge);
  const believed = modelFrom(authored);
  // Merchants answer by the rows as they stand; what the model allows for is its own affair.
  const spec: ModelSpec = { ...authored, answerNoise: 0 };
  const policies = allPolicies(believed, trees).filter(({ id }) => id === 'ours' || (input.only?.includes(id) ?? true));
  const size = settings.perturbed.merchants;
  const count = Math.max(1, Math.ceil(cases / size));
  const blocks: BlockResult[] = [];
  for (let block = 0; block < count; block += 1) {
    const random = randomFrom(seed + 7919 * (block + 1) + (world === 'matched' ? 0 : 1e9));
    const truth =
      world === 'matched'
        ? { model: modelFrom(spec), unknown: knowledge.costs.unknownRate, wrong: 0 }
        : broken(spec, settings, random);
    const merchants = Array.from({ length: size }, () => drawMerchant(truth, input.openings, settings, random));
    blocks.push(meet(merchants, policies, truth, believed, pricesOf(knowledge, settings)));
    yield { done: block + 1, of: count };
  }
  return summary(world, policies, blocks, count * size);
}

export function pricesOf(knowledge: Knowledge, settings: Settings): Prices {
  const { humanCall, wrongMoneyAdvice } = knowledge.costs;
  return { humanCall, wrongMoneyAdvice, lookUp: settings.lookUpMinutes };
}

function broken(spec: ModelSpec, { perturbed }: Settings, random: Random): Truth {
  return { model: modelFrom(perturb(spec, perturbed, random)), unknown: perturbed.unknown, wrong: perturbed.wrong };
}

function meet(
  merchants: readonly Merchant[],
  policies: readonly Policy[],
  truth: Truth,
  believed: Truth['model'],
  prices: Prices,
): BlockResult {
  const outcomes = new Map(
    policies.map((policy) => [
      policy.id,
      merchants.map((merchant) => ({ merchant, outcome: walk(believed, policy, merchant, prices) })),
    ]),
  );
  const best = ceilingOf(truth);
  const ceiling = { ours: 0, atOurs: 0, atCap: 0, count: 0 };
  for (const { merchant, outcome } of outcomes.get('ours') ?? []) {
    if (outcome.claim === null) continue;
    ceiling.count += 1;
    ceiling.ours += Number(outcome.claim.cause === merchant.cause);
    ceiling.atOurs += Number(best.cause(merchant, outcome.asked.length) === merchant.cause);
    // One of the questions is `charged`.
    ceiling.atCap += Number(best.cause(merchant, believed.costs.maxQuestions - 1) === merchant.cause);
  }
  return { outcomes, ceiling };
}

function summary(
  world: WorldKind,
  policies: readonly Policy[],
  blocks: readonly BlockResult[],
  cases: number,
): WorldResult {
  type Met = { merchant: Merchant; outcome: Outcome };
  const sums = (policy: string, of: (met: Met) => number): number[] =>
    blocks.map(({ outcomes }) => (outcomes.get(policy) ?? []).reduce((sum, met) => sum + of(met), 0));
  const shareOf = (policy: string, of: (met: Met) => number, among: (met: Met) => number): Estimate => {
    const counts = sums(policy, among);
    return ratio(sums(policy, of).map((sum, block) => ({ sum, count: counts[block] ?? 0 })));
  };
  const everyone = (): number => 1;
  const offered = ({ outcome }: Met): number => Number(outcome.claim !== null);
  const cost = ({ outcome }: Met): number => outcome.cost;
  const results = policies.map(({ id }): PolicyResult => {
    const mean = (of: (outcome: Outcome) => number): Estimate => shareOf(id, ({ outcome }) => of(outcome), everyone);
    return {
      policy: id,
      rightCause: shareOf(id, ({ merchant, outcome }) => Number(outcome.claim?.cause === merchant.cause), offered),
      rightFault: shareOf(id, ({ merchant, outcome }) => Number(outcome.claim?.fault === merchant.fault), offered),
      questions: mean(({ questionsBefore }) => questionsBefore),
      questionsInAll: mean(({ questions }) => questions),
      minutes: mean(({ minutes }) => minutes),
      human: mean(({ human }) => Number(human)),
      wrongMoney: mean(({ wrongMoney }) => Number(wrongMoney)),
      cost: mean((outcome) => outcome.cost),
      oursSaves: saving(sums('ours', cost), sums(id, cost)),
    };
  });
  const hits = (of: (ceiling: BlockResult['ceiling']) => number): Estimate =>
    ratio(blocks.map(({ ceiling }) => ({ sum: of(ceiling), count: ceiling.count })));
  return {
    world,
    cases,
    policies: results,
    ceiling: {
      atOurs: hits(({ atOurs }) => atOurs),
      atCap: hits(({ atCap }) => atCap),
      oursBelow: hits(({ atOurs, ours }) => atOurs - ours),
    },
  };
}
