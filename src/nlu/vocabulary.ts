/** Feature keys seen in training, each with its row in the model, and how rare it is. Open addressing over typed arrays. */
import { type Features, KINDS } from './features.js';

/** An utterance as the model sees it: rows and TF-IDF values, unit length. Rows ascend by first appearance. */
export interface Vector {
  count: number;
  rows: Int32Array;
  values: Float32Array;
  /** Share of the features' weight that the vocabulary knows, 0 … 1; 0 for an utterance without features. */
  known: number;
}

/** What of the features a vector is made of. */
export type Weighted = Pick<Features, 'count' | 'keys' | 'kinds' | 'weights'>;

/** A vocabulary as plain numbers: of each row the key, the number of utterances and the kind of feature. */
export interface CountedVocabulary {
  keys: Uint32Array;
  frequency: Int32Array;
  kinds: Uint8Array;
}

/** Maps keys to rows and counts in how many utterances each appears. */
export class Vocabulary {
  private slots = new Int32Array(1 << 16).fill(-1);
  private keys = new Uint32Array(1 << 15);
  private lastSeen = new Int32Array(1 << 15);
  /** By row: the number of utterances. */
  frequency = new Int32Array(1 << 15);
  /** By row: the kind of feature. */
  kinds = new Uint8Array(1 << 15);
  size = 0;

  /** One that was counted before. */
  static of({ keys, frequency, kinds }: CountedVocabulary): Vocabulary {
    const vocabulary = new Vocabulary();
    let slots = vocabulary.slots.length;
    while (keys.length * 2 > slots) slots *= 2;
    vocabulary.grow(slots);
    vocabulary.keys.set(keys);
    vocabulary.frequency.set(frequency);
    vocabulary.kinds.set(kinds);
    // Each key was counted once: none has to be looked for.
    for (let row = 0; row < keys.length; row++) vocabulary.place(keys[row] ?? 0, row);
    vocabulary.size = keys.length;
    return vocabulary;
  }

  counted(): CountedVocabulary {
    const { keys, frequency, kinds, size } = this;
    return { keys: keys.slice(0, size), frequency: frequency.slice(0, size), kinds: kinds.slice(0, size) };
  }

  /** Row of a key, or -1. */
  find(key: number): number {
    const mask = this.slots.length - 1;
    for (let slot = key & mask; ; slot = (slot + 1) & mask) {
      const row = this.slots[slot] ?? -1;
      if (row < 0 || this.keys[row] === key) return row;
    }
  }

  /** Takes the features of an utterance in; `id` differs from that of the utterance before. */
  count(features: Weighted, id: number): void {
    for (let i = 0; i < features.count; i++) {
      const row = this.add(features.keys[i] ?? 0);
      if (this.lastSeen[row] === id + 1) continue;
      this.lastSeen[row] = id + 1;
      this.kinds[row] = features.kinds[i] ?? 0;
      this.frequency[row] = (this.frequency[row] ?? 0) + 1;
    }
  }

  /** Row of a key, given out in order if it is new. */
  add(key: number): number {
    const found = this.find(key);
    if (found >= 0) return found;
    if ((this.size + 1) * 2 > this.slots.length) this.grow(this.slots.length * 2);
    this.keys[this.size] = key;
    this.place(key, this.size);
    return this.size++;
  }

  private place(key: number, row: number): void {
    const mask = this.slots.length - 1;
    let slot = key & mask;
    while ((this.slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = row;
  }

  /** To so many slots, a power of two; half of them may be taken. */
  private grow(slots: number): void {
    const room = slots / 2;
    const copy = <T extends Int32Array | Uint32Array | Uint8Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.keys = copy(new Uint32Array(room), this.keys);
    this.lastSeen = copy(new Int32Array(room), this.lastSeen);
    this.frequency = copy(new Int32Array(room), this.frequency);
    this.kinds = copy(new Uint8Array(room), this.kinds);
    this.slots = new Int32Array(slots).fill(-1);
    for (let row = 0; row < this.size; row++) this.place(this.keys[row] ?? 0, row);
  }
}

/** How features become a vector. */
export interface VectorSettings {
  /**
   * Features that training has not seen lengthen the vector by this share of what they would if they were the rarest: an utterance
   * that is half strange is believed less.
   */
  strange: number;
  /** Power of the inverse document frequency: 1 as usual, 0 none. */
  idfPower: number;
  /**
   * By kind of feature: the length that its part of the vector is brought to, before the whole is. Without, all features share one
   * length, and a kind with many features outweighs the others.
   */
  lengths?: readonly number[];
}

export const PLAIN_VECTOR: VectorSettings = { strange: 0.5, idfPower: 1 };

/** TF damped by a logarithm, IDF smoothed, unit length. */
export class Vectoriser {
  private readonly idf: Float32Array;
  private readonly rarest: number;
  private sums: Float32Array;
  private rows = new Int32Array(1024);
  private values = new Float32Array(1024);
  private readonly parts = new Float64Array(KINDS);

  /** @param documents number of utterances that the vocabulary was counted over. */
  constructor(
    private readonly vocabulary: Vocabulary,
    documents: number,
    private readonly settings: VectorSettings = PLAIN_VECTOR,
  ) {
    const { size, frequency } = vocabulary;
    const weigh = (count: number): number => Math.log(1 + documents / (1 + count)) ** settings.idfPower;
    this.idf = new Float32Array(size);
    // A hundred thousand features and more, and a few hundred different counts.
    const byCount = new Map<number, number>();
    for (let row = 0; row < size; row++) {
      const count = frequency[row] ?? 0;
      let weight = byCount.get(count);
      if (weight === undefined) {
        weight = weigh(count);
        byCount.set(count, weight);
      }
      this.idf[row] = weight;
    }
    this.rarest = weigh(0);
    this.sums = new Float32Array(size);
  }

  /** Valid until the next call. */
  vector(features: Weighted): Vector {
    if (this.rows.length < features.count) {
      this.rows = new Int32Array(features.count * 2);
      this.values = new Float32Array(features.count * 2);
    }
    const { rows, values, sums } = this;
    let count = 0;
    let all = 0;
    let known = 0;
    let strange = 0;
    for (let i = 0; i < features.count; i++) {
      const weight = features.weights[i] ?? 0;
      all += weight;
      const row = this.vocabulary.find(features.keys[i] ?? 0);
      if (row < 0) {
        strange += weight * weight;
        continue;
      }
      known += weight;
      if (sums[row] === 0) rows[count++] = row;
      sums[row] = (sums[row] ?? 0) + weight;
    }
    for (let i = 0; i < count; i++) {
      const row = rows[i] ?? 0;
      const sum = sums[row] ?? 0;
      sums[row] = 0;
      // Weights are below one for some kinds: the damping sets in above the first occurrence only.
      values[i] = (sum > 1 ? 1 + Math.log(sum) : sum) * (this.idf[row] ?? 0);
    }
    this.measure(count, this.settings.strange * strange * this.rarest * this.rarest);
    return { count, rows, values, known: all > 0 ? known / all : 0 };
  }

  /** Brings the first `count` values to unit length, part by part if the kinds have lengths of their own. */
  private measure(count: number, strange: number): void {
    const { rows, values, parts } = this;
    const { kinds } = this.vocabulary;
    const { lengths } = this.settings;
    parts.fill(0);
    for (let i = 0; i < count; i++) {
      const kind = lengths === undefined ? 0 : (kinds[rows[i] ?? 0] ?? 0);
      parts[kind] = (parts[kind] ?? 0) + (values[i] ?? 0) ** 2;
    }
    let whole = strange;
    for (let kind = 0; kind < KINDS; kind++) {
      const part = parts[kind] ?? 0;
      if (part === 0) continue;
      whole += lengths === undefined ? part : (lengths[kind] ?? 0) ** 2;
      parts[kind] = lengths === undefined ? 1 : (lengths[kind] ?? 0) / Math.sqrt(part);
    }
    if (whole === 0) return;
    const scale = 1 / Math.sqrt(whole);
    for (let i = 0; i < count; i++) {
      const kind = lengths === undefined ? 0 : (kinds[rows[i] ?? 0] ?? 0);
      values[i] = (values[i] ?? 0) * (parts[kind] ?? 0) * scale;
    }
  }
}
