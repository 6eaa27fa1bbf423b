/** A turn while a drill is under way: everything goes to the drill, and nothing of it into the case; what is real breaks out. Pure. */

import type { DrillNote } from '../handover/letter.js';
import { isReal, soundsReal } from './drill-real.js';
import { hearSeat, join, leaveSeat, roleIn, takeSeat } from './drill-seat.js';
import { DRILL, drillById, drillWords } from './drill-words.js';
import { advance, call, say, sentence } from './interpreter.js';
import { essence } from './options.js';
import { topFrame } from './session.js';
import type { TurnInput } from './turn-input.js';
import type { Turn } from './world.js';

const MINUTE = 60_000;

/**
 * Gives the turn to the drill that is under way.
 * @returns false if the turn is about real things
 */
export function takeDrill(turn: Turn, input: TurnInput): boolean {
  const { drill, seat } = turn.session;
  const before = turn.replies.length;
  if (input.kind === 'drill') {
    takeNote(turn, input.note);
    mark(turn, before);
    return true;
  }
  if (seat !== undefined) return takeInSeat(turn, input);
  if (topFrame(turn.session)?.skill !== DRILL) return false;
  const taken = drill === undefined ? takeChoice(turn, input) : takeInput(turn, input);
  if (taken || input.kind === 'reset') mark(turn, before);
  return taken;
}

/** From somebody who is in the same drill: to whoever holds it, or to a seat. One that is paused, or over, hears nothing. */
function takeNote(turn: Turn, note: DrillNote): void {
  const { drill } = turn.session;
  const toHost = note.kind === 'drill-join' || note.kind === 'drill-move' || note.kind === 'drill-leave';
  if (!toHost) hearSeat(turn, note);
  else if (drill?.team && topFrame(turn.session)?.skill === DRILL) advance(turn, 'letter');
  else if (note.kind === 'drill-join') turn.letters.push({ to: note.by, note: { kind: 'drill-none' } });
}

/** What is real goes before it from every seat. */
function takeInSeat(turn: Turn, input: TurnInput): boolean {
  const before = turn.replies.length;
  const text = input.kind === 'message' ? read(turn) : '';
  if (input.kind === 'message' && isReal(turn, text)) {
    leaveSeat(turn);
    say(turn, sentence(turn, 'broke-out-seat', {}, DRILL));
    return false;
  }
  const taken = takeSeat(turn, input, input.kind === 'message' && drillWords(turn, 'stop', text));
  if (taken) mark(turn, before);
  return taken;
}

/** Words that start a drill, go on with one that was interrupted or end it. @returns false if they are about something else */
export function takeDrillCommand(turn: Turn): boolean {
  const text = turn.understanding?.normalized ?? '';
  const { drill } = turn.session;
  const code = drillWords(turn, 'join', text) ? /\d{4}/.exec(text)?.[0] : undefined;
  if (code !== undefined) {
    const at = turn.replies.length;
    join(turn, code, roleIn(turn, text) ?? 'cashier');
    mark(turn, at);
    return true;
  }
  const goes = drillWords(turn, 'go-on', text);
  const stops = drillWords(turn, drill === undefined ? 'stop-none' : 'stop', text);
  const starts = drillWords(turn, 'start', text) && !drillWords(turn, 'not-start', text);
  if (!goes && !stops && !starts) return false;
  const { session, at: now } = turn;
  // A word to a drill is none of what the merchant says again and again.
  if (session.said) session.said = session.said.filter(({ at }) => at !== now);
  const before = turn.replies.length;
  if ((goes || stops) && drill === undefined) say(turn, sentence(turn, 'none-running', {}, DRILL));
  else if (drill !== undefined) resume(turn, stops ? 'stopped' : 'resumed');
  else call(turn, DRILL);
  mark(turn, before);
  return true;
}

/** Which drill it shall be; words that name none are about something else. */
function takeChoice(turn: Turn, input: TurnInput): boolean {
  const { session } = turn;
  const option = input.kind === 'option' ? input.option : input.kind === 'message' ? optionChosen(turn) : undefined;
  if (option === undefined) {
    session.frames = session.frames.filter(({ skill }) => skill !== DRILL);
    return false;
  }
  turn.signal = { name: 'answered', option };
  advance(turn, 'answered');
  return true;
}

/**
 * The scenario chosen from the list, by its number, label, title or id; '' if the words wish for others; undefined: none of it. A title
 * that was not shown may be what really happens.
 */
function optionChosen(turn: Turn): string | undefined {
  const text = read(turn);
  const words = essence(turn.words ?? '');
  const { drills } = turn.world.knowledge;
  const options = topFrame(turn.session)?.prompt?.options ?? [];
  const at = options.findIndex(
    ({ id, label }, index) =>
      [label, drills.get(id)?.title ?? label].some((name) => essence(name) === words) ||
      drillWords(turn, `number-${index + 1}`, text),
  );
  return options[at]?.id ?? drillById(turn)?.id ?? (drillWords(turn, 'wish', text) ? '' : undefined);
}

function takeInput(turn: Turn, input: TurnInput): boolean {
  switch (input.kind) {
    case 'message':
      return takeDrillWords(turn);
    case 'option':
      turn.signal = { name: 'answered', option: input.option };
      advance(turn, 'answered');
      return true;
    case 'wake':
      if (input.name !== DRILL) return true;
      turn.signal = { name: turn.at - (turn.session.saidAt ?? 0) >= silenceOf(turn) ? 'silence' : 'wait' };
      advance(turn, turn.signal.name);
      return true;
    case 'enter':
      advance(turn, 'again');
      return true;
    case 'drill':
      return true;
    case 'reset':
      turn.signal = { name: 'stopped' };
      advance(turn, 'stopped');
      return false;
  }
}

function takeDrillWords(turn: Turn): boolean {
  const text = read(turn);
  if (isReal(turn, text)) {
    breakOut(turn);
    return false;
  }
  turn.signal = { name: drillWords(turn, 'stop', text) ? 'stopped' : 'told' };
  advance(turn, turn.signal.name);
  const last = turn.replies.at(-1);
  // What sounds like an emergency and was taken for the story's: how to say that it is none of it.
  if (last && turn.signal.name !== 'stopped' && soundsReal(turn, text))
    turn.replies[turn.replies.length - 1] = { ...last, text: `${last.text}\n${sentence(turn, 'if-real', {}, DRILL)}` };
  return true;
}

function read(turn: Turn): string {
  turn.understanding ??= turn.world.nlu.understand(turn.words ?? '');
  return turn.understanding.normalized;
}

/** Something real goes before everything: the drill waits, and the words are taken as they are meant. */
function breakOut(turn: Turn): void {
  const { session } = turn;
  if (!session.drill) return;
  session.drill = { ...session.drill, paused: true, held: turn.words ?? '', menu: undefined };
  session.frames = session.frames.filter(({ skill }) => skill !== DRILL);
  say(turn, sentence(turn, 'broke-out', {}, DRILL));
  turn.happenings.push({ type: 'drill-interrupted', data: { run: session.drill.run } });
}

/** Puts an interrupted drill on the table again, or ends it. */
function resume(turn: Turn, signal: 'resumed' | 'stopped'): void {
  const { session } = turn;
  if (!session.drill) return;
  session.frames = session.frames.filter(({ skill }) => skill !== DRILL);
  const { paused: _, ...run } = session.drill;
  session.drill = run;
  turn.signal = { name: signal };
  call(turn, DRILL);
}

/** Milliseconds of silence after which a drill ends. */
function silenceOf({ world }: Turn): number {
  return (world.flows.get(DRILL)?.minutes.silence ?? 30) * MINUTE;
}

/** When a drill that nobody goes on with ends, or, against the clock, the next thing happens in it: ms since the epoch. */
export function drillWakeUp(turn: Turn): { name: string; at: number }[] {
  const { drill, saidAt } = turn.session;
  if (!drill || drill.paused || topFrame(turn.session)?.skill !== DRILL) return [];
  const end = (saidAt ?? turn.at) + silenceOf(turn);
  const events = drill.timed ? (turn.world.knowledge.drills.get(drill.drill)?.events ?? []) : [];
  const left = events.filter((_, index) => !drill.events.includes(index)).map(({ after }) => after - drill.seconds);
  return [{ name: DRILL, at: Math.min(end, ...left.map((seconds) => turn.at + Math.max(1, seconds) * 1000)) }];
}

/** Every word of a drill says that it is one. */
function mark(turn: Turn, from: number): void {
  turn.replies.forEach((reply, index) => {
    if (index >= from) turn.replies[index] = { ...reply, text: sentence(turn, 'mark', { text: reply.text }, DRILL) };
  });
}
