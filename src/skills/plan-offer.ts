/** The emergency plan offered to who asks what it is, or what to do in a blackout. Pure. */
import { flowOf, prompt, say, sentence } from '../dialogue/interpreter.js';
import { asReplyOptions } from '../dialogue/options.js';
import { PLAN, PLAN_OFFER } from '../dialogue/plan-run.js';
import { situationNamed } from '../dialogue/plan-words.js';
import { topFrame } from '../dialogue/session.js';
import type { Turn } from '../dialogue/world.js';
import type { Situation } from '../knowledge/schema.js';

/** Who asks what the plan is hears so, and may begin; with a situation in the question, with that one. */
export function offerPlan(turn: Turn): string {
  const named = situationNamed(turn);
  const options = asReplyOptions(flowOf(turn, PLAN).states['asking-offer']?.options ?? []);
  const key = named === undefined ? 'how' : 'how-situation';
  const text = sentence(turn, key, { label: named?.label ?? '' }, PLAN);
  const question = named === undefined ? PLAN_OFFER : `${PLAN_OFFER}-${named.id}`;
  prompt(turn, { type: 'question', text, options, links: [], question });
  return 'offered';
}

/** The situation of the offer on the table. */
export function offered({ session, world }: Turn): Situation | undefined {
  const question = topFrame(session)?.prompt?.question ?? '';
  return world.knowledge.situations.get(question.slice(PLAN_OFFER.length + 1));
}

export function takeOffer(turn: Turn): string {
  if (turn.signal.option === 'start') return 'start';
  say(turn, sentence(turn, 'not-started', {}, PLAN));
  return 'later';
}

/** What was offered or asked at the end is passed over. */
export function drop(turn: Turn): string {
  say(turn, sentence(turn, 'dropped', {}, PLAN));
  return 'dropped';
}
