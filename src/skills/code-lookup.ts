/** Response codes by (system, code): asks how the money was collected when the readings differ, else says what it means. Pure. */
import { absorb, needsLookUp, setAnswer } from '../dialogue/absorb.js';
import { namesAppOnly } from '../dialogue/app-told.js';
import { joined, prompt, say, sentence } from '../dialogue/interpreter.js';
import type { ReplyOption } from '../dialogue/reply.js';
import { topFrame } from '../dialogue/session.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { pathTo } from '../knowledge/paths.js';
import type { CodeReading } from '../knowledge/schema.js';
import { CAUSES, UNKNOWN } from '../knowledge/schema.js';
import { caseEvent } from './case-events.js';
import { systemsFor, wayTold } from './code-method.js';
import {
  agree,
  appGuessed,
  codeOfUnlistedProvider,
  codesInQuestion,
  type Found,
  forgetCodes,
  knownMethod,
  narrow,
  narrowByApp,
  narrowByMethod,
  noteCodes,
  noteMethodOfCodes,
  unreadBy,
} from './code-narrow.js';
import { passOver } from './triage.js';
import { pageLink, questionReply } from './wording.js';

const SKILL = 'code-lookup';
const METHOD = 'pay-method';
/** From the safest thing to do after a failed attempt to the least safe. */
const SAFEST_FIRST: readonly CodeReading['retry'][] = ['query_first', 'no', 'later', 'yes'];
/** Options a question may have and still fit a phone. */
const MOST_SYSTEMS = 5;

/** Whether knowing how the money was collected would rule any reading out. */
function methodDecides(turn: Turn, readings: readonly CodeReading[]): boolean {
  const methods = readings.map(({ system }) => turn.world.knowledge.systems.get(system)?.payMethods.join() ?? '');
  return new Set(methods).size > 1;
}

function readCode(turn: Turn): string {
  const question = topFrame(turn.session)?.prompt?.question;
  absorb(turn, question);
  // A code instead of an answer: what was asked is not answered by it, and may come again.
  const interrupted = turn.session.frames.at(-2)?.prompt?.question;
  if (interrupted !== undefined) passOver(turn, interrupted);
  if (turn.signal.option !== undefined) return 'unknown';
  if (codeOfUnlistedProvider(turn) !== undefined) {
    forgetCodes(turn);
    return 'unknown';
  }
  const left = noteCodes(turn, question !== undefined);
  if (left.length > 0) say(turn, sentence(turn, 'codes-left', { codes: joined(turn, left, 'items') }, SKILL));
  const unread = namesAppOnly(turn) ? narrowByApp(turn) : narrowByMethod(turn);
  const found = codesInQuestion(turn).filter(({ readings }) => readings.length > 0);
  if (found.length === 0) return 'unknown';
  const open = openOf(turn, found);
  if (!open) return 'agreed';
  if (unread.includes(open.code)) return 'safest';
  if (knownMethod(turn) === undefined && methodDecides(turn, open.readings)) return askMethod(turn, open.code);
  return askSystem(turn, open);
}

/**
 * The code to be asked about: of several the last one named. Asked about one, those named besides that mean the same everywhere are
 * explained at once.
 */
function openOf(turn: Turn, found: readonly Found[]): Found | undefined {
  const open = found.filter(({ readings }) => !agree(readings));
  const [earlier] = found;
  if (open.length > 0 && open.length < found.length && earlier === open[0] && topFrame(turn.session)?.prompt) {
    const clear = found.filter((one) => !open.includes(one));
    for (const one of clear) say(turn, meaningOf(turn, one), 'code', [codeLink(turn, pathTo.code(one.code), one.code)]);
    turn.session.explaining = open.map(({ code }) => code);
  }
  return open.at(topFrame(turn.session)?.prompt ? -1 : 0);
}

function askMethod(turn: Turn, code: string): string {
  const question = turn.world.knowledge.questions.get(METHOD);
  if (!question) return 'unknown';
  turn.session.case.asked.push(METHOD);
  caseEvent(turn, 'question', { question: METHOD });
  prompt(turn, questionReply(turn, question, sentence(turn, 'ask-method', { code, ask: question.ask }, SKILL)));
  return 'which-method';
}

function askSystem(turn: Turn, found: Found): string {
  const options: ReplyOption[] = found.readings.slice(0, MOST_SYSTEMS).map(({ system }) => ({
    id: system,
    label: turn.world.knowledge.systems.get(system)?.label ?? system,
  }));
  options.push({ id: UNKNOWN, label: sentence(turn, 'unknown', {}, 'repair') });
  const text = sentence(turn, 'ask-system', { code: found.code }, SKILL);
  prompt(turn, { type: 'question', text, options, links: [], question: 'code-system' });
  return 'which-system';
}

function takeMethod(turn: Turn): string {
  const option = turn.signal.option ?? UNKNOWN;
  absorb(turn, METHOD);
  setAnswer(turn, METHOD, option, 'answer');
  caseEvent(turn, 'answer', { question: METHOD, option });
  if (option !== UNKNOWN) {
    const way = wayTold(turn);
    const told = way?.method === option ? way : undefined;
    const unread = told ? unreadBy(turn, told) : [];
    narrow(turn, told?.systems ?? systemsFor(turn, option));
    // An app that does not know one of the codes: whose they are cannot be told.
    if (unread.length > 0) return 'safest';
  }
  const open = codesInQuestion(turn).find(({ readings }) => !agree(readings));
  return open ? askSystem(turn, open) : 'agreed';
}

function takeSystem(turn: Turn): string {
  const option = turn.signal.option ?? UNKNOWN;
  if (option === UNKNOWN) return 'safest';
  narrow(turn, [option]);
  return codesInQuestion(turn).every(({ readings }) => agree(readings)) ? 'agreed' : 'safest';
}

/**
 * Says what each code means. Where readings still differ all of them are shown. Of several codes, and of readings that differ, the
 * safest advice on trying again holds.
 */
function explainCodes(turn: Turn): string {
  const found = codesInQuestion(turn).filter(({ readings }) => readings.length > 0);
  if (found.length === 0) return 'nothing';
  noteMethodOfCodes(turn);
  const advice = adviceOn(turn, found);
  found.forEach(({ code, readings }, index) => {
    const text = meaningOf(turn, { code, readings });
    const [reading] = readings;
    const path =
      reading !== undefined && readings.length === 1 ? pathTo.codeIn(reading.system, code) : pathTo.code(code);
    const last = index === found.length - 1;
    say(turn, last && advice !== '' ? `${text}\n${advice}` : text, 'code', [codeLink(turn, path, code)]);
  });
  return whatNext(
    turn,
    found.flatMap(({ readings }) => readings),
  );
}

/**
 * True if money may have moved, or has: how to collect now (another card, another way) is not said then. The look-up comes next, and
 * the fix after it says the rest.
 */
function moneyIsOpen(turn: Turn): boolean {
  const { case: current, lookUp } = turn.session;
  return current.money === 'in-doubt' || current.money === 'paid' || (lookUp === 'none' && needsLookUp(turn));
}

/** What a code means, in each system that it may be from. */
function meaningOf(turn: Turn, { code, readings }: Found): string {
  const label = (system: string) => turn.world.knowledge.systems.get(system)?.label ?? system;
  const [reading] = readings;
  if (reading !== undefined && agree(readings)) {
    const { meaning, retry } = reading;
    const advice = moneyIsOpen(turn) && retry !== 'query_first' ? '' : reading.say;
    const only = appGuessed(turn, code, readings)
      ? sentence(turn, 'one-app', { system: label(reading.system) }, SKILL)
      : '';
    const told = [advice, only].filter((line) => line !== '').join('\n');
    return readings.length === 1
      ? sentence(turn, 'reading', { code, system: label(reading.system), meaning, say: told }, SKILL)
      : sentence(turn, 'agreed', { code, meaning, say: advice }, SKILL);
  }
  const lines = [...readings]
    .sort(bySafety)
    .slice(0, MOST_SYSTEMS)
    .map(({ system, meaning }) => sentence(turn, 'readings', { system: label(system), meaning }, SKILL));
  return [sentence(turn, 'differ', { code }, SKILL), ...lines].join('\n');
}

function bySafety(a: CodeReading, b: CodeReading): number {
  return SAFEST_FIRST.indexOf(a.retry) - SAFEST_FIRST.indexOf(b.retry);
}

/** Whether to try again, by the safest of all readings. */
function adviceOn(turn: Turn, found: readonly Found[]): string {
  const [safest] = found
    .flatMap(({ readings }) => readings)
    .filter(({ cause }) => cause !== 'none')
    .sort(bySafety);
  if (safest === undefined || (safest.retry !== 'query_first' && moneyIsOpen(turn))) return '';
  const advice = sentence(turn, retryKey(safest.retry), {}, SKILL);
  if (found.some(({ readings }) => !agree(readings))) return `${sentence(turn, 'safest', {}, SKILL)}${advice}`;
  // What to do first with an open transaction is said by the code itself, and asked for next.
  if (safest.retry === 'query_first') return '';
  return found.length > 1 ? `${sentence(turn, 'together', {}, SKILL)}${advice}` : advice;
}

function retryKey(retry: CodeReading['retry']): string {
  return retry === 'query_first' ? 'retry-query' : `retry-${retry}`;
}

function codeLink(turn: Turn, path: string, code: string) {
  return pageLink(turn, path, sentence(turn, 'code-link', { code }, SKILL));
}

/**
 * A code of one of the five causes, or one that leaves the money open, is diagnosed further. Somebody who only asks what it means
 * gets just that, with an offer to go on.
 */
function whatNext(turn: Turn, readings: readonly CodeReading[]): string {
  if (readings.some(({ retry }) => retry === 'query_first') || turn.session.case.money === 'in-doubt')
    return 'diagnose';
  if (!readings.some(({ cause }) => (CAUSES as readonly string[]).includes(cause)))
    return readings.every(({ cause }) => cause === 'none') ? 'nothing' : 'topic';
  if (!onlyAsksMeaning(turn)) return 'diagnose';
  say(turn, sentence(turn, 'offer-more', {}, SKILL));
  return 'nothing';
}

/** A code and nothing else; the same with a final particle that asks. */
const BARE_CODE = /^[a-z0-9_.-]{1,40}$/i;
const ASKS_ON = /^[a-z0-9_.-]{1,40}\u5462[?\uff1f]?$/i;

/** 「51 是什么意思」, with nothing under way. */
function onlyAsksMeaning(turn: Turn): boolean {
  const words = turn.world.flows.get(SKILL)?.words.meaning ?? [];
  const asks = (said: string): boolean => words.some((word) => said.includes(word)) || ASKS_ON.test(said.trim());
  const { heard, frames } = turn.session;
  const last = heard.at(-1) ?? '';
  // 「55呢」, and then 「91」 alone.
  return frames.length === 1 && (asks(last) || (BARE_CODE.test(last.trim()) && heard.some(asks)));
}

/** Says that there is no entry, and whom to ask; the case goes on unless only the meaning was asked for. */
function sayUnknownCode(turn: Turn): string {
  const { provider, code = turn.signal.option ?? '' } = codeOfUnlistedProvider(turn) ?? {};
  const key = provider === undefined ? 'unknown-code' : 'unlisted-provider';
  say(turn, sentence(turn, key, { code, provider: provider ?? '' }, SKILL));
  return onlyAsksMeaning(turn) ? 'nothing' : 'diagnose';
}

export const codeLookup: Skill = {
  id: SKILL,
  verbs: {
    'read-code': readCode,
    'take-method': takeMethod,
    'take-system': takeSystem,
    'explain-code': explainCodes,
    'explain-safest': explainCodes,
    'say-unknown-code': sayUnknownCode,
  },
};
