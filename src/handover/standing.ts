/** How an open hand-over stands, for whoever asks for a human once more. Pure. */
import { askedOf, isOpen } from './machine.js';
import type { Handover, Moment } from './types.js';

export interface Standing {
  /**
   * `called`: somebody was asked and has time left. `missed`: all were asked. `waiting`: nobody could be asked yet. `alone`: nobody
   * can be asked through this door at all.
   */
  how: 'called' | 'missed' | 'waiting' | 'alone';
  /** Who was asked last; '' if nobody, or a group. */
  name: string;
  /** Since then, else since the request. */
  minutes: number;
}

/** Undefined: none is open, or a colleague has it. `at`: milliseconds since the epoch. */
export function standingOf(handover: Handover | undefined, at: Moment): Standing | undefined {
  if (handover === undefined || !isOpen(handover) || handover.state === 'accepted') return undefined;
  const { state, askedAt, requestedAt } = handover;
  const asked = askedOf(handover);
  const none = handover.alone === true ? 'alone' : 'waiting';
  const how = asked.length === 0 ? none : state === 'timed-out' ? 'missed' : 'called';
  const since = asked.length === 0 ? requestedAt : (askedAt ?? requestedAt);
  const minutes = Math.max(0, Math.floor((at - since) / 60_000));
  return { how, name: asked.at(-1)?.name ?? '', minutes };
}
