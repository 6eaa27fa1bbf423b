/** The project's own sentences, cross-validated: each is judged by a model that has not seen it nor a version of it. Pure. */
import type { Intent, Knowledge } from '../knowledge/schema.js';
import { createNlu, learn, lessonReader } from '../nlu/understand.js';
import { assignFolds, groupAlike } from './folds.js';
import { auroc, type Forecast, share, standardError, type Tally, tallies } from './metrics.js';
import { createRandom, distortions } from './noise.js';
import { intentsOf, type Judged, judge, summarise, type Utterance, type UtteranceResult } from './utterances.js';

/** A sentence with its fold and where it comes from. */
export interface Sample extends Utterance {
  intent: Intent;
  also: readonly Intent[];
  fold: number;
  real: boolean;
}

const OUT: Intent = 'out-of-scope';
const labelsOf = (intent: Intent, also: readonly Intent[]): Pick<Utterance, 'first' | 'labels'> => ({
  first: intentsOf(intent),
  labels: [intent, ...also].map(intentsOf),
});

/** Phrases and real utterances with their folds, in the knowledge's order. */
export function samplesOf(knowledge: Pick<Knowledge, 'phrases' | 'realUtterances'>, folds: number): Sample[] {
  const phrases = knowledge.phrases.map((phrase) => ({ ...phrase, kind: '', real: false }));
  const real = knowledge.realUtterances.map((utterance) => ({ ...utterance, real: true }));
  const all = [...phrases, ...real];
  const assigned = assignFolds(groupAlike(all), folds);
  return all.map(({ text, intent, also, kind, real }, i) => ({
    text,
    intent,
    also,
    kind,
    real,
    fold: assigned[i] ?? 0,
    ...labelsOf(intent, also),
  }));
}

/** The knowledge without the sentences of one fold. */
export function withoutFold(knowledge: Knowledge, samples: readonly Sample[], fold: number): Knowledge {
  const kept = (_: unknown, i: number): boolean => samples[i]?.fold !== fold;
  const offset = knowledge.phrases.length;
  return {
    ...knowledge,
    phrases: knowledge.phrases.filter(kept),
    realUtterances: knowledge.realUtterances.filter((_, i) => kept(_, offset + i)),
  };
}

/** A wrong answer that is given more than once. */
export interface Confusion {
  truth: Intent;
  told: Intent;
  count: number;
  examples: string[];
}

export interface CrossResult {
  /** Over all sentences, and over real utterances alone. */
  all: UtteranceResult;
  real: UtteranceResult;
  /** One standard error of `anyTop1`. */
  error: number;
  oosAuroc: number | null;
  intents: (Tally & { count: number; any: number | null })[];
  confusions: Confusion[];
  /** Points (0 … 100) of `anyTop1` lost by each distortion. */
  lost: Record<string, number>;
  /** Rows: true label; columns: told; in the order of `intents`. */
  matrix: number[][];
  forecasts: Forecast[];
  /** P(out-of-scope) of sentences that are, and of others. */
  outOfScope: { strangers: number[]; others: number[] };
  folds: number;
}

const EXAMPLES = 3;
const WORST = 12;

/**
 * Trains once a fold and judges the fold's sentences, as they are and distorted (chance seeded by `seed`).
 * @param progress told what is being done, 0 … 1
 */
export async function crossValidate(
  knowledge: Knowledge,
  samples: readonly Sample[],
  options: { folds: number; seed: number },
  progress: (part: number) => void | Promise<void> = () => undefined,
): Promise<CrossResult> {
  const judged: Judged[] = new Array<Judged>(samples.length);
  const spoilt = Object.entries(distortions(knowledge.lexicon.fillers)).map(([name, distort]) => ({
    name,
    distort,
    random: createRandom(options.seed),
    hits: 0,
  }));
  const inputOf = lessonReader(knowledge);
  for (let fold = 0; fold < options.folds; fold++) {
    await progress(fold / options.folds);
    const seen = withoutFold(knowledge, samples, fold);
    const nlu = createNlu(seen, learn(seen, inputOf));
    samples.forEach((sample, i) => {
      if (sample.fold !== fold) return;
      judged[i] = judge(nlu, sample);
      for (const noise of spoilt)
        if (judge(nlu, { ...sample, text: noise.distort(sample.text, noise.random) }).anyTop1) noise.hits++;
    });
  }
  const all = summarise(samples, judged);
  const real = samples.flatMap((sample, i) => (sample.real ? [i] : []));
  const top1 = all.anyTop1 ?? 0;
  const of = (at: readonly number[]): [Sample[], Judged[]] => [
    at.flatMap((i) => samples[i] ?? []),
    at.flatMap((i) => judged[i] ?? []),
  ];
  const outOf = (i: number): number => judged[i]?.forecasts[judged[i].forecasts.length - 1]?.p ?? 0;
  const places = samples.map((_, i) => i);
  const strangers = places.filter((i) => samples[i]?.intent === OUT).map(outOf);
  const others = places.filter((i) => samples[i]?.intent !== OUT && !samples[i]?.also.includes(OUT)).map(outOf);
  return {
    all,
    real: summarise(...of(real)),
    error: standardError(top1, samples.length),
    oosAuroc: auroc(strangers, others),
    ...byIntent(samples, judged),
    confusions: confusionsOf(samples, judged),
    lost: Object.fromEntries(spoilt.map(({ name, hits }) => [name, 100 * (top1 - hits / Math.max(1, samples.length))])),
    forecasts: judged.flatMap(({ forecasts }) => forecasts),
    outOfScope: { strangers, others },
    folds: options.folds,
  };
}

function byIntent(samples: readonly Sample[], judged: readonly Judged[]): Pick<CrossResult, 'intents' | 'matrix'> {
  const pairs = samples.map(({ intent }, i) => ({ truth: intent as string, told: judged[i]?.told ?? '' }));
  const intents = tallies(pairs)
    .map((tally) => {
      const own = judged.filter((_, i) => samples[i]?.intent === tally.label);
      return { ...tally, count: own.length, any: share(own.map(({ anyTop1 }) => anyTop1)) };
    })
    .sort((a, b) => b.count - a.count || a.label.localeCompare(b.label));
  const matrix = intents.map((row) =>
    intents.map((column) => pairs.filter(({ truth, told }) => truth === row.label && told === column.label).length),
  );
  return { intents, matrix };
}

/** Most frequent first; what is among a sentence's labels is no confusion. */
function confusionsOf(samples: readonly Sample[], judged: readonly Judged[]): Confusion[] {
  const found = new Map<string, Confusion>();
  samples.forEach(({ intent, text }, i) => {
    const { told, anyTop1 } = judged[i] ?? { told: intent, anyTop1: true };
    if (anyTop1) return;
    const confusion = found.get(`${intent} ${told}`) ?? { truth: intent, told, count: 0, examples: [] };
    confusion.count++;
    if (confusion.examples.length < EXAMPLES) confusion.examples.push(text);
    found.set(`${intent} ${told}`, confusion);
  });
  return [...found.values()].sort((a, b) => b.count - a.count).slice(0, WORST);
}
