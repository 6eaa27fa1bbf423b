/**
 * One case, from its first event to its last: what it was, what was done, how it ended. Nothing of this is stored a second time; the
 * events of a case hold it. Pure.
 */
import { type DoorName, doorOf } from './door.js';
import { fieldOf, type Happened, listOf, textOf } from './event.js';
import { type Handover, Handovers } from './handover.js';

export const OUTCOMES = [
  /** A fix worked, or it works again by itself. */
  'solved',
  /** The payment turned out to have gone through. */
  'paid',
  'solved-by-human',
  /** It was said to be solved, then that it is not. */
  'not-fixed',
  /** It was an incident that the shop can do nothing about, and was told so. */
  'incident',
  /** A human was asked for, and no more is known. */
  'handed-over',
  /** The reminder was not answered either. */
  'silence',
  'cancelled',
  'restarted',
  /** Nothing more was said, and nobody could be reminded. */
  'left',
  /** It may still go on. */
  'open',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface CaseRecord {
  door: DoorName;
  /** Milliseconds since the epoch. */
  openedAt: number;
  /** From the first event to how it ended, else to the last event. */
  minutes: number;
  /** Of the fault that was mended, else the one believed most; null if none came to half of the belief. */
  cause: string | null;
  fault: string | null;
  fix: string | null;
  outcome: Outcome;
  /** Asked of the merchant, to look the payment up among them. */
  questions: number;
  /** Fixes offered. */
  tried: string[];
  handovers: readonly Handover[];
  satisfaction: 'good' | 'bad' | null;
  /** What was wrong, where it was said: an option's id, or `words`. */
  complaint: string | null;
}

const ENDINGS: Readonly<Record<string, Outcome>> = {
  resolved: 'solved',
  paid: 'paid',
  'resolved-by-human': 'solved-by-human',
  incident: 'incident',
  silence: 'silence',
  cancelled: 'cancelled',
  restarted: 'restarted',
};
const SETTLED: readonly Outcome[] = ['solved', 'paid', 'solved-by-human', 'incident'];
/** Belief from which a cause is named. */
const NAMED = 0.5;
/** Of one case; what goes beyond it is not counted. */
const MOST_FIXES = 50;
/** The complaint that takes the solution back (flows/rating.yaml). */
const NOT_FIXED = 'not-fixed';
const MINUTE = 60_000;
/** A case that lies untouched for longer is not taken up again (flows/repair.yaml, `resume-window`), ms. */
const RESUMED = 720 * MINUTE;
/** They say that a case is under way. */
const OF_A_CASE: readonly string[] = ['plan', 'question', 'look-up', 'fix', 'human', 'incident'];
/** After a hand-over they say that the merchant goes on without one. */
const GOES_ON: readonly string[] = ['plan', 'question', 'look-up'];

/** The case of a conversation that is under way. */
export class OpenCase {
  /** Counts the cases of a conversation. */
  readonly number: number;
  readonly #door: DoorName;
  readonly #openedAt: number;
  #lastAt: number;
  #real = false;
  #questions = 0;
  readonly #tried = new Set<string>();
  #believed: string | null = null;
  #ending: { outcome: Outcome; at: number; fix: string | null; fault: string | null } | null = null;
  readonly #handovers = new Handovers();
  #satisfaction: 'good' | 'bad' | null = null;
  #complaint: string | null = null;

  /** `causes`: fault id → cause id. */
  constructor(
    number: number,
    first: Happened,
    private readonly causes: ReadonlyMap<string, string>,
  ) {
    this.number = number;
    this.#door = doorOf(first.conversation);
    this.#openedAt = first.at;
    this.#lastAt = first.at;
  }

  /** An event of this case, in order. */
  take({ type, at, data }: Happened): void {
    if (OF_A_CASE.includes(type)) {
      this.#real = true;
      this.#lastAt = at;
    }
    if (GOES_ON.includes(type)) this.#handovers.endWait('went-on', at);
    switch (type) {
      case 'plan':
        this.#believed = this.#causeIn(data.belief);
        return;
      case 'question':
      case 'look-up':
        this.#questions += 1;
        return;
      case 'fix':
        if (this.#tried.size < MOST_FIXES) this.#tried.add(textOf(data.fix));
        return;
      case 'human':
        this.#handovers.ask(at, textOf(data.why));
        return;
      case 'closed':
        this.#close(at, data);
        return;
      case 'satisfaction':
        this.#satisfaction = data.rating === 'good' ? 'good' : 'bad';
        return;
      case 'satisfaction-why':
        this.#complaint = textOf(data.why) || null;
    }
  }

  /** A human took the conversation over. */
  accepted(at: number): void {
    this.#handovers.endWait('accepted', at);
  }

  /** An event of a hand-over, which knows nothing of cases. */
  handover(event: Happened): void {
    if (!this.#handovers.take(event)) return;
    this.#real = true;
    if (event.type !== 'handover-closed') this.#lastAt = event.at;
    else if (this.#ending === null && this.#handovers.solvedByHuman)
      this.#ending = { outcome: 'solved-by-human', at: event.at, fix: null, fault: null };
  }

  /** `now`: when it was last looked at, ms since the epoch. Null: it was no case, only an intention that was given up. */
  record(now: number): CaseRecord | null {
    if (!this.#real) return null;
    const fault = this.#ending?.fault ?? null;
    const end = this.#ending?.at ?? this.#lastAt;
    return {
      door: this.#door,
      openedAt: this.#openedAt,
      minutes: Math.max(0, end - this.#openedAt) / MINUTE,
      cause: this.causes.get(fault ?? '') ?? this.#believed,
      fault,
      fix: this.#ending?.fix ?? null,
      outcome: this.#outcome(now),
      questions: this.#questions,
      tried: [...this.#tried],
      handovers: this.#handovers.list,
      satisfaction: this.#satisfaction,
      complaint: this.#complaint,
    };
  }

  #outcome(now: number): Outcome {
    if (this.#ending !== null) return this.#complaint === NOT_FIXED ? 'not-fixed' : this.#ending.outcome;
    if (this.#handovers.list.length > 0) return 'handed-over';
    return now - this.#lastAt < RESUMED ? 'open' : 'left';
  }

  /** What says how it ended stands; that nobody went on after it does not undo it. */
  #close(at: number, data: Happened['data']): void {
    const outcome = ENDINGS[textOf(data.outcome)] ?? 'cancelled';
    const settles = SETTLED.includes(outcome);
    if (this.#ending !== null && SETTLED.includes(this.#ending.outcome) && !settles) return;
    if (settles || listOf(fieldOf(data.known, 'answers')).length + listOf(fieldOf(data.known, 'texts')).length > 0)
      this.#real = true;
    this.#ending = { outcome, at, fix: textOf(data.fix) || null, fault: textOf(data.fault) || null };
    if (settles) this.#handovers.endWait('solved', at);
  }

  /** The cause that has half of the belief, of the faults that are written down. */
  #causeIn(belief: unknown): string | null {
    const shares = new Map<string, number>();
    for (const one of listOf(belief)) {
      const cause = this.causes.get(textOf(fieldOf(one, 'id')));
      const p = Number(fieldOf(one, 'p'));
      if (cause !== undefined && p > 0) shares.set(cause, (shares.get(cause) ?? 0) + p);
    }
    return [...shares].find(([, p]) => p >= NAMED)?.[0] ?? null;
  }
}
