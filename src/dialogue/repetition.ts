/** Who says the same again and again gets nowhere with the assistant: time for a human. Pure. */
import { wordList } from './choice.js';
import { isWaitingForHuman } from './meaning.js';
import { essence } from './options.js';
import { regExpOf } from './regexp.js';
import type { Turn } from './world.js';

/** Times the same is said, the first one included, at which a human is called. */
const TIMES = 3;
/** Utterances kept, and for how long (ms): what was said the day before is no repetition. */
const KEPT = 8;
const LASTS_MS = 30 * 60_000;
/** UTF-16 units of an utterance that are compared. */
const COMPARED = 60;
/** What all the ways to say 「还是不行」 count as. */
const UNSOLVED = '#unsolved';

/** What an utterance counts as: the words apart from punctuation and particles; all ways to say that it still fails are one. */
function keyOf(turn: Turn): string {
  const said = essence(turn.understanding?.normalized ?? turn.words ?? '', wordList(turn, 'particles'));
  return wordList(turn, 'still-fails').some((form) => regExpOf(form).test(said)) ? UNSOLVED : said.slice(0, COMPARED);
}

/** Notes what is said now, whatever comes of it. A case that is over takes what was said in it along. */
export function noteSaid(turn: Turn): void {
  const { session, at } = turn;
  const key = keyOf(turn);
  if (key === '') return;
  const before = session.closed === null ? (session.said ?? []) : [];
  session.said = [...before.filter((one) => at - one.at < LASTS_MS), { key, at }].slice(-KEPT);
}

/** True if what is said now was said twice before. */
export function repeatsItself(turn: Turn): boolean {
  const key = keyOf(turn);
  return key !== '' && (turn.session.said ?? []).filter((one) => one.key === key).length >= TIMES;
}

/** 「还是不行」, 「没看懂」 for the third time: the same answer would come again. */
export function isStuck(turn: Turn, command: string): boolean {
  const isNoAnswer = command === 'repeat' || (command === 'go-on' && keyOf(turn) === UNSOLVED);
  return isNoAnswer && !isWaitingForHuman(turn) && repeatsItself(turn);
}
