/** Expected cost of repair: what fixing without another question is expected to cost. Pure. */
import type { FixModel } from './model.js';

/** The fixes that may still be offered, and under what terms. */
export interface Terms {
  /** In the model's order; ties go to the earlier. */
  fixes: readonly FixModel[];
  /** How many fixes may still fail before a human has to be offered. */
  attempts: number;
  /** Minutes of the question that has to be answered before the first fix that charges; 0 once it is answered. */
  gate: number;
  /** Minutes; ends the case. */
  humanCall: number;
}

/** Costs a fix now: its own minutes and, if it is the first that charges, the gate's. */
export function costNow(fix: FixModel, gate: number): number {
  return fix.charges === 'none' ? fix.cost : fix.cost + gate;
}

/** Σ over the fix's faults of mass × success: P(fix works, evidence) for a joint mass, P(fix works | evidence) for a belief. */
export function worksMass(fix: FixModel, mass: Float64Array): number {
  const { at, success } = fix;
  let sum = 0;
  for (let index = 0; index < at.length; index += 1)
    sum += (mass[at[index] as number] as number) * (success[index] as number);
  return sum;
}

/** What a sequence of fixes, then a human call, is expected to cost. */
export interface Repair {
  /** The first fix, as an index into `terms.fixes`; −1 if a human call is cheaper than any. */
  first: number;
  /** Minutes × mass. */
  cost: number;
  /** True if the cap ended it although a further fix would have paid. */
  cut: boolean;
}

/**
 * The fix to try next, or −1 if for all fixes left P(works | e) · C_human ≤ cost (the stop rule).
 * - By efficiency: the largest ef = P(works | e) ÷ cost. As the stop rule reads ef ≤ 1 ÷ C_human, it holds for all
 *   fixes if it holds for this one.
 * - By saving: the largest P(works | e) · C_human − cost; exact if it is the last that may fail.
 */
function nextFix(
  mass: Float64Array,
  left: number,
  gate: number,
  terms: Terms,
  bySaving: boolean,
  used: Uint8Array,
): number {
  const { fixes, humanCall } = terms;
  let best = -1;
  let most = 0;
  for (let index = 0; index < fixes.length; index += 1) {
    if (used[index] === 1) continue;
    const fix = fixes[index] as FixModel;
    const works = worksMass(fix, mass);
    const cost = costNow(fix, gate);
    if (works * humanCall <= cost * left) continue;
    const merit = bySaving ? works * humanCall - cost * left : works / cost;
    if (merit > most) {
      best = index;
      most = merit;
    }
  }
  return best;
}

/**
 * Σ C_i · P(all before failed | e) + C_human · P(all failed | e): each fix the best by its rule given that those before it
 * failed, until the stop rule or the cap, then a human call. `mass` is used up.
 */
function sequence(mass: Float64Array, terms: Terms, bySaving: boolean): Repair {
  const used = new Uint8Array(terms.fixes.length);
  let left = sum(mass);
  let { gate } = terms;
  let cost = 0;
  let first = -1;
  for (let attempt = 0; ; attempt += 1) {
    const best = nextFix(mass, left, gate, terms, bySaving, used);
    if (best < 0 || attempt >= terms.attempts) return { first, cost: cost + terms.humanCall * left, cut: best >= 0 };
    const fix = terms.fixes[best] as FixModel;
    if (attempt === 0) first = best;
    cost += costNow(fix, gate) * left;
    if (fix.charges !== 'none') gate = 0;
    used[best] = 1;
    fail(fix, mass);
    left = sum(mass);
  }
}

/**
 * ECR: the expected cost of the greedy sequence by efficiency (Heckerman, Breese & Rommelse 1995), ending in a human
 * call. Efficiency presumes that every fix can have its turn; where the cap on failed fixes cuts that sequence short, a
 * cheap fix that seldom works takes the place of one that would, so there the sequence by saving is computed as well and
 * the cheaper of the two counts. In minutes × mass: `mass` may be a joint P(fault, e), so that Σ_j P(j) · ECR(e, j) is a
 * plain sum; for a belief that sums to 1 it is ECR itself. `mass` is left as it was.
 */
export function repair(mass: Float64Array, terms: Terms): Repair {
  const greedy = sequence(mass.slice(), terms, false);
  if (!greedy.cut) return greedy;
  const saving = sequence(mass.slice(), terms, true);
  return saving.cost < greedy.cost ? saving : greedy;
}

/** Multiplies the mass by P(fix fails | fault), in place. */
export function fail(fix: FixModel, mass: Float64Array): void {
  for (let index = 0; index < fix.at.length; index += 1) {
    const fault = fix.at[index] as number;
    mass[fault] = (mass[fault] as number) * (1 - (fix.success[index] as number));
  }
}

export function sum(mass: Float64Array): number {
  let total = 0;
  for (let fault = 0; fault < mass.length; fault += 1) total += mass[fault] as number;
  return total;
}
