/** What happens in a case, for the journal: enough to re-estimate likelihoods and to report, no free text. */

import { believe } from '../diagnosis/belief.js';
import type { Turn } from '../dialogue/world.js';

/** How many faults of a belief are written down; the tail says little. */
const TOP_FAULTS = 5;

/** Notes a happening together with the belief it happened under. */
export function caseEvent(turn: Turn, type: string, data: Readonly<Record<string, unknown>> = {}): void {
  const { session, world } = turn;
  const belief = [...believe(world.model, session.case).faults]
    .sort(([, a], [, b]) => b - a)
    .slice(0, TOP_FAULTS)
    .map(([id, p]) => ({ id, p: Math.round(p * 1e4) / 1e4 }));
  turn.happenings.push({ type, data: { case: session.caseNumber, ...data, belief } });
}

/** Records what came of a fix, once a fix. */
export function noteTried(turn: Turn, fix: string, outcome: 'solved' | 'not-solved' | 'open'): void {
  const { session } = turn;
  session.tried = [...session.tried.filter((one) => one.fix !== fix), { fix, outcome }];
  caseEvent(turn, 'fix', { fix, outcome });
}
