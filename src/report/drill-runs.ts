/** Drills, put together from the journal's events. Pure. */
import type { Practised } from '../drills/history.js';
import { type DoorName, doorOf } from './door.js';
import { fieldOf, type Happened, listOf, textOf } from './event.js';

/** Drills kept; of more, the earliest are left out and that is said. */
export const MOST_DRILLS = 2000;
/** Parts of one that are kept: more than a drill may have. */
const MOST_ENTRIES = 60;
const MOST_ITEMS = 20;
const MOST_ACTS = 10;
const MOST_SEATS = 20;
const MOST_EVENTS = 60;

/** Something that the trainee said or did. */
export interface DrillMoment {
  /** Seconds of the drill. */
  at: number;
  role: string;
  /** Masked. */
  words: string;
  /** Ids of the acts that were seen in it. */
  acts: string[];
  /** What they showed. */
  found: { question: string; option: string }[];
}

/** Something that the drill brought in by itself. */
export interface DrillEvent {
  /** Seconds of the drill. */
  at: number;
  from: string;
  text: string;
}

/** An item of the score with what it lost. */
export interface DrillItem {
  id: string;
  points: number;
  of: number;
  why: string;
  /** Rules that gave nothing, or a part only; none: the version that wrote it did not say. */
  missed: { rule: string; part: boolean }[];
  /** The act that lost all of it, and traps. */
  fell: { act: string; all: boolean }[];
}

export interface RecordedDrill {
  /** By which an operator names it; tells nothing of the person. */
  id: string;
  /** Who practised: a userid, or the conversation of a door without one. */
  person: string;
  door: DoorName;
  drill: string;
  fault: string;
  /** When it began, ms since the epoch. */
  from: number;
  /** When it ended; null: no end was written down. */
  to: number | null;
  /** `finished`, `stopped`, `emergency`, `time`, `silence`; `running`: no end was written down. */
  outcome: string;
  seed: number | null;
  timed: boolean;
  /** Seconds of the drill; null without an end. */
  seconds: number | null;
  /** 0 … 100; null without an end. */
  score: number | null;
  items: DrillItem[];
  questions: number | null;
  /** Expected gain of the questions, bits. */
  bits: number | null;
  moments: DrillMoment[];
  /** What happened meanwhile, the earliest first. */
  events: DrillEvent[];
  /** How often something real came between. */
  interrupted: number;
  /** In a drill of several people: what whoever opened it did there; '' in a drill alone. */
  role: string;
  /** Who took part besides. */
  seats: Seat[];
}

export interface Seat {
  person: string;
  role: string;
  /** They left before the end. */
  left: boolean;
}

/** An invitation that the schedule sent. */
export interface Invitation {
  team: string;
  /** When the drill was wanted and when it was, ms since the epoch. */
  wanted: number;
  at: number;
  drill: string;
}

export interface DrillSpan {
  /** Drills begun from here on, ms since the epoch, … */
  from: number;
  /** … up to here, exclusive. */
  to: number;
}

export interface DrillNames {
  /** Names a drill, by conversation and beginning. */
  id(conversation: string, run: number): string;
  person(conversation: string): string;
}

/** Takes events in the order of the journal; conversations may be interleaved in any way. Its memory is bounded. */
export class DrillRuns {
  readonly #runs = new Map<string, RecordedDrill>();
  readonly #seats = new Map<string, Seat[]>();
  readonly #invitations: Invitation[] = [];
  #dropped = 0;

  constructor(
    private readonly span: DrillSpan,
    private readonly names: DrillNames,
  ) {}

  take({ type, conversation, at, data }: Happened): void {
    if (!type.startsWith('drill-') || typeof data !== 'object' || data === null) return;
    if (type === 'drill-invited') this.#invite(data);
    const run = numberOf(data.run);
    if (run === null || run < this.span.from || run >= this.span.to) return;
    if (type === 'drill-seat') {
      this.#sit(conversation, run, data);
      return;
    }
    const known = this.#known(conversation, run, data, type);
    if (known === undefined) return;
    if (type === 'drill-interrupted') known.interrupted += 1;
    if (type === 'drill-ended') Object.assign(known, endOf(data), { to: at });
  }

  /** All drills, the latest first; and how many earlier ones were left out. */
  finish(): { drills: RecordedDrill[]; invitations: Invitation[]; dropped: number } {
    for (const [key, one] of this.#runs) one.seats = this.#seats.get(key) ?? [];
    const drills = [...this.#runs.values()].sort((a, b) => b.from - a.from || (a.id < b.id ? -1 : 1));
    return { drills, invitations: this.#invitations, dropped: this.#dropped };
  }

  #invite(data: Happened['data']): void {
    const [wanted, at] = [numberOf(data.wanted), numberOf(data.at)];
    if (wanted === null || at === null || this.#invitations.length >= MOST_DRILLS) return;
    if (at < this.span.from || at >= this.span.to) return;
    this.#invitations.push({ team: textOf(data.team), wanted, at, drill: textOf(data.drill) });
  }

  /** Who left and came back is counted once, as they were last. */
  #sit(conversation: string, run: number, data: Happened['data']): void {
    const key = keyOf(textOf(data.host), run);
    const person = this.names.person(conversation);
    const others = (this.#seats.get(key) ?? []).filter((seat) => seat.person !== person);
    const known = this.#seats.has(key) || this.#seats.size < MOST_DRILLS;
    if (!known || others.length >= MOST_SEATS) return;
    this.#seats.set(key, [...others, { person, role: textOf(data.role), left: textOf(data.outcome) === 'left' }]);
  }

  /** The drill meant; one that began before the journal that is left, by its end. */
  #known(conversation: string, run: number, data: Happened['data'], type: string): RecordedDrill | undefined {
    const key = keyOf(conversation, run);
    const known = this.#runs.get(key);
    if (known !== undefined || type === 'drill-interrupted') return known;
    const begun: RecordedDrill = {
      id: this.names.id(conversation, run),
      person: this.names.person(conversation),
      door: doorOf(conversation),
      drill: textOf(data.drill),
      fault: textOf(data.fault),
      from: run,
      to: null,
      outcome: 'running',
      seed: numberOf(data.seed),
      timed: data.timed === true,
      seconds: null,
      score: null,
      items: [],
      questions: null,
      bits: null,
      moments: [],
      events: [],
      interrupted: 0,
      role: '',
      seats: [],
    };
    this.#runs.set(key, begun);
    if (this.#runs.size > MOST_DRILLS) {
      for (const first of this.#runs.keys()) {
        this.#runs.delete(first);
        break;
      }
      this.#dropped += 1;
    }
    return begun;
  }
}

const keyOf = (conversation: string, run: number): string => JSON.stringify([conversation, run]);

/** Everybody who was in it to the end: the score is theirs. */
export function takersOf({ person, seats }: Pick<RecordedDrill, 'person' | 'seats'>): string[] {
  return [...new Set([person, ...seats.filter(({ left }) => !left).map((seat) => seat.person)])];
}

function endOf(data: Happened['data']): Partial<RecordedDrill> {
  return {
    drill: textOf(data.drill),
    fault: textOf(data.fault),
    outcome: textOf(data.outcome) || 'stopped',
    seconds: numberOf(data.seconds),
    score: numberOf(data.score),
    items: listOf(data.items)
      .slice(0, MOST_ITEMS)
      .flatMap((one) => itemIn(one, listOf(data.judged).slice(0, MOST_ITEMS))),
    questions: numberOf(data.questions),
    bits: numberOf(data.bits),
    moments: listOf(data.entries).slice(0, MOST_ENTRIES).map(momentIn),
    events: listOf(data.events).slice(0, MOST_EVENTS).map(eventIn),
    role: textOf(data.role),
  };
}

function itemIn(value: unknown, judged: readonly unknown[]): DrillItem[] {
  const [points, of] = [numberOf(fieldOf(value, 'points')), numberOf(fieldOf(value, 'of'))];
  const id = textOf(fieldOf(value, 'id'));
  if (id === '' || points === null || of === null) return [];
  const judgement = judged.find((one) => textOf(fieldOf(one, 'id')) === id);
  const rules = listOf(fieldOf(judgement, 'rules')).slice(0, MOST_ITEMS);
  const missed = rules.flatMap((one) => {
    const [got, all] = [numberOf(fieldOf(one, 'points')) ?? 0, numberOf(fieldOf(one, 'of')) ?? 0];
    return got < all ? [{ rule: textOf(fieldOf(one, 'rule')), part: got > 0 }] : [];
  });
  const lost = textOf(fieldOf(fieldOf(judgement, 'lost'), 'act'));
  const traps = listOf(fieldOf(judgement, 'traps')).slice(0, MOST_ACTS);
  const fell = [
    ...(lost === '' ? [] : [{ act: lost, all: true }]),
    ...[...new Set(traps.map((one) => textOf(fieldOf(one, 'act'))))].map((act) => ({ act, all: false })),
  ];
  return [{ id, points, of, why: textOf(fieldOf(value, 'why')), missed, fell }];
}

function momentIn(value: unknown): DrillMoment {
  const done = listOf(fieldOf(value, 'done')).slice(0, MOST_ACTS);
  const found = done.map((one) => fieldOf(one, 'found')).filter((one) => one !== undefined);
  return {
    at: numberOf(fieldOf(value, 'at')) ?? 0,
    role: textOf(fieldOf(value, 'role')),
    words: textOf(fieldOf(value, 'words')),
    acts: done.map((one) => textOf(fieldOf(one, 'act'))).filter((act) => act !== ''),
    found: found.map((one) => ({ question: textOf(fieldOf(one, 'question')), option: textOf(fieldOf(one, 'option')) })),
  };
}

function eventIn(value: unknown): DrillEvent {
  return {
    at: numberOf(fieldOf(value, 'at')) ?? 0,
    from: textOf(fieldOf(value, 'from')),
    text: textOf(fieldOf(value, 'text')),
  };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/**
 * The drills that count as practice: those that ended with a score and at least one thing done. `causeOf`: of a fault, by id.
 */
export function practisedIn(drills: readonly RecordedDrill[], causeOf: (fault: string) => string): Practised[] {
  return drills.flatMap(({ drill, fault, to, score, items, moments }) =>
    to === null || score === null || !moments.some(({ acts }) => acts.length > 0)
      ? []
      : [{ drill, cause: causeOf(fault), at: to, score, items }],
  );
}

/** What should be done better: the items that lost points, the money first, then what lost most. */
export function findingsOf({ items }: Pick<RecordedDrill, 'items'>): RecordedDrill['items'] {
  const lost = ({ id, points, of }: RecordedDrill['items'][number]) =>
    id === 'money' && points === 0 ? of * 10 : of - points;
  return items.filter(({ points, of }) => points < of).sort((a, b) => lost(b) - lost(a));
}
