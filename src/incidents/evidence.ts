/**
 * How much reports speak for a rise: formulas. Pure.
 *
 * Counts are Gamma–Poisson (negative binomial): the true rate is the expected one times a factor that varies with mean 1 and
 * shape `a` (Gelman et al., Bayesian Data Analysis, 2.6). `a` is small for a young stream, whose rate is not known yet, and for
 * streams that vary more than Poisson. For a → ∞ all of it becomes Poisson.
 */

/** The rise that the test is built for, times. */
export const RISE = 10;

/**
 * Log-likelihood ratio of a rate `rise` times the expected one against the expected one, nats; what Page's CUSUM adds up (Page,
 * Continuous inspection schemes, Biometrika 41, 1954; for counts Lucas, Technometrics 27, 1985). Grows with `n`.
 * @param n reports seen; @param expected reports expected, > 0; @param shape of the Gamma, > 0
 */
export function logRatio(n: number, expected: number, shape: number, rise = RISE): number {
  return n * Math.log(rise) - (n + shape) * Math.log((shape + rise * expected) / (shape + expected));
}

/**
 * The same maximised over the rise: Kulldorff's statistic of a cluster (A spatial scan statistic, Comm. Statist. 26, 1997), for
 * Poisson counts. 0 if no more came than expected. Tells which of several streams explains best what came.
 */
export function clusterEvidence(n: number, expected: number): number {
  return n <= expected ? 0 : n * Math.log(n / expected) - (n - expected);
}

/**
 * Threshold in nats. A CUSUM of likelihood ratios with threshold h alarms falsely at most once in e^h observations on average
 * (Lorden, Ann. Math. Statist. 42, 1971), in whatever stream: the bound on all streams together is the sum over all observations
 * of all streams (Bonferroni). Windows start at a report rather than right after the one before, and rates vary more than is known,
 * which raises it; streams overlap and seven shops are needed, which lowers it. `STARTS` was chosen on simulated months of seeds
 * 1 and 11 (without marks: of seed 12); `simulate --incidents` measures what comes of it.
 * @param observations a month, summed over the streams; @param allowed false alarms a month
 * @param marked do most reports say what they look like? Without, more chance clusters pass (seed 12: 1.6 a month)
 */
export function thresholdFor(observations: number, allowed: number, marked: boolean): number {
  const starts = marked ? STARTS.marked : STARTS.silent;
  return Math.log((starts * Math.max(LEAST_OBSERVATIONS, observations)) / allowed);
}
/** Times as many observations as there are. */
const STARTS = { marked: 6, silent: 20 } as const;
/** Traffic that is at least assumed: nine streams with 500 reports a month. */
const LEAST_OBSERVATIONS = 4500;

/** How many times likelier a case is now than before; at most, whatever the count. */
export const MOST_LIKELY = 50;
/** Pseudo-reports, on both sides, that keep a few reports from claiming much. */
const SHRINK = 0.5;

/** Observed over expected, shrunk towards 1, within 1 … `MOST_LIKELY`. */
export function rateRatio(n: number, expected: number): number {
  return Math.min(MOST_LIKELY, Math.max(1, (n + SHRINK) / (expected + SHRINK)));
}
