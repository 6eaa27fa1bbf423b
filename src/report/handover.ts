/**
 * The hand-overs of one case: when a human was asked for, how long that took, who ended it. Journals of before the hand-over had
 * events of its own hold nothing but the request and, at some doors, that somebody took over. Pure.
 */
import { type Happened, textOf } from './event.js';

/** What ended the wait for a human: one took over, the merchant said that it is solved, went on alone or began anew, nobody came. */
export const WAIT_ENDS = ['accepted', 'solved', 'went-on', 'restarted', 'nobody'] as const;
export type WaitEnd = (typeof WAIT_ENDS)[number];

/** How a hand-over ended: by the colleague (the first two), the merchant, the door, or by nobody doing anything. */
export const HANDOVER_ENDS = [
  'resolved-by-human',
  'handed-back',
  'resolved',
  'went-on',
  'restarted',
  'ended',
  'idle',
  'nobody',
] as const;
export type HandoverEnd = (typeof HANDOVER_ENDS)[number];

export const SEVERITIES = ['emergency', 'urgent', 'normal'] as const;
export type Severity = (typeof SEVERITIES)[number] | 'unknown';

export interface Handover {
  /** Milliseconds since the epoch. */
  at: number;
  /** Why: `asked`, or the rule that called one. */
  why: string;
  severity: Severity;
  /** What ended the wait, and after how many minutes; null if it is not known to have ended. */
  ended: WaitEnd | null;
  minutes: number | null;
  /** Contacts that let their time pass, and the end of all of them. */
  timeouts: number;
  end: HandoverEnd | null;
}

interface Known extends Handover {
  /** The request's id; '' in journals of before there was one. */
  id: string;
}

/** Of one case; what goes beyond it is not counted. */
const MOST = 20;
const MINUTE = 60_000;
/** What ends the wait if nobody had taken over by then. */
const WAITED_FOR: Partial<Record<HandoverEnd, WaitEnd>> = {
  resolved: 'solved',
  'went-on': 'went-on',
  restarted: 'restarted',
  nobody: 'nobody',
};

export class Handovers {
  readonly #all: Known[] = [];

  get list(): readonly Handover[] {
    return this.#all;
  }

  /** A colleague ended it as solved. */
  get solvedByHuman(): boolean {
    return this.#all.some(({ end }) => end === 'resolved-by-human');
  }

  /** A human was asked for; again while a request is open changes nothing. */
  ask(at: number, why: string): void {
    if (this.#open()?.id) return;
    this.#add(at, why || 'asked', '');
  }

  /** An event of the hand-over itself. @returns whether it belongs to this case */
  take({ type, at, data }: Happened): boolean {
    const id = textOf(data.handover);
    if (type === 'handover-requested') this.#request(id, at, data);
    const one = this.#all.find((known) => known.id === id && id !== '');
    if (!one) return false;
    if (type === 'handover-timed-out') one.timeouts += 1;
    else if (type === 'handover-accepted') endWait(one, 'accepted', minutesOf(data.waitedMs) ?? since(one, at));
    else if (type === 'handover-closed') close(one, textOf(data.outcome), at);
    return true;
  }

  /** What happens in the case ends the wait, unless the hand-over says itself when it is over. */
  endWait(ended: WaitEnd, at: number): void {
    const last = this.#open();
    if (last && (last.id === '' || ended === 'accepted')) endWait(last, ended, since(last, at));
  }

  #request(id: string, at: number, data: Happened['data']): void {
    if (this.#all.some((known) => known.id === id)) return;
    const last = this.#all.at(-1);
    // The turn that asked for it stands before it, in the same commit.
    const asked = last?.id === '' && last.at === at ? last : this.#add(at, textOf(data.why) || 'asked', id);
    if (!asked) return;
    asked.id = id;
    asked.severity = SEVERITIES.find((one) => one === data.severity) ?? 'unknown';
  }

  #add(at: number, why: string, id: string): Known | undefined {
    if (this.#all.length >= MOST) return undefined;
    const made: Known = { id, at, why, severity: 'unknown', ended: null, minutes: null, timeouts: 0, end: null };
    this.#all.push(made);
    return made;
  }

  /** The last one, if neither the wait nor the whole is over. */
  #open(): Known | undefined {
    const last = this.#all.at(-1);
    return last && last.end === null && (last.id !== '' || last.ended === null) ? last : undefined;
  }
}

function close(one: Known, outcome: string, at: number): void {
  if (one.end !== null) return;
  const taken = one.ended === 'accepted';
  const end = taken && outcome === 'resolved' ? 'resolved-by-human' : outcome;
  one.end = HANDOVER_ENDS.find((known) => known === end) ?? null;
  const waited = one.end === null ? undefined : WAITED_FOR[one.end];
  if (waited !== undefined) endWait(one, waited, since(one, at));
}

function endWait(one: Known, ended: WaitEnd, minutes: number): void {
  if (one.ended !== null) return;
  one.ended = ended;
  one.minutes = minutes;
}

function since({ at: then }: Handover, at: number): number {
  return Math.max(0, at - then) / MINUTE;
}

function minutesOf(ms: unknown): number | null {
  return typeof ms === 'number' && ms >= 0 ? ms / MINUTE : null;
}
