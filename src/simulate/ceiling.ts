/** How often the cause can be right at best after so many questions, for somebody who knows all numbers of the world. Pure. */
import { posterior } from '../diagnosis/belief.js';
import type { Case } from '../diagnosis/case.js';
import type { Model } from '../diagnosis/model.js';
import { CHARGED } from '../knowledge/schema.js';
import type { Merchant, Truth } from './merchants.js';

/** A question with its noise: P(answer | fault), `unknown` last, at `answer * faults + fault`. */
interface Noisy {
  id: string;
  options: readonly string[];
  p: Float64Array;
}

export interface Ceiling {
  /**
   * The cause that somebody names who knows the true priors, rows and noise, has read the same sentence, and asks `count`
   * questions besides `charged`, whatever they cost, each the one after which (looking two ahead) the cause is right most often.
   */
  cause(merchant: Merchant, count: number): string;
}

/** Prepares for one world; a few microseconds. */
export function ceilingOf(truth: Truth): Ceiling {
  const { model } = truth;
  const noisy = model.questions
    .filter(({ id, informative }) => id !== CHARGED && informative)
    .map((question) => ({ question, noisy: withNoise(question, truth) }));
  return {
    cause(merchant, count) {
      const { known } = merchant.opening;
      let mass = posterior(model, known);
      let open = noisy.filter(({ question }) => mayAsk(known, question.id, question.requires)).map((one) => one.noisy);
      for (let left = count; left > 0 && open.length > 0; left -= 1) {
        const best = mostTelling(model, mass, open, left);
        mass = after(mass, best, merchant.answers.get(best.id));
        open = open.filter((one) => one !== best);
      }
      const sums = causeSums(model, mass);
      return model.causes[sums.indexOf(Math.max(...sums))] ?? '';
    },
  };
}

function mayAsk(known: Case, id: string, requires: Model['questions'][number]['requires']): boolean {
  if (known.answers.some(({ question }) => question === id)) return false;
  return requires.every(({ question, options }) =>
    known.answers.some((answer) => answer.question === question && options.includes(answer.option)),
  );
}

function withNoise({ id, options, p }: Model['questions'][number], { model, unknown, wrong }: Truth): Noisy {
  const faults = model.faults.length;
  const heard = new Float64Array((options.length + 1) * faults).fill(unknown);
  for (let at = 0; at < p.length; at += 1)
    heard[at] = (1 - unknown) * ((1 - wrong) * (p[at] ?? 0) + (wrong * (1 - (p[at] ?? 0))) / (options.length - 1));
  return { id, options, p: heard };
}

function after(mass: Float64Array, { options, p }: Noisy, answer: string | undefined): Float64Array {
  const option = answer === undefined ? -1 : options.indexOf(answer);
  return option < 0 ? mass : mass.map((value, fault) => value * (p[option * mass.length + fault] ?? 0));
}

/** The question after which P(right cause) is largest; looks at the best that a second one adds, if one may follow. */
function mostTelling(model: Model, mass: Float64Array, open: readonly Noisy[], left: number): Noisy {
  const scored = open.map((question) => {
    let p = 0;
    for (let option = 0; option < question.options.length + 1; option += 1) {
      const joint = mass.map((value, fault) => value * (question.p[option * mass.length + fault] ?? 0));
      const others = left > 1 ? open.filter((one) => one !== question) : [];
      p += Math.max(right(model, joint), ...others.map((other) => rightAfter(model, joint, other)));
    }
    return { question, p };
  });
  return scored.reduce((best, one) => (one.p > best.p ? one : best)).question;
}

/** Σ over answers of the mass of the likeliest cause. */
function rightAfter(model: Model, mass: Float64Array, { options, p }: Noisy): number {
  let total = 0;
  const sums = new Float64Array(model.causes.length);
  for (let row = 0; row < (options.length + 1) * mass.length; row += mass.length) {
    sums.fill(0);
    for (let fault = 0; fault < mass.length; fault += 1) {
      const cause = model.causeOf[fault] as number;
      sums[cause] = (sums[cause] as number) + (mass[fault] as number) * (p[row + fault] as number);
    }
    total += Math.max(...sums);
  }
  return total;
}

const right = (model: Model, mass: Float64Array): number => Math.max(...causeSums(model, mass));

function causeSums(model: Model, mass: Float64Array): number[] {
  const sums = model.causes.map(() => 0);
  mass.forEach((value, fault) => {
    const cause = model.causeOf[fault] as number;
    sums[cause] = (sums[cause] ?? 0) + value;
  });
  return sums;
}
