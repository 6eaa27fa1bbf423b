/** What lies behind a conversation's state: the evidence with its weights and the plan with its numbers. Pure. */
import { believe } from '../diagnosis/belief.js';
import type { Money, Plan } from '../diagnosis/case.js';
import { explainConclusion, type Item } from '../diagnosis/explain.js';
import { plan } from '../diagnosis/plan.js';
import type { Session } from './session.js';
import type { World } from './world.js';

export interface Reasoning {
  money: Money;
  /** The likeliest fault, for or against which the evidence is weighed. */
  target: string;
  /** Change of the target's log odds that each piece brings. */
  evidence: { what: string; weight: number }[];
  plan: Plan;
}

export function reason(session: Session, world: World): Reasoning {
  const { case: known } = session;
  const belief = believe(world.model, known);
  const target = [...belief.faults].reduce((best, one) => (one[1] > best[1] ? one : best), ['', 0] as [
    string,
    number,
  ])[0];
  const evidence = explainConclusion(world.model, known, target).map(({ item, weight }) => ({
    what: name(item),
    weight,
  }));
  return { money: known.money, target, evidence, plan: nextStep(session, world, belief) };
}

/** The plan under the caps that hold for this session: a round that the user asked for after a hand-over counts anew. */
export function nextStep(session: Session, world: World, belief = believe(world.model, session.case)): Plan {
  const { maxQuestions, maxFailedFixes } = world.knowledge.costs;
  return plan(world.model, belief, session.case, {
    maxQuestions: maxQuestions + session.rounds.asked,
    maxFailedFixes: maxFailedFixes + session.rounds.failedFixes,
  });
}

function name(item: Item): string {
  switch (item.kind) {
    case 'answer':
      return `${item.question} = ${item.option} (${item.from})`;
    case 'text':
      return `sentence ${item.index + 1}`;
    case 'sign':
      return `words for ${item.fault}`;
    case 'code':
      return `code ${item.code}`;
    case 'failed-fix':
      return `failed ${item.fix}`;
    case 'scenario':
      return `scenario ${item.scenario}`;
    case 'incident':
      return `incident ${item.id}`;
  }
}
