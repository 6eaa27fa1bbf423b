/** Several people in one drill: who sits where, who sees what, what one role says to another. Pure. */

import { roleIn } from '../dialogue/drill-seat.js';
import { type DrillRun, RUN_LIMITS } from '../dialogue/drill-state.js';
import { DRILL, drillWords } from '../dialogue/drill-words.js';
import { say, sentence } from '../dialogue/interpreter.js';
import type { Turn } from '../dialogue/world.js';
import type { Moved, Shown } from '../drills/play.js';
import type { DrillOver } from '../handover/letter.js';
import { DRILL_ROLES, type Drill, type DrillRole } from '../knowledge/schema.js';

/** Whoever opens a drill and does not say who they are stands at the till. */
export const HOST_ROLE: DrillRole = 'cashier';

/** Opens the drill to others: they find it by four digits. */
export function openRoom(turn: Turn, run: DrillRun): DrillRun {
  const code = String(1000 + ((run.seed * 7919 + Math.floor(run.run / 1000)) % 9000));
  turn.letters.push({ note: { kind: 'drill-open', code } });
  return { ...run, role: run.role ?? HOST_ROLE, team: { code, seats: [] } };
}

/** What is seen by a role: what it did, what happens to all, what happens to it. `role` undefined: whoever is alone sees all. */
export function isSeen(shown: Shown, role: DrillRole | undefined, actor: DrillRole): boolean {
  if (role === undefined) return true;
  return 'from' in shown ? shown.role === undefined || shown.role === role : role === actor;
}

/** Each seat hears what is seen from there. */
export function tellSeats(
  turn: Turn,
  { run, shown }: Pick<Moved, 'run' | 'shown'>,
  actor: DrillRole,
  line: (one: Shown) => string,
): void {
  for (const { role, channel, conversation } of run.team?.seats ?? []) {
    const text = shown
      .filter((one) => isSeen(one, role, actor))
      .map(line)
      .join('\n');
    if (text !== '') tell(turn, { channel, conversation }, run, text);
  }
}

function tell(turn: Turn, to: { channel: string; conversation: string }, run: DrillRun, text: string): void {
  turn.letters.push({ to, note: { kind: 'drill-told', run: run.run, text, options: [] } });
}

/** 「告诉店长：……」 reaches whoever sits there. @returns false if it is said to nobody in the drill */
export function passTo(turn: Turn, text: string, from: DrillRole): boolean {
  const { drill: run } = turn.session;
  const to = run?.team && drillWords(turn, 'to-role', text) ? roleIn(turn, text) : undefined;
  if (!run?.team || to === undefined || to === from) return false;
  const seats = run.team.seats.filter(({ role }) => role === to);
  const said = sentence(turn, 'said-to', { role: sentence(turn, `role-${from}`, {}, DRILL), text }, DRILL);
  for (const { channel, conversation } of seats) tell(turn, { channel, conversation }, run, said);
  const isHost = (run.role ?? HOST_ROLE) === to;
  if (isHost) say(turn, said);
  return seats.length > 0 || isHost;
}

/** The role of somebody else that words are put to; where nobody has it they could not be passed on. */
export function roleMissed(turn: Turn, text: string): DrillRole | undefined {
  const { drill: run } = turn.session;
  const to = run?.team && drillWords(turn, 'to-role', text) ? roleIn(turn, text) : undefined;
  return to === (run?.role ?? HOST_ROLE) ? undefined : to;
}

/** Somebody sits down, gets up or says something. `move`: plays it. */
export function takeLetter(
  turn: Turn,
  now: { run: DrillRun; drill: Drill } | undefined,
  move: (words: string, role: DrillRole) => string,
): string {
  const { note } = turn;
  if (!now?.run.team || !note) return 'playing';
  const { run, drill } = now;
  if (note.kind === 'drill-join') seatOf(turn, run, drill, note.by, note.role);
  if (note.kind === 'drill-leave' && note.run === run.run) stand(turn, run, note.by.conversation);
  if (note.kind !== 'drill-move' || note.run !== run.run) return 'playing';
  const seat = run.team?.seats.find(({ conversation }) => conversation === note.by.conversation);
  return seat ? move(note.text, seat.role) : 'playing';
}

function seatOf(
  turn: Turn,
  run: DrillRun,
  drill: Drill,
  by: { channel: string; conversation: string },
  named: string,
): void {
  const role = DRILL_ROLES.find((one) => one === named);
  const others = (run.team?.seats ?? []).filter(({ conversation }) => conversation !== by.conversation);
  if (!run.team || role === undefined || others.length >= RUN_LIMITS.seats) return;
  const name = sentence(turn, `role-${role}`, {}, DRILL);
  turn.session.drill = { ...run, team: { ...run.team, seats: [...others, { ...by, role }] } };
  say(turn, sentence(turn, 'joined', { role: name }, DRILL));
  const values = {
    role: name,
    time: drill.at,
    screen: drill.screen,
    customer: drill.opening,
    amount: drill.amount,
    pay: sentence(turn, `pay-${drill.pay}`, {}, DRILL),
  };
  const key = role === 'cashier' || role === 'manager' ? 'seat-shop' : 'seat-office';
  const text = sentence(turn, key, values, DRILL);
  turn.letters.push({ to: by, note: { kind: 'drill-told', run: run.run, text, options: [], host: SELF, role } });
}

/** Whoever writes a letter is filled in where that is known. */
export const SELF = { channel: '', conversation: '' };

function stand(turn: Turn, run: DrillRun, conversation: string): void {
  const gone = run.team?.seats.find((seat) => seat.conversation === conversation);
  if (!run.team || !gone) return;
  const seats = run.team.seats.filter((seat) => seat !== gone);
  turn.session.drill = { ...run, team: { ...run.team, seats } };
  say(turn, sentence(turn, 'left-by', { role: sentence(turn, `role-${gone.role}`, {}, DRILL) }, DRILL));
}

/** The summary goes to every seat; the seats are free. */
export function sayOver(turn: Turn, run: DrillRun, over: DrillOver): void {
  const text = turn.replies.at(-1)?.text ?? '';
  for (const { channel, conversation } of run.team?.seats ?? [])
    turn.letters.push({
      to: { channel, conversation },
      note: { kind: 'drill-told', run: run.run, text, options: [], over },
    });
}
