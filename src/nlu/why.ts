/** Why an utterance was given its intents: what each character and each rule adds to the score of each intent, exactly. */
import { INTENTS, type Intent } from '../knowledge/schema.js';
import { type Normalised, original } from '../text/normalise.js';
import type { Input, Model } from './model.js';

/** Scores by intent, natural logarithms: what one intent gains over another is the difference. They sum to 0 over the intents. */
export type Push = Readonly<Record<Intent, number>>;

/** A character, Latin word or number of the utterance. `start` and `end` are UTF-16 offsets into the utterance as given. */
export interface PushOfToken {
  start: number;
  end: number;
  push: Push;
}

/** A feature that a rule gave: `code network`, `answer other-card works`, `sign sim-unpaid`, `sign of network`, `bank`. */
export interface PushOfRule {
  rule: string;
  push: Push;
}

/**
 * The parts sum up: log(p(a) / p(b)) is the sum over `start`, all tokens, all rules and `strangeness` of push[a] - push[b].
 */
export interface Why {
  text: string;
  normalized: string;
  /** Most likely first. */
  intents: { id: Intent; p: number }[];
  /** What each intent has before anything is said. */
  start: Push;
  tokens: PushOfToken[];
  rules: PushOfRule[];
  /** What words never seen argue for out-of-scope. */
  strangeness: Push;
}

/** Scores as pushes: less their mean, which moves no probability. */
function pushOf(scores: ArrayLike<number>): Push {
  let sum = 0;
  for (let i = 0; i < INTENTS.length; i++) sum += scores[i] ?? 0;
  const mean = sum / INTENTS.length;
  return Object.fromEntries(INTENTS.map((intent, i) => [intent, (scores[i] ?? 0) - mean])) as Record<Intent, number>;
}

function add(sum: Float64Array, scores: Float64Array, part: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + part * (scores[i] ?? 0);
}

/**
 * Takes the model's scores apart. A run of several tokens is shared out evenly among them.
 * @param p the probabilities of `INTENTS` as they were told; what they differ by from the model's is strangeness
 */
export function explainIntents(
  model: Model,
  reading: { text: string; source: Normalised; input: Input },
  p: Float64Array,
): Why {
  const { source, input } = reading;
  const { bias, contributions } = model.explain(input);
  const tokens = input.tokens.map(() => new Float64Array(INTENTS.length));
  const rules = input.hints.map(() => new Float64Array(INTENTS.length));
  for (const { first, length, hint, scores } of contributions) {
    const rule = rules[hint];
    if (rule !== undefined) {
      add(rule, scores, 1);
      continue;
    }
    // The borders of the utterance are part of some runs, but no tokens.
    const from = Math.max(0, first);
    const covered = tokens.slice(from, Math.max(from + 1, first + length));
    for (const token of covered) add(token, scores, 1 / covered.length);
  }
  const rest = Float64Array.from(p, (value) => Math.log(Math.max(value, Number.MIN_VALUE)));
  for (const part of [bias, ...tokens, ...rules]) add(rest, part, -1);
  return {
    text: reading.text,
    normalized: source.text,
    intents: INTENTS.map((id, i) => ({ id, p: p[i] ?? 0 })).sort((a, b) => b.p - a.p),
    start: pushOf(bias),
    tokens: input.tokens.map(({ start, end }, i) => ({
      ...original(source, start, end),
      push: pushOf(tokens[i] ?? []),
    })),
    rules: input.hints.map((rule, i) => ({ rule, push: pushOf(rules[i] ?? []) })),
    strangeness: pushOf(rest),
  };
}
