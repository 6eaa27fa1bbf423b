/** What a conversation waits for and what is believed in it, from its record. No I/O. */
import { type Reasoning, reason } from './dialogue/reasoning.js';
import type { PublicState } from './dialogue/reply.js';
import { newSession, reviveSession, type Session } from './dialogue/session.js';
import { publicState } from './dialogue/state.js';
import type { World } from './dialogue/world.js';
import { isOpen } from './handover/machine.js';
import type { ConversationRecord } from './store/store.js';

export function stateIn(record: ConversationRecord | null, world: World): PublicState {
  const state = publicState(sessionIn(record), world);
  const { handover } = record ?? {};
  if (handover === undefined) return state;
  const open = isOpen(handover);
  return { ...state, handoff: open, ...(open ? { handoffState: handover.state } : {}) };
}

/** The evidence and the plan behind the state. */
export function reasoningIn(record: ConversationRecord | null, world: World): Reasoning {
  return reason(sessionIn(record), world);
}

function sessionIn(record: ConversationRecord | null): Session {
  return record?.session ? reviveSession(record.session) : newSession();
}
