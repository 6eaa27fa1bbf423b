/**
 * What a person or a team has practised, what they are weakest at, and what they have half forgotten. Pure.
 *
 * Forgetting is half-life regression (Settles & Meeder, "A Trainable Spaced Repetition Model for Language Learning", ACL 2016): what
 * was practised t days ago is recalled with p = 2^(-t / h), and the half-life is h = 2^(θ·x), so that each practice multiplies it. Here
 * x is (score - 60) / 20 of each run: 60 points leave the half-life as it is, 80 double it, 40 halve it. There are no data of drills
 * to train θ on: the first half-life, the 60 and the 20 are our estimates; the longest is that paper's (nine months).
 */

export const MEMORY = {
  /** Half-life before the first practice, days. */
  first: 14,
  /** Bounds, days. */
  least: 3,
  most: 274,
  /** The score that leaves the half-life as it is, and how many points more double it. */
  even: 60,
  doubling: 20,
} as const;

/** From here on a scenario is passed, and the next one of its cause may be harder. Points. */
export const PASSED = 80;
const HARDEST = 3;
const DAY = 24 * 3_600_000;

/** A drill that was played to an end, with at least one thing done. */
export interface Practised {
  drill: string;
  cause: string;
  /** When it ended, ms since the epoch. */
  at: number;
  /** 0 … 100. */
  score: number;
  items: readonly { id: string; points: number; of: number }[];
}

export interface CauseHistory {
  cause: string;
  runs: number;
  mean: number;
  /** Days. */
  halfLife: number;
  /** When it was practised last, ms since the epoch. */
  last: number;
  /** Score of the last run. */
  lastScore: number;
  /** P(it is still known), 0 … 1. */
  recall: number;
}

export interface History {
  runs: number;
  /** Mean score; null without a run. */
  mean: number | null;
  /** In the order in which they were first practised. */
  causes: readonly CauseHistory[];
  /** The cause with the lowest mean, and the item that loses the largest share of its points; null without a run, or if nothing is lost. */
  weakestCause: string | null;
  weakestItem: string | null;
  /** Scenarios whose best run has passed, by id. */
  passed: readonly string[];
}

/** `runs` in any order. `now`: ms since the epoch. */
export function historyOf(runs: readonly Practised[], now: number): History {
  const inOrder = sorted(runs);
  const causes = [...new Set(inOrder.map(({ cause }) => cause))].map((cause) => causeHistory(cause, inOrder, now));
  const passed = inOrder.filter(({ score }) => score >= PASSED).map(({ drill }) => drill);
  const weakest = [...causes].sort((a, b) => a.mean - b.mean)[0];
  return {
    runs: runs.length,
    mean: meanOf(inOrder),
    causes,
    weakestCause: weakest === undefined || weakest.mean === 100 ? null : weakest.cause,
    weakestItem: weakestItemOf(inOrder),
    passed: [...new Set(passed)].sort(),
  };
}

/** Earliest first; what ended at the same moment, by its scenario, so that the order in which it is read changes nothing. */
function sorted(runs: readonly Practised[]): Practised[] {
  return [...runs].sort((a, b) => a.at - b.at || (a.drill < b.drill ? -1 : a.drill > b.drill ? 1 : a.score - b.score));
}

function meanOf(runs: readonly Pick<Practised, 'score'>[]): number | null {
  return runs.length === 0 ? null : runs.reduce((sum, { score }) => sum + score, 0) / runs.length;
}

function causeHistory(cause: string, all: readonly Practised[], now: number): CauseHistory {
  const runs = all.filter((run) => run.cause === cause);
  const halfLife = runs.reduce<number>((before, { score }) => halfLifeAfter(before, score), MEMORY.first);
  const { at: last = now, score: lastScore = 0 } = runs.at(-1) ?? {};
  const recall = recallOf(halfLife, (now - last) / DAY);
  return { cause, runs: runs.length, mean: meanOf(runs) ?? 0, halfLife, last, lastScore, recall };
}

/** Days after a run with that score. */
export function halfLifeAfter(days: number, score: number): number {
  return Math.min(MEMORY.most, Math.max(MEMORY.least, days * 2 ** ((score - MEMORY.even) / MEMORY.doubling)));
}

/** P(what has this half-life is still known after so many days). */
export function recallOf(halfLife: number, days: number): number {
  return 2 ** (-Math.max(0, days) / halfLife);
}

function weakestItemOf(runs: readonly Practised[]): string | null {
  const sums = new Map<string, { points: number; of: number }>();
  for (const { id, points, of } of runs.flatMap(({ items }) => items)) {
    const sum = sums.get(id) ?? { points: 0, of: 0 };
    sums.set(id, { points: sum.points + points, of: sum.of + of });
  }
  const shares = [...sums]
    .filter(([, { of }]) => of > 0)
    .map(([id, { points, of }]) => ({ id, of, share: points / of }));
  // Of those lost alike, what weighs more.
  const worst = shares.sort((a, b) => a.share - b.share || b.of - a.of)[0];
  return worst === undefined || worst.share >= 1 ? null : worst.id;
}

export interface Playable {
  id: string;
  cause: string;
  /** 1 … 3 */
  difficulty: number;
}

export interface Next {
  drill: string;
  cause: string;
  /** P(the cause is still known); null: it was never practised. */
  recall: number | null;
}

/**
 * The drill to practise next: of the cause that was never practised, else of the one that is forgotten most; harder once that was
 * passed; one that was not played yet, else the one played longest ago. Never the one just done.
 * @returns undefined if there is no other drill
 */
export function nextDrill(runs: readonly Practised[], drills: readonly Playable[], now: number): Next | undefined {
  const inOrder = sorted(runs);
  const left = drills.filter(({ id }) => id !== inOrder.at(-1)?.drill);
  const known = new Map(historyOf(runs, now).causes.map((one) => [one.cause, one]));
  const recall = ({ cause }: Playable) => known.get(cause)?.recall ?? -1;
  const wanted = ({ cause }: Playable): number => levelAfter(known.get(cause), drills, runs);
  const playedAt = ({ id }: Playable) => inOrder.findLast(({ drill }) => drill === id)?.at ?? -Infinity;
  const best = [...left].sort(
    (a, b) =>
      recall(a) - recall(b) ||
      compare(a.cause, b.cause) ||
      Math.abs(a.difficulty - wanted(a)) - Math.abs(b.difficulty - wanted(b)) ||
      compare(playedAt(a), playedAt(b)) ||
      compare(a.id, b.id),
  )[0];
  return best && { drill: best.id, cause: best.cause, recall: known.get(best.cause)?.recall ?? null };
}

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/** The difficulty to go on with: one more than that of the last run of the cause if it was passed. */
function levelAfter(
  history: CauseHistory | undefined,
  drills: readonly Playable[],
  runs: readonly Practised[],
): number {
  if (history === undefined) return 1;
  const last = runs.findLast(({ cause, at }) => cause === history.cause && at === history.last);
  const level = drills.find(({ id }) => id === last?.drill)?.difficulty ?? 1;
  return Math.min(HARDEST, history.lastScore >= PASSED ? level + 1 : level);
}
