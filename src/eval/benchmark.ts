/** The engine trained on given rows and measured on others. Pure: clock and memory come from outside. */
import { type LabelledText, OUT, trainEngine } from '../nlu/engine.js';
import { auroc, calibrationError, macroF1, quantile, share } from './metrics.js';
import { best, chooseThreshold, confidence, fitScale, fitStrangeness, type Seen } from './outlier.js';

export interface Machine {
  /** Milliseconds since any point in time, with fractions. */
  now(): number;
  /** Resident memory in MB (10⁶ bytes). */
  rss(): number;
}

/** Shares are 0 … 1; null: there was nothing to measure it on. */
export interface BenchmarkResult {
  /** In-scope rows, nothing turned away. */
  accuracy: number | null;
  macroF1: number | null;
  top2: number | null;
  top3: number | null;
  /** How well strangers are told from known texts. */
  oosAuroc: number | null;
  /** Share of in-scope rows that are accepted and right, and of strangers turned away, at the threshold chosen on dev. */
  inScopeAccuracy: number | null;
  oosRecall: number | null;
  threshold: number | null;
  /** Of the likeliest intent's probability over in-scope rows, 10 bins of equally many. */
  ece: number | null;
  p50us: number | null;
  p99us: number | null;
  trainMs: number;
  rssMb: number;
  intents: number;
  features: number;
  nTrain: number;
  nDev: number;
  nTest: number;
  nOos: number;
  /** Test rows whose intent training does not have: they count as wrong. */
  unknownIntents: number;
}

/** How often progress is told, in rows. */
const STEP = 500;
/** Calls before time is taken: the compilers have seen every path by then. */
const WARM = 2000;

/**
 * @param progress told now and then how far which step is, 0 … 1
 * @throws {RangeError} if the training rows have fewer than two intents
 */
export async function runBenchmark(
  data: { train: readonly LabelledText[]; dev: readonly LabelledText[]; test: readonly LabelledText[] },
  machine: Machine,
  progress: (step: string, part: number) => void | Promise<void> = () => undefined,
): Promise<BenchmarkResult> {
  await progress('training', 0);
  const start = machine.now();
  const engine = trainEngine(data.train);
  const trainMs = machine.now() - start;
  const index = new Map(engine.intents.map((intent, i) => [intent, i]));
  const truthOf = ({ intent }: LabelledText): number =>
    intent === OUT ? -1 : (index.get(intent) ?? engine.intents.length);
  const look = async (step: string, rows: readonly LabelledText[], times?: number[]): Promise<Seen[]> => {
    const seen: Seen[] = [];
    for (const row of rows) {
      const from = machine.now();
      const guess = engine.guess(row.text);
      times?.push((machine.now() - from) * 1000);
      seen.push({ guess, truth: truthOf(row) });
      if (seen.length % STEP === 0) await progress(step, seen.length / rows.length);
    }
    return seen;
  };
  const dev = await look('dev', data.dev);
  for (let i = dev.length; i < WARM && data.test.length > 0; i++)
    engine.guess(data.test[i % data.test.length]?.text ?? '');
  const times: number[] = [];
  const test = await look('test', data.test, times);
  const scale = fitScale(dev.filter(({ truth }) => truth < engine.intents.length));
  const strangeness = fitStrangeness(dev);
  const threshold = chooseThreshold(dev, strangeness);
  const known = test.filter(({ truth }) => truth >= 0);
  const strangers = test.filter(({ truth }) => truth < 0);
  const rankOf = ({ guess, truth }: Seen): number => {
    const own = guess.scores[truth];
    return own === undefined
      ? engine.intents.length
      : guess.scores.reduce((rank, score) => rank + (score > own ? 1 : 0), 0);
  };
  const ranks = known.map(rankOf);
  const strange = (row: Seen): number => strangeness(row.guess.signs);
  const within = (top: number): number | null => share(ranks.map((rank) => rank < top));
  return {
    accuracy: share(known.map(({ guess, truth }) => best(guess.scores) === truth)),
    macroF1: macroF1(known.map(({ guess, truth }) => ({ truth: String(truth), told: String(best(guess.scores)) }))),
    top2: within(2),
    top3: within(3),
    oosAuroc: auroc(strangers.map(strange), known.map(strange)),
    inScopeAccuracy:
      threshold === null
        ? null
        : share(known.map((row) => best(row.guess.scores) === row.truth && strange(row) <= threshold)),
    oosRecall: threshold === null ? null : share(strangers.map((row) => strange(row) > threshold)),
    threshold,
    ece: calibrationError(
      known.map(({ guess, truth }) => ({
        p: confidence(guess.scores, scale),
        target: best(guess.scores) === truth ? 1 : 0,
      })),
    ),
    p50us: quantile(times, 0.5),
    p99us: quantile(times, 0.99),
    trainMs,
    rssMb: machine.rss(),
    intents: engine.intents.length,
    features: engine.size,
    nTrain: data.train.length,
    nDev: data.dev.length,
    nTest: known.length,
    nOos: strangers.length,
    unknownIntents: known.filter(({ truth }) => truth >= engine.intents.length).length,
  };
}
