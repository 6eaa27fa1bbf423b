/**
 * How much more rates vary than Poisson: φ, the variance of the factor that the Gamma–Poisson puts on a rate. By moments,
 * Σ((n − μ)² − μ) / Σμ² over hours (Böhning, Biometrika 81, 1994), pooled over streams, learned online. One for the stream of
 * everything, which nothing else explains, one for all others, beside what everything does. Pure.
 */
import { decayOf } from './baseline.js';
import type { Stream } from './stream.js';
import { ALL } from './streams.js';

/** What is taken for usual before anything was learned, and how many squared reports that is worth. */
const PRIOR = { value: 0.05, weight: 400 } as const;
/** Whatever was learned, φ stays within these. */
const [LEAST, MOST] = [0.01, 0.5];
/** Weeks of a stream's own before its residuals are those of a baseline that is known. */
const SETTLED = 1.5;
/** One hour counts as no more than so many times its expected count: an incident that nobody noticed is not variation. */
const CLIPPED = 4;

export class Variation {
  /** [Σ((n − μ)² − μ), Σμ²]: of everything, then of the other streams. */
  readonly sums: [number, number, number, number] = [0, 0, 0, 0];

  learn(stream: Stream, n: number, usual: number): void {
    if (stream.baseline.weeks < SETTLED) return;
    const at = stream.key === ALL ? 0 : 2;
    const seen = Math.min(n, Math.ceil(CLIPPED * usual) + 1);
    this.sums[at] = (this.sums[at] ?? 0) + (seen - usual) ** 2 - usual;
    this.sums[at + 1] = (this.sums[at + 1] ?? 0) + usual ** 2;
  }

  decay(hours: number): void {
    this.sums.forEach((sum, at) => {
      this.sums[at] = sum * decayOf(hours);
    });
  }

  /** φ of a stream. */
  of(stream: Stream): number {
    const at = stream.key === ALL ? 0 : 2;
    const [excess, squares] = [this.sums[at] ?? 0, this.sums[at + 1] ?? 0];
    const value = (PRIOR.value * PRIOR.weight + excess) / (PRIOR.weight + squares);
    return Math.min(MOST, Math.max(LEAST, value));
  }
}
