/** From a description of the failure to its likely fault and fix: asks what changes the next step, gives the best fix, checks. */

import { absorb, needsLookUp, notePaid, reopenMoney, setAnswer } from '../dialogue/absorb.js';
import { isMissing } from '../dialogue/choice.js';
import { emergencyIn } from '../dialogue/danger.js';
import { flowOf, joined, prompt, say, sentence } from '../dialogue/interpreter.js';
import { moneyIn, paidAnotherWay, showsTheirSide, triesAgain, turnsOutPaid } from '../dialogue/money-doubt.js';
import { asReplyOptions } from '../dialogue/options.js';
import { nextStep } from '../dialogue/reasoning.js';
import { topFrame } from '../dialogue/session.js';
import { withdraw } from '../dialogue/trail.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { CHARGED, UNKNOWN } from '../knowledge/schema.js';
import { asksMoneyFirst, isCapReached } from './before-asking.js';
import { caseEvent, noteTried, planEvent } from './case-events.js';
import { closeCase, closePaid, SEVERAL } from './closing.js';
import { isGuess, offerFix } from './fix-reply.js';
import { frozenStep, frozenVerbs } from './frozen.js';
import { believeNow, incidentStep, incidentVerbs } from './incident.js';
import { paidNowVerbs } from './paid-now.js';
import { because, heardNow, questionReply } from './wording.js';

const SKILL = 'triage';

/** The question that was on the table when this turn began. */
function questionOnTable(turn: Turn): string | undefined {
  return topFrame(turn.session)?.prompt?.question;
}

function takeIn(turn: Turn): string {
  const question = questionOnTable(turn);
  if (turnsOutPaid(turn)) {
    // The first attempt went through: whatever fix was on the table did not bring it about.
    turn.session.fix = null;
    notePaid(turn.session);
    return 'paid';
  }
  absorb(turn, question);
  if (turn.corrected.size > 0) withdraw(turn.session, new Set(turn.corrected.keys()));
  if (question !== undefined) passOver(turn, question);
  acknowledge(turn);
  return moneyFirst(turn);
}

/** The user said something else instead of answering: the question may come once more; passed over twice, it is 不清楚. */
export function passOver(turn: Turn, question: string): void {
  const { session } = turn;
  const { asked, answers } = session.case;
  if (asked.at(-1) !== question || answers.some((answer) => answer.question === question)) return;
  if (session.passedOver.includes(question)) {
    setAnswer(turn, question, UNKNOWN, 'answer');
    return;
  }
  session.passedOver.push(question);
  session.case.asked = asked.slice(0, -1);
}

/** Says what changed, or what was understood besides the question on the table; silent when there is nothing to confirm. */
function acknowledge(turn: Turn): void {
  // What was just explained need not be confirmed as well.
  if (turn.replies.some(({ type }) => type === 'code')) return;
  const [changed] = [...turn.corrected.keys()];
  if (changed !== undefined) {
    const option = turn.session.case.answers.find(({ question }) => question === changed)?.option ?? '';
    say(turn, sentence(turn, 'changed', { heard: because(turn, changed, option) }, SKILL));
    return;
  }
  const heard = joined(turn, [scenarioNow(turn), heardNow(turn)], 'clauses');
  if (heard !== '') say(turn, sentence(turn, 'heard', { heard }, SKILL));
}

/** The occasion that this turn's words name, in words; one that needs no saying has no sentence. */
function scenarioNow(turn: Turn): string {
  const scenario = turn.understanding?.scenario;
  return scenario ? sentence(turn, `scenario-${scenario}`, {}, SKILL) : '';
}

/** Paid, and only the slip is missing: the printer's fix looks the transaction up itself and collects nothing. */
function onlySlip({ session, understanding }: Turn): boolean {
  const says = (option: string): boolean => understanding?.evidence.some((one) => one.option === option) === true;
  const prints = session.case.answers.some(({ question, option }) => question === 'stage' && option === 'print');
  return prints && session.case.codes.length === 0 && (says('print') || !says('yes'));
}

/** An open transaction is looked up before anything else. */
function moneyFirst(turn: Turn): string {
  const { session } = turn;
  if (needsLookUp(turn) && session.lookUp === 'none') session.case.money = 'in-doubt';
  if (onlySlip(turn)) return 'ready';
  return session.case.money === 'in-doubt' && session.lookUp === 'none' ? 'money' : 'ready';
}

function decide(turn: Turn): string {
  const frozen = frozenStep(turn);
  if (frozen !== undefined) return frozen;
  const { world, session } = turn;
  const belief = believeNow(turn);
  const incident = incidentStep(turn, belief);
  if (incident !== undefined) return incident;
  if (asksMoneyFirst(turn)) {
    ask(turn, CHARGED);
    return 'ask';
  }
  const next = nextStep(session, world, belief);
  planEvent(turn, next, belief);
  switch (next.step.kind) {
    case 'ask':
      ask(turn, next.step.question);
      return 'ask';
    case 'fix':
      // How to collect is no advice for who has been paid.
      if (session.case.money === 'paid' && chargesFor(turn, next.step.fix)) {
        session.fix = next.step.fix;
        return 'paid';
      }
      if (isCapReached(turn) && isGuess(turn, next.step.fix, belief)) {
        turn.signal = { name: 'questions-cap' };
        return 'human';
      }
      offerFix(turn, next.step.fix, belief);
      return 'fix';
    case 'human':
      turn.signal = { name: next.step.why };
      return 'human';
  }
}

function ask(turn: Turn, id: string): void {
  const { world, session } = turn;
  const question = world.knowledge.questions.get(id);
  if (!question) return;
  session.case.asked.push(id);
  session.fix = null;
  if (session.case.money === 'unknown' && id !== CHARGED && !session.cautioned) {
    session.cautioned = true;
    say(turn, sentence(turn, 'hold-money', {}, SKILL));
  }
  caseEvent(turn, 'question', { question: id });
  prompt(turn, questionReply(turn, question, sentence(turn, 'ask', { ask: question.ask, why: question.why }, SKILL)));
}

function takeAnswer(turn: Turn): string {
  const question = questionOnTable(turn);
  const option = turn.signal.option ?? UNKNOWN;
  const { money } = turn.session.case;
  absorb(turn, question);
  if (question !== undefined) {
    setAnswer(turn, question, option, 'answer');
    if (money === 'failed' && turn.session.case.money === 'paid') say(turn, sentence(turn, 'paid-now', {}, SKILL));
    caseEvent(turn, 'answer', { question, option });
    const besides = heardNow(turn, question);
    if (besides !== '') say(turn, sentence(turn, 'heard', { heard: besides }, SKILL));
  }
  return moneyFirst(turn);
}

/** Skipping says nothing, except that not knowing whether money moved means looking it up. */
function skipQuestion(turn: Turn): string {
  turn.signal = { name: 'answered', option: UNKNOWN };
  return takeAnswer(turn);
}

/** The customer was charged several times, as was said now or before. */
function chargedOften(turn: Turn): boolean {
  return (emergencyIn(turn) ?? turn.session.emergency) === 'charged-many';
}

function showLookUp(key: 'look-up' | 'look-up-again') {
  return (turn: Turn): string => {
    turn.session.fix = null;
    const state = flowOf(turn, SKILL).states['looking-up'];
    const options = asReplyOptions(state?.options ?? []);
    caseEvent(turn, 'look-up', { again: key === 'look-up-again' });
    const text = sentence(turn, key === 'look-up' && chargedOften(turn) ? 'look-up-several' : key, {}, SKILL);
    prompt(turn, { type: 'question', text, options, links: [], question: 'looked-up' });
    return 'shown';
  };
}

function takeLookUp(turn: Turn): string {
  const { session } = turn;
  const option = turn.signal.option ?? UNKNOWN;
  caseEvent(turn, 'looked-up', { result: option });
  if (option === SEVERAL) {
    notePaid(turn.session);
    turn.signal = { name: SEVERAL };
    return 'paid';
  }
  if (option === 'paid') {
    notePaid(turn.session);
    if (session.paidOtherwise === true) say(turn, sentence(turn, 'paid-twice', {}, SKILL));
    return 'paid';
  }
  if (option === 'failed' && session.paidOtherwise === true) {
    notePaid(turn.session);
    say(turn, sentence(turn, 'paid-by-second', {}, SKILL));
    return 'paid';
  }
  if (option === 'failed') {
    session.lookUp = 'failed';
    session.case.money = 'failed';
    say(turn, sentence(turn, 'money-clear', {}, SKILL));
    return 'failed';
  }
  if (option === 'processing' && isMissing(turn, turn.understanding?.normalized ?? turn.words ?? ''))
    say(turn, sentence(turn, 'missing', {}, SKILL));
  if (option === 'processing') return 'again';
  turn.signal = { name: 'money' };
  return 'human';
}

/** Something else was said while the outcome of the transaction is open: noted, and the look-up asked for again. */
function noteAndHold(turn: Turn): string {
  absorb(turn, 'looked-up');
  if (paidAnotherWay(turn)) say(turn, sentence(turn, 'two-payments', {}, SKILL));
  else if (triesAgain(turn)) say(turn, sentence(turn, 'look-up-both', {}, SKILL));
  else if (showsTheirSide(turn)) say(turn, sentence(turn, 'shop-side', {}, SKILL));
  acknowledge(turn);
  const reply = topFrame(turn.session)?.prompt;
  // What stands above need not be said again to who only takes it back.
  const short = moneyIn(turn, false) === 'no' ? sentence(turn, 'look-up-not-charged', {}, SKILL) : '';
  if (reply) turn.replies.push(short === '' ? reply : { ...reply, text: short });
  return 'held';
}

function takeOutcome(turn: Turn): string {
  const { session } = turn;
  const { fix } = session;
  const option = turn.signal.option;
  // 「签到提示通讯失败」 says that it did not help, and more.
  absorb(turn, 'fix');
  if (option === 'human') {
    turn.signal = { name: 'asked' };
    return 'human';
  }
  if (fix !== null) {
    noteTried(turn, fix, option === 'solved' ? 'solved' : 'not-solved');
    if (option !== 'solved') {
      session.case.failedFixes.push(fix);
      recheck(turn, fix);
    }
  }
  if (option === 'solved') return 'solved';
  session.fix = null;
  return 'not-solved';
}

function chargesFor(turn: Turn, fix: string): boolean {
  return turn.world.knowledge.fixes.get(fix)?.steps.some(({ charges }) => charges) ?? false;
}

/** A fix that did not help may have been one more attempt to collect: whether that one was charged is not known. */
function recheck(turn: Turn, fix: string): void {
  if (!chargesFor(turn, fix) || turn.session.case.money !== 'failed' || moneyIn(turn, false) === 'no') return;
  reopenMoney(turn.session);
  turn.session.cautioned = true;
  say(turn, sentence(turn, 'recheck', {}, SKILL));
}

/** A fix that can't be done here is not offered twice, and says nothing about the fault. */
function fixSkipped(turn: Turn): string {
  const { fix, case: current } = turn.session;
  if (fix !== null) current.skippedFixes = [...(current.skippedFixes ?? []), fix];
  turn.session.fix = null;
  return 'ready';
}

function explainCalling(turn: Turn): string {
  if (turn.session.lookUp === 'none' && turn.session.case.money === 'in-doubt') turn.signal = { name: 'money' };
  return 'call';
}

export const triage: Skill = {
  id: SKILL,
  verbs: {
    'take-in': takeIn,
    decide,
    ...paidNowVerbs,
    ...incidentVerbs,
    ...frozenVerbs,
    'take-answer': takeAnswer,
    'skip-question': skipQuestion,
    'show-look-up': showLookUp('look-up'),
    'show-look-up-again': showLookUp('look-up-again'),
    'take-look-up': takeLookUp,
    'note-and-hold': noteAndHold,
    'close-paid': closePaid,
    'take-outcome': takeOutcome,
    'fix-skipped': fixSkipped,
    'close-case': closeCase,
    'explain-calling': explainCalling,
  },
};
