/** A way to a human: the right contact, and the case in words that can be read out. Pure. */

import { believe } from '../diagnosis/belief.js';
import { readingsOf } from '../dialogue/absorb.js';
import { flowOf, joined, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import type { Reply } from '../dialogue/reply.js';
import { topFrame } from '../dialogue/session.js';
import { joinShop, shownShop } from '../dialogue/shop.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { CHARGED, type Fault } from '../knowledge/schema.js';
import { caseClosed, caseEvent } from './case-events.js';
import { contactFor, dialLinks, INSTEAD, isOpen, prepareLine, roleLine } from './contact-choice.js';
import { dutyLine } from './duty.js';
import { askWhich, machineOf, type Reader, shopLines } from './shop-lines.js';
import { because, percent } from './wording.js';

type Role = Fault['call'][number];

const SKILL = 'handoff';
/** Causes named in the summary: the two most likely. */
const NAMED_CAUSES = 2;
/** A fault this likely is named instead of its cause. */
const SURE_OF_FAULT = 0.5;
/** Less likely causes say nothing to whoever answers the phone. */
const WORTH_NAMING = 0.3;
/** Why a human is called → the sentence that says so. */
const LEADS: Readonly<Record<string, string>> = {
  'questions-cap': 'cap',
  'fixes-cap': 'fixes',
  'nothing-left': 'fixes',
  cheaper: 'cheaper',
  money: 'money',
};

function briefHuman(turn: Turn): string {
  const { session } = turn;
  session.handoff = true;
  session.fix = null;
  caseEvent(turn, 'human', { why: turn.signal.name });
  say(turn, sentence(turn, LEADS[turn.signal.name] ?? 'asked', {}, SKILL));
  const roles = rolesToCall(turn);
  const lines = [
    ...roles.map((role) => roleLine(turn, role)),
    dutyLine(turn),
    prepareLine(
      turn,
      roles.map((role) => contactFor(turn, role)),
    ),
  ];
  const called = roles.map((role) => contactFor(turn, role));
  say(turn, lines.filter((line) => line !== '').join('\n'), 'contact', dialLinks(turn, called));
  const options = asReplyOptions(flowOf(turn, SKILL).states.waiting?.options ?? []);
  const summary = summaryOf(turn);
  turn.briefing = summaryOf(turn, 'people');
  const which = askWhich(turn);
  const asked = [which.text, sentence(turn, 'continue', {}, SKILL)].filter((line) => line !== '').join('\n');
  const text = `${summary}\n\n${asked}`;
  const all = [...options, ...which.options];
  const reply: Reply = { type: 'summary', text, options: all, links: [], question: 'handoff' };
  prompt(turn, reply);
  // Only this once: when it is said again, nobody is called again.
  turn.replies[turn.replies.length - 1] = { ...reply, handover: summary };
  return 'briefed';
}

/** What the first and the second of a fault's contacts count. */
const ROLE_WEIGHTS = [0.7, 0.3];
const MOST_ROLES = 2;
/** Share of the weight below which calling would most likely be for nothing. */
const LEAST_ROLE = 0.15;
const PAYMENT_APPS: Readonly<Record<string, Role>> = { wechat: 'wechat-pay', alipay: 'alipay' };

/**
 * Whom to call: what the faults say, weighed by their probability. Without a case, or while a transaction is open, whoever
 * installed the terminal comes first: only they can look it up.
 */
function rolesToCall(turn: Turn): Role[] {
  const roles = rolesByWeight(turn);
  const first = roles.slice(0, MOST_ROLES);
  const open = first.filter((role) => isOpen(turn, role));
  const closed = first.filter((role) => !open.includes(role));
  // Nobody answers now: the next that does comes first.
  const others = [...roles.slice(MOST_ROLES), ...closed.flatMap((role) => INSTEAD[role] ?? [])];
  const next = others.find((role) => !first.includes(role) && isOpen(turn, role));
  return [...open, ...(open.length === 0 && next !== undefined ? [next] : []), ...closed];
}

/** Whom to try when those do not answer. */
export function otherRoles(turn: Turn): Role[] {
  const called = rolesToCall(turn);
  const rest = rolesByWeight(turn).filter((role) => !called.includes(role));
  return [...rest.filter((role) => isOpen(turn, role)), ...rest].slice(0, 1);
}

function rolesByWeight(turn: Turn): Role[] {
  const { world, session } = turn;
  const weights = new Map<Role, number>();
  for (const [id, p] of believe(world.model, session.case).faults)
    for (const [rank, role] of (world.knowledge.faults.get(id)?.call ?? []).entries())
      weights.set(role, (weights.get(role) ?? 0) + p * (ROLE_WEIGHTS[rank] ?? 0));
  const app = PAYMENT_APPS[session.facts.channel ?? ''];
  const known = session.case.texts.length + session.case.answers.length + session.case.codes.length > 0;
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const byWeight = [...weights]
    .filter(([, weight]) => weight >= LEAST_ROLE * total)
    .sort(([, a], [, b]) => b - a)
    .map(([role]) => role);
  const acquirerFirst = session.case.money === 'in-doubt' || !known;
  const roles: Role[] = [...(acquirerFirst ? ['acquirer' as const] : []), ...(known ? byWeight : [])];
  // The app's own line only if the app is what the shop named.
  const fitting = roles.filter((role) => !Object.values(PAYMENT_APPS).includes(role) || role === app);
  return [...new Set(fitting)];
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

/** The case in lines, masked, complete enough that nothing has to be told twice. `reader`: for whom. */
export function summaryOf(turn: Turn, reader: Reader = 'user'): string {
  const { session } = turn;
  // 「没扣」 by word of mouth is not told on as if it had been looked up.
  const said = session.case.money === 'failed' && session.lookUp !== 'failed';
  const money = said ? 'said' : session.case.money;
  const line = (key: string, values: Record<string, string>) =>
    Object.values(values).every((value) => value !== '') ? sentence(turn, key, values, SKILL) : '';
  const shop = [session.facts.acquirer, session.facts.bank].map((id) => nameOf(turn, id)).filter((name) => name !== '');
  return [
    sentence(turn, 'summary-title', {}, SKILL),
    line('summary-said', { said: joined(turn, wordsOf(turn), 'points') }),
    line('summary-codes', {
      codes: joined(
        turn,
        session.case.codes.map((seen) => codeInWords(turn, seen.code, seen.systems)),
        'items',
      ),
    }),
    line('summary-known', { known: known(turn) }),
    line('summary-money', { money: sentence(turn, `money-${money}`, {}, SKILL) }),
    line('summary-belief', { belief: beliefInWords(turn) }),
    line('summary-tried', { tried: tried(turn) }),
    line('summary-shop', { shop: joined(turn, shop, 'items') }),
    ...shopLines(turn, reader),
    line('summary-need', { things: joined(turn, needed(turn, reader), 'items') }),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

/** What else whoever answers the phone will ask for. */
function needed(turn: Turn, reader: Reader): string[] {
  const { merchant, terminal } = (reader === 'user' ? shownShop(turn.session.shop) : turn.session.shop) ?? {};
  const known = { merchant, terminal, time: undefined, amount: undefined };
  return Object.entries(known).map(([thing, value]) =>
    value === undefined ? sentence(turn, `need-${thing}`, {}, SKILL) : '',
  );
}

const MOST_WORDS = 5;

/** The user's own words, clause by clause as they were written, each once, without those that only steer the conversation. */
function wordsOf({ session, world }: Turn): string[] {
  const commands = new Set(Object.values(world.flows.get('repair')?.commands ?? {}).flat());
  const clauses = session.heard.flatMap((said) => said.split(/[\n,\u3001\u3002\uff0c\uff1b;!\uff01]+/u));
  const steers = (clause: string): boolean => clause.split(/\s+/u).every((word) => commands.has(word));
  const kept = clauses.map((clause) => clause.trim()).filter((clause) => clause !== '' && !steers(clause));
  return [...new Set(kept)].slice(0, MOST_WORDS);
}

function codeInWords(turn: Turn, code: string, systems: readonly string[]): string {
  const [only, ...others] = readingsOf(turn, code, systems);
  return only && others.length === 0 ? sentence(turn, 'code-meant', { code, meaning: only.meaning }, SKILL) : code;
}

function known(turn: Turn): string {
  // Whether it was charged has a line of its own.
  const others = turn.session.case.answers.filter(({ question }) => question !== CHARGED);
  const cited = others.map(({ question, option }) => because(turn, question, option));
  return joined(turn, cited, 'clauses');
}

function beliefInWords(turn: Turn): string {
  const { world, session } = turn;
  if (session.case.texts.length + session.case.answers.length + session.case.codes.length === 0) return '';
  const belief = believe(world.model, session.case);
  const [id, p] = [...belief.faults].sort(([, a], [, b]) => b - a)[0] ?? ['', 0];
  const fault = world.knowledge.faults.get(id)?.title ?? '';
  // Whoever answers the phone is helped more by what is wrong than by which of five kinds it is.
  if (fault !== '' && p >= SURE_OF_FAULT)
    return sentence(turn, 'belief-item', { title: fault, percent: percent(p) }, SKILL);
  const named = [...belief.causes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, NAMED_CAUSES)
    .map(([id, p]) => ({
      title: [...world.knowledge.causes.values()].find((cause) => cause.id === id)?.label ?? '',
      p,
    }))
    .filter(({ title, p }) => title !== '' && p >= WORTH_NAMING)
    .map(({ title, p }) => sentence(turn, 'belief-item', { title, percent: percent(p) }, SKILL));
  return joined(turn, named, 'clauses');
}

function tried(turn: Turn): string {
  const titles = turn.session.tried.map(({ fix, outcome }) =>
    sentence(turn, `tried-${outcome}`, { fix: turn.world.knowledge.fixes.get(fix)?.title ?? fix }, SKILL),
  );
  return joined(turn, titles, 'items');
}

function nameOf(turn: Turn, id: string | undefined): string {
  return id === undefined ? '' : (turn.world.knowledge.contacts.get(id)?.name ?? '');
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
    if (unsolved(turn)) putAside(turn);
    // A question left open by asking for a human may come again.
    session.case.asked = session.case.asked.filter((id) =>
      session.case.answers.some(({ question }) => question === id),
    );
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
  const roles = [...rolesToCall(turn), ...otherRoles(turn)];
  const { dutyHours } = turn.world.knowledge.organization;
  const hours = dutyHours.map((one) => sentence(turn, 'hours-item', one, SKILL));
  const numbers = roles.map((role) => roleLine(turn, role)).join('\n');
  const values = { numbers, hours: joined(turn, hours, 'items') };
  const links = dialLinks(
    turn,
    roles.map((role) => contactFor(turn, role)),
  );
  say(turn, sentence(turn, topFrame(turn.session)?.state ?? '', values, SKILL), 'contact', links);
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
