/** Cases, counted. Pure. */
import { type CaseRecord, OUTCOMES, type Outcome } from './case-record.js';
import type { DoorName } from './door.js';
import type { Figures, OfCause } from './figures.js';
import { HandoverCounts } from './handover-counts.js';
import { DAY, dateOf, hourOf, startOf } from './shanghai.js';
import { Spread, shareOf } from './spread.js';

const SOLVED_ALONE: readonly Outcome[] = ['solved', 'paid'];
/** Different names counted apart; a journal that holds more was not written by us. */
const MOST_NAMES = 40;
const REST = 'other';

interface Sums {
  cases: number;
  withoutHuman: number;
  minutes: Spread;
  questions: Spread;
  handovers: number;
  byHour: number[];
}

const nothing = (): Sums => ({
  cases: 0,
  withoutHuman: 0,
  minutes: new Spread(),
  questions: new Spread(),
  handovers: 0,
  byHour: Array.from({ length: 24 }, () => 0),
});

type Counted = Pick<Figures, 'cases' | 'withoutHuman' | 'timeToFix' | 'questions' | 'fixes' | 'handovers'> & {
  satisfaction: Pick<Figures['satisfaction'], 'good' | 'why'>;
};

export class CaseCounts {
  readonly #all = nothing();
  readonly #byCause = new Map<string | null, Sums>();
  readonly #byOutcome = new Map<Outcome, number>();
  readonly #byDoor = new Map<DoorName, number>();
  readonly #byDay = new Map<string, number>();
  readonly #withHuman = new Spread();
  readonly #fixes = new Spread();
  readonly #handovers = new HandoverCounts();
  readonly #satisfied = { good: 0, bad: 0 };
  readonly #complaints = new Map<string, number>();

  add(record: CaseRecord): void {
    const { cause, door, openedAt, outcome, tried, handovers, satisfaction, complaint } = record;
    const known = this.#byCause.has(cause) || this.#byCause.size < MOST_NAMES ? cause : REST;
    const sums = this.#byCause.get(known) ?? nothing();
    this.#byCause.set(known, sums);
    for (const into of [this.#all, sums]) sumUp(into, record);
    count(this.#byOutcome, outcome);
    count(this.#byDoor, door);
    count(this.#byDay, dateOf(openedAt));
    if (isSolved(outcome) && !isAlone(record)) this.#withHuman.add(record.minutes);
    this.#fixes.add(tried.length);
    for (const one of handovers) this.#handovers.add(one);
    if (satisfaction !== null) this.#satisfied[satisfaction] += 1;
    if (complaint !== null)
      count(this.#complaints, this.#complaints.has(complaint) || this.#complaints.size < MOST_NAMES ? complaint : REST);
  }

  /** `first`, `last`: days, YYYY-MM-DD. */
  figures(first: string, last: string): Counted {
    const all = this.#all;
    const { good, bad } = this.#satisfied;
    const causes = [...this.#byCause].map(([cause, sums]) => ofCause(cause, sums));
    return {
      cases: {
        n: all.cases,
        byOutcome: filled(OUTCOMES, this.#byOutcome),
        byDoor: Object.fromEntries([...this.#byDoor].sort(byNumber)),
        byCause: causes.sort((a, b) => b.cases - a.cases || ((a.cause ?? '') < (b.cause ?? '') ? -1 : 1)),
        byHour: all.byHour,
        byDay: daysFrom(first, last).map((day) => ({ day, n: this.#byDay.get(day) ?? 0 })),
      },
      withoutHuman: shareOf(all.withoutHuman, all.cases),
      timeToFix: { withoutHuman: all.minutes.summary(), withHuman: this.#withHuman.summary() },
      questions: all.questions.summary(),
      fixes: this.#fixes.summary(),
      handovers: this.#handovers.figures(),
      satisfaction: {
        good: shareOf(good, good + bad),
        why: Object.fromEntries([...this.#complaints].sort(byNumber)),
      },
    };
  }
}

function isSolved(outcome: Outcome): boolean {
  return SOLVED_ALONE.includes(outcome) || outcome === 'solved-by-human';
}

/** Solved, and nobody was asked for. */
function isAlone({ outcome, handovers }: CaseRecord): boolean {
  return SOLVED_ALONE.includes(outcome) && handovers.length === 0;
}

function sumUp(into: Sums, record: CaseRecord): void {
  into.cases += 1;
  into.questions.add(record.questions);
  into.handovers += record.handovers.length;
  const hour = hourOf(record.openedAt);
  into.byHour[hour] = (into.byHour[hour] ?? 0) + 1;
  if (!isAlone(record)) return;
  into.withoutHuman += 1;
  into.minutes.add(record.minutes);
}

function ofCause(cause: string | null, { cases, withoutHuman, minutes, questions, handovers, byHour }: Sums): OfCause {
  return {
    cause,
    cases,
    withoutHuman: shareOf(withoutHuman, cases),
    minutes: minutes.summary(),
    questions: questions.summary(),
    handovers,
    byHour,
  };
}

function count<T>(map: Map<T, number>, key: T): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function filled<T extends string>(keys: readonly T[], counts: ReadonlyMap<T, number>): Record<T, number> {
  return Object.fromEntries(keys.map((key) => [key, counts.get(key) ?? 0])) as Record<T, number>;
}

function byNumber([a, n]: readonly [string, number], [b, m]: readonly [string, number]): number {
  return m - n || (a < b ? -1 : 1);
}

function daysFrom(first: string, last: string): string[] {
  const [from, to] = [startOf(first), startOf(last)];
  if (from === null || to === null || to < from) return [];
  return Array.from({ length: Math.round((to - from) / DAY) + 1 }, (_, n) => dateOf(from + n * DAY));
}
