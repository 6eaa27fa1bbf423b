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

/**
 * The fix to try next, as an index into `terms.fixes`, or −1 if a human call is cheaper than the best fix left:
 * the largest ef = P(works | e) ÷ cost, unless P(works | e) · C_human ≤ cost (Heckerman, Breese & Rommelse 1995). As
 * that condition reads ef ≤ 1 ÷ C_human, it holds for all fixes if it holds for the best.
 */
export function bestFix(mass: Float64Array, total: number, gate: number, terms: Terms, used?: Uint8Array): number {
  const { fixes, humanCall } = terms;
  let best = -1;
  let bestEf = 0;
  let bestWorks = 0;
  for (let index = 0; index < fixes.length; index += 1) {
    if (used?.[index] === 1) continue;
    const fix = fixes[index] as FixModel;
    const works = worksMass(fix, mass);
    const ef = works / costNow(fix, gate);
    if (ef > bestEf) {
      best = index;
      bestEf = ef;
      bestWorks = works;
    }
  }
  if (best < 0) return -1;
  return bestWorks * humanCall <= costNow(fixes[best] as FixModel, gate) * total ? -1 : best;
}

/**
 * ECR of the greedy sequence: Σ C_i · P(all before failed | e) + C_human · P(all failed | e), where each fix has the
 * largest ef given that those before it failed, the sequence ends by the stop rule or after `attempts`, and a human call
 * follows. In minutes × mass: `mass` may be a joint P(fault, e), so that Σ_j P(j) · ECR(e, j) is a plain sum; for a belief
 * that sums to 1 it is ECR itself. `mass` is used up.
 */
export function repairCost(mass: Float64Array, terms: Terms): number {
  const used = new Uint8Array(terms.fixes.length);
  let left = sum(mass);
  let gate = terms.gate;
  let cost = 0;
  for (let attempt = 0; attempt < terms.attempts; attempt += 1) {
    const best = bestFix(mass, left, gate, terms, used);
    if (best < 0) break;
    const fix = terms.fixes[best] as FixModel;
    cost += costNow(fix, gate) * left;
    if (fix.charges !== 'none') gate = 0;
    used[best] = 1;
    fail(fix, mass);
    left = sum(mass);
  }
  return cost + terms.humanCall * left;
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
