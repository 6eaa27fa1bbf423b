/** A seat in somebody else's drill: what is said there goes to whoever holds it, what is seen from there comes back. Pure. */
import type { DrillNote, DrillOver } from '../handover/letter.js';
import { DRILL_ROLES, type DrillRole } from '../knowledge/schema.js';
import type { Seat } from './drill-state.js';
import { say, sentence } from './interpreter.js';
import type { TurnInput } from './turn-input.js';
import type { Turn } from './world.js';

const SKILL = 'drill';

const isRole = (id: string | undefined): id is DrillRole => DRILL_ROLES.some((role) => role === id);

/** The role that words name, if they name one. */
export function roleIn(turn: Turn, text: string): DrillRole | undefined {
  const flow = turn.world.flows.get(SKILL);
  return DRILL_ROLES.find((role) => flow?.words[`role-${role}`]?.some((word) => text.includes(word)));
}

/** 「加入演练 1234 客服」: asks whoever opened it. The number is checked there. */
export function join(turn: Turn, code: string, role: DrillRole): void {
  turn.letters.push({ note: { kind: 'drill-join', code, role } });
  say(turn, sentence(turn, 'joining', { code }, SKILL));
}

/**
 * Words in a seat go to whoever holds the drill.
 * @returns false if they are not of the drill
 */
export function takeSeat(turn: Turn, input: TurnInput, stops: boolean): boolean {
  const { seat } = turn.session;
  if (!seat) return false;
  const text = turn.words?.trim() ?? '';
  if (input.kind === 'reset' || stops) {
    leaveSeat(turn);
    if (stops) say(turn, sentence(turn, 'left', {}, SKILL));
    return stops;
  }
  if (text === '') return false;
  turn.letters.push({ to: seat.host, note: { kind: 'drill-move', run: seat.run, text } });
  say(turn, sentence(turn, 'passed-on', {}, SKILL));
  return true;
}

export function leaveSeat(turn: Turn): void {
  const { session } = turn;
  if (!session.seat) return;
  turn.letters.push({ to: session.seat.host, note: { kind: 'drill-leave', run: session.seat.run } });
  getUp(turn, session.seat, { outcome: 'left' });
}

/** That somebody took part is in the journal of their own conversation: kept, exported and forgotten with it. */
function getUp(turn: Turn, { host, run, role }: Seat, over: Partial<DrillOver>): void {
  turn.happenings.push({ type: 'drill-seat', data: { host: host.conversation, run, role, ...over } });
  turn.session.seat = undefined;
}

/** A letter to a seat. */
export function hearSeat(turn: Turn, note: DrillNote): void {
  const { session } = turn;
  if (note.kind === 'drill-none') say(turn, sentence(turn, 'no-room', {}, SKILL));
  if (note.kind !== 'drill-told') return;
  const { host, role, run } = note;
  if (host && isRole(role)) session.seat = { host, run, role };
  // What comes late, of a drill that one left, is said no more.
  if (session.seat?.run !== run) return;
  say(turn, note.text);
  if (note.over) getUp(turn, session.seat, note.over);
}
