/** 「好了没」 without a human, and 「算了」 while one is waited for: neither is the end of the matter. Pure. */
import { flowOf, prompt, say, sentence } from '../dialogue/interpreter.js';
import { sayStill } from '../dialogue/news.js';
import { asReplyOptions } from '../dialogue/options.js';
import type { Reply } from '../dialogue/reply.js';
import { type Frame, openCase } from '../dialogue/session.js';
import type { Turn } from '../dialogue/world.js';
import { numbersToCall } from './emergency.js';
import { isAskedFor, standingLine } from './standing.js';

const SKILL = 'repair';

/** The frame that repair interrupted. */
export function beneath(turn: Turn): Frame | undefined {
  return turn.session.frames.at(-2);
}

/** What the frame beneath waits for; whether it helped may be passed over in silence. */
export function waiting(turn: Turn): Reply | null {
  const frame = beneath(turn);
  const status = frame && turn.world.flows.get(frame.skill)?.states[frame.state]?.status;
  return status === 'resolved' ? null : (frame?.prompt ?? null);
}

/** Asks with the options of a state of repair.yaml, whose question it is. */
function ask(turn: Turn, state: string, text: string): void {
  const { question = state, options = [] } = flowOf(turn, SKILL).states[state] ?? {};
  prompt(turn, { type: 'question', text, options: asReplyOptions(options), links: [], question });
}

/** Whether it works is seen at the till, not here. */
export function sayHowNow(turn: Turn): string {
  if (sayStill(turn)) return 'said';
  const onTable = waiting(turn);
  if (onTable?.question === 'fix') {
    turn.replies.push({ ...onTable, type: 'question', text: sentence(turn, 'how-now', {}, SKILL), links: [] });
    return 'said';
  }
  const { caseNumber, closed } = turn.session;
  if (onTable !== null || caseNumber === 0 || closed === 'cancelled') {
    say(turn, sentence(turn, onTable === null ? 'how-now-idle' : 'how-now-busy', {}, SKILL));
    return 'nudge';
  }
  ask(turn, 'asking-works', sentence(turn, 'how-now', {}, SKILL));
  return 'asked';
}

export function takeWorksNow(turn: Turn): string {
  const { session, signal, at } = turn;
  if (signal.option !== 'works-not') {
    say(turn, sentence(turn, 'works-now', {}, SKILL));
    return 'works';
  }
  if (session.closed !== null) openCase(session, at);
  say(turn, sentence(turn, 'go-on', {}, SKILL));
  return 'trouble';
}

/** Whoever gives up while a human is asked for is asked whether the human is not wanted either. @returns false if there is nothing to ask */
export function asksToStop(turn: Turn): boolean {
  // Said once more, it is the answer.
  if (!isAskedFor(turn) || turn.session.frames.some(({ state }) => state === 'stopping')) return false;
  ask(turn, 'stopping', sentence(turn, 'stop-waiting', {}, SKILL));
  return true;
}

export function takeStopping(turn: Turn): string {
  if (turn.signal.option === 'drop') return 'drop';
  const { lines, links } = numbersToCall(turn);
  say(turn, [standingLine(turn), ...lines].join('\n'), 'contact', links);
  return 'keep';
}
