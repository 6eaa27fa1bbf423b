/** What a hand-over is made of. Everything is JSON: it is stored with the conversation. */
import type { Severity } from '../knowledge/schema.js';

export type { Severity };

/** Milliseconds since the epoch. */
export type Moment = number;

/** `timed-out`: everybody was asked, nobody came, the merchant has the numbers; a late colleague may still accept. */
export type HandoverState = 'requested' | 'notified' | 'accepted' | 'timed-out' | 'closed';

/** Where a message can be sent to: a conversation and the channel that it lives on. */
export interface Place {
  channel: string;
  conversation: string;
}

/** Whoever may be asked to take over, where they are reached: a member, or a group of them. */
export interface Contact extends Place {
  name: string;
  /** Empty: a group. */
  userid: string;
  /** The platform refused for good what was written to them: they count as not asked. */
  unreached?: true;
}

/** Who can be asked at a moment, in order, as the duty calendar says for a severity. */
export interface Relief {
  contacts: readonly Contact[];
  /** Nobody is on duty and nobody is called after hours: when somebody is there again. */
  backAt?: Moment;
}

/** Who has it. Without a conversation: somebody at the conversation's own door, whose words do not go through us. */
export interface Person extends Partial<Place> {
  name: string;
  userid?: string;
}

/** Milliseconds: to accept; without a word between the two; that an unanswered one stays open. */
export interface Duties {
  accept: number;
  idle: number;
  open: number;
}

/**
 * `went-on`: the merchant goes on with the assistant. `restarted`: the merchant began anew. `ended`: the door's own session is over.
 * `nobody`: nobody ever came.
 */
export type Outcome = 'resolved' | 'handed-back' | 'went-on' | 'restarted' | 'ended' | 'idle' | 'nobody';

export interface Handover {
  /** Unique within the conversation. */
  id: string;
  state: HandoverState;
  severity: Severity;
  why: string;
  /** Masked. */
  summary: string;
  duties: Duties;
  requestedAt: Moment;
  /** Whom to ask, in order; `asked` of them were. */
  contacts: readonly Contact[];
  asked: number;
  askedAt?: Moment;
  /** Nobody can be asked through this door, now or later. */
  alone?: true;
  /** Nobody was on duty who could be asked: when somebody is there again. */
  backAt?: Moment;
  /** When the next step is due if nothing happens. Of no meaning once closed. */
  deadline: Moment;
  acceptedBy?: Person;
  acceptedAt?: Moment;
  closedAt?: Moment;
  outcome?: Outcome;
  /** What a door that cannot write first has yet to say. */
  owed?: Said;
}

export type Move =
  | { kind: 'accept'; by: Person }
  /** The time may have come for what the deadline is for. `relief`: who can be asked then; without it whoever was named before. */
  | { kind: 'due'; relief?: Relief }
  /** Whoever is at that conversation cannot be written to. */
  | { kind: 'unreached'; conversation: string; relief?: Relief }
  /** It has become an emergency. */
  | { kind: 'rise'; summary: string; relief: Relief }
  /** More is known of the case. */
  | { kind: 'more'; summary: string }
  /** One of the two said something. */
  | { kind: 'word' }
  | { kind: 'hand-back' | 'finish'; by: Person }
  | { kind: 'leave'; outcome: Outcome };

/** What the merchant is told: keys of flows/handoff.yaml. */
export type Said =
  | 'asked'
  | 'door'
  | 'here'
  | 'next'
  | 'instead'
  | 'unreached'
  | 'nobody'
  | 'alone'
  | 'accepted'
  | 'back'
  | 'ended'
  | 'idle';

export type Effect =
  | { do: 'ask'; contact: Contact }
  | { do: 'say'; what: Said; name?: string }
  | { do: 'tell'; to: Partial<Place>; what: 'yours' | 'taken' | 'gone' | 'over'; name?: string }
  | { do: 'note'; type: string; data: Readonly<Record<string, unknown>> };

export interface Step {
  handover: Handover;
  effects: Effect[];
}
