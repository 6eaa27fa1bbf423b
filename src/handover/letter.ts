/**
 * Letters: what one conversation has to say to another, the merchant's and the colleague's. They travel through the outbox and come
 * in as events, so that each end changes in a transaction of its own and a letter that comes twice counts once.
 */
import type { Person, Place, Severity } from './types.js';

/** It is so, it is a false alarm, it is over. */
export type Verdict = 'confirm' | 'reject' | 'close';

export type Note =
  /** To a colleague: somebody is wanted. Again: more is known of it. */
  | { kind: 'ask'; handover: string; merchant: Place; summary: string; since: number; severity?: Severity }
  /** To a colleague: it is theirs. */
  | { kind: 'yours'; handover: string }
  /** To a colleague: somebody else has it, it is gone, theirs is over (`name`: of whoever has it; how it ended). */
  | { kind: 'taken' | 'gone' | 'over'; handover: string; name: string }
  /** To the merchant's conversation: the colleague there cannot be written to. */
  | { kind: 'unreached'; handover: string; by: Place }
  /** To a colleague: what the merchant says. Masked. `urgent`: it tells of an emergency. */
  | { kind: 'heard'; handover: string; text: string; urgent?: true }
  /** To a group's conversation: a member wants the one of that number. */
  | { kind: 'claim'; n: number; by: Place }
  /** To that member: which it is; without a handover there is none of that number any more, `name` has it. */
  | { kind: 'claimed'; n: number; handover?: string; merchant?: Place; name?: string }
  /** To a group or somebody on call: what the board of incidents says. `suspected`: the id of one that they may confirm. */
  | { kind: 'notice'; text: string; suspected?: string }
  /** To the board: what somebody on call says of an incident. */
  | { kind: 'verdict'; incident: string; verdict: Verdict; by: Place }
  /** To whoever said it: what came of it. */
  | { kind: 'settled'; incident: string; verdict: Verdict | 'late' }
  /** To the merchant's conversation. */
  | { kind: 'accept' | 'hand-back' | 'finish'; handover: string; by: Person }
  /** To the merchant's conversation: what the colleague says. Masked. */
  | { kind: 'said'; handover: string; by: Person; text: string }
  | DrillNote;

/** Between those who are in a drill together: one conversation holds it, the others have a seat in it. */
export type DrillNote =
  /** To the switchboard: who asks for this number is looking for `by`. */
  | { kind: 'drill-open'; code: string; by: Place }
  /** To whoever opened it: somebody takes a seat. */
  | { kind: 'drill-join'; code: string; role: string; by: Place }
  /** Back to who asked: nobody opened one of that number. */
  | { kind: 'drill-none' }
  /** To whoever opened it: what somebody in a seat says. Masked. */
  | { kind: 'drill-move'; run: number; text: string; by: Place }
  /** To whoever opened it: a seat is empty. */
  | { kind: 'drill-leave'; run: number; by: Place }
  /** To a seat: what is seen from there. `host`: the seat is new; `over`: the drill is, and this came of it. */
  | {
      kind: 'drill-told';
      run: number;
      text: string;
      options: readonly { id: string; label: string }[];
      host?: Place;
      role?: string;
      over?: DrillOver;
    };

/** How a drill of several people ended, for the record of each of them. */
export interface DrillOver {
  drill: string;
  outcome: string;
  score: number;
}

export interface Letter {
  to: Place;
  note: Note;
}
