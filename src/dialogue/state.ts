/** The state of a conversation as others see it. Pure. */
import { believe } from '../diagnosis/belief.js';
import type { PublicState, Reply, Status } from './reply.js';
import { type Session, topFrame } from './session.js';
import type { World } from './world.js';

/** What waits for an answer, if anything does. */
export function promptOf(session: Session): Reply | null {
  return topFrame(session)?.prompt ?? null;
}

export function statusOf(session: Session, world: World): Status {
  const frame = topFrame(session);
  return (frame && world.flows.get(frame.skill)?.states[frame.state]?.status) ?? 'idle';
}

/** Belief, status and what is on the table. `causes` and `faults` each sum to 1, most likely first. */
export function publicState(session: Session, world: World): PublicState {
  const belief = believe(world.model, session.case);
  const ranked = (of: ReadonlyMap<string, number>) =>
    [...of].map(([id, p]) => ({ id, p })).sort((a, b) => b.p - a.p || (a.id < b.id ? -1 : 1));
  const status = statusOf(session, world);
  return {
    status,
    question: status === 'asking' ? (promptOf(session)?.question ?? null) : null,
    fix: status === 'fixing' ? session.fix : null,
    causes: ranked(belief.causes),
    faults: ranked(belief.faults),
    // From the request until it is over, whatever is asked beside it.
    handoff: session.handoff,
    ...(session.drilled ? { drill: session.drilled } : {}),
  };
}
