/** A drill as the session keeps it: what was done, when, and what it showed. JSON all the way. Pure. */
import type { Place } from '../handover/types.js';
import type { DrillRole } from '../knowledge/schema.js';

/** Bounds; each has a test. */
export const RUN_LIMITS = {
  /** Things said or tapped; then the drill ends. */
  entries: 60,
  /** Characters of what was said that are kept, masked. */
  words: 300,
  /** Seats beside whoever opened it. */
  seats: 8,
  /** A drill that takes this many times as long as planned ends. */
  overtime: 4,
} as const;

/** What a record, a call or a review can name. */
export const TOLD = [
  'screen',
  'time',
  'method',
  'amount',
  'merchant',
  'terminal',
  'cause',
  'prevention',
  'owner',
  // Named, but not as the story has it; so many causes that none is named.
  'wrong-time',
  'wrong-method',
  'wrong-amount',
  'every-cause',
] as const;
export type Told = (typeof TOLD)[number];

/** What an act found out. */
export interface Found {
  question: string;
  option: string;
}

/** One act at a moment. */
export interface Done {
  act: string;
  /** Seconds of the drill at which it began. */
  at: number;
  found?: Found;
  /** It took money that was not known to have failed: it showed nothing and cured nothing. */
  blind?: true;
}

/** Something that the trainee said or tapped. */
export interface Entry {
  /** Seconds of the drill. */
  at: number;
  role: DrillRole;
  /** Masked; the label for a tap. */
  words: string;
  done: readonly Done[];
  told: readonly Told[];
}

/** `finished`: with its review; `stopped`: by the trainee; `emergency`: something real came in; `time`: it took too long. */
export type DrillEnd = 'finished' | 'stopped' | 'emergency' | 'time' | 'silence';

/** People in a drill together. */
export interface Team {
  /** By which they find it. */
  code: string;
  seats: readonly (Place & { role: DrillRole })[];
}

/** A place in a drill that another conversation holds. */
export interface Seat {
  host: Place;
  run: number;
  role: DrillRole;
}

export interface DrillRun {
  /** When it began, ms since the epoch: names the run within its conversation. */
  run: number;
  drill: string;
  /** Decides what is not written in the scenario. */
  seed: number;
  /** Time passes between the words as well, not only by what is done. */
  timed: boolean;
  /** Whether what to do next is hinted at. */
  hints: boolean;
  /** Who the trainee is; undefined: everybody in one. */
  role?: DrillRole;
  /** Seconds passed. */
  seconds: number;
  /** When something was said last, ms since the epoch. */
  saidAt: number;
  /** Injected events that came. */
  events: readonly number[];
  entries: readonly Entry[];
  /** Who takes part besides; undefined: nobody else can. */
  team?: Team;
  /** The menu that is open. */
  menu?: { id: string; page: number } | undefined;
  /** Something real came between: it waits to be gone on with. */
  paused?: true;
  /** What was said when it was interrupted: a word of the drill after all, if it is gone on with. */
  held?: string;
}

/** How a drill ended, as `state.drill` shows it. */
export interface DrillResult {
  scenario: string;
  score: number;
  items: readonly { id: string; points: number; of: number; why: string }[];
  questions: number;
  /** Expected gain of all questions asked. */
  bits: number;
}

/** What follows from the entries: nothing of it is stored. */
export interface Standing {
  /** What is known of the money now: `unknown` until it was looked up, and again after each further attempt. */
  money: 'unknown' | 'failed' | 'paid' | 'processing';
  /** Money was taken while it was not known to have failed, or secrets or money were given away: entry and act. */
  breach: { entry: number; act: string } | undefined;
  /** It works again. */
  cured: boolean;
  /** Somebody who can do something about it was called. */
  escalated: boolean;
  /** The sale is over: collected once, or known to be paid. */
  settled: boolean;
  /** Acts done so far. */
  acts: ReadonlySet<string>;
}
