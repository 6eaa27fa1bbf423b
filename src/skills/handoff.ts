/** A way to a human: the right contact, and the case in words that can be read out. Pure. */
import type { Case } from '../diagnosis/case.js';
import { absorb, needsLookUp, notePaid } from '../dialogue/absorb.js';
import { flowOf, joined, prompt, say, sentence } from '../dialogue/interpreter.js';
import { triesAgain, turnsOutPaid } from '../dialogue/money-doubt.js';
import { asReplyOptions, essence } from '../dialogue/options.js';
import { PLAN } from '../dialogue/plan-run.js';
import type { Reply, ReplyOption } from '../dialogue/reply.js';
import { copyCase, SESSION_LIMITS, topFrame } from '../dialogue/session.js';
import { joinShop } from '../dialogue/shop.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { caseClosed, caseEvent } from './case-events.js';
import { endedLine } from './closing.js';
import { prepareLine, roleLine } from './contact-choice.js';
import { dutyLine, offDutyLine } from './duty.js';
import { numbersToCall } from './emergency.js';
import { otherRoles } from './roles.js';
import { askWhich, machineOf } from './shop-lines.js';
import { isAskedFor, isNobodyThere, standingLine } from './standing.js';
import { summaryOf } from './summary.js';

const SKILL = 'handoff';
/** Rules by which a human is called → the sentence that says so. */
const LEADS: Readonly<Record<string, string>> = {
  'questions-cap': 'cap',
  'fixes-cap': 'fixes',
  'nothing-left': 'fixes',
  cheaper: 'cheaper',
  money: 'money',
  complaint: 'complaint',
};
/** Whoever lost patience, or wants to be called: a lead of its own. */
const CALL_ME = 'call-me';
const OWN_LEADS: readonly string[] = ['impatient', 'repeated', CALL_ME];

/** Options that tell what came of the call; the hand-over stays open. */
const RESULTS: readonly string[] = ['no-answer', 'they-come'];

function briefHuman(turn: Turn): string {
  const { session, signal } = turn;
  const again = isAskedFor(turn);
  if (again && LEADS[signal.name] === undefined) return sayStanding(turn);
  takeUpLeft(turn);
  session.handoff = true;
  session.fix = null;
  // What a complaint, or whoever lost patience, said is what the human has to know first.
  if (!again && !turn.absorbed && turn.understanding !== null && signal.name !== 'answered') hear(turn);
  if (!again) caseEvent(turn, 'human', { why: signal.name });
  say(turn, lead(turn, LEADS[signal.name] ?? (OWN_LEADS.includes(signal.name) ? signal.name : 'asked')));
  const { lines, links, contacts } = numbersToCall(turn);
  const told = [...lines, again ? standingLine(turn, 'above') : dutyLine(turn), prepareLine(turn, contacts)];
  say(turn, told.filter((line) => line !== '').join('\n'), 'contact', links);
  const summary = summaryOf(turn);
  const reply = offer(turn, summary);
  turn.briefing = summaryOf(turn, 'people');
  prompt(turn, reply);
  // Only this once: when it is said again, nobody is called again.
  turn.replies[turn.replies.length - 1] = { ...reply, handover: summary };
  return 'briefed';
}

/** A lead promises no human where nobody could be called. */
function lead(turn: Turn, key: string): string {
  return (isNobodyThere(turn) ? sentence(turn, `${key}-nobody`, {}, SKILL) : '') || sentence(turn, key, {}, SKILL);
}

/** Milliseconds for which a case that was given up is what a human is asked for about. */
const LEFT_MS = 10 * 60_000;

/** 「没事了」, and then a human all the same: what was found out before goes along. */
function takeUpLeft({ session, at }: Turn): void {
  const { left, closed } = session;
  if (closed !== 'cancelled' || left === undefined || at - left.at >= LEFT_MS) return;
  session.case = copyCase(left.case);
  session.closed = null;
  delete session.left;
}

/** The summary and what can be done meanwhile. */
function offer(turn: Turn, summary: string): Reply {
  const which = askWhich(turn);
  const asked = [which.text, sentence(turn, 'continue', {}, SKILL)].filter((line) => line !== '').join('\n');
  // A card holds no more buttons than these: what came of the call can be written as well.
  const options = waitingOptions(turn).filter(({ id }) => which.options.length === 0 || !RESULTS.includes(id));
  const all = [...options, ...which.options];
  return { type: 'summary', text: `${summary}\n\n${asked}`, options: all, links: [], question: 'handoff' };
}

function waitingOptions(turn: Turn): ReplyOption[] {
  return asReplyOptions(flowOf(turn, SKILL).states.waiting?.options ?? []);
}

/** Asked for once more: nobody is called again, and nothing is said that was true a while ago. */
function sayStanding(turn: Turn): string {
  const { session, signal } = turn;
  session.handoff = true;
  session.fix = null;
  if (signal.name === 'myself') return 'myself';
  const told = heardOf(turn, signal.name);
  const { lines, links } = numbersToCall(turn);
  const waits = turn.standing === undefined || turn.standing.how === 'waiting';
  const off = waits ? offDutyLine(turn) : '';
  const hours = signal.name === 'hours' ? hoursLine(turn) : '';
  const first = signal.name === CALL_ME ? lead(turn, CALL_ME) : standingLine(turn);
  const stands = [first, ...lines, off, hours].filter((line) => line !== '').join('\n');
  const summary = summaryOf(turn);
  const whole = offer(turn, summary);
  const frame = topFrame(session);
  // The summary to read out stands above, unless there is more to tell since; said again it is whole.
  if (frame && signal.option?.startsWith(summary)) {
    turn.replies.push({ ...whole, type: 'contact', text: told || stands, links });
    frame.prompt = whole;
    return 'briefed';
  }
  say(turn, told || stands, 'contact', links);
  prompt(turn, whole);
  return 'briefed';
}

/** What is said to what came of the call; '' if it is nothing of the kind. */
function heardOf(turn: Turn, kind: string): string {
  const others = otherRoles(turn).map((role) => roleLine(turn, role));
  return sentence(turn, `heard-${kind}`, { other: others.join('\n') }, SKILL);
}

/** When somebody is on duty, as the operator has it; '' if that is written nowhere. */
function hoursLine(turn: Turn): string {
  return sentence(turn, 'hours', { hours: dutyHoursOf(turn) }, SKILL);
}

function dutyHoursOf(turn: Turn): string {
  const { dutyHours } = turn.world.knowledge.organization;
  return joined(
    turn,
    dutyHours.map((one) => sentence(turn, 'hours-item', one, SKILL)),
    'items',
  );
}

/** Which terminal it is became known after a human was called: whoever takes the case hears of it. */
function updateSummary(turn: Turn): string {
  const summary = summaryOf(turn);
  turn.briefing = summaryOf(turn, 'people');
  const options = waitingOptions(turn);
  const text = `${sentence(turn, 'shop-noted', {}, SKILL)}\n${sentence(turn, 'continue', {}, SKILL)}`;
  const reply: Reply = { type: 'summary', text, options, links: [], question: 'handoff' };
  prompt(turn, reply);
  turn.replies[turn.replies.length - 1] = { ...reply, handover: summary };
  return 'updated';
}

/** More is told while a human is waited for: it is taken into the case and goes to them, and the request stands. */
function noteMore(turn: Turn): string {
  const { session } = turn;
  const before = session.case.money;
  if (turnsOutPaid(turn)) {
    notePaid(session);
    hear(turn);
  } else if (turn.understanding === null) hear(turn);
  else absorb(turn);
  if (needsLookUp(turn) && session.lookUp === 'none') session.case.money = 'in-doubt';
  if (unsolved(turn)) putAside(turn);
  turn.briefing = summaryOf(turn, 'people');
  const { options } = offer(turn, '');
  const text = [moneyLine(turn, before), moreLine(turn)].filter((line) => line !== '').join('\n');
  // The summary has changed: whoever asks again reads it anew.
  prompt(turn, { type: 'summary', text, options, links: [], question: SKILL });
  return 'noted';
}

/** What must be known of the money before anybody collects once more; '' if nothing new was said of it. */
function moneyLine(turn: Turn, before: Case['money']): string {
  const { session } = turn;
  const { money } = session.case;
  if (money === 'paid') return before === money ? '' : sentence(turn, 'paid-now', {}, 'triage');
  const isOpen = money === 'in-doubt' || triesAgain(turn) || (money === 'unknown' && !session.cautioned);
  if (isOpen) session.cautioned = true;
  return isOpen ? sentence(turn, 'hold-money', {}, 'triage') : '';
}

/** That it was passed on, or only noted, and how the request stands. */
function moreLine(turn: Turn): string {
  const { how, name = '', minutes = 0 } = turn.standing ?? { how: 'waiting' };
  const called = name === '' ? sentence(turn, 'team', {}, SKILL) : name;
  const noted = sentence(turn, `more-${how}`, { name: called, minutes: minutes === 0 ? '' : minutes }, SKILL);
  return how === 'waiting' || how === 'alone' ? `${noted}\n${sentence(turn, 'continue', {}, SKILL)}` : noted;
}

/** The words as they are, where nothing was read out of them. */
function hear({ session, words }: Turn): void {
  if (words !== null) session.heard = [...session.heard, words.slice(0, 200)].slice(-SESSION_LIMITS.heard);
}

/** 「没解决」 after the call: what was tried before it is not offered again. */
function unsolved(turn: Turn): boolean {
  const particles = turn.world.flows.get('repair')?.words.particles ?? [];
  return flowOf(turn, SKILL).words.unsolved?.includes(essence(turn.words ?? '', particles)) === true;
}

function putAside({ session }: Turn): void {
  const open = session.tried.filter(({ outcome }) => outcome === 'open').map(({ fix }) => fix);
  session.case.skippedFixes = [...new Set([...(session.case.skippedFixes ?? []), ...open])];
}

/** A new round of questions and fixes was asked for: the caps count from here. */
function goOn(turn: Turn): string {
  const { session } = turn;
  // Whoever asked for a human with the first word has no case yet.
  if (session.caseNumber === 0) Object.assign(session, { caseNumber: 1, caseOpenedAt: turn.at });
  session.handoff = false;
  delete session.emergency;
  if (unsolved(turn)) putAside(turn);
  // A question left open by asking for a human may come again.
  session.case.asked = session.case.asked.filter((id) => session.case.answers.some(({ question }) => question === id));
  // What the human was asked for beside goes on.
  if (session.frames.at(-2)?.skill === PLAN) return 'plan';
  session.rounds = { asked: session.case.asked.length, failedFixes: session.case.failedFixes.length };
  return 'continue';
}

function takeAfterCall(turn: Turn): string {
  const { session } = turn;
  const machine = machineOf(turn, turn.signal.option);
  if (machine !== undefined) {
    joinShop(turn, { terminal: machine });
    return 'shop';
  }
  if (RESULTS.includes(turn.signal.option ?? '')) {
    const text = heardOf(turn, turn.signal.option ?? '');
    turn.replies.push({ type: 'contact', text, options: waitingOptions(turn), links: [], question: SKILL });
    return 'heard';
  }
  if (turn.signal.option !== 'solved') return goOn(turn);
  session.handoff = false;
  session.closed = 'resolved';
  caseClosed(turn, 'resolved-by-human');
  say(turn, endedLine(turn, sentence(turn, 'solved', {}, SKILL)), 'summary');
  return 'solved';
}

/** How the hand-over stands, with the numbers to call; the state that was entered names it. */
export function tellOfHandover(turn: Turn): string {
  const { lines, links } = numbersToCall(turn, otherRoles(turn));
  const state = topFrame(turn.session)?.state ?? '';
  const duty = state === 'handover-next' ? '' : offDutyLine(turn);
  const values = { numbers: lines.join('\n'), hours: dutyHoursOf(turn), duty };
  say(turn, sentence(turn, state, values, SKILL), 'contact', links);
  return 'said';
}

/** The human is gone: the case goes on without them, where it was. */
export function endHandover(turn: Turn): string {
  turn.session.handoff = false;
  say(turn, sentence(turn, topFrame(turn.session)?.state ?? '', {}, SKILL));
  return 'said';
}

export const handoff: Skill = {
  id: SKILL,
  verbs: {
    'brief-human': briefHuman,
    'give-up': goOn,
    'take-after-call': takeAfterCall,
    'update-summary': updateSummary,
    'note-more': noteMore,
  },
};
