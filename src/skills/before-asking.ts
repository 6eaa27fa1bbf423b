/** What goes before the plan's next question: the money in an emergency, and a human once enough was asked. Pure. */
import { emergencyIn } from '../dialogue/danger.js';
import type { Turn } from '../dialogue/world.js';
import { CHARGED, UNKNOWN } from '../knowledge/schema.js';

/** Who is told in an emergency not to collect again is asked first whether the last attempt was charged. */
export function asksMoneyFirst(turn: Turn): boolean {
  const { money, asked } = turn.session.case;
  return money === 'unknown' && !asked.includes(CHARGED) && emergencyIn(turn) !== undefined;
}

/** As many questions were put as may be, and no answer came to the last one but 不清楚: what is left is a guess for a human. */
export function isCapReached({ session, world }: Turn): boolean {
  const asked = session.case.asked.slice(session.rounds.asked);
  const isOpen = (id: string) =>
    session.case.answers.every(({ question, option }) => question !== id || option === UNKNOWN);
  return asked.length >= world.knowledge.costs.maxQuestions && isOpen(asked.at(-1) ?? '');
}
