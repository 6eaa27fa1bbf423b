/** Expected cost of repair: what fixing without another question is expected to cost. Pure; about a microsecond. */
import type { FixModel, Model } from './model.js';

/** The fixes that may still be offered, and under what terms. */
export interface Terms {
  /** By index into the model's fixes: 1 if it may be offered. */
  open: Uint8Array;
  /** How many fixes may still fail before a human has to be offered. */
  attempts: number;
  /** Minutes of the question that has to be answered before the next fix that charges; 0 once it is answered. */
  gate: number;
  /** The same once a fix that charges has failed: that was one more attempt, whose outcome is open again. */
  again: number;
}

/** What a sequence of fixes, then a human call, is expected to cost. */
export interface Repair {
  /** The first fix, as an index into the model's; −1 if a human call is cheaper than any. */
  first: number;
  /** Minutes × mass. */
  cost: number;
  /** True if the cap ended it although a further fix would have paid. */
  cut: boolean;
}

/** Room to compute in. One for a whole plan: small typed arrays by the dozen are what would cost most. */
export interface Workspace {
  /** The caller's own; all else belongs to `repair`. */
  joint: Float64Array;
  mass: Float64Array;
  works: Float64Array;
  worksFirst: Float64Array;
}

export function workspace(model: Model): Workspace {
  return {
    joint: new Float64Array(model.faults.length),
    mass: new Float64Array(model.faults.length),
    works: new Float64Array(model.fixes.length),
    worksFirst: new Float64Array(model.fixes.length),
  };
}

/** Costs a fix now: its own minutes and, if it is the first that charges, the gate's. */
export function costNow(fix: FixModel, gate: number): number {
  return fix.charges === 'none' ? fix.cost : fix.cost + gate;
}

/** Σ over the fix's faults of mass × success: P(fix works, evidence) for a joint mass, P(fix works | evidence) for a belief. */
export function worksMass(fix: FixModel, mass: Float64Array): number {
  const { at, success } = fix;
  let total = 0;
  for (let index = 0; index < at.length; index += 1)
    total += (mass[at[index] as number] as number) * (success[index] as number);
  return total;
}

/**
 * ECR: the expected cost of the greedy sequence by efficiency (Heckerman, Breese & Rommelse 1995), ending in a human
 * call. Efficiency presumes that every fix can have its turn; where the cap on failed fixes cuts that sequence short, a
 * cheap fix that seldom works takes the place of one that would, so there the sequence by saving is computed as well and
 * the cheaper of the two counts. In minutes × mass: `mass` may be a joint P(fault, e), so that Σ_j P(j) · ECR(e, j) is a
 * plain sum; for a belief that sums to 1 it is ECR itself. `mass` is left as it was; it may be the workspace's `joint`.
 */
export function repair(model: Model, mass: Float64Array, terms: Terms, room: Workspace): Repair {
  const { start, at, success } = model.cures.byFix;
  const { worksFirst } = room;
  for (let fix = 0; fix < worksFirst.length; fix += 1) {
    const end = start[fix + 1] as number;
    let works = 0;
    if (terms.open[fix] === 1)
      for (let index = start[fix] as number; index < end; index += 1)
        works += (mass[at[index] as number] as number) * (success[index] as number);
    worksFirst[fix] = works;
  }
  const greedy = sequence(model, mass, terms, false, room);
  if (!greedy.cut) return greedy;
  const saving = sequence(model, mass, terms, true, room);
  return saving.cost < greedy.cost ? saving : greedy;
}

/**
 * Σ C_i · P(all before failed | e) + C_human · P(all failed | e): each fix the best by its rule given that those before it
 * failed, until the stop rule or the cap, then a human call.
 */
function sequence(model: Model, mass: Float64Array, terms: Terms, bySaving: boolean, room: Workspace): Repair {
  const { humanCall } = model.costs;
  room.mass.set(mass);
  room.works.set(room.worksFirst);
  let left = sum(mass);
  let { gate } = terms;
  let cost = 0;
  let first = -1;
  for (let attempt = 0; ; attempt += 1) {
    const best = nextFix(model, left, gate, bySaving, room.works);
    if (best < 0 || attempt >= terms.attempts) return { first, cost: cost + humanCall * left, cut: best >= 0 };
    const charges = model.cures.charges[best] === 1;
    if (attempt === 0) first = best;
    cost += ((model.cures.cost[best] as number) + (charges ? gate : 0)) * left;
    if (charges) gate = terms.again;
    left -= fail(model, best, room);
  }
}

/**
 * The fix to try next, or −1 if for all fixes left P(works | e) · C_human ≤ cost (the stop rule). Ties go to the earlier.
 * - By efficiency: the largest ef = P(works | e) ÷ cost. As the stop rule reads ef ≤ 1 ÷ C_human, it holds for all
 *   fixes if it holds for this one.
 * - By saving: the largest P(works | e) · C_human − cost; exact if it is the last that may fail.
 */
function nextFix(model: Model, left: number, gate: number, bySaving: boolean, works: Float64Array): number {
  const { cost: costs, charges } = model.cures;
  const { humanCall } = model.costs;
  let best = -1;
  let most = 0;
  for (let fix = 0; fix < works.length; fix += 1) {
    const p = works[fix] as number;
    const cost = (costs[fix] as number) + (charges[fix] === 1 ? gate : 0);
    const saving = p * humanCall - cost * left;
    if (saving <= 0) continue;
    const merit = bySaving ? saving : p / cost;
    if (merit > most) {
      best = fix;
      most = merit;
    }
  }
  return best;
}

/**
 * Takes the mass that the fix would have cured out of its faults, and out of what other fixes could still do there; the
 * fix itself can do no more. Returns the mass cured.
 */
function fail(model: Model, fix: number, room: Workspace): number {
  const { byFix, byFault } = model.cures;
  let cured = 0;
  const end = byFix.start[fix + 1] as number;
  for (let index = byFix.start[fix] as number; index < end; index += 1) {
    const fault = byFix.at[index] as number;
    const gone = (room.mass[fault] as number) * (byFix.success[index] as number);
    cured += gone;
    room.mass[fault] = (room.mass[fault] as number) - gone;
    const last = byFault.start[fault + 1] as number;
    for (let other = byFault.start[fault] as number; other < last; other += 1) {
      const which = byFault.at[other] as number;
      room.works[which] = (room.works[which] as number) - gone * (byFault.success[other] as number);
    }
  }
  room.works[fix] = 0;
  return cured;
}

export function sum(mass: Float64Array): number {
  let total = 0;
  for (let fault = 0; fault < mass.length; fault += 1) total += mass[fault] as number;
  return total;
}
