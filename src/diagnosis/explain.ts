/** Why a question is asked and why a conclusion is drawn, as data: the dialogue puts it into words. Pure. */
import { CAUSES, type Cause, OTHER } from '../knowledge/schema.js';
import { type Incidents, incidentsIn, latestAnswers, massOf, posterior } from './belief.js';
import type { Belief, Case } from './case.js';
import type { Model, QuestionModel } from './model.js';

/** Two causes or two faults that a question tells apart. */
export interface Pair {
  /** Ids; the likelier one first. */
  between: readonly [string, string];
  /** Expected information about which of the two it is, in bits, weighed by how likely it is to be one of them. */
  gain: number;
  /** Each option with the one of the two it speaks for, and how strongly: P(option | it) ÷ P(option | the other) ≥ 1. */
  options: readonly { option: string; toward: string; ratio: number }[];
}

export interface QuestionReason {
  question: string;
  /** The two causes it separates most, or null if it separates none. */
  causes: Pair | null;
  /** The two faults it separates most; they may belong to one cause. */
  faults: Pair | null;
}

/** One piece of what is known about a case. */
export type Item =
  | { kind: 'scenario'; scenario: string }
  | { kind: 'incident'; id: string }
  /** What a sentence suggests by itself; `index` into `case.texts`. */
  | { kind: 'text'; index: number }
  /** Words that point at `fault`, in whatever sentence. */
  | { kind: 'sign'; fault: string }
  | { kind: 'code'; code: string }
  | { kind: 'answer'; question: string; option: string; from: 'answer' | 'utterance' }
  | { kind: 'failed-fix'; fix: string };

export interface Contribution {
  item: Item;
  /**
   * ln odds(target | everything) − ln odds(target | everything but this): the weight of this piece, given the others.
   * Above 0: without it the target would be less likely.
   */
  weight: number;
}

/** Below this a piece moves nothing worth telling. */
const TELLING = 1e-9;
/** How many faults are compared pair by pair; two unlikely ones are never what a question is asked for. */
const LIKELIEST = 12;

/**
 * Which two causes (of the five, `other` aside) and which two faults an answer to this question would separate most under
 * the present belief: the pair with the largest expected information gain about which of the two it is. Faults are
 * compared among the LIKELIEST only. Null pairs if the question is unknown or separates nothing.
 */
export function explainQuestion(model: Model, belief: Belief, id: string): QuestionReason {
  const question = model.questionById.get(id);
  if (!question?.informative) return { question: id, causes: null, faults: null };
  const mass = massOf(model, belief);
  const each = model.faults.map((fault, index) => ({
    id: fault,
    p: mass[index] as number,
    row: question.options.map((_, option) => question.p[option * mass.length + index] as number),
  }));
  const likely = each.toSorted((left, right) => right.p - left.p).slice(0, LIKELIEST);
  const causes = model.causes.map((cause, index) =>
    merge(
      cause,
      each.filter((_, fault) => model.causeOf[fault] === index),
    ),
  );
  return { question: id, causes: widest(question, causes), faults: widest(question, likely) };
}

/** A cause or a fault as a question sees it. */
interface Group {
  id: string;
  p: number;
  /** P(option | group), by option. */
  row: number[];
}

function merge(id: string, members: readonly Group[]): Group {
  const p = members.reduce((sum, member) => sum + member.p, 0);
  const width = members[0]?.row.length ?? 0;
  const row = Array.from({ length: width }, (_, option) =>
    p > 0 ? members.reduce((sum, member) => sum + member.p * (member.row[option] as number), 0) / p : 0,
  );
  return { id, p, row };
}

function widest(question: QuestionModel, groups: readonly Group[]): Pair | null {
  let best: { gain: number; first: Group; second: Group } | null = null;
  const named = groups.filter(({ id, p }) => id !== OTHER && p > 0);
  for (const [index, left] of named.entries())
    for (const right of named.slice(index + 1)) {
      const gain = pairGain(left, right);
      if (gain > (best?.gain ?? TELLING)) {
        const [first, second] = left.p >= right.p ? [left, right] : [right, left];
        best = { gain, first, second };
      }
    }
  if (!best) return null;
  const { first, second, gain } = best;
  const options = question.options.map((option, index) => {
    const ratio = (first.row[index] as number) / (second.row[index] as number);
    return ratio >= 1 ? { option, toward: first.id, ratio } : { option, toward: second.id, ratio: 1 / ratio };
  });
  return { between: [first.id, second.id], gain, options };
}

/** Σ_group Σ_option P(group) P(option | group) log2(P(option | group) ÷ P(option | either)): a Jensen-Shannon divergence × mass. */
function pairGain(left: Group, right: Group): number {
  return left.row.reduce((gain, leftP, option) => {
    const rightP = right.row[option] as number;
    const either = (left.p * leftP + right.p * rightP) / (left.p + right.p);
    return gain + left.p * term(leftP, either) + right.p * term(rightP, either);
  }, 0);
}

const term = (p: number, either: number): number => (p > 0 && either > 0 ? p * Math.log2(p / either) : 0);

/**
 * Why the case points at `target` (a fault or a cause id): every piece of evidence that speaks for it, then those against
 * it, heaviest first in favour. Each weight is what leaving that one piece out would change, so a cited reason is
 * true by construction: taking it away lowers the belief. Pieces that repeat each other may each weigh little.
 */
export function explainConclusion(
  model: Model,
  known: Case,
  target: string,
  incidents: Incidents | undefined = incidentsIn(known),
): Contribution[] {
  const whole = logOdds(model, posterior(model, known, incidents), target);
  return itemsOf(known, incidents)
    .map((item) => {
      const { rest, incidents: others } = without(known, item, incidents);
      return { item, weight: whole - logOdds(model, posterior(model, rest, others), target) };
    })
    .filter(({ weight }) => Math.abs(weight) > TELLING)
    .sort((left, right) => right.weight - left.weight);
}

/** The part of `explainConclusion` that may be cited: what speaks for `target`, heaviest first. */
export function reasonsFor(model: Model, known: Case, target: string, incidents?: Incidents): Contribution[] {
  return explainConclusion(model, known, target, incidents).filter(({ weight }) => weight > 0);
}

function logOdds(model: Model, mass: Float64Array, target: string): number {
  let inside = 0;
  let outside = 0;
  mass.forEach((p, fault) => {
    if (model.faults[fault] === target || model.causes[model.causeOf[fault] as number] === target) inside += p;
    else outside += p;
  });
  return Math.log(Math.max(inside, Number.MIN_VALUE)) - Math.log(Math.max(outside, Number.MIN_VALUE));
}

/** Everything in the case that can move the belief, a piece at a time. */
export function itemsOf(known: Case, incidents?: Incidents): Item[] {
  return [
    ...(known.scenario === null ? [] : [{ kind: 'scenario' as const, scenario: known.scenario }]),
    ...[...(incidents?.keys() ?? [])].map((id) => ({ kind: 'incident' as const, id })),
    ...known.texts.map((_, index) => ({ kind: 'text' as const, index })),
    ...[...new Set(known.texts.flatMap(({ signs }) => signs))].map((fault) => ({ kind: 'sign' as const, fault })),
    ...[...new Set(known.codes.map(({ code }) => code.toUpperCase()))].map((code) => ({ kind: 'code' as const, code })),
    ...[...latestAnswers(known).values()].map((answer) => ({ kind: 'answer' as const, ...answer })),
    ...[...new Set(known.failedFixes)].map((fix) => ({ kind: 'failed-fix' as const, fix })),
  ];
}

/** The case as if one piece had never been learnt. The input is not changed. */
export function without(
  known: Case,
  item: Item,
  incidents?: Incidents,
): { rest: Case; incidents: Incidents | undefined } {
  switch (item.kind) {
    case 'scenario':
      return { rest: { ...known, scenario: null }, incidents };
    case 'incident':
      return { rest: known, incidents: new Map([...(incidents ?? [])].filter(([id]) => id !== item.id)) };
    case 'text': {
      const mute = (text: Case['texts'][number], index: number) =>
        index === item.index ? { ...text, causes: uniform() } : text;
      return { rest: { ...known, texts: known.texts.map(mute) }, incidents };
    }
    case 'sign': {
      const texts = known.texts.map((text) => ({ ...text, signs: text.signs.filter((fault) => fault !== item.fault) }));
      return { rest: { ...known, texts }, incidents };
    }
    case 'code':
      return {
        rest: { ...known, codes: known.codes.filter(({ code }) => code.toUpperCase() !== item.code) },
        incidents,
      };
    case 'answer':
      return {
        rest: { ...known, answers: known.answers.filter(({ question }) => question !== item.question) },
        incidents,
      };
    case 'failed-fix':
      return { rest: { ...known, failedFixes: known.failedFixes.filter((fix) => fix !== item.fix) }, incidents };
  }
}

const uniform = (): Record<Cause, number> => ({
  channel: 1 / CAUSES.length,
  qualification: 1 / CAUSES.length,
  device: 1 / CAUSES.length,
  network: 1 / CAUSES.length,
  balance: 1 / CAUSES.length,
});
