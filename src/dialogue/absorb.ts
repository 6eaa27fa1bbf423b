/** Takes what an utterance says into the case: causes, signs, codes, answers, money, scenario, the shop's own facts. Pure. */
import { narrowest } from '../incidents/scope.js';
import { CAUSES, type Cause, CHARGED, type CodeReading, UNKNOWN } from '../knowledge/schema.js';
import type { Entity, Understanding } from '../nlu/understanding.js';
import { clearsWhatItNames, dropDenied } from './denial.js';
import { leavesMoneyOpen, moneyIn, paidAnotherWay } from './money-doubt.js';
import { essence } from './options.js';
import { type Facts, SESSION_LIMITS, type Session } from './session.js';
import type { Turn } from './world.js';

const RISK_NOTICE = 'risk-notice';
/** One yuan on the merchant's own card, given back: no sale. */
const OWN_CARD = 'small-amount';

/** Descriptions of the failure that count; each further one would mostly repeat. */
const MAX_TEXTS = 3;
/** Codes of a case that count; the last ones do. */
const MAX_CODES = 5;
/** P(one of the five causes) from which a sentence counts as a description of the failure. */
const DESCRIBES = 0.35;
/** The same for a sentence that comes instead of an answer: 「还是不行」 describes nothing. */
const DESCRIBES_MORE = 0.7;

/** P(one of the five causes). */
export function troubleShare(understanding: Understanding): number {
  const causes = new Set<string>(understanding.causes.map((cause) => cause.id));
  return understanding.intents.reduce((sum, intent) => (causes.has(intent.id) ? sum + intent.p : sum), 0);
}

/** Idempotent within a turn. `asked`: the question on the table, whose answer counts as given to it. */
export function absorb(turn: Turn, asked?: string): void {
  const { understanding, session } = turn;
  if (understanding === null || turn.absorbed) return;
  turn.absorbed = true;
  const { case: current } = session;
  dropDenied(turn);
  const { silent, read } = description(turn, understanding, asked);
  const describes = troubleShare(read) >= (asked === undefined ? DESCRIBES : DESCRIBES_MORE);
  const chosen = turn.signal.name === 'answered';
  if ((describes && !chosen) || understanding.signs.length > 0) {
    const causes = causesIn(read, silent);
    current.texts = [...current.texts, { causes, signs: understanding.signs.map((sign) => sign.fault) }].slice(
      -MAX_TEXTS,
    );
  }
  for (const sign of understanding.signs) session.signs[sign.fault] = sign.text;
  if (understanding.scenario !== null) current.scenario = understanding.scenario;
  for (const { question, option } of understanding.evidence) {
    // 「没收到短信」, asked whether money moved, is not about notices of another kind.
    const elsewhere = asked === CHARGED && question === RISK_NOTICE && option === 'no';
    if (question !== CHARGED && !elsewhere)
      setAnswer(turn, question, option, question === asked ? 'answer' : 'utterance');
  }
  if (describes && mayHaveTriedSince(turn)) reopenMoney(session);
  hearMoney(turn, asked);
  takeCodes(session, understanding.entities, turn);
  takeFacts(session.facts, understanding.entities);
  if (turn.words !== null && !chosen)
    session.heard = [...session.heard, turn.words.slice(0, 200)].slice(-SESSION_LIMITS.heard);
}

/** Characters beside a code, and beside what was said of the money, from which they may describe something themselves. */
const SHORTEST_BESIDE_CODE = 8;
const SHORTEST_BESIDE_MONEY = 3;
/** Characters up to which a sentence that leaves open whether money moved says nothing else (「我也不知道钱有没有扣」). */
const LONGEST_MONEY_DOUBT = 12;
/** P(one of the five causes) from which what is left beside the money counts: a torn-off rest (「但我这边没有」) is read less safely. */
const DESCRIBES_BESIDE_MONEY = 0.6;

/**
 * The part of a sentence that describes the failure. Codes are evidence of their own, by system, and 「机器提示…」 around one says
 * nothing; nor does 「没扣款」, which would only blur 「没有信号」 beside it. With the screen text that all five causes share in it the
 * sentence is `silent`; signs and answers count.
 */
function description(
  turn: Turn,
  understanding: Understanding,
  asked?: string,
): { silent: boolean; read: Understanding } {
  const codes = understanding.entities.filter(({ type }) => type === 'code');
  // 「换了卡也一样」 in answer to something is what it answers, and no description of its own.
  const answersOnly = essence(without(understanding.text, understanding.evidence)).length < SHORTEST_BESIDE_MONEY;
  const answering = understanding.evidence.length > 0 && answersOnly;
  if (answering && (asked !== undefined || clearsWhatItNames(understanding, turn)))
    return { silent: true, read: understanding };
  // 「刷卡」 says how it was paid, and not what failed.
  if (namesOnly(understanding)) return { silent: true, read: understanding };
  const money = understanding.evidence.filter(({ question }) => question === CHARGED);
  const short = essence(understanding.text).length <= LONGEST_MONEY_DOUBT;
  const onlyMoney = short && leavesMoneyOpen(turn) && troubleShare(understanding) < DESCRIBES_BESIDE_MONEY;
  if (onlyMoney || codes.some(({ value }) => isShared(turn, value))) return { silent: true, read: understanding };
  const besideMoney = without(understanding.text, money);
  const tells = money.length > 0 && essence(besideMoney).length >= SHORTEST_BESIDE_MONEY;
  const beside = without(understanding.text, tells ? [...codes, ...money] : codes);
  if (codes.length > 0 && essence(beside).length < SHORTEST_BESIDE_CODE) return { silent: true, read: understanding };
  const whole = { silent: false, read: understanding };
  if (codes.length === 0 && !tells) return whole;
  const read = turn.world.nlu.understand(beside);
  return tells && troubleShare(read) < DESCRIBES_BESIDE_MONEY ? whole : { silent: false, read };
}

/** Nothing but a way of paying, a bank or an acquirer is named. */
export function namesOnly({ text, entities }: Understanding): boolean {
  const names = entities.filter(({ type }) => type === 'channel' || type === 'bank' || type === 'acquirer');
  return names.length > 0 && essence(without(text, names)) === '';
}

/** A text without some ranges of it, which may overlap. */
export function without(text: string, ranges: readonly { start: number; end: number }[]): string {
  const units = text.split('');
  for (const { start, end } of ranges) units.fill(' ', start, end);
  return units.join('');
}

/** What is left of a cause that a sentence rules out which tells nothing else. */
const RULED_OUT = 0.1;

/** What a sentence says of the causes. */
function causesIn({ causes, denied }: Understanding, silent: boolean): Record<Cause, number> {
  if (!silent) return Object.fromEntries(causes.map(({ id, p }) => [id, p])) as Record<Cause, number>;
  const weight = (id: Cause): number => (denied.includes(id) ? RULED_OUT : 1);
  const total = causes.reduce((sum, { id }) => sum + weight(id), 0);
  return Object.fromEntries(causes.map(({ id }) => [id, weight(id) / total])) as Record<Cause, number>;
}

/** After so long, ms, a failure that is told of may be another one. */
const ANOTHER_MS = 10 * 60_000;

/** Who tells of a failure again after a while may have collected again: that the first attempt failed says nothing of that one. */
function mayHaveTriedSince({ session, at }: Turn): boolean {
  return session.case.money === 'failed' && session.saidAt !== undefined && at - session.saidAt >= ANOTHER_MS;
}

/** What the words say of money, and of attempts to collect after the one talked about. */
function hearMoney(turn: Turn, asked?: string): void {
  const { session, understanding } = turn;
  const heard = moneyIn(turn, asked === CHARGED);
  // That the customer was charged by the other card does not say that the shop has it.
  const paid = paidAnotherWay(turn) && heard !== 'yes';
  if (paid) notePaidOtherwise(session);
  const from = asked === CHARGED ? 'answer' : 'utterance';
  if (heard === 'yes' || heard === 'no') setAnswer(turn, CHARGED, heard, from);
  else if (heard === 'doubt') setAnswer(turn, CHARGED, UNKNOWN, from);
  else if (!paid) {
    const tried = understanding?.evidence.some(({ question, option }) => failedOnceMore(turn, question, option));
    if (heard === 'again' || tried === true) reopenMoney(session);
  }
}

/** Sets an answer, remembering what it replaces. For `charged`, not knowing counts as yes. */
export function setAnswer(turn: Turn, question: string, option: string, from: 'answer' | 'utterance'): void {
  const { case: current } = turn.session;
  // Once a transaction is in doubt only a look-up settles it: that the customer's phone shows nothing yet proves nothing.
  if (question === CHARGED && option === 'no' && current.money === 'in-doubt' && turn.session.lookUp === 'none') return;
  const before = current.answers.find((answer) => answer.question === question);
  if (before !== undefined && before.option !== option) turn.corrected.set(question, before.option);
  current.answers = [...current.answers.filter((answer) => answer.question !== question), { question, option, from }];
  if (question === CHARGED) setMoney(turn.session, option === 'no' ? 'failed' : 'in-doubt', turn);
  else if (from === 'answer') countAttempt(turn, question, option);
}

/** Who answers a question that takes money to answer has just collected: it went through, or whether it did is not known. */
function countAttempt(turn: Turn, question: string, option: string): void {
  if (!isCharging(turn, question)) return;
  if (option === 'works' && question !== OWN_CARD) notePaidOtherwise(turn.session);
  else if (failedOnceMore(turn, question, option) && moneyIn(turn, false) !== 'no') reopenMoney(turn.session);
}

function isCharging(turn: Turn, question: string): boolean {
  return turn.world.knowledge.questions.get(question)?.charges === true;
}

function failedOnceMore(turn: Turn, question: string, option: string): boolean {
  return option === 'fails-too' && isCharging(turn, question);
}

/** This sale was paid by a later attempt or another way: a first one that failed leaves nothing to collect. */
function notePaidOtherwise(session: Session): void {
  session.paidOtherwise = true;
  if (session.case.money === 'failed') session.case.money = 'paid';
}

/** The shop has the money: a look-up settles it for good. */
export function notePaid(session: Session): void {
  session.lookUp = 'paid';
  session.case.money = 'paid';
}

/** One more attempt was made: what was known of the money holds for the one before. One that is in doubt stays so. */
export function reopenMoney(session: Session): void {
  const { case: current } = session;
  if (session.lookUp === 'paid') return;
  session.paidOtherwise = false;
  if (current.money === 'in-doubt') return;
  if (current.money !== 'unknown') session.cautioned = false;
  current.money = 'unknown';
  current.asked = current.asked.filter((id) => id !== CHARGED);
  current.answers = current.answers.filter(({ question }) => question !== CHARGED);
  session.passedOver = session.passedOver.filter((id) => id !== CHARGED);
  session.lookUp = 'none';
}

/**
 * Money moves to `failed` by word of mouth only when no code seen says that the outcome is open: such a transaction has to be
 * looked up, whatever the customer's phone shows at this moment. A look-up settles it for good.
 */
function setMoney(session: Session, money: 'failed' | 'in-doubt', turn: Turn): void {
  if (session.lookUp === 'paid') return;
  if (money === 'in-doubt') {
    session.case.money = 'in-doubt';
    // A new doubt after a look-up (「又扣了一次」) asks for another one.
    session.lookUp = 'none';
  } else if (session.lookUp === 'failed' || !needsLookUp(turn)) {
    session.case.money = session.paidOtherwise === true ? 'paid' : 'failed';
  }
}

/** True if a code seen may mean that money has moved, by any reading still possible. */
export function needsLookUp(turn: Turn): boolean {
  return turn.session.case.codes.some((seen) =>
    readingsOf(turn, seen.code, seen.systems).some((reading) => reading.retry === 'query_first'),
  );
}

/** The readings of a code in the systems still possible. */
export function readingsOf(turn: Turn, code: string, systems: readonly string[]) {
  return (turn.world.knowledge.codes.get(code.toUpperCase()) ?? []).filter((reading) =>
    systems.includes(reading.system),
  );
}

/** True if a code is known and tells something: a screen text that all five causes share is a description, not a code. */
export function isTelling(turn: Turn, code: string): boolean {
  return readingsIn(turn, code).length > 0 && !isShared(turn, code);
}

function isShared(turn: Turn, code: string): boolean {
  const readings = readingsIn(turn, code);
  const fitsAll = ({ cause, also }: CodeReading) => CAUSES.every((one) => one === cause || also.includes(one));
  return readings.length > 0 && readings.every(fitsAll);
}

function readingsIn(turn: Turn, code: string): readonly CodeReading[] {
  return turn.world.knowledge.codes.get(code.toUpperCase()) ?? [];
}

/** Letters and digits of a code's length, at least one digit among them. */
const CODE_SHAPE =
  '([a-z]{0,4}-?[0-9]{1,6}[a-z]{0,2}|[0-9]{1,4}[a-z]{1,3}[0-9]{0,3}|[a-z]{1,3}[0-9]{1,3}[a-z]{1,3}[0-9]{1,3})';

/** What the user calls a code and the knowledge base does not know, as written; undefined if there is none. */
export function strangeCode(turn: Turn): string | undefined {
  const named = turn.understanding?.entities.find(
    ({ type, value }) => type === 'code' && readingsIn(turn, value).length === 0,
  );
  if (named) return named.value;
  const words = turn.world.flows.get('code-lookup')?.words['strictly-code'] ?? [];
  const text = turn.understanding?.normalized ?? '';
  if (words.length === 0) return undefined;
  const found = new RegExp(`(?:${words.join('|')})[^a-z0-9]{0,2}${CODE_SHAPE}(?![a-z0-9.])`)
    .exec(text)?.[1]
    ?.toUpperCase();
  return found === undefined || turn.world.knowledge.codes.has(found) ? undefined : found;
}

/** Codes named now, each with all systems that the sentence names for it; one that it rules out (「不是51是55」) counts no longer. */
function takeCodes(session: Session, entities: readonly Entity[], turn: Turn): void {
  const told = entities.filter(({ type, value }) => type === 'code' && isTelling(turn, value));
  const kept = session.case.codes.filter(
    ({ code }) => !told.some(({ value }) => value === code) && !isDenied(turn, code),
  );
  const named = [...new Set(told.map(({ value }) => value))].map((code) => {
    const all = readingsIn(turn, code).map(({ system }) => system);
    const ways = told.filter(({ value }) => value === code);
    const systems = ways.flatMap(({ system }) => (system !== undefined && all.includes(system) ? [system] : all));
    return { code, systems: [...new Set(systems)] };
  });
  session.case.codes = [...kept, ...named].slice(-MAX_CODES);
}

/** 「不是51」, said of a code on record: it stands there, and was not read as one. */
function isDenied(turn: Turn, code: string): boolean {
  const { denials } = turn.world.knowledge.lexicon;
  const text = (turn.understanding?.normalized ?? '').toUpperCase();
  const at = text.indexOf(code);
  if (at < 0 || turn.understanding?.entities.some(({ type, value }) => type === 'code' && value === code)) return false;
  return denials.some((word) => text.slice(0, at).trimEnd().endsWith(word));
}

const FACTS: readonly (keyof Facts)[] = ['acquirer', 'bank', 'channel', 'terminal', 'amount'];

/** A kind named once is a fact about the shop; two of a kind are compared with each other (「微信行支付宝不行」) and tell none. Of 「微信扫码」 the app. */
function takeFacts(facts: Facts, entities: readonly Entity[]): void {
  for (const fact of FACTS) {
    const named = entities.filter(({ type }) => type === fact).map(({ value }) => value);
    const values = new Set(fact === 'channel' ? narrowest(named) : named);
    const [only] = values;
    if (values.size === 1 && only !== undefined) facts[fact] = only;
  }
}
