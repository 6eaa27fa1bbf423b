/** One merchant meets one policy, under the caps and the money rule that hold for all. Pure. */
import type { Case, Plan } from '../diagnosis/case.js';
import type { Model } from '../diagnosis/model.js';
import { copyCase } from '../dialogue/session.js';
import { CHARGED } from '../knowledge/schema.js';
import type { Merchant } from './merchants.js';

export interface Claim {
  cause: string;
  fault: string;
}

/** What a policy wants next, and what it takes the trouble for. */
export interface Move {
  step: Plan['step'];
  claim: Claim;
}

/** Decides from what is known; it is called anew after each answer and each failed fix. */
export interface Policy {
  id: string;
  /** Starts a conversation: policies that follow a script keep their place in it. */
  begin(merchant: Pick<Merchant, 'opening'>): (known: Case) => Move;
}

/** Minutes, from costs.yaml and settings.yaml. */
export interface Prices {
  humanCall: number;
  wrongMoneyAdvice: number;
  lookUp: number;
}

export interface Outcome {
  /** At the first fix or call; null if the case closed before: the money had arrived. */
  claim: Claim | null;
  /** Asked before that, `charged` included. */
  questionsBefore: number;
  /** All that were asked, `charged` each time that it was put. */
  questions: number;
  /** The ids asked before the first fix or call, without `charged`. */
  asked: readonly string[];
  /** Merchant minutes to the end; a call counts as its minutes. */
  minutes: number;
  human: boolean;
  /** Was told to collect although the money had moved. */
  wrongMoney: boolean;
  /** minutes, and what wrong advice about money costs. */
  cost: number;
}

/** No conversation is this long; a policy that goes on has a defect. */
const MOST_STEPS = 40;

/**
 * Walks to the end. The money rule for all: before the first step that charges, `charged` is asked; anything but `no` has
 * the transaction looked up, which shows the truth. After a fix that charges failed, it is asked again. A step that charges
 * although the money had moved (somebody said no and was wrong) costs `wrongMoneyAdvice`, once.
 * @param model for costs and for what charges; the policies' own numbers
 * @throws {Error} if a policy asks what does not exist, or never ends
 */
export function walk(model: Model, policy: Policy, merchant: Merchant, prices: Prices): Outcome {
  const known = copyCase(merchant.opening.known);
  const decide = policy.begin(merchant);
  let minutes = 0;
  let questions = 0;
  let attempts = 0;
  let wrongMoney = false;
  let lookedUp = false;
  let first: Pick<Outcome, 'claim' | 'questionsBefore' | 'asked'> | null = null;

  const end = (human: boolean): Outcome => ({
    ...(first ?? { claim: null, questionsBefore: questions, asked: [] }),
    questions,
    minutes: minutes + (human ? prices.humanCall : 0),
    human,
    wrongMoney,
    cost: minutes + (human ? prices.humanCall : 0) + (wrongMoney ? prices.wrongMoneyAdvice : 0),
  });
  /** Money may have moved: look it up. True if it has arrived, which closes the case. */
  const lookUp = (): boolean => {
    minutes += prices.lookUp;
    lookedUp = true;
    const paid = merchant.moved && attempts === 0;
    known.money = paid ? 'paid' : 'failed';
    return paid;
  };
  const put = (id: string): void => {
    const question = model.questionById.get(id);
    if (!question) throw new Error(`${policy.id} asks ${id}, which does not exist`);
    minutes += question.cost;
    questions += 1;
    known.asked.push(id);
    // Money moves with the first attempt or not at all here.
    const option = id === CHARGED && attempts > 0 ? 'no' : merchant.answers.get(id);
    if (option !== undefined) known.answers.push({ question: id, option, from: 'answer' });
  };
  /** Asks for the money, if that is open. True if it has arrived. */
  const settle = (): boolean => {
    if (known.money !== 'unknown') return false;
    put(CHARGED);
    const answer = known.answers.findLast(({ question }) => question === CHARGED);
    if (answer?.option !== 'no') return lookUp();
    known.money = 'failed';
    return false;
  };
  const charge = (): void => {
    wrongMoney ||= merchant.moved && attempts === 0 && !lookedUp;
  };

  if (known.money === 'in-doubt' && lookUp()) return end(false);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const move = decide(known);
    if (move.step.kind === 'ask') {
      const { question } = move.step;
      const charges = model.questionById.get(question)?.charges ?? false;
      if ((charges || question === CHARGED) && settle()) return end(false);
      if (question === CHARGED) continue;
      if (charges) charge();
      put(question);
      continue;
    }
    first ??= {
      claim: move.claim,
      questionsBefore: questions,
      asked: known.asked.filter((id) => id !== CHARGED),
    };
    if (move.step.kind === 'human') return end(true);
    const fix = model.fixById.get(move.step.fix);
    if (!fix) throw new Error(`${policy.id} offers ${move.step.fix}, which does not exist`);
    const charges = fix.charges !== 'none';
    if (charges && settle()) return end(false);
    if (charges) charge();
    minutes += fix.cost;
    if (merchant.cures.has(fix.id)) return end(false);
    known.failedFixes.push(fix.id);
    if (charges) reopen(known);
    if (charges) attempts += 1;
  }
  throw new Error(`${policy.id} does not come to an end`);
}

/** A fix that charges and did not help may have been one more attempt: whether it was charged is open again. */
function reopen(known: Case): void {
  known.money = 'unknown';
  known.asked = known.asked.filter((id) => id !== CHARGED);
  known.answers = known.answers.filter(({ question }) => question !== CHARGED);
}
