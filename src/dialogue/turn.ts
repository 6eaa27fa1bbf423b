/**
 * One turn: `(session, input, world) → { session, replies, happenings, … }`. Pure: the same input gives the same output, so a
 * conversation can be replayed.
 */
import { PosDoctorError } from '../errors.js';
import type { Standing } from '../handover/standing.js';
import { emergencyIn } from './danger.js';
import { drillWakeUp, takeDrill } from './drill-turn.js';
import { DRILL } from './drill-words.js';
import { INCIDENT_TOLD, NEWS, nextLook } from './incidents.js';
import { accepts, advance, call, say, sentence } from './interpreter.js';
import { NO_MERCHANTS } from './merchants.js';
import { answerFromBoard, sayNews } from './news.js';
import { essence } from './options.js';
import { recentCases } from './past-cases.js';
import { droppedRun, isOnTable, lateAt, PLAN, remindOfPlan, settlePlan } from './plan-run.js';
import { takeOption, takeWords } from './policy.js';
import type { Reply } from './reply.js';
import { noteReport } from './reports.js';
import { copySession, newSession, openCase, reviveSession, type Session, topFrame } from './session.js';
import { shareCase } from './shared-cases.js';
import { joinShop, type Numbers, numbersIn } from './shop.js';
import { promptOf, statusOf } from './state.js';
import type { TurnInput } from './turn-input.js';
import { isMistyped, loneNumber, type Unlisted } from './typed-number.js';
import type { DrillLetter, Happening, Turn, World } from './world.js';

export interface TurnResult {
  session: Session;
  replies: Reply[];
  happenings: Happening[];
  /** Wake-ups from now on; earlier ones are void. */
  wakeUps: { name: string; at: number }[];
  /** `skill.state` entered, in order. */
  visited: string[];
  /** The case for the people behind us, if a human is asked for: with what only they may read, so it is in no reply. */
  briefing?: string;
  /** It belongs to a drill: no turn of a case. */
  drill?: true;
  /** To others who are in the same drill. */
  letters?: readonly DrillLetter[];
  /** The user began anew. */
  restarted?: true;
  /** An emergency was told of: the one message goes before whatever else waits. `question`: what it ends with, '' if nothing is asked. */
  emergency?: { question: string };
}

export type { TurnInput } from './turn-input.js';

const MINUTE = 60_000;
/** Wake-ups that say how a hand-over stands are named as the states of repair.yaml that say it. */
const OF_HANDOVER = 'handover-';

/**
 * @param stored what the record holds, null for a new conversation
 * @param at milliseconds since the epoch
 * @param user what the platform calls the user, if it says
 * @param standing how the hand-over that is open stands
 */
export function takeTurn(
  stored: unknown,
  input: TurnInput,
  at: number,
  world: World,
  user?: string,
  standing?: Standing,
): TurnResult {
  const { session, dropped } = revived(stored, at, world);
  const numbers: Numbers = input.kind === 'message' ? numbersIn(words(input), world) : { rest: '' };
  const turn: Turn = {
    world,
    session,
    at,
    ...(user === undefined ? {} : { user }),
    ...(standing === undefined ? {} : { standing }),
    words: input.kind === 'message' ? numbers.rest : null,
    understanding: null,
    signal: { name: '' },
    corrected: new Map(),
    absorbed: false,
    rated: (input.kind === 'message' || input.kind === 'option') && input.rated === true,
    replies: [],
    briefing: '',
    happenings: dropped,
    letters: [],
    ...(input.kind === 'drill' ? { note: input.note } : {}),
    visited: [],
  };
  const { plan } = session;
  if ('drilled' in session) delete session.drilled;
  // A drill leaves no trace in what is real: no case, no report, nothing shared.
  const inDrill = takeDrill(turn, input);
  if (!inDrill) {
    respond(turn, input, numbers);
    shareCase(turn);
    settlePlan(turn, plan, input.kind === 'wake');
    noteReport(turn);
  }
  // As it will be when it was stored and read.
  if ('plan' in session && session.plan === undefined) delete session.plan;
  if ('drill' in session && session.drill === undefined) delete session.drill;
  if ('seat' in session && session.seat === undefined) delete session.seat;
  session.turns += 1;
  session.lastTurnAt = at;
  if (input.kind !== 'wake' && input.kind !== 'drill') session.saidAt = at;
  return {
    session,
    replies: turn.replies,
    happenings: turn.happenings,
    wakeUps: wakeUps(turn, input),
    visited: turn.visited,
    ...(inDrill || topFrame(session)?.skill === DRILL ? { drill: true as const } : {}),
    ...(turn.letters.length > 0 ? { letters: turn.letters } : {}),
    ...(turn.briefing === '' ? {} : { briefing: turn.briefing }),
    ...(turn.visited.includes('repair.restart') ? { restarted: true as const } : {}),
    ...(turn.emergency ? { emergency: turn.emergency } : {}),
  };
}

function words(input: Extract<TurnInput, { kind: 'message' }>): string {
  return input.texts.join('\n');
}

/** A private copy of the stored session; a case that lay untouched for long is over. `dropped`: what went with it. */
function revived(stored: unknown, at: number, world: World): { session: Session; dropped: Happening[] } {
  if (stored === null || stored === undefined) return { session: newSession(), dropped: [] };
  const session = copySession(reviveSession(stored));
  if (session.past) session.past = recentCases(session.past, at);
  // A state that an edited flow no longer has: what was learnt stays, only the position is lost.
  session.frames = session.frames.filter((frame) => world.flows.get(frame.skill)?.states[frame.state] !== undefined);
  const window = (world.flows.get('repair')?.minutes['resume-window'] ?? 720) * MINUTE;
  if (session.lastTurnAt <= 0 || at - session.lastTurnAt <= window) return { session, dropped: [] };
  const dropped = session.plan ? droppedRun(world, session.plan, session.lastTurnAt) : [];
  session.frames = [];
  session.plan = undefined;
  session.drill = undefined;
  session.seat = undefined;
  openCase(session, at);
  return { session, dropped };
}

function respond(turn: Turn, input: TurnInput, numbers: Numbers): void {
  const sticker = input.kind === 'enter' ? input.shop : undefined;
  const { rest: _, unlisted: announced, ...said } = numbers;
  joinShop(turn, sticker ?? said, sticker !== undefined);
  const { handoff } = turn.session;
  const lone = Object.keys(said).length === 0 && isAwaited(turn) ? loneNumber(turn.words ?? '') : undefined;
  const unlisted = announced ?? lone;
  const isAlone =
    lone !== undefined || (essence(turn.words ?? '') === '' && input.kind === 'message' && input.hidden.length === 0);
  switch (input.kind) {
    case 'message':
      sayNews(turn);
      if (input.cut === true) say(turn, sentence(turn, 'too-long', {}, 'repair'));
      if (takeAttachments(turn, input)) return;
      if (unlisted !== undefined) noteUnlisted(turn, unlisted, isAlone);
      if (Object.keys(said).length > 0 && isAlone) noteShop(turn);
      else if (input.hidden.length === 0 && answerFromBoard(turn)) return;
      else if (unlisted === undefined || !isAlone) takeWords(turn, input.hidden);
      if (emergencyIn(turn) !== undefined) call(turn, 'repair', 'emergency');
      else if (handoff && turn.session.handoff && turn.absorbed && turn.briefing === '')
        call(turn, 'repair', 'told-more');
      return;
    case 'option':
      sayNews(turn);
      takeOption(turn, input.option, input.question);
      if (emergencyIn(turn) !== undefined) call(turn, 'repair', 'emergency');
      return;
    case 'enter':
      if (input.quiet) return;
      sayNews(turn);
      if (turn.session.turns === 0 || statusOf(turn.session, turn.world) === 'idle') call(turn, 'small-talk');
      return;
    case 'reset':
      call(turn, 'repair', 'restart');
      return;
    case 'wake':
      if (input.name === NEWS) sayNews(turn);
      else if (input.name === PLAN) remindOfPlan(turn);
      else if (input.name.startsWith(OF_HANDOVER)) call(turn, 'repair', input.name);
      else if (isWaiting(turn)) call(turn, 'repair', input.name === 'remind' ? 'remind' : 'close-silent');
  }
}

/** The shop's number and nothing else: whoever was asked to take the case over hears of it, else the thread goes on. */
function noteShop(turn: Turn): void {
  if (accepts(turn, 'shop')) {
    advance(turn, 'shop');
    return;
  }
  say(turn, sentence(turn, 'shop-noted', {}, 'repair'));
  call(turn, 'repair', 'hidden');
}

/** Whoever takes the case over wants the shop's numbers, and was told so. */
function isAwaited({ session, standing }: Turn): boolean {
  return session.handoff || standing !== undefined;
}

/** A number that leads to no shop: with a list it is most likely a digit off, which is said; it is passed on as it was typed. */
function noteUnlisted(turn: Turn, { kind, number }: Omit<Unlisted, 'rest'>, isAlone: boolean): void {
  if (isMistyped(number)) {
    say(turn, sentence(turn, 'shop-mistyped', {}, 'repair'));
    if (isAlone) call(turn, 'repair', 'hidden');
    return;
  }
  const hasList = kind === 'merchant' && turn.world.merchants !== NO_MERCHANTS;
  if (kind === 'terminal') joinShop(turn, { terminal: number });
  // One that is not in the list either gives way to the one typed last.
  else if (turn.session.shop?.name === undefined) joinShop(turn, { merchant: number });
  if (!hasList && isAlone) noteShop(turn);
  if (!hasList) return;
  say(turn, sentence(turn, 'shop-unlisted', {}, 'repair'));
  if (isAlone) call(turn, 'repair', 'hidden');
}

/** Pictures and the like are not looked into, which is said. @returns true if there were no words beside them */
function takeAttachments(turn: Turn, { texts, attachments = [] }: Extract<TurnInput, { kind: 'message' }>): boolean {
  const [kind] = attachments;
  if (kind === undefined) return false;
  const photos = attachments.filter((one) => one === 'image').length;
  if (photos > 0) turn.session.photos = { n: (turn.session.photos?.n ?? 0) + photos, at: turn.at };
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
  // Whoever waits for a human is not asked whether they are still there, nor left alone for it.
  if (turn.session.handoff) return false;
  // A drill has a limit of its own.
  if (topFrame(turn.session)?.skill === DRILL) return false;
  // Who was told to use another way for now has nothing to answer.
  if (promptOf(turn.session)?.question === INCIDENT_TOLD) return false;
  const status = statusOf(turn.session, turn.world);
  return status === 'asking' || status === 'fixing';
}

/** Reminders, and looks whether an incident that was told of is over and whether a step of the plan takes too long. */
function wakeUps(turn: Turn, input: TurnInput): { name: string; at: number }[] {
  const look = nextLook(turn.session, turn.at);
  const late = lateAt(turn.session);
  return [
    ...drillWakeUp(turn),
    ...reminders(turn, input),
    ...(look === undefined ? [] : [{ name: NEWS, at: look }]),
    ...(late === undefined ? [] : [{ name: PLAN, at: late }]),
  ];
}

/** One reminder, then the conversation is closed; nothing while nobody is asked anything. */
function reminders(turn: Turn, input: TurnInput): { name: string; at: number }[] {
  if (!isWaiting(turn)) return [];
  const minutes = turn.world.flows.get('repair')?.minutes ?? {};
  const due = (name: string) => ({ name, at: turn.at + (minutes[name] ?? 60) * MINUTE });
  // A step of the plan has a reminder of its own.
  return input.kind === 'wake' || isOnTable(turn.session) ? [due('close')] : [due('remind'), due('close')];
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
