/** The guard: a quick measurement that is compared with a committed one, so that no change makes the understanding worse unseen. Pure. */
import type { Knowledge } from '../knowledge/schema.js';
import { hashText } from '../nlu/features.js';
import { createNlu, learn, lessonReader } from '../nlu/understand.js';
import { samplesOf, withoutFold } from './cross.js';
import { assignFolds, groupAlike } from './folds.js';
import { auroc, standardError } from './metrics.js';
import { type Judged, judge, summarise, type Utterance } from './utterances.js';

/** A figure with one standard error of it; `less`: smaller is better. */
export interface Measured {
  value: number;
  noise: number;
  better: 'more' | 'less';
}

export type Measurement = Readonly<Record<string, Measured>>;

/** Standard error of a calibration error and of an AUROC over some hundred sentences, by repeated resampling: about this. */
const ECE_NOISE = 0.01;
const AUROC_NOISE = 0.01;

const FOLDS = 3;
/** Every so many-th sentence is in the sample, picked by its text, so that it stays when others come. */
const EVERY = 4;
const OUT = 'out-of-scope';

/** Fewer sentences than this give a figure that says nothing. */
const ENOUGH = 50;

/** Figures of a set of judged sentences under a name. */
function figures(name: string, rows: readonly Utterance[], judged: readonly Judged[]): Measurement {
  const { anyTop1, anyTop2, single, realPeople, ece, n, nRealPeople } = summarise(rows, judged);
  const part = (value: number | null, count: number): Measured => ({
    value: value ?? 0,
    noise: standardError(value ?? 0, count),
    better: 'more',
  });
  return {
    [`${name}.anyTop1`]: part(anyTop1, n),
    [`${name}.anyTop2`]: part(anyTop2, n),
    [`${name}.single`]: part(single, n),
    ...(nRealPeople >= ENOUGH ? { [`${name}.realPeople`]: part(realPeople, nRealPeople) } : {}),
    [`${name}.ece`]: { value: ece ?? 1, noise: ECE_NOISE, better: 'less' },
  };
}

/** Phrases alone against the real utterances. */
export function measureHeld(knowledge: Knowledge): Measurement {
  const real = samplesOf(knowledge, 1).filter((sample) => sample.real);
  const nlu = createNlu({ ...knowledge, realUtterances: [] });
  return figures(
    'held',
    real,
    real.map((sample) => judge(nlu, sample)),
  );
}

/** A sample of phrases and real utterances, cross-validated. */
export function measureCrossed(knowledge: Knowledge): Measurement {
  const picked = (text: string): boolean => hashText(text) % EVERY === 0;
  const small: Knowledge = {
    ...knowledge,
    phrases: knowledge.phrases.filter(({ text }) => picked(text)),
    realUtterances: knowledge.realUtterances.filter(({ text }) => picked(text)),
  };
  const some = samplesOf(small, 1);
  const folds = assignFolds(groupAlike([...small.phrases, ...small.realUtterances]), FOLDS);
  const folded = some.map((sample, i) => ({ ...sample, fold: folds[i] ?? 0 }));
  const crossed: Judged[] = new Array<Judged>(folded.length);
  const inputOf = lessonReader(small);
  for (let fold = 0; fold < FOLDS; fold++) {
    const seen = withoutFold(small, folded, fold);
    const model = createNlu(seen, learn(seen, inputOf));
    folded.forEach((sample, i) => {
      if (sample.fold === fold) crossed[i] = judge(model, sample);
    });
  }
  const strangeness = (judged: Judged): number => judged.forecasts[judged.forecasts.length - 1]?.p ?? 0;
  const strangers = crossed.filter((_, i) => folded[i]?.intent === OUT).map(strangeness);
  const others = crossed.filter((_, i) => folded[i]?.intent !== OUT).map(strangeness);
  return {
    ...figures('cross', folded, crossed),
    'cross.oosAuroc': { value: auroc(strangers, others) ?? 0, noise: AUROC_NOISE, better: 'more' },
  };
}

/** Both. Some seconds; the same knowledge gives the same figures. */
export function measureQuickly(knowledge: Knowledge): Measurement {
  return { ...measureHeld(knowledge), ...measureCrossed(knowledge) };
}

/** What fell by more than its noise, in words; empty if all is well. A figure that is gone has fallen. */
export function regressions(baseline: Measurement, now: Measurement): string[] {
  return Object.entries(baseline).flatMap(([name, { value, noise, better }]) => {
    const found = now[name];
    if (found === undefined) return [`${name} is not measured any more`];
    const worse = better === 'more' ? value - found.value : found.value - value;
    if (worse <= noise) return [];
    return [
      `${name} was ${value.toFixed(3)} and is ${found.value.toFixed(3)}: worse by more than its noise of ${noise.toFixed(3)}`,
    ];
  });
}
