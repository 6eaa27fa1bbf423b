/** What is done with words that were neither an option nor a command: a case, a code, another subject, a human. Pure. */
import { CAUSES, type Intent } from '../knowledge/schema.js';
import type { Ranked, Understanding } from '../nlu/understanding.js';
import { absorb, isTelling, namesOnly, strangeCode, troubleShare, without } from './absorb.js';
import { asksForNumberOf } from './another-contact.js';
import { namesAppOnly } from './app-told.js';
import { LOOKED_UP, wordList } from './choice.js';
import { emergencyIn, FROZEN } from './danger.js';
import { accepts, advance, call } from './interpreter.js';
import { leavesMoneyOpen, paidAnotherWay, showsTheirSide, triesAgain } from './money-doubt.js';
import { essence } from './options.js';
import { finishPlan, PLAN } from './plan-run.js';
import { notesFinding } from './plan-words.js';
import { openCase, SESSION_LIMITS, topFrame } from './session.js';
import { promptOf, statusOf } from './state.js';

import type { Turn } from './world.js';

/** An intent this likely is acted on. */
export const SURE = 0.5;
/** In the middle of a case a change of subject has to be clearer. */
const SURE_TO_INTERRUPT = 0.6;
/** Whose number is wanted is given, whatever else is told, from here on. */
const SURE_WHOM = 0.85;
/** A failure less likely than this is not what the sentence is about. */
const NO_TROUBLE = 0.25;
/** Characters from which a sentence in the middle of a case may describe something. */
const SHORTEST_DESCRIPTION = 5;
/** P(one of the five causes) of what stands beside a code from which it is about a failure. */
const TROUBLE_BESIDE_CODE = 0.2;
/** Less likely meanings than this are not offered in 「您是说…」. */
const WORTH_OFFERING = 0.12;

/** Hardly what somebody means whose words could be a failure: offered from a higher likelihood only. */
const RARELY_MEANT: readonly string[] = ['apply', 'activation', 'drill'];
const SURE_RARE = 0.25;

/** A choice where nothing is to be chosen. */
const LONE_DIGIT = /^\d$/;

/** Characters of one message that are kept for the summary. */
const LONGEST_HEARD = 200;

/** Times not understood in a row after which nobody is asked what was meant. */
const GUESSES = 2;

const TOPICS: readonly Intent[] = ['settlement', 'refund', 'fee', 'apply', 'activation', 'complaint', 'drill'];
/** What is answered by itself while a human is waited for; the rest is for them. */
const ANSWERED: readonly Intent[] = [...TOPICS, 'agent', 'contacts', 'greeting', 'thanks'];

/** A human, from any state. Who asks again while one is being asked for hears how that stands. `why`: what the flow is told. */
export function askHuman(turn: Turn, why = 'asked'): void {
  // What is told for the third time counts all the same: it may be of another attempt to collect.
  if (why === 'repeated' && turn.understanding !== null) absorb(turn);
  const { frames } = turn.session;
  const before = frames.findIndex(({ skill }) => skill === 'handoff');
  const shown = frames[before]?.prompt?.text;
  // The plan that is walked through meanwhile goes on afterwards.
  if (before >= 0) frames.splice(before, frames.length, ...frames.slice(before).filter(({ skill }) => skill === PLAN));
  turn.signal = shown === undefined ? { name: why } : { name: why, option: shown };
  call(turn, 'handoff');
}

/** 「退出」 while a human is asked for: it leaves the plan, and says nothing of whether anybody is needed. */
export function leavesOnly(turn: Turn): boolean {
  const leaves = turn.world.flows.get('handoff')?.words.leaves ?? [];
  return turn.session.handoff && leaves.includes(essence(turn.words ?? '', wordList(turn, 'particles')));
}

/** The plan is over; how the request stands is said. */
export function leavePlan(turn: Turn): void {
  if (turn.session.plan) finishPlan(turn, 'stop');
  askHuman(turn);
}

/** A human was asked for, and what is said is for them. */
export function isWaitingForHuman(turn: Turn): boolean {
  return turn.session.handoff && accepts(turn, 'more');
}

/** What is said while a human is waited for, and asks for nothing else, goes to them. @returns false if nobody is waited for */
export function passOn(turn: Turn): boolean {
  if (!isWaitingForHuman(turn)) return false;
  turn.session.misunderstood = 0;
  beginCaseIfNone(turn);
  advance(turn, 'more');
  return true;
}

/** Acts on what the words were understood to say, where no option and no command was meant. */
export function byMeaning(turn: Turn): void {
  const { understanding, session } = turn;
  if (understanding === null) return;
  const busy = ['asking', 'fixing'].includes(statusOf(session, turn.world));
  // 「您是说…」 and 「您要找哪家的电话」 are no case.
  const busyCase = busy && !['repair', 'contacts'].includes(topFrame(session)?.skill ?? '');
  const sure = busy ? SURE_TO_INTERRUPT : SURE;
  const trouble = troubleShare(understanding);
  const top = understanding.intents[0];
  if (top === undefined) return;
  const code = understanding.entities.some(({ type, value }) => type === 'code' && isTelling(turn, value));
  const strange = code ? undefined : strangeCode(turn);
  // 「新机器怎么激活」 holds an answer (a new machine) and yet reports no failure; any other answer does.
  // Elsewhere 「用微信付了」 may be about a refund.
  const theirs = promptOf(session)?.question === LOOKED_UP && showsTheirSide(turn);
  const attempt = (busy || isWaitingForHuman(turn)) && (triesAgain(turn) || paidAnotherWay(turn) || theirs);
  const answers = understanding.evidence.some(({ question }) => question !== 'recent-change');
  const reports = answers || attempt || leavesMoneyOpen(turn);
  const subject = !busy && !reports && top.p >= SURE_TO_INTERRUPT && trouble < NO_TROUBLE;
  const says = understanding.evidence.length > 0 || understanding.signs.length > 0 || reports;
  // In the middle of a case a word or two describe nothing.
  const said = essence(turn.words ?? '');
  // 「不知道」 where nothing was asked; 「刷卡」 where something else was.
  const nothing = wordList(turn, 'unknown').includes(said) || LONE_DIGIT.test(said);
  const empty = (!busy && nothing) || namesOnly(understanding);
  const describes = trouble >= sure && !empty && (!busy || said.length >= SHORTEST_DESCRIPTION);
  const besideCode = code || strange !== undefined ? subjectBesideCode(turn, understanding) : undefined;
  // The app of the code explained before: its reading may be another one.
  const app = strange === undefined && besideCode === undefined && namesAppOnly(turn);
  const asksWhom =
    top.id === 'contacts' && top.p >= SURE_WHOM && namesContact(turn) && !attempt && !leavesMoneyOpen(turn);
  const asks = besideCode !== undefined || (code && asksMeaning(turn)) || asksForNumberOf(turn);
  if (!asks && !(top.p >= sure && !reports && ANSWERED.includes(top.id)) && passOn(turn)) return;
  if (besideCode !== undefined) bySubject(turn, besideCode);
  else if (emergencyIn(turn) === FROZEN) tell(turn);
  else if (!busyCase && !app && !code && strange === undefined && (asksWhom || asksForNumberOf(turn)))
    bySubject(turn, 'contacts');
  else if (code || app || strange !== undefined) tellCode(turn, strange);
  else if (describes || (says && !subject)) tell(turn);
  else if (top.p >= sure && !empty) bySubject(turn, top.id);
  // An emergency is answered as one, whatever else the words may be.
  else if (notesFinding(turn) || (emergencyIn(turn) !== undefined && !triesAgain(turn))) return;
  else if (busy || empty) call(turn, 'repair', 'not-understood');
  else if (triesAgain(turn)) tell(turn);
  else offerMeanings(turn, understanding.intents, trouble);
}

/** 「工行卡刷不了 打哪个电话」 names whose number is wanted. */
function namesContact({ understanding, world }: Turn): boolean {
  return understanding?.entities.some(({ value }) => world.knowledge.contacts.has(value)) === true;
}

/** 「91 是什么意思」. */
function asksMeaning({ world, understanding }: Turn): boolean {
  const words = world.flows.get('code-lookup')?.words.meaning ?? [];
  return words.some((word) => understanding?.normalized.includes(word));
}

/** What a sentence with a code is about besides a failure: fees, a refund, a phone number; undefined if it is about the failure. */
function subjectBesideCode(turn: Turn, { text, entities }: Understanding): Intent | undefined {
  const codes = entities.filter(({ type }) => type === 'code');
  const read = turn.world.nlu.understand(without(text, codes));
  const [top] = read.intents;
  if (essence(read.text) === '' || top === undefined || troubleShare(read) >= TROUBLE_BESIDE_CODE) return undefined;
  return top.id === 'out-of-scope' || top.p < SURE ? undefined : top.id;
}

function bySubject(turn: Turn, intent: Intent): void {
  turn.session.misunderstood = 0;
  // What was meant has been said: 「您是说…」 is answered.
  if (topFrame(turn.session)?.skill === 'repair') turn.session.frames.pop();
  if ((CAUSES as readonly string[]).includes(intent)) tell(turn);
  else if (intent === 'agent') askHuman(turn);
  else if (intent === 'contacts') askContact(turn);
  else if (TOPICS.includes(intent)) call(turn, 'topics');
  else call(turn, 'small-talk');
}

/** Asked for a number again while it is asked which one, it is the same request. */
function askContact(turn: Turn): void {
  if (topFrame(turn.session)?.skill === 'contacts') turn.session.frames.pop();
  call(turn, 'contacts');
}

/** More about the failure: the skill that waits takes it, else a new case begins. */
export function tell(turn: Turn): void {
  turn.session.misunderstood = 0;
  beginCaseIfNone(turn);
  turn.signal = { name: 'told' };
  if (accepts(turn, 'told')) advance(turn, 'told');
  else call(turn, 'triage');
}

/** `strange`: a code that the knowledge base does not know. */
function tellCode(turn: Turn, strange?: string): void {
  turn.session.misunderstood = 0;
  beginCaseIfNone(turn);
  turn.signal = strange === undefined ? { name: 'told' } : { name: 'told', option: strange };
  if (topFrame(turn.session)?.skill === 'code-lookup' && accepts(turn, 'told')) advance(turn, 'told');
  else call(turn, 'code-lookup');
}

function beginCaseIfNone(turn: Turn): void {
  const { session, world } = turn;
  const status = statusOf(session, world);
  const fresh = session.caseNumber === 0 || session.closed !== null || status === 'resolved';
  if (!fresh) return;
  const { handoff, frames, heard, emergency } = session;
  session.frames = [];
  openCase(session, turn.at);
  // Whoever was asked for before anything was known is asked for still.
  if (!handoff) return;
  Object.assign(session, { handoff, frames, heard }, emergency === undefined ? {} : { emergency });
}

/** What was not understood for certain is told on all the same. */
function hear({ session, words }: Turn): void {
  if (words !== null) session.heard = [...session.heard, words.slice(0, LONGEST_HEARD)].slice(-SESSION_LIMITS.heard);
}

/** Two or three meanings close together: 「您是说…」; else not understood. */
function offerMeanings(turn: Turn, intents: readonly Ranked<Intent>[], trouble: number): void {
  const subjects = intents.filter(({ id }) => !turn.understanding?.causes.some((cause) => cause.id === id));
  const meanings = [{ id: 'trouble', p: trouble }, ...subjects.map(({ id, p }) => ({ id: id as string, p }))]
    .filter(
      ({ id, p }) =>
        p >= (RARELY_MEANT.includes(id) ? SURE_RARE : WORTH_OFFERING) &&
        id !== 'out-of-scope' &&
        id !== 'greeting' &&
        id !== 'thanks',
    )
    .sort((a, b) => b.p - a.p)
    .slice(0, 3);
  if (meanings.length < 2 || turn.session.misunderstood >= GUESSES) {
    call(turn, 'repair', 'not-understood');
    return;
  }
  turn.session.clarify = meanings.map(({ id }) => id);
  hear(turn);
  call(turn, 'repair', 'clarify');
}
