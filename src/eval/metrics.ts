/** Figures of merit over lists of numbers. Pure; shares are between 0 and 1. */

/** A forecast and what it was worth: the share of the target that fell to the label, 0 … 1. */
export interface Forecast {
  p: number;
  target: number;
}

/** A bin of a reliability diagram: means of the forecasts and of the targets in it. */
export interface Bin {
  p: number;
  target: number;
  count: number;
}

/** Forecasts in order of p, cut into bins of equally many (the last ones may have one fewer); empty bins are left out. */
export function equalMassBins(forecasts: readonly Forecast[], bins = 10): Bin[] {
  const sorted = [...forecasts].sort((a, b) => a.p - b.p);
  const found: Bin[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const part = sorted.slice(Math.round((bin * sorted.length) / bins), Math.round(((bin + 1) * sorted.length) / bins));
    if (part.length === 0) continue;
    found.push({ p: mean(part.map(({ p }) => p)), target: mean(part.map(({ target }) => target)), count: part.length });
  }
  return found;
}

/** Expected calibration error: mean distance between forecast and target over equal-mass bins, by how many are in each. */
export function calibrationError(forecasts: readonly Forecast[], bins = 10): number | null {
  if (forecasts.length === 0) return null;
  const parts = equalMassBins(forecasts, bins);
  return parts.reduce((sum, { p, target, count }) => sum + Math.abs(p - target) * count, 0) / forecasts.length;
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Share of `true`, or null of none. */
export function share(hits: readonly boolean[]): number | null {
  return hits.length === 0 ? null : hits.filter(Boolean).length / hits.length;
}

/** The value below which `part` (0 … 1) of the values lie (nearest rank), or null of none. */
export function quantile(values: readonly number[], part: number): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(part * sorted.length) - 1))] ?? null;
}

/**
 * Area under the ROC curve: the probability that a positive scores higher than a negative, ties counting half (Mann-Whitney).
 * Null if either is missing.
 */
export function auroc(positives: readonly number[], negatives: readonly number[]): number | null {
  if (positives.length === 0 || negatives.length === 0) return null;
  const all = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ].sort((a, b) => a.score - b.score);
  let ranks = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.score === all[from]?.score) to++;
    const rank = (from + 1 + to) / 2;
    for (let i = from; i < to; i++) if (all[i]?.positive) ranks += rank;
    from = to;
  }
  const n = positives.length;
  return (ranks - (n * (n + 1)) / 2) / (n * negatives.length);
}

/** Counts of a label: right, told but wrong, missed. */
export interface Tally {
  label: string;
  hits: number;
  wrong: number;
  missed: number;
  precision: number;
  recall: number;
  f1: number;
}

/** Precision, recall and F1 by label, over every label that is true or told somewhere, in order of appearance. */
export function tallies(pairs: readonly { truth: string; told: string }[]): Tally[] {
  const counts = new Map<string, { hits: number; wrong: number; missed: number }>();
  const of = (label: string): { hits: number; wrong: number; missed: number } => {
    const found = counts.get(label) ?? { hits: 0, wrong: 0, missed: 0 };
    counts.set(label, found);
    return found;
  };
  for (const { truth, told } of pairs) {
    if (truth === told) of(truth).hits++;
    else {
      of(truth).missed++;
      of(told).wrong++;
    }
  }
  const ratio = (a: number, b: number): number => (b === 0 ? 0 : a / b);
  return [...counts].map(([label, { hits, wrong, missed }]) => ({
    label,
    hits,
    wrong,
    missed,
    precision: ratio(hits, hits + wrong),
    recall: ratio(hits, hits + missed),
    f1: ratio(2 * hits, 2 * hits + wrong + missed),
  }));
}

/** Unweighted mean of the labels' F1, or null of no pairs. */
export function macroF1(pairs: readonly { truth: string; told: string }[]): number | null {
  return pairs.length === 0 ? null : mean(tallies(pairs).map(({ f1 }) => f1));
}

/** Standard error of a share over n independent rows. */
export function standardError(part: number, n: number): number {
  return n === 0 ? 0 : Math.sqrt((part * (1 - part)) / n);
}
