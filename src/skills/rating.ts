/** Whether it helped, asked once a case in the message that closes it. Pure. */
import { flowOf, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import type { ReplyOption } from '../dialogue/reply.js';
import { topFrame } from '../dialogue/session.js';
import type { Skill, Turn } from '../dialogue/world.js';
import { caseEvent } from './case-events.js';

const SKILL = 'rating';
const NOT_FIXED = 'not-fixed';
/** UTF-16 units of a reason in the user's own words that are kept. */
export const LONGEST_REASON = 200;

function optionsOf(turn: Turn, state: string): ReplyOption[] {
  return asReplyOptions(flowOf(turn, SKILL).states[state]?.options ?? []);
}

/** Two buttons on the closing message: no message of its own, and nothing that has to be answered. */
function askRating(turn: Turn): string {
  const { session, replies } = turn;
  const closing = replies.at(-1);
  const frame = topFrame(session);
  if (turn.rated || session.ratingAsked === session.caseNumber || !closing || !frame) return 'skipped';
  session.ratingAsked = session.caseNumber;
  const text = `${closing.text}\n\n${sentence(turn, 'ask', {}, SKILL)}`;
  const reply = { ...closing, text, options: optionsOf(turn, 'asked'), question: SKILL };
  replies[replies.length - 1] = reply;
  frame.prompt = reply;
  return 'asked';
}

function takeRating(turn: Turn): string {
  const rating = turn.signal.option === 'good' ? 'good' : 'bad';
  caseEvent(turn, 'satisfaction', { rating });
  if (rating === 'good') say(turn, sentence(turn, 'thanks', {}, SKILL));
  return rating;
}

function askWhy(turn: Turn): string {
  const text = sentence(turn, 'why', {}, SKILL);
  prompt(turn, { type: 'question', text, options: optionsOf(turn, 'why'), links: [], question: 'rating-why' });
  return 'asked';
}

function takeWhy(turn: Turn): string {
  const why = turn.signal.option ?? '';
  caseEvent(turn, 'satisfaction-why', { why });
  say(turn, sentence(turn, why === NOT_FIXED ? 'noted-not-fixed' : 'noted', {}, SKILL));
  return 'noted';
}

/** A reason in the user's own words, masked as everything that is said. */
function takeWords(turn: Turn): string {
  const text = (turn.words ?? '').slice(0, LONGEST_REASON).toWellFormed();
  caseEvent(turn, 'satisfaction-why', { why: 'words', text });
  say(turn, sentence(turn, 'noted', {}, SKILL));
  return 'noted';
}

export const rating: Skill = {
  id: SKILL,
  verbs: {
    'ask-rating': askRating,
    'take-rating': takeRating,
    'ask-why': askWhy,
    'take-why': takeWhy,
    'take-words': takeWords,
  },
};
