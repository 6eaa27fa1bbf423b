/** What a turn may read: content, trained models, skills. Built once per content version by the shell; nothing here changes. */
import type { Model } from '../diagnosis/model.js';
import type { DrillNote } from '../handover/letter.js';
import type { Standing } from '../handover/standing.js';
import type { Place } from '../handover/types.js';
import type { BoardIncident } from '../incidents/board.js';
import type { Knowledge } from '../knowledge/schema.js';
import type { Nlu, Understanding } from '../nlu/understanding.js';
import type { Flow } from './flow.js';
import type { Merchants } from './merchants.js';
import type { ShopCases } from './past-cases.js';
import type { Reply } from './reply.js';
import type { Session } from './session.js';

export interface World {
  knowledge: Knowledge;
  nlu: Nlu;
  model: Model;
  flows: ReadonlyMap<string, Flow>;
  skills: ReadonlyMap<string, Skill>;
  /** Masks private data, length kept; `found` names the kinds. */
  mask: (text: string) => { text: string; found: readonly string[] };
  /** The operator's list of shops. */
  merchants: Merchants;
  /** The last cases of shops, whoever they were with; undefined: nobody keeps them together. */
  shopCases?: ShopCases;
  /** Without a trailing slash; knowledge pages lie below it. */
  publicUrl: string;
  /** The board as it was last read; undefined: there is none, or it could not be read yet. */
  incidents?: readonly BoardIncident[];
}

/** What the user meant, as far as the flow is concerned. */
export interface Signal {
  /** A name that a state's `on` can hold: `answered`, `told`, `skip` … */
  name: string;
  /** With `answered`: the option chosen. With `told`: a code nobody knows. With a human asked for once more: what they were told then. */
  option?: string;
}

/** A fact for the journal, before it has an id and a time. */
export interface Happening {
  type: string;
  data: Readonly<Record<string, unknown>>;
}

/** A letter of a drill; who writes it is filled in where that is known. Without an address the switchboard knows to whom. */
export interface DrillLetter {
  to?: Place;
  note: Unsigned<DrillNote>;
}

type Unsigned<T> = T extends unknown ? Omit<T, 'by'> : never;

/** One turn under way. Verbs change the session (a private copy) and add replies. */
export interface Turn {
  readonly world: World;
  readonly session: Session;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What the platform calls the user; undefined where it doesn't say. */
  readonly user?: string;
  /** How the hand-over that is open stands; undefined: none is, or that is not known here. */
  readonly standing?: Standing;
  /** The masked words of this turn without numbers of the shop's, or null for a tap. */
  readonly words: string | null;
  /** What the words say; null for a tap, and for words that are an option or a command to the letter: those need no reading. */
  understanding: Understanding | null;
  signal: Signal;
  /** Answers that this turn's words changed: question id → the option that held before. */
  readonly corrected: Map<string, string>;
  /** True once the words were taken into the case. */
  absorbed: boolean;
  /** The door has ratings of its own: whether it helped is not asked. */
  readonly rated: boolean;
  readonly replies: Reply[];
  /** The emergency that was chosen, not told in words: an alert's id. */
  chosen?: string;
  /** An emergency was told of: it goes before everything else. `question`: what its message ends with. */
  emergency?: { question: string };
  /** The case for the people behind us, with what only they may read; '' if nobody is called. */
  briefing: string;
  readonly happenings: Happening[];
  /** What somebody else wrote who is in the same drill. */
  readonly note?: DrillNote;
  /** What goes to others who are in a drill together. */
  readonly letters: DrillLetter[];
  /** States entered, `skill.state`; for coverage and `/state`. */
  readonly visited: string[];
}

/** Does something and names the outcome, on which the flow decides where to go. */
export type Verb = (turn: Turn) => string;

/** The twin of a flow file: the verbs its states may use. */
export interface Skill {
  readonly id: string;
  readonly verbs: Readonly<Record<string, Verb>>;
}
