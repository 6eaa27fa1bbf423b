/**
 * One turn: `(session, input, world) → { session, replies, happenings, … }`. Pure: the same input gives the same output, so a
 * conversation can be replayed.
 */
import { PosDoctorError } from '../errors.js';
import type { Attachment, Shop } from './event.js';
import { call, say, sentence } from './interpreter.js';
import { takeOption, takeWords } from './policy.js';
import type { Reply } from './reply.js';
import { copySession, newSession, openCase, reviveSession, type Session } from './session.js';
import { statusOf } from './state.js';
import type { Happening, Turn, World } from './world.js';

export type TurnInput =
  /** Messages joined into one turn, in order, masked. `hidden`: kinds of private data that were masked. */
  | {
      kind: 'message';
      texts: readonly string[];
      hidden: readonly string[];
      cut?: boolean;
      attachments?: readonly Attachment[];
    }
  | { kind: 'option'; option: string; question?: string }
  /** `quiet`: nothing can be said now, only taken note of. */
  | { kind: 'enter'; shop?: Shop; quiet?: boolean }
  | { kind: 'reset' }
  | { kind: 'wake'; name: string };

export interface TurnResult {
  session: Session;
  replies: Reply[];
  happenings: Happening[];
  /** Wake-ups from now on; earlier ones are void. */
  wakeUps: { name: string; at: number }[];
  /** `skill.state` entered, in order. */
  visited: string[];
}

const MINUTE = 60_000;
/** Wake-ups that say how a hand-over stands are named as the states of repair.yaml that say it. */
const OF_HANDOVER = 'handover-';

/**
 * @param stored what the record holds, null for a new conversation
 * @param at milliseconds since the epoch
 */
export function takeTurn(stored: unknown, input: TurnInput, at: number, world: World): TurnResult {
  const session = revived(stored, at, world);
  const turn: Turn = {
    world,
    session,
    at,
    words: input.kind === 'message' ? words(input) : null,
    understanding: null,
    signal: { name: '' },
    corrected: new Map(),
    absorbed: false,
    replies: [],
    happenings: [],
    visited: [],
  };
  respond(turn, input);
  session.turns += 1;
  session.lastTurnAt = at;
  return {
    session,
    replies: turn.replies,
    happenings: turn.happenings,
    wakeUps: wakeUps(turn, input),
    visited: turn.visited,
  };
}

function words(input: Extract<TurnInput, { kind: 'message' }>): string {
  return input.texts.join('\n');
}

/** A private copy of the stored session; a case that lay untouched for long is over. */
function revived(stored: unknown, at: number, world: World): Session {
  if (stored === null || stored === undefined) return newSession();
  const session = copySession(reviveSession(stored));
  // A state that an edited flow no longer has: what was learnt stays, only the position is lost.
  session.frames = session.frames.filter((frame) => world.flows.get(frame.skill)?.states[frame.state] !== undefined);
  const window = (world.flows.get('repair')?.minutes['resume-window'] ?? 720) * MINUTE;
  if (session.lastTurnAt > 0 && at - session.lastTurnAt > window) {
    session.frames = [];
    openCase(session, at);
  }
  return session;
}

function respond(turn: Turn, input: TurnInput): void {
  switch (input.kind) {
    case 'message':
      if (input.cut === true) say(turn, sentence(turn, 'too-long', {}, 'repair'));
      if (!takeAttachments(turn, input)) takeWords(turn, input.hidden);
      return;
    case 'option':
      takeOption(turn, input.option, input.question);
      return;
    case 'enter':
      if (input.shop) turn.session.shop = input.shop;
      if (input.quiet) return;
      if (turn.session.turns === 0 || statusOf(turn.session, turn.world) === 'idle') call(turn, 'small-talk');
      return;
    case 'reset':
      call(turn, 'repair', 'restart');
      return;
    case 'wake':
      if (input.name.startsWith(OF_HANDOVER)) call(turn, 'repair', input.name);
      else if (isWaiting(turn)) call(turn, 'repair', input.name === 'remind' ? 'remind' : 'close-silent');
  }
}

/** Pictures and the like are not looked into, which is said. @returns true if there were no words beside them */
function takeAttachments(turn: Turn, { texts, attachments = [] }: Extract<TurnInput, { kind: 'message' }>): boolean {
  const [kind] = attachments;
  if (kind === undefined) return false;
  const wordless = texts.every((text) => text.trim() === '');
  const said = (key: string) => sentence(turn, key, {}, 'repair');
  if (!wordless) {
    say(turn, said('attachment-beside'));
    return false;
  }
  say(turn, said(`attachment-${kind}`) || said('attachment-other'));
  call(turn, 'repair', 'attachment');
  return true;
}

function isWaiting(turn: Turn): boolean {
  const status = statusOf(turn.session, turn.world);
  return status === 'asking' || status === 'fixing';
}

/** One reminder, then the conversation is closed; nothing while nobody is asked anything. */
function wakeUps(turn: Turn, input: TurnInput): { name: string; at: number }[] {
  if (!isWaiting(turn)) return [];
  const minutes = turn.world.flows.get('repair')?.minutes ?? {};
  const due = (name: string) => ({ name, at: turn.at + (minutes[name] ?? 60) * MINUTE });
  return input.kind === 'wake' ? [due('close')] : [due('remind'), due('close')];
}

/**
 * The answer when a turn itself failed (a defect, or a flow edited into a dead end): the user hears so and where to turn, and
 * the session stays as it was.
 */
export function apologize(
  stored: unknown,
  world: World,
  error: unknown,
): Pick<TurnResult, 'session' | 'replies' | 'happenings'> {
  const text = world.flows.get('repair')?.texts.unwell ?? '';
  const code = error instanceof PosDoctorError ? error.code : error instanceof Error ? error.name : 'unknown';
  return {
    session: reviveSession(stored),
    replies: text === '' ? [] : [{ type: 'error', text, options: [], links: [] }],
    happenings: [{ type: 'turn-failed', data: { code } }],
  };
}
