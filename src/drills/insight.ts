/**
 * What the trainee's questions were worth: the belief after each, bits gained, minutes wasted, beside the plan's own way. Pure.
 * Gains are expected ones, before the answer is known: a good question is not judged by luck.
 */
import { informationGain } from '../diagnosis/ask.js';
import { believe, massOf } from '../diagnosis/belief.js';
import type { Belief, Case, Plan } from '../diagnosis/case.js';
import { plan } from '../diagnosis/plan.js';
import type { DrillRun } from '../dialogue/drill-state.js';
import { CHARGED, type Drill } from '../knowledge/schema.js';
import { causeOf, type DrillWorld, shownBy, withFound } from './truth.js';

/** Everything that may be asked is examined, not only the shortlist, however much was asked. */
const UNBOUND = { shortlist: 99, maxQuestions: 99 };
/** The causes that together hold this much are those still possible. */
const HELD = 0.8;
/** No way is longer. */
const MOST_QUESTIONS = 4;

/** One question with what it was worth when it was put. */
export interface Asked {
  question: string;
  option: string;
  /** Seconds of the drill. */
  at: number;
  /** Expected gain, bits. */
  bits: number;
  /** Minutes by which it was worse than the best question then, and once the causes are narrowed than the best step; 0 for the best. */
  wasted: number;
  /** P(cause), cause id → p, after the answer. */
  causes: Readonly<Record<string, number>>;
}

export interface Insight {
  /** P(cause) from the first words alone. */
  start: Readonly<Record<string, number>>;
  asked: readonly Asked[];
  /** Sum over `asked`. */
  bits: number;
  wasted: number;
  /** How many questions it took until at most two causes were left, the true one among them; null: never. 0: the first words did. */
  narrowed: number | null;
  /** The same for the plan's own way: what the engine would have asked in the same drill. */
  model: readonly Asked[];
  modelBits: number;
}

/** @param opening the case that the first words and the screen make */
export function insightOf(
  run: Pick<DrillRun, 'entries' | 'seed'>,
  drill: Drill,
  opening: Case,
  world: DrillWorld,
): Insight {
  const start = believe(world.model, opening);
  const asked = walked(questionsIn(run, drill), drill, run.seed, opening, world);
  const model = plansWay(drill, run.seed, opening, world);
  const sum = (of: readonly Asked[], what: 'bits' | 'wasted') => of.reduce((total, one) => total + one[what], 0);
  const beliefs = [causesIn(start), ...asked.map(({ causes }) => causes)];
  const narrowed = beliefs.findIndex((causes) => isNarrow(causes, causeOf(drill, world)));
  return {
    start: causesIn(start),
    asked,
    bits: sum(asked, 'bits'),
    wasted: sum(asked, 'wasted'),
    narrowed: narrowed < 0 ? null : narrowed,
    model,
    modelBits: sum(model, 'bits'),
  };
}

/** What was asked, each question once: asking again tells nothing new. What cures is a step, whatever else it shows. */
function questionsIn(run: Pick<DrillRun, 'entries'>, { cures }: Drill): { question: string; at: number }[] {
  const found = run.entries.flatMap(({ done }) => done).filter(({ act }) => !cures.includes(act));
  const seen = new Set<string>([CHARGED]);
  return found.flatMap(({ at, found: shown }) => {
    if (shown === undefined || seen.has(shown.question)) return [];
    seen.add(shown.question);
    return [{ question: shown.question, at }];
  });
}

function walked(
  questions: readonly { question: string; at: number }[],
  drill: Drill,
  seed: number,
  opening: Case,
  world: DrillWorld,
): Asked[] {
  let known = settledMoney(opening, drill);
  return questions.flatMap(({ question, at }) => {
    const option = shownBy(question, drill, seed, world);
    const asked = world.model.questionById.get(question);
    if (option === undefined || !asked) return [];
    const before = believe(world.model, known);
    const bits = informationGain(asked, massOf(world.model, before));
    const done = isNarrow(causesIn(before), causeOf(drill, world));
    const wasted = lossOf(question, plan(world.model, before, known, UNBOUND), asked.cost, done);
    known = withFound(known, question, option);
    return [{ question, option, at, bits, wasted, causes: causesIn(believe(world.model, known)) }];
  });
}

/**
 * Looking the payment up is judged by itself: what is asked is weighed as if it had been done. What charges is no question where
 * it shows anything but a failure.
 */
function settledMoney(opening: Case, { money }: Drill): Case {
  return { ...opening, money: money === 'processing' ? 'in-doubt' : money };
}

/** Minutes that a question costs beyond the best at that moment; one that may not be put costs what it takes. */
function lossOf(question: string, { ecr, questions }: Plan, cost: number, done: boolean): number {
  const best = Math.min(done ? ecr : Infinity, ...questions.map(({ eco }) => eco));
  const eco = questions.find((one) => one.question === question)?.eco;
  return Math.max(0, eco === undefined ? cost : eco - best);
}

/** What the engine asks in the same drill, one question after the other: while it would ask, and until the causes are narrowed. */
function plansWay(drill: Drill, seed: number, opening: Case, world: DrillWorld): Asked[] {
  const questions: { question: string; at: number }[] = [];
  const curing = new Set(drill.cures.map((id) => world.knowledge.drillActs.get(id)?.question));
  let known = settledMoney(opening, drill);
  while (questions.length < MOST_QUESTIONS) {
    const belief = believe(world.model, known);
    const done = isNarrow(causesIn(belief), causeOf(drill, world));
    const { ecr, questions: ranked } = plan(world.model, belief, known, UNBOUND);
    // What cures is a step for the trainee, so it is no question here either.
    const best = ranked.find(({ question, eco }) => !curing.has(question) && (!done || eco < ecr));
    const option = best && shownBy(best.question, drill, seed, world);
    if (best === undefined || option === undefined) break;
    questions.push({ question: best.question, at: 0 });
    known = withFound(known, best.question, option);
  }
  return walked(questions, drill, seed, opening, world);
}

const causesIn = ({ causes }: Belief): Record<string, number> => Object.fromEntries(causes);

/** True if the likeliest causes that hold four fifths are at most two, with the true one among them. */
export function isNarrow(causes: Readonly<Record<string, number>>, truth: string): boolean {
  const ranked = Object.entries(causes).sort(([, a], [, b]) => b - a);
  const [first, second] = ranked;
  const held = (first?.[1] ?? 0) + (second?.[1] ?? 0);
  return held >= HELD && (first?.[0] === truth || second?.[0] === truth);
}
