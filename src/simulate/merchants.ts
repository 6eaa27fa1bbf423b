/** Merchants whose till does not collect, drawn from a model: what is wrong, what they write, how they answer, what helps. Pure. */
import type { Model } from '../diagnosis/model.js';
import { CHARGED, OTHER, UNKNOWN } from '../knowledge/schema.js';
import { FIRST_LABEL } from '../nlu/training.js';
import type { Opening } from './openings.js';
import { pick, type Random, weighted } from './random.js';
import type { Settings } from './yardsticks.js';

/** What is true of the merchants that are drawn, whatever the policies believe. */
export interface Truth {
  model: Model;
  /** P(a question is answered with `unknown`), P(it is answered wrongly if not). */
  unknown: number;
  wrong: number;
}

/** One merchant. All chance is in here, so that every policy meets the same one. */
export interface Merchant {
  /** Fault id. */
  fault: string;
  cause: string;
  opening: Opening;
  /** Did the last attempt move money? */
  moved: boolean;
  /** Question id → what this merchant answers. */
  answers: ReadonlyMap<string, string>;
  /** Ids of the fixes that work here. */
  cures: ReadonlySet<string>;
}

/** Draws a merchant: the fault by its prior, the rest by the fault. */
export function drawMerchant(truth: Truth, openings: readonly Opening[], settings: Settings, random: Random): Merchant {
  const { model } = truth;
  const index = weighted(model.logPrior.map(Math.exp), random);
  const fault = model.faults[index] ?? OTHER;
  const cause = model.causes[model.causeOf[index] ?? 0] ?? OTHER;
  const opening = drawOpening(fault, cause, openings, settings, random);
  const moved = random() < movedRate(fault, opening, settings);
  const answers = model.questions.map(({ id, options, p }) => {
    const column = options.map((_, option) => p[option * model.faults.length + index] ?? 0);
    const honest = id === CHARGED ? (moved ? 'yes' : 'no') : (options[weighted(column, random)] ?? UNKNOWN);
    const [unknown, wrong, other] = [random(), random(), random()];
    if (unknown < truth.unknown) return [id, UNKNOWN] as const;
    if (wrong >= truth.wrong) return [id, honest] as const;
    return [
      id,
      pick(
        options.filter((option) => option !== honest),
        () => other,
      ),
    ] as const;
  });
  const cures = model.fixes.filter(({ at, success }) => random() < (success[at.indexOf(index)] ?? 0));
  return { fault, cause, opening, moved, answers: new Map(answers), cures: new Set(cures.map(({ id }) => id)) };
}

/**
 * A sentence that names the fault, or one that only suggests its cause. A sentence that fits several is said of each in
 * proportion: evenly among the faults it may name; of its causes the first is the likeliest, as in training.
 */
function drawOpening(
  fault: string,
  cause: string,
  openings: readonly Opening[],
  settings: Settings,
  random: Random,
): Opening {
  const named = openings.map(({ faults }) => (faults?.includes(fault) ? 1 / faults.length : 0));
  const vague = openings.map(({ faults, causes }) => (faults === null ? shareOf(cause, causes) : 0));
  const any = (weights: readonly number[]): boolean => weights.some((weight) => weight > 0);
  const specific = random() < settings.specific;
  const weights = any(named) && (specific || !any(vague)) ? named : vague;
  return openings[weighted(weights, random)] as Opening;
}

/** P(cause | sentence) by its labels; a fault that the knowledge does not describe is spoken of like any other. */
function shareOf(cause: string, causes: readonly string[]): number {
  if (cause === OTHER) return 1;
  const at = causes.indexOf(cause);
  if (at < 0) return 0;
  if (causes.length === 1) return 1;
  return at === 0 ? FIRST_LABEL : (1 - FIRST_LABEL) / (causes.length - 1);
}

function movedRate(fault: string, { known }: Opening, { moved }: Settings): number {
  if (known.money === 'in-doubt') return moved.told.yes;
  if (known.money === 'failed') return moved.told.no;
  return moved.faults[fault] ?? moved.rest;
}
