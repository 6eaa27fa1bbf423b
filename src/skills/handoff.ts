/** A way to a human: the right contact, and the case in words that can be read out. Pure. */
import { flowOf, joined, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import { PLAN } from '../dialogue/plan-run.js';
import type { Reply } from '../dialogue/reply.js';
import { topFrame } from '../dialogue/session.js';
import { joinShop } from '../dialogue/shop.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { caseClosed, caseEvent } from './case-events.js';
import { prepareLine } from './contact-choice.js';
import { dutyLine, offDutyLine } from './duty.js';
import { numbersToCall } from './emergency.js';
import { otherRoles } from './roles.js';
import { askWhich, machineOf } from './shop-lines.js';
import { isAskedFor, standingLine } from './standing.js';
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
/** Whoever lost patience: a lead of its own. */
const IMPATIENT = 'impatient';

function briefHuman(turn: Turn): string {
  const { session, signal } = turn;
  const again = isAskedFor(turn);
  if (again && LEADS[signal.name] === undefined) return sayStanding(turn);
  session.handoff = true;
  session.fix = null;
  if (!again) caseEvent(turn, 'human', { why: signal.name });
  say(turn, sentence(turn, LEADS[signal.name] ?? (signal.name === IMPATIENT ? IMPATIENT : 'asked'), {}, SKILL));
  const { lines, links, contacts } = numbersToCall(turn);
  const told = [...lines, again ? standingLine(turn) : dutyLine(turn), prepareLine(turn, contacts)];
  say(turn, told.filter((line) => line !== '').join('\n'), 'contact', links);
  const reply = offer(turn, summaryOf(turn));
  turn.briefing = summaryOf(turn, 'people');
  prompt(turn, reply);
  // Only this once: when it is said again, nobody is called again.
  turn.replies[turn.replies.length - 1] = { ...reply, handover: summaryOf(turn) };
  return 'briefed';
}

/** The summary and what can be done meanwhile. */
function offer(turn: Turn, summary: string): Reply {
  const options = asReplyOptions(flowOf(turn, SKILL).states.waiting?.options ?? []);
  const which = askWhich(turn);
  const asked = [which.text, sentence(turn, 'continue', {}, SKILL)].filter((line) => line !== '').join('\n');
  const all = [...options, ...which.options];
  return { type: 'summary', text: `${summary}\n\n${asked}`, options: all, links: [], question: 'handoff' };
}

/** Asked for once more: nobody is called again, and nothing is said that was true a while ago. */
function sayStanding(turn: Turn): string {
  turn.session.handoff = true;
  turn.session.fix = null;
  const { lines, links } = numbersToCall(turn);
  const waits = turn.standing === undefined || turn.standing.how === 'waiting';
  const text = [standingLine(turn), ...lines, waits ? offDutyLine(turn) : ''].filter((line) => line !== '').join('\n');
  say(turn, text, 'contact', links);
  prompt(turn, offer(turn, summaryOf(turn)));
  return 'briefed';
}

/** Which terminal it is became known after a human was called: whoever takes the case hears of it. */
function updateSummary(turn: Turn): string {
  const summary = summaryOf(turn);
  turn.briefing = summaryOf(turn, 'people');
  const options = asReplyOptions(flowOf(turn, SKILL).states.waiting?.options ?? []);
  const text = `${sentence(turn, 'shop-noted', {}, SKILL)}\n${sentence(turn, 'continue', {}, SKILL)}`;
  const reply: Reply = { type: 'summary', text, options, links: [], question: 'handoff' };
  prompt(turn, reply);
  turn.replies[turn.replies.length - 1] = { ...reply, handover: summary };
  return 'updated';
}

/** 「没解决」 after the call: what was tried before it is not offered again. */
function unsolved(turn: Turn): boolean {
  return flowOf(turn, SKILL).words.unsolved?.includes((turn.words ?? '').trim()) === true;
}

function putAside({ session }: Turn): void {
  const open = session.tried.filter(({ outcome }) => outcome === 'open').map(({ fix }) => fix);
  session.case.skippedFixes = [...new Set([...(session.case.skippedFixes ?? []), ...open])];
}

function takeAfterCall(turn: Turn): string {
  const { session } = turn;
  const machine = machineOf(turn, turn.signal.option);
  if (machine !== undefined) {
    joinShop(turn, { terminal: machine });
    return 'shop';
  }
  if (turn.signal.option !== 'solved') {
    // A new round of questions and fixes was asked for: the caps count from here.
    session.handoff = false;
    delete session.emergency;
    if (unsolved(turn)) putAside(turn);
    // A question left open by asking for a human may come again.
    session.case.asked = session.case.asked.filter((id) =>
      session.case.answers.some(({ question }) => question === id),
    );
    // What the human was asked for beside goes on.
    if (session.frames.at(-2)?.skill === PLAN) return 'plan';
    session.rounds = { asked: session.case.asked.length, failedFixes: session.case.failedFixes.length };
    return 'continue';
  }
  session.handoff = false;
  session.closed = 'resolved';
  caseClosed(turn, 'resolved-by-human');
  say(turn, sentence(turn, 'solved', {}, SKILL), 'summary');
  return 'solved';
}

/** How the hand-over stands, with the numbers to call; the state that was entered names it. */
export function tellOfHandover(turn: Turn): string {
  const { lines, links } = numbersToCall(turn, otherRoles(turn));
  const { dutyHours } = turn.world.knowledge.organization;
  const hours = dutyHours.map((one) => sentence(turn, 'hours-item', one, SKILL));
  const state = topFrame(turn.session)?.state ?? '';
  const duty = state === 'handover-next' ? '' : offDutyLine(turn);
  const values = { numbers: lines.join('\n'), hours: joined(turn, hours, 'items'), duty };
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
  verbs: { 'brief-human': briefHuman, 'take-after-call': takeAfterCall, 'update-summary': updateSummary },
};
