/** A world in which the authored numbers are wrong: what the knowledge says is no longer what merchants are like. Pure. */
import type { ModelSpec, Weights } from '../diagnosis/spec.js';
import { CHARGED } from '../knowledge/schema.js';
import { evenDistribution, type Random } from './random.js';

export interface Perturbation {
  /** Share of likelihood rows (a question's line for one cause or fault) that are drawn anew. */
  rows: number;
  /** Priors are multiplied by up to this, or divided, evenly in the logarithm. */
  priorFactor: number;
}

/** Rows that are wrong say nothing at all: each is drawn evenly from all distributions over the question's options. */
export function perturb(spec: ModelSpec, { rows, priorFactor }: Perturbation, random: Random): ModelSpec {
  const redrawn = (table: Readonly<Record<string, Weights>> | undefined, options: readonly string[]) =>
    Object.fromEntries(
      Object.entries(table ?? {}).map(([id, row]) => {
        if (random() >= rows) return [id, row];
        const drawn = evenDistribution(options.length, random);
        return [id, Object.fromEntries(options.map((option, index) => [option, drawn[index] ?? 0]))];
      }),
    );
  return {
    ...spec,
    faults: spec.faults.map((fault) => ({ ...fault, prior: fault.prior * priorFactor ** (2 * random() - 1) })),
    questions: spec.questions.map((question) =>
      question.id === CHARGED
        ? question
        : {
            ...question,
            byCause: redrawn(question.byCause, question.options),
            byFault: redrawn(question.byFault, question.options),
          },
    ),
  };
}
