/** The policies that are compared, each under the same caps. Pure. */
import { believe } from '../diagnosis/belief.js';
import type { Belief, Case, Plan } from '../diagnosis/case.js';
import type { Model } from '../diagnosis/model.js';
import { type PlanOptions, plan } from '../diagnosis/plan.js';
import { CHARGED } from '../knowledge/schema.js';
import type { Claim, Move, Policy } from './walk.js';
import type { Tree } from './yardsticks.js';

/** Policies that rank by information stop asking when a cause is this likely. */
const SURE = 0.8;
/** All questions are examined. */
const ALL = 99;

/** Everything that is compared, ours last. */
export function allPolicies(model: Model, trees: readonly Tree[]): Policy[] {
  return [
    ...trees.map((tree) => treePolicy(model, tree)),
    informationPolicy(model, 'information-gain', ({ gain }) => gain),
    informationPolicy(model, 'gain-per-cost', ({ gain, cost }) => gain / cost),
    believing(model, 'eco-ecr', (belief, known) => plan(model, belief, known, { shortlist: ALL, ...PLAIN }).step),
    believing(model, 'ours', (belief, known) => plan(model, belief, known).step),
  ];
}

/** The rule of 1995 knows neither a margin nor a credit. */
const PLAIN: PlanOptions = { margin: 0, credit: 0 };

/** A policy that keeps nothing but the belief. */
export function believing(model: Model, id: string, choose: (belief: Belief, known: Case) => Plan['step']): Policy {
  return {
    id,
    begin: () => (known) => {
      const belief = believe(model, known);
      return { step: choose(belief, known), claim: likeliest(belief) };
    },
  };
}

export function likeliest(belief: Belief): Claim {
  const top = (of: ReadonlyMap<string, number>): string =>
    [...of].reduce((best, one) => (one[1] > best[1] ? one : best), ['', -1] as [string, number])[0];
  return { cause: top(belief.causes), fault: top(belief.faults) };
}

/** Asks the question of most merit until a cause is sure, nothing is left to gain or the cap is reached; then the best fix. */
function informationPolicy(model: Model, id: string, merit: (question: Plan['questions'][number]) => number): Policy {
  return believing(model, id, (belief, known) => {
    const repairing = plan(model, belief, known, { shortlist: 0, ...PLAIN }).step;
    const sure = Math.max(...belief.causes.values()) >= SURE;
    // While `charged` is open the last question is kept for it, as for everybody.
    const settled = known.money !== 'unknown' || known.asked.includes(CHARGED);
    const left = model.costs.maxQuestions - new Set(known.asked).size - (settled ? 0 : 1);
    const stuck = new Set(known.failedFixes).size >= model.costs.maxFailedFixes;
    if (sure || left <= 0 || stuck) return repairing;
    const { questions } = plan(model, belief, known, { shortlist: ALL, ...PLAIN });
    const [best] = questions.filter(({ gain }) => gain > 1e-6).sort((a, b) => merit(b) - merit(a));
    return best ? { kind: 'ask', question: best.question } : repairing;
  });
}

/** Follows a hand-written tree: what the sentence tells is not asked again, what may not be asked is passed over. */
export function treePolicy(model: Model, tree: Tree): Policy {
  const causeOf = (fault: string): string => model.causes[model.causeOf[model.faultIndex.get(fault) ?? -1] ?? -1] ?? '';
  const claim = (fault: string): Claim => ({ fault, cause: causeOf(fault) });
  return {
    id: tree.id,
    begin: ({ opening }) => {
      let at: string | undefined = tree.start;
      /** Set once the tree offers fixes: which, for what, and where it goes on. */
      let offering: { tries: readonly string[]; suspect: string; onward: string | undefined } | undefined;
      const next = (known: Case): Move => {
        const { maxQuestions, maxFailedFixes } = model.costs;
        const human: Move = { step: { kind: 'human', why: 'nothing-left' }, claim: claim(offering?.suspect ?? '') };
        if (known.failedFixes.length >= maxFailedFixes) return human;
        const fix = offering?.tries.find((id) => !known.failedFixes.includes(id));
        if (offering && fix !== undefined) return { step: { kind: 'fix', fix }, claim: claim(offering.suspect) };
        if (offering) {
          at = offering.onward;
          if (at === undefined) return human;
          offering = undefined;
        }
        const node = at === undefined ? undefined : tree.nodes[at];
        if (node === undefined) return human;
        if ('try' in node) {
          offering = { tries: node.try, suspect: node.suspect, onward: node.next };
          return next(known);
        }
        if ('hear' in node) {
          const { heard, lean } = opening;
          const tries = heard === null ? undefined : tree.heard[heard];
          if (tries && heard !== null) offering = { tries, suspect: heard, onward: undefined };
          else
            at =
              lean && lean.p >= node.atLeast
                ? (node.lean[lean.cause as keyof typeof node.lean] ?? node.else)
                : node.else;
          return next(known);
        }
        const { ask } = node;
        const answer = known.answers.findLast(({ question }) => question === ask)?.option;
        const settled = ask === CHARGED && known.money !== 'unknown';
        const open = known.money !== 'unknown' || known.asked.includes(CHARGED) || ask === CHARGED ? 0 : 1;
        const full = new Set(known.asked).size + open >= maxQuestions;
        if (answer === undefined && !settled && !full && mayAsk(model, known, ask))
          return { step: { kind: 'ask', question: ask }, claim: claim('') };
        at = (answer === undefined ? undefined : node.on[answer]) ?? node.else;
        return next(known);
      };
      return next;
    },
  };
}

/** Is what the question requires known to be so? */
function mayAsk(model: Model, known: Case, id: string): boolean {
  return (model.questionById.get(id)?.requires ?? []).every(({ question, options }) => {
    const answer = known.answers.findLast((one) => one.question === question);
    return answer !== undefined && options.includes(answer.option);
  });
}
