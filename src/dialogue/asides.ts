/** What people at a till say beside the answer: 「哦好了 卡插反了」, 「你慢点说」, 「随便」, 「等下 有客人」. Patterns stand in repair.yaml. Pure. */
import { UNKNOWN } from '../knowledge/schema.js';
import { LOOKED_UP, wordList } from './choice.js';
import { moneyIn, paidAnotherWay, triesAgain } from './money-doubt.js';
import { essence } from './options.js';
import { regExpOf } from './regexp.js';
import { promptOf, statusOf } from './state.js';
import type { Turn } from './world.js';

/** Characters of the longest aside: what is longer tells something. */
const LONGEST_ASIDE = 24;
const PIECES = /[\s,\u3001\u3002\uff0c!\uff01~;\uff1b]+/u;

function matches(turn: Turn, list: string, text: string): boolean {
  return wordList(turn, list).some((form) => regExpOf(form).test(text));
}

function said(turn: Turn): string {
  return (turn.understanding?.normalized ?? turn.words ?? '').trim();
}

/**
 * 「哦好了好了 卡插反了」 while something is asked or tried: the trouble is over. Not where another attempt or the money is told of, and
 * not while a transaction is looked up: that it works again does not say where the money went.
 */
export function worksAgain(turn: Turn): boolean {
  const text = said(turn);
  if (text.length > LONGEST_ASIDE || promptOf(turn.session)?.question === LOOKED_UP) return false;
  if (!['asking', 'fixing'].includes(statusOf(turn.session, turn.world))) return false;
  if (moneyIn(turn, false) !== undefined || paidAnotherWay(turn) || triesAgain(turn)) return false;
  return matches(turn, 'works-again', text) && !matches(turn, 'works-not', text);
}

/** 「你慢点说我听不懂」: what is on the table is to be said again. */
export function wantsSlower(turn: Turn): boolean {
  return said(turn).length <= LONGEST_ASIDE && promptOf(turn.session) !== null && matches(turn, 'slower', said(turn));
}

/** 「随便」, 「我他妈怎么知道」 to a question that may be left open. */
export function shrugs(turn: Turn): boolean {
  const knows = promptOf(turn.session)?.options.some(({ id }) => id === UNKNOWN) === true;
  return knows && matches(turn, 'shrug', essence(said(turn), wordList(turn, 'particles')));
}

/** Characters of the longest 「我不会…」 that is nothing else. */
const LONGEST_PLEA = 16;

/** 「我不会弄」: said of what is on the table, or of nothing. */
export function isLost(turn: Turn): boolean {
  const text = essence(turn.understanding?.normalized ?? '', wordList(turn, 'particles'));
  return text.length <= LONGEST_PLEA && matches(turn, 'cannot', text);
}

/** 「没有」 to whether the fix helped: it did not. Only as the whole utterance: 「没有信号」 tells something else. */
export function deniesFix(turn: Turn): boolean {
  const fixing = statusOf(turn.session, turn.world) === 'fixing';
  return fixing && wordList(turn, 'fix-no').includes(essence(said(turn), wordList(turn, 'particles')));
}

/** 「说错了 换卡也不行」: takes back what was said, whatever the words would answer to a fix on the table. */
export function takesBack(turn: Turn): boolean {
  const fixing = statusOf(turn.session, turn.world) === 'fixing';
  const answers = turn.understanding?.evidence.some(({ question, option }) =>
    turn.session.case.answers.some((one) => one.question === question && one.option !== option),
  );
  return fixing && answers === true && matches(turn, 'takes-back', said(turn));
}

/** The one command that all the pieces of a short utterance are: 「算了 不弄了」, 「等下 有客人」. */
export function commandOfPieces(turn: Turn, commandOf: (piece: string) => string | undefined): string | undefined {
  const pieces = (turn.words ?? '').split(PIECES).filter((piece) => essence(piece) !== '');
  if (pieces.length < 2 || (turn.words ?? '').length > LONGEST_ASIDE) return undefined;
  const commands = new Set(pieces.map((piece) => commandOf(piece) ?? (matches(turn, 'busy', piece) ? 'wait' : '')));
  const [only] = commands;
  return commands.size === 1 && only !== '' ? only : undefined;
}
