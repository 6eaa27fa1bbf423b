/** What a conversation remembers between turns. JSON all the way; stored with a schema version and migrated on read. */
import type { Case } from '../diagnosis/case.js';
import type { Attributes } from '../incidents/index.js';
import type { DrillResult, DrillRun, Seat } from './drill-state.js';
import type { KnownShop } from './event.js';
import { type PastCase, withPast } from './past-cases.js';
import type { PlanRun } from './plan-state.js';
import type { Reply } from './reply.js';

export const SESSION_SCHEMA = 1;

/** Bounds; each has a test. */
export const SESSION_LIMITS = {
  /** How far 「上一步」 goes back. */
  trail: 3,
  /** The user's own words kept for the case summary. */
  heard: 12,
  /** Skills interrupted by one another. */
  frames: 4,
} as const;

/** One skill that has, or waits for, the turn. */
export interface Frame {
  skill: string;
  state: string;
  /** What was last put to the user, to be said again on 「再说一遍」 or after an interruption. */
  prompt: Reply | null;
}

/** What is known about the shop beyond the failure itself. Values are ids of the lexicon. */
export interface Facts {
  acquirer?: string;
  bank?: string;
  channel?: string;
  terminal?: string;
  amount?: string;
}

/** A point to which 「上一步」 returns. */
export interface Checkpoint {
  frames: Frame[];
  case: Case;
  fix: string | null;
  lookUp: Session['lookUp'];
  plan?: PlanRun | undefined;
}

/** What was reported last: in which case, since when this conversation stands for which shop, and with what. */
export interface Reported {
  case: number;
  at: number;
  /** Merchant number; absent: none is known, the conversation stands for itself. */
  shop?: string;
  attributes: Attributes;
  /** Fault id → what was believed of it. */
  faults?: Readonly<Record<string, number>>;
}

export interface Session {
  schema: number;
  /** Counts turns; picks between variants and names events. */
  turns: number;
  lastTurnAt: number;
  /** The last one has the turn. Empty: idle. */
  frames: Frame[];
  /** Numbers the cases of a conversation. */
  caseNumber: number;
  caseOpenedAt: number;
  case: Case;
  facts: Facts;
  /** What is known of the shop, and from where. */
  shop?: KnownShop;
  /** Serials of the terminals that the user was asked to choose from. */
  machines?: readonly string[];
  /** The last cases, for whoever takes this one over. */
  past?: readonly PastCase[];
  /** The case that the others of the shop were last told of as handed over, and which shop's it was. */
  shared?: { case: number; merchant: string };
  /** Masked. */
  heard: string[];
  /** Fault id → the user's words that point at it. */
  signs: Record<string, string>;
  /** The codes being explained, in the order in which they were named. */
  explaining?: readonly string[];
  /** The fix on the table. */
  fix: string | null;
  /** The fault it is offered for: the likeliest of those it cures. */
  suspect: string | null;
  /** Fixes offered, with what came of them. */
  tried: { fix: string; outcome: 'solved' | 'not-solved' | 'open' }[];
  /** What looking the last transaction up showed. */
  lookUp: 'none' | 'paid' | 'failed' | 'processing';
  /** A later attempt or another way of paying went through: nothing is to be collected, whatever became of the first. */
  paidOtherwise?: boolean;
  /** Outcome of the last case, while nothing new was started. */
  closed: 'resolved' | 'cancelled' | null;
  /** The last danger warned of, and the turn in which: what is said next may be about it. */
  warned?: { alert: string; turn: number };
  /** The turn in which a phone number was last given. */
  numberGiven?: number;
  /** The last case in which it was asked whether it helped. */
  ratingAsked?: number;
  /** The emergency that the case is: an alert's id. */
  emergency?: string;
  /** Pictures that nobody could look at: how many, and when the last came (ms since the epoch). */
  photos?: { n: number; at: number };
  /** The case that was given up last, and when (ms since the epoch): for whoever asks for a human right after. */
  left?: { case: Case; at: number };
  /** What was said last, as it is compared (masked), and when (ms since the epoch). */
  said?: readonly { key: string; at: number }[];
  /** The user lost patience once. */
  annoyed?: true;
  /** A human was asked for and the case isn't closed. */
  handoff: boolean;
  /** The warning not to collect again was given. */
  cautioned: boolean;
  /** Questions that the user passed over by saying something else; asked once more, then taken for 不清楚. */
  passedOver: string[];
  /** What was asked and failed before the user chose to go on after a hand-over: the caps count from there. */
  rounds: { asked: number; failedFixes: number };
  /** Turns in a row that were not understood. */
  misunderstood: number;
  /** What 「您是说…」 offered. */
  clarify: string[];
  trail: Checkpoint[];
  /** The emergency plan that is walked through. */
  plan?: PlanRun | undefined;
  /** The drill that is under way; it touches nothing else of the session. */
  drill?: DrillRun | undefined;
  /** What was said of how to play, normalised, while a drill was being chosen. */
  drillWish?: { words: string; at: number };
  /** The drill of somebody else that one takes part in. */
  seat?: Seat | undefined;
  /** How the drill of the turn before ended. */
  drilled?: DrillResult | undefined;
  /** The incident that was asked about or told of last. */
  incident?: string;
  /** Incidents that the user said it is not, in this case. */
  ruledOut?: string[];
  /** Incidents told of whose end is to be told as well; when (ms since the epoch). `over`: it was told, and may be asked about. */
  told?: { id: string; at: number; over?: true }[] | undefined;
  /** When the user said or tapped something last (ms since the epoch). */
  saidAt?: number;
  /** What was last reported to whoever looks out for outages. */
  reported?: Reported;
}

/** Milliseconds for which a picture may be about what is said after it. */
const PHOTO_MS = 30 * 60_000;

export function emptyCase(): Case {
  return { scenario: null, texts: [], codes: [], answers: [], asked: [], failedFixes: [], money: 'unknown' };
}

export function newSession(): Session {
  return {
    schema: SESSION_SCHEMA,
    turns: 0,
    lastTurnAt: 0,
    frames: [],
    caseNumber: 0,
    caseOpenedAt: 0,
    case: emptyCase(),
    facts: {},
    heard: [],
    signs: {},
    fix: null,
    suspect: null,
    tried: [],
    lookUp: 'none',
    closed: null,
    handoff: false,
    cautioned: false,
    passedOver: [],
    rounds: { asked: 0, failedFixes: 0 },
    misunderstood: 0,
    clarify: [],
    trail: [],
  };
}

type Migration = (session: Record<string, unknown>) => Record<string, unknown>;
/** From schema n (index n) to n + 1. */
const MIGRATIONS: Readonly<Record<number, Migration>> = {};

/**
 * A stored session in today's form. An unknown (newer or damaged) form starts anew rather than derail: the transcript and
 * the journal still hold what was said.
 */
export function reviveSession(stored: unknown): Session {
  if (typeof stored !== 'object' || stored === null) return newSession();
  let session = stored as Record<string, unknown>;
  for (let version = Number(session.schema); version < SESSION_SCHEMA; version = Number(session.schema)) {
    const migrate = MIGRATIONS[version];
    if (!migrate) return newSession();
    session = { ...migrate(session), schema: version + 1 };
  }
  return session.schema === SESSION_SCHEMA ? (session as unknown as Session) : newSession();
}

/** A copy whose lists and maps may be changed; what they hold is replaced, never changed in place. */
export function copyCase(known: Case): Case {
  return {
    ...known,
    texts: [...known.texts],
    codes: [...known.codes],
    answers: [...known.answers],
    asked: [...known.asked],
    failedFixes: [...known.failedFixes],
  };
}

/** A private copy of a session to run a turn on. */
export function copySession(session: Session): Session {
  return {
    ...session,
    frames: session.frames.map((frame) => ({ ...frame })),
    case: copyCase(session.case),
    facts: { ...session.facts },
    heard: [...session.heard],
    signs: { ...session.signs },
    tried: [...session.tried],
    passedOver: [...session.passedOver],
    rounds: { ...session.rounds },
    clarify: [...session.clarify],
    trail: [...session.trail],
  };
}

/** Forgets the case but not the shop. */
export function openCase(session: Session, at: number): void {
  const left = leftOpen(session);
  if (left) session.past = withPast(session.past, left);
  session.case = emptyCase();
  session.caseNumber += 1;
  session.caseOpenedAt = at;
  session.heard = [];
  session.signs = {};
  session.fix = null;
  session.suspect = null;
  session.tried = [];
  session.lookUp = 'none';
  session.paidOtherwise = false;
  session.closed = null;
  session.handoff = false;
  delete session.emergency;
  delete session.annoyed;
  delete session.left;
  // A picture that came just before the words belongs to them.
  if (session.photos && at - session.photos.at > PHOTO_MS) delete session.photos;
  session.cautioned = false;
  session.passedOver = [];
  session.rounds = { asked: 0, failedFixes: 0 };
  session.clarify = [];
  session.trail = [];
  session.ruledOut = [];
  // How it was paid belongs to the case; who installed the terminal does not.
  const { channel: _, bank: __, ...facts } = session.facts;
  session.facts = facts;
}

/** The case that is given up for a new one, if anything was done about it. */
function leftOpen(session: Session): PastCase | undefined {
  const { caseNumber, closed, lastTurnAt, suspect, tried, shop } = session;
  if (caseNumber === 0 || closed !== null || (!session.handoff && tried.length === 0)) return undefined;
  const fix = tried.at(-1)?.fix;
  return {
    case: caseNumber,
    opened: session.caseOpenedAt,
    at: lastTurnAt,
    ...(shop?.merchant === undefined ? {} : { merchant: shop.merchant }),
    ...(suspect === null ? {} : { fault: suspect }),
    ...(fix === undefined ? {} : { fix }),
    outcome: 'open',
  };
}

/** The frame that has the turn. */
export function topFrame(session: Session): Frame | undefined {
  return session.frames.at(-1);
}
