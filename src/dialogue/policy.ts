/** Which skill gets the turn. Order matters: danger, then the question on the table, then commands, then what was understood. Pure. */
import { CHARGED, UNKNOWN } from '../knowledge/schema.js';
import type { Understanding } from '../nlu/understanding.js';
import { isTelling } from './absorb.js';
import { deniesFix, isLost, shrugs, takesBack, wantsSlower, worksAgain } from './asides.js';
import {
  deniesCharge,
  LOOKED_UP,
  optionInstead,
  optionMentioned,
  optionNamed,
  optionSigned,
  takesFailureBack,
  wordList,
} from './choice.js';
import { commandIn } from './commands.js';
import { ANGER, asksHowItStands, besideDanger, dangerIn, losesPatience, remarkIn, warningOf } from './danger.js';
import type { Flow } from './flow.js';
import { accepts, advance, call, joined, say, sentence } from './interpreter.js';
import { askHuman, byMeaning, isWaitingForHuman, leavePlan, leavesOnly, passOn, SURE, tell } from './meaning.js';
import { besideMoney, leavesMoneyOpen, triesAgain, turnsOutPaid } from './money-doubt.js';
import { essence } from './options.js';
import { beginAfterWarning, reportsStep } from './plan-words.js';
import { regExpOf } from './regexp.js';
import { isStuck, noteSaid, repeatsItself } from './repetition.js';
import { SESSION_LIMITS } from './session.js';
import { takeSetWords } from './set-words.js';
import { promptOf, statusOf } from './state.js';
import { checkpoint, rewound } from './trail.js';
import { isMasked, unmasked } from './unmasked.js';
import type { Turn } from './world.js';

/** Remarks about the fix that was offered. */
const OF_FIX: readonly string[] = ['and-then', 'where-step', 'for-good'];
const PIECES = /[\s,\u3001\u3002\uff0c!\uff01;\uff1b]+/u;
/** An option of every question and fix, shown or not. */
const HUMAN = 'human';

/** The danger of collecting once more. */
const COLLECT_AGAIN = 'collect-again';

/** A tap, or its typed twin in `chat --json`. */
export function takeOption(turn: Turn, option: string, question?: string): void {
  const prompt = promptOf(turn.session);
  const onTable = prompt?.options.some(({ id }) => id === option) === true;
  const stale = question !== undefined && question !== prompt?.question;
  if (option === HUMAN && prompt !== null && !onTable && !stale && isBusy(turn)) {
    askHuman(turn);
    return;
  }
  if (!prompt || !onTable || stale) {
    turn.signal = { name: 'refused', option };
    call(turn, 'repair', 'stale');
    return;
  }
  answer(turn, option);
}

/** Something was asked or is being tried. */
function isBusy(turn: Turn): boolean {
  return ['asking', 'fixing'].includes(statusOf(turn.session, turn.world));
}

/** Words, masked. `hidden` names the kinds of private data that were masked. */
export function takeWords(turn: Turn, hidden: readonly string[]): void {
  if (hidden.length > 0) {
    const kinds = hidden.map((kind) => sentence(turn, `private-${kind}`, {}, 'alerts')).filter((name) => name !== '');
    say(turn, sentence(turn, 'private', { kinds: joined(turn, kinds, 'items') }, 'alerts'));
  }
  // A masked number alone is no answer and no description: nothing is read, and the thread goes on.
  if (isMasked(turn.words ?? '') && essence(unmasked(turn)) === '') {
    if (hidden.length === 0) say(turn, sentence(turn, 'not-needed', {}, 'alerts'));
    call(turn, 'repair', 'hidden');
    return;
  }
  if (essence(turn.words ?? '') === '') {
    const signed = optionSigned(turn);
    if (signed !== undefined) answer(turn, signed);
    else if (hidden.length === 0) call(turn, 'repair', 'empty');
    return;
  }
  noteSaid(turn);
  // To the letter first, which costs nothing; then by what the words were understood to say.
  if (takeLiterally(turn)) return;
  const understanding = understand(turn);
  if (essence(understanding.normalized) === '') call(turn, 'repair', 'empty');
  else if (dangerIn(turn) && !reportsStep(turn)) takeDanger(turn);
  else if (!takeLiterally(turn)) takeFreely(turn);
}

/**
 * A danger comes before everything else. One that a person asks about in passing (「刷卡报68，能再刷一次吗」) must not swallow the rest:
 * what is left of the words is taken as if nothing else had been said.
 */
function takeDanger(turn: Turn): void {
  const danger = dangerIn(turn);
  const rest = besideDanger(turn);
  const facts = rest === undefined ? undefined : read(turn, rest);
  if (danger === undefined || facts === undefined || !tells(turn, facts)) {
    call(turn, 'alerts');
    beginAfterWarning(turn);
    return;
  }
  const said = turn.replies.length;
  turn.understanding = facts;
  if (!takeLiterally(turn)) takeFreely(turn);
  // The look-up and the fix say by themselves what may be collected and what not.
  const settled = promptOf(turn.session)?.question === LOOKED_UP || turn.session.closed !== null;
  const warning = { type: 'text' as const, text: warningOf(turn, danger), options: [], links: [] };
  if (!settled || danger.id !== COLLECT_AGAIN) turn.replies.splice(said, 0, warning);
}

/** True if words tell something of the failure or the money, or choose what is on the table. */
function tells(turn: Turn, { entities, evidence, signs, normalized }: Understanding): boolean {
  const codes = entities.some(({ type, value }) => type === 'code' && isTelling(turn, value));
  const named = optionNamed(turn, normalized) !== undefined;
  return codes || named || evidence.length > 0 || signs.length > 0 || triesAgain(turn) || leavesMoneyOpen(turn);
}

/** Reads the words, once. */
function understand(turn: Turn): Understanding {
  turn.understanding ??= read(turn, asShown(turn, unmasked(turn)));
  return turn.understanding;
}

/** A text with every way to say that a code came up put as the one that is read safely: 「弹了68」. */
function asShown(turn: Turn, text: string): string {
  const { words } = turn.world.flows.get('code-lookup') ?? { words: {} as Flow['words'] };
  const [shown = ''] = words['code-shown-as'] ?? [];
  return (words['code-shown'] ?? []).reduce((left, form) => left.replace(new RegExp(form, 'gi'), shown), text);
}

/**
 * Whether money moved is read from what was said alone: a question on the table must not lend a word its meaning. And what is said of
 * money answers no other question: 「没扣」 is not 「没」.
 */
function read(turn: Turn, text: string): Understanding {
  const { nlu } = turn.world;
  const question = isOver(turn) ? undefined : promptOf(turn.session)?.question;
  if (question === undefined || question === CHARGED || question === LOOKED_UP) return nlu.understand(text);
  const rest = besideMoney(turn, text);
  if (rest === text) return nlu.understand(text, { question });
  const alone = nlu.understand(text);
  const answers = essence(rest) === '' ? [] : nlu.understand(rest, { question }).evidence;
  const answer = answers.find((one) => one.question === question);
  if (answer === undefined) return alone;
  const others = alone.evidence.filter((one) => one.question !== question);
  return { ...alone, evidence: [...others, { ...answer, start: 0, end: text.length }] };
}

/** Words that are an option on the table or a command, as written or, once read, as normalised (「解決了」). */
function takeLiterally(turn: Turn): boolean {
  const text = turn.understanding?.normalized ?? turn.words ?? '';
  const named = optionNamed(turn, text);
  const command = named === undefined ? commandIn(turn, text) : undefined;
  if (named !== undefined) answer(turn, named);
  else if (command !== undefined) obey(turn, command);
  return named !== undefined || command !== undefined;
}

function takeFreely(turn: Turn): void {
  if (turnsOutPaid(turn)) {
    if (!passOn(turn)) tell(turn);
    return;
  }
  if (takeSetWords(turn)) return;
  if (asksHowItStands(turn)) {
    askHuman(turn);
    return;
  }
  if (takeAside(turn)) return;
  // 「提示未签到 怎么签」 reports a failure; what signing in is follows from its fix.
  const remark = remarkIn(turn);
  const ofFix = turn.session.suspect !== null && OF_FIX.includes(remark?.id ?? '');
  if (remark && (ofFix || turn.understanding?.signs.length === 0) && !answersInAnger(turn, remark.id)) {
    if (losesPatience(turn, remark.id)) askHuman(turn, 'impatient');
    else call(turn, 'small-talk');
    return;
  }
  const waits = isWaitingForHuman(turn);
  if (!waits && isLost(turn)) {
    helpOn(turn);
    return;
  }
  if (!waits && takeInstead(turn)) return;
  if (isReason(turn)) {
    advance(turn, 'words');
    return;
  }
  // Who is asked nothing that matters chooses to the letter or not at all.
  const option = wantsHuman(turn) || takesBack(turn) || isOver(turn) ? undefined : optionMentioned(turn);
  if (option !== undefined) answer(turn, option);
  else if (wantsHuman(turn)) askHuman(turn);
  else if (!waits && repeatsItself(turn)) askHuman(turn, 'repeated');
  else if (statusOf(turn.session, turn.world) === 'asking' && deniesCharge(turn)) tell(withoutCharge(turn));
  else byMeaning(turn);
}

/** 「没有，烦死了」 to a question, 「烦死了，叫个人来」: the answer and the wish count. */
function answersInAnger(turn: Turn, remark: string): boolean {
  if (remark !== ANGER) return false;
  if (wantsHuman(turn)) return true;
  const pieces = (turn.understanding?.normalized ?? '').split(PIECES);
  const options = pieces.length < 2 ? [] : pieces.map((piece) => optionNamed(turn, piece));
  return options.some((option) => option !== undefined && option !== UNKNOWN);
}

/** Words beside the answer that say how to go on. */
function takeAside(turn: Turn): boolean {
  if (worksAgain(turn)) obey(turn, 'solved');
  else if (wantsSlower(turn) && repeatsItself(turn)) askHuman(turn, 'repeated');
  else if (wantsSlower(turn)) call(turn, 'repair', 'slower');
  else if (shrugs(turn)) answer(turn, UNKNOWN);
  else if (deniesFix(turn)) answer(turn, 'not-solved');
  else return false;
  return true;
}

/** A turn whose words are taken for 「没扣」. */
function withoutCharge(turn: Turn): Turn {
  const { understanding } = turn;
  const end = understanding?.text.length ?? 0;
  const answer = { question: CHARGED, option: 'no', start: 0, end };
  if (understanding !== null) turn.understanding = { ...understanding, evidence: [...understanding.evidence, answer] };
  return turn;
}

/** 「点错了 是1」: the answer before is taken back, and the right one given in its place. */
function takeInstead(turn: Turn): boolean {
  const { session, understanding } = turn;
  const last = session.trail.at(-1);
  if (last === undefined || understanding === null || understanding.evidence.length > 0) return false;
  const before = rewound(session, last);
  const then = { ...turn, session: before };
  const option = optionInstead(then);
  if (option === undefined && takesFailureBack(turn, then)) {
    call(turn, 'repair', 'correct');
    return true;
  }
  if (option === undefined) return false;
  Object.assign(session, before);
  answer(turn, option);
  return true;
}

/** Who cannot do what a question asks does not know the answer; a fix that is too hard makes room for the next one, or a human. */
function helpOn(turn: Turn): void {
  const knows = promptOf(turn.session)?.options.some(({ id }) => id === UNKNOWN) === true;
  if (knows) answer(turn, UNKNOWN);
  else call(turn, 'repair', 'cannot');
}

function obey(turn: Turn, command: string): void {
  if (command === 'human') askHuman(turn);
  else if (isStuck(turn, command)) askHuman(turn, 'repeated');
  else if (command === 'cancel' && leavesOnly(turn)) leavePlan(turn);
  else if (command === 'go-on' && isWaitingForHuman(turn)) {
    understand(turn);
    passOn(turn);
  } else if (command === 'solved' && !hasCase(turn)) {
    understand(turn);
    call(turn, 'small-talk');
  } else call(turn, 'repair', command);
}

function wantsHuman(turn: Turn): boolean {
  const { intents, normalized } = turn.understanding ?? { intents: [], normalized: '' };
  const [top] = intents;
  if (top?.id === 'agent' && top.p >= SURE) return true;
  return wordList(turn, 'wants-human').some((form) => regExpOf(form).test(normalized));
}

/** The case is solved; what is on the table may be left there. */
function isOver(turn: Turn): boolean {
  return statusOf(turn.session, turn.world) === 'resolved';
}

/** Words that a state takes as they are, where they tell of no failure and name no other subject. */
function isReason(turn: Turn): boolean {
  const { understanding } = turn;
  if (understanding === null || !accepts(turn, 'words') || wantsHuman(turn) || tells(turn, understanding)) return false;
  const [top] = understanding.intents;
  return top === undefined || top.p < SURE || ['complaint', 'out-of-scope'].includes(top.id);
}

/** Something is under way that can be solved. */
function hasCase(turn: Turn): boolean {
  return turn.session.handoff || ['asking', 'fixing', 'escalated'].includes(statusOf(turn.session, turn.world));
}

/** Gives an answer to what is on the table, after marking the spot for 「上一步」. */
function answer(turn: Turn, option: string): void {
  if (!isOver(turn))
    turn.session.trail = [...turn.session.trail, checkpoint(turn.session)].slice(-SESSION_LIMITS.trail);
  turn.session.misunderstood = 0;
  turn.signal = { name: 'answered', option };
  advance(turn, 'answered');
}
