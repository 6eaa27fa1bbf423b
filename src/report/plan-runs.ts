/** Runs of the emergency plan, put together from the journal's events. Pure. */
import { type DoorName, doorOf } from './door.js';
import { type Happened, textOf } from './event.js';

/** Runs kept; of more, the earliest are left out and that is said. */
export const MOST_RUNS = 2000;
/** Steps of a run that are kept: more than a plan may have. */
const MOST_STEPS = 60;

export interface RecordedStep {
  step: string;
  title: string;
  role: string;
  /** `done`, `cannot`, `skipped`, `open`. */
  outcome: string;
  /** Planned and taken, minutes. */
  limit: number;
  minutes: number;
  /** When it was given and answered, ms since the epoch. */
  given: number;
  done: number;
}

export interface RecordedRun {
  /** By which an operator names it; tells nothing of the user. */
  id: string;
  door: DoorName;
  /** When it was asked for, ms since the epoch. */
  from: number;
  situation: string;
  title: string;
  severity: string;
  role: string;
  /** The shop's number, if the user gave it. */
  merchant: string;
  /** Steps it should have had. */
  planned: number;
  steps: RecordedStep[];
  /** When a human was asked for within it, ms since the epoch; null if nobody was. */
  human: number | null;
  /** `finished`, `stopped`, `solved`, `silence`; `running`: no end was written down. */
  outcome: string;
  /** From the request to the end, or to the last answer; null if there was none. */
  minutes: number | null;
  /** When it ended; null if it did not. */
  to: number | null;
}

export interface PlanSpan {
  /** Runs asked for from here on, ms since the epoch, … */
  from: number;
  /** … up to here, exclusive. */
  to: number;
}

/** Takes events in the order of the journal; conversations may be interleaved in any way. Its memory is bounded. */
export class PlanRuns {
  readonly #runs = new Map<string, RecordedRun>();
  /** The last run of a conversation, for what belongs to none by number. */
  readonly #current = new Map<string, RecordedRun>();
  #dropped = 0;

  /** `idOf`: names a run, by conversation and beginning. */
  constructor(
    private readonly span: PlanSpan,
    private readonly idOf: (conversation: string, run: number) => string,
  ) {}

  take({ type, conversation, at, data }: Happened): void {
    if (typeof data !== 'object' || data === null) return;
    if (type === 'human' && typeof data.case === 'number') {
      const open = this.#current.get(conversation);
      if (open?.to === null) open.human ??= at;
      return;
    }
    const run = numberOf(data.run);
    if (run === null || run < this.span.from || run >= this.span.to) return;
    if (type === 'plan-started') this.#start(conversation, run, data);
    const known = this.#runs.get(keyOf(conversation, run));
    if (!known) return;
    if (type === 'plan-step') addStep(known, data);
    if (type !== 'plan-ended') return;
    known.outcome = textOf(data.outcome) || 'stopped';
    known.minutes = numberOf(data.minutes);
    known.to = at;
  }

  /** All runs, the latest first, and how many earlier ones were left out. */
  finish(): { runs: RecordedRun[]; dropped: number } {
    const runs = [...this.#runs.values()].sort((one, other) => other.from - one.from || (one.id < other.id ? -1 : 1));
    return { runs, dropped: this.#dropped };
  }

  #start(conversation: string, run: number, data: Happened['data']): void {
    const begun: RecordedRun = {
      id: this.idOf(conversation, run),
      door: doorOf(conversation),
      from: run,
      situation: textOf(data.situation),
      title: textOf(data.title),
      severity: textOf(data.severity),
      role: textOf(data.role),
      merchant: textOf(data.merchant),
      planned: numberOf(data.steps) ?? 0,
      steps: [],
      human: null,
      outcome: 'running',
      minutes: null,
      to: null,
    };
    const key = keyOf(conversation, run);
    if (this.#runs.has(key)) return;
    this.#runs.set(key, begun);
    this.#current.set(conversation, begun);
    if (this.#runs.size <= MOST_RUNS) return;
    const [[first, oldest] = []] = this.#runs;
    if (first === undefined) return;
    this.#runs.delete(first);
    for (const [name, one] of this.#current) if (one === oldest) this.#current.delete(name);
    this.#dropped += 1;
  }
}

const keyOf = (conversation: string, run: number): string => JSON.stringify([conversation, run]);

/** A step answered again after it was taken back counts as it was answered last. */
function addStep(run: RecordedRun, data: Happened['data']): void {
  const step = textOf(data.step);
  const given = numberOf(data.given);
  if (step === '' || given === null) return;
  const done = numberOf(data.done) ?? given;
  const recorded = {
    step,
    title: textOf(data.title) || step,
    role: textOf(data.role),
    outcome: textOf(data.outcome) || 'open',
    limit: numberOf(data.limit) ?? 0,
    minutes: numberOf(data.minutes) ?? 0,
    given,
    done,
  };
  run.steps = [...run.steps.filter((one) => one.step !== step), recorded].slice(-MOST_STEPS);
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
