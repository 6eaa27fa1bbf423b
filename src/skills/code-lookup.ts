/** Response codes by (system, code): asks how the money was collected when the readings differ, else says what it means. Pure. */
import { absorb, readingsOf, setAnswer } from '../dialogue/absorb.js';
import { prompt, say, sentence } from '../dialogue/interpreter.js';
import type { ReplyOption } from '../dialogue/reply.js';
import { topFrame } from '../dialogue/session.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { pathTo } from '../knowledge/paths.js';
import type { CodeReading } from '../knowledge/schema.js';
import { CAUSES, UNKNOWN } from '../knowledge/schema.js';
import { caseEvent } from './case-events.js';
import { pageLink, questionReply } from './wording.js';

const SKILL = 'code-lookup';
const METHOD = 'pay-method';
/** From the safest thing to do after a failed attempt to the least safe. */
const SAFEST_FIRST: readonly CodeReading['retry'][] = ['query_first', 'no', 'later', 'yes'];
/** Options a question may have and still fit a phone. */
const MOST_SYSTEMS = 5;

/** The code talked about: the last one mentioned. */
function codeInQuestion(turn: Turn): { code: string; readings: CodeReading[] } | undefined {
  const seen = turn.session.case.codes.at(-1);
  return seen && { code: seen.code, readings: readingsOf(turn, seen.code, seen.systems) };
}

/** Readings agree only if cause and retry agree. */
function agree(readings: readonly CodeReading[]): boolean {
  const [first] = readings;
  return first !== undefined && readings.every(({ cause, retry }) => cause === first.cause && retry === first.retry);
}

function narrow(turn: Turn, systems: readonly string[]): void {
  const { case: current } = turn.session;
  const seen = current.codes.at(-1);
  const left = seen?.systems.filter((system) => systems.includes(system)) ?? [];
  if (seen && left.length > 0) current.codes = [...current.codes.slice(0, -1), { code: seen.code, systems: left }];
}

function systemsFor(turn: Turn, method: string): string[] {
  const systems = [...turn.world.knowledge.systems.values()];
  return systems.filter(({ payMethods }) => (payMethods as string[]).includes(method)).map(({ id }) => id);
}

function knownMethod(turn: Turn): string | undefined {
  const answer = turn.session.case.answers.find(({ question }) => question === METHOD)?.option;
  return answer === UNKNOWN ? undefined : answer;
}

/** Whether knowing how the money was collected would rule any reading out. */
function methodDecides(turn: Turn, readings: readonly CodeReading[]): boolean {
  const methods = readings.map(({ system }) => turn.world.knowledge.systems.get(system)?.payMethods.join() ?? '');
  return new Set(methods).size > 1;
}

function readCode(turn: Turn): string {
  absorb(turn, topFrame(turn.session)?.prompt?.question);
  if (turn.signal.option !== undefined) return 'unknown';
  const method = knownMethod(turn);
  if (method !== undefined) narrow(turn, systemsFor(turn, method));
  const found = codeInQuestion(turn);
  if (!found || found.readings.length === 0) return 'unknown';
  if (agree(found.readings)) return 'agreed';
  if (method === undefined && methodDecides(turn, found.readings)) return askMethod(turn, found.code);
  return askSystem(turn, found);
}

function askMethod(turn: Turn, code: string): string {
  const question = turn.world.knowledge.questions.get(METHOD);
  if (!question) return 'unknown';
  turn.session.case.asked.push(METHOD);
  caseEvent(turn, 'question', { question: METHOD });
  prompt(turn, questionReply(turn, question, sentence(turn, 'ask-method', { code, ask: question.ask }, SKILL)));
  return 'which-method';
}

function askSystem(turn: Turn, found: { code: string; readings: CodeReading[] }): string {
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
  if (option !== UNKNOWN) narrow(turn, systemsFor(turn, option));
  const found = codeInQuestion(turn);
  if (!found) return 'safest';
  return agree(found.readings) ? 'agreed' : askSystem(turn, found);
}

function takeSystem(turn: Turn): string {
  const option = turn.signal.option ?? UNKNOWN;
  if (option === UNKNOWN) return 'safest';
  narrow(turn, [option]);
  const found = codeInQuestion(turn);
  return found && agree(found.readings) ? 'agreed' : 'safest';
}

function explainCode(turn: Turn): string {
  const found = codeInQuestion(turn);
  const [reading] = found?.readings ?? [];
  if (!found || !reading) return 'nothing';
  const one = found.readings.length === 1;
  const system = one ? (turn.world.knowledge.systems.get(reading.system)?.label ?? '') : '';
  const text = sentence(
    turn,
    one ? 'reading' : 'agreed',
    { code: found.code, system, meaning: reading.meaning, say: reading.say },
    SKILL,
  );
  // What to do first with an open transaction is said by the code itself, and asked for next.
  const advice = reading.retry === 'query_first' ? '' : sentence(turn, retryKey(reading.retry), {}, SKILL);
  const path = one ? pathTo.codeIn(reading.system, found.code) : pathTo.code(found.code);
  say(turn, reading.cause === 'none' || advice === '' ? text : `${text}\n${advice}`, 'code', [
    codeLink(turn, path, found.code),
  ]);
  return whatNext(turn, reading);
}

/** The readings still differ: all of them are shown, and the safest advice on trying again holds. */
function explainSafest(turn: Turn): string {
  const found = codeInQuestion(turn);
  if (!found) return 'nothing';
  const bySafety = [...found.readings].sort((a, b) => SAFEST_FIRST.indexOf(a.retry) - SAFEST_FIRST.indexOf(b.retry));
  const [safest] = bySafety;
  if (!safest) return 'nothing';
  const lines = found.readings
    .slice(0, MOST_SYSTEMS)
    .map(({ system, meaning }) =>
      sentence(turn, 'readings', { system: turn.world.knowledge.systems.get(system)?.label ?? system, meaning }, SKILL),
    );
  const advice = `${sentence(turn, 'safest', {}, SKILL)}${sentence(turn, retryKey(safest.retry), {}, SKILL)}`;
  say(turn, [...lines, advice].join('\n'), 'code', [codeLink(turn, pathTo.code(found.code), found.code)]);
  return whatNext(turn, safest);
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
function whatNext(turn: Turn, reading: CodeReading): string {
  if (reading.retry === 'query_first') return 'diagnose';
  if (!(CAUSES as readonly string[]).includes(reading.cause)) return reading.cause === 'none' ? 'nothing' : 'topic';
  if (!onlyAsksMeaning(turn)) return 'diagnose';
  say(turn, sentence(turn, 'offer-more', {}, SKILL));
  return 'nothing';
}

/** 「51 是什么意思」, with nothing under way. */
function onlyAsksMeaning(turn: Turn): boolean {
  const words = turn.world.flows.get(SKILL)?.words.meaning ?? [];
  const said = turn.session.heard.at(-1) ?? '';
  return turn.session.frames.length === 1 && words.some((word) => said.includes(word));
}

function sayUnknownCode(turn: Turn): string {
  const code = turn.signal.option ?? '';
  say(turn, sentence(turn, 'unknown-code', { code }, SKILL));
  return turn.session.case.texts.length > 0 || turn.session.case.answers.length > 0 ? 'diagnose' : 'nothing';
}

export const codeLookup: Skill = {
  id: SKILL,
  verbs: {
    'read-code': readCode,
    'take-method': takeMethod,
    'take-system': takeSystem,
    'explain-code': explainCode,
    'explain-safest': explainSafest,
    'say-unknown-code': sayUnknownCode,
  },
};
