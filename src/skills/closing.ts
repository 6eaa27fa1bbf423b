/** How a case ends well. Pure. */
import { say, sentence } from '../dialogue/interpreter.js';
import type { Turn } from '../dialogue/world.js';
import { pathTo } from '../knowledge/paths.js';
import { caseClosed } from './case-events.js';
import { pageLink } from './wording.js';

/** The state that takes a colleague's 「结束」. */
const ENDED = 'repair.handover-ended';

/** What is said of an emergency that is over, by a colleague's word or the merchant's; of any other case `otherwise`. */
export function endedLine(turn: Turn, otherwise: string): string {
  if (turn.session.emergency === undefined) return otherwise;
  const key = turn.visited.includes(ENDED) ? 'ended' : 'solved-emergency';
  return sentence(turn, key, {}, 'handoff') || otherwise;
}

/** Solved: says what it was, and links what makes it happen less often. */
export function closeCase(turn: Turn): string {
  const { session, world } = turn;
  const fix = session.fix === null ? undefined : world.knowledge.fixes.get(session.fix);
  const fault = fix && world.knowledge.faults.get(session.suspect ?? fix.fault);
  session.closed = 'resolved';
  session.handoff = false;
  caseClosed(turn, 'resolved', { fix: fix?.id ?? null, fault: fault?.id ?? null });
  // What a colleague or the police brought about was no fix of ours.
  if (!fix || !fault || endedLine(turn, '') !== '') {
    say(turn, endedLine(turn, sentence(turn, 'solved-plain', {}, 'triage')), 'summary');
    return 'closed';
  }
  const area = world.knowledge.prevention.find(({ after }) => after.includes(fault.cause));
  const links = [
    pageLink(turn, pathTo.fault(fault.id), sentence(turn, 'fault-link', { title: fault.title }, 'triage')),
  ];
  if (area)
    links.push(
      pageLink(turn, pathTo.prevention(area.id), sentence(turn, 'prevention-link', { title: area.title }, 'triage')),
    );
  say(turn, sentence(turn, 'solved', { title: fault.title, fix: fix.title }, 'triage'), 'summary', links);
  return 'closed';
}

/** More than one payment of the sale went through. */
export const SEVERAL = 'several';

/** The transaction turned out to have gone through: nothing to collect, and what was collected twice goes back. */
export function closePaid(turn: Turn): string {
  turn.session.closed = 'resolved';
  caseClosed(turn, 'paid');
  say(turn, sentence(turn, turn.signal.name === SEVERAL ? 'paid-several' : 'paid', {}, 'triage'), 'summary');
  return 'closed';
}
