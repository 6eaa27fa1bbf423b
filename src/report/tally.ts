/** Texts counted by what they have in common, in bounded room: the frequent ones stay. Pure. */

/** Texts kept after those that came seldom were let go. */
const KEPT = 2000;
/** UTF-16 units of a text that are compared and shown. */
const LONGEST = 80;
/** Digits in a row that may be somebody's number rather than a code. */
const LONG_NUMBER = /\d{5,}/g;

/** One line, short; what private data was masked stays masked, and long numbers are hidden as well. */
export function shown(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim().replace(LONG_NUMBER, '#');
  const cut = line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}\u2026` : line;
  return cut.toWellFormed();
}

/** What two ways of writing have in common: width, case, spaces and punctuation are dropped. */
function keyOf(text: string): string {
  const bare = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}\s]/gu, '');
  return bare === '' ? text : bare;
}

export interface Counted {
  /** As it was written first, of those written the same way the least. */
  text: string;
  n: number;
  bad: number;
}

export class Tally {
  readonly #texts = new Map<string, Counted>();
  #complete = true;

  /** `most`: texts kept; for tests. */
  constructor(private readonly most = KEPT) {}

  /** `n`, `bad`: how often more, which may be less than 0 where something is taken back. */
  add(text: string, n = 1, bad = 0): void {
    const sample = shown(text);
    if (sample === '') return;
    const key = keyOf(sample);
    const known = this.#texts.get(key);
    if (known) {
      known.n += n;
      known.bad += bad;
      // The same text, in whatever order they came.
      if (sample < known.text) known.text = sample;
    } else if (n > 0) this.#texts.set(key, { text: sample, n, bad });
    if (this.#texts.size > 2 * this.most) this.#prune();
  }

  /** False if some that came seldom were let go: counts may be too low then. */
  get complete(): boolean {
    return this.#complete;
  }

  get size(): number {
    return this.#texts.size;
  }

  all(): Counted[] {
    return [...this.#texts.values()].filter(({ n }) => n > 0);
  }

  #prune(): void {
    this.#complete = false;
    const [, ...rest] = [...this.#texts].sort(([, a], [, b]) => b.n - a.n).slice(this.most - 1);
    for (const [key] of rest) this.#texts.delete(key);
  }
}
