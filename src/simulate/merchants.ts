/** Merchants whose till does not collect, drawn from a model: what is wrong, what they write, how they answer, what helps. Pure. */
import type { Model } from '../diagnosis/model.js';
import { CHARGED, OTHER, UNKNOWN } from '../knowledge/schema.js';
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

function drawOpening(
  fault: string,
  cause: string,
  openings: readonly Opening[],
  settings: Settings,
  random: Random,
): Opening {
  const named = openings.filter(({ faults }) => faults?.includes(fault));
  const vague = openings.filter(({ faults, causes }) => faults === null && (cause === OTHER || causes.includes(cause)));
  const specific = random() < settings.specific;
  return pick(named.length > 0 && (specific || vague.length === 0) ? named : vague, random);
}

function movedRate(fault: string, { known }: Opening, { moved }: Settings): number {
  if (known.money === 'in-doubt') return moved.told.yes;
  if (known.money === 'failed') return moved.told.no;
  return moved.faults[fault] ?? moved.rest;
}
