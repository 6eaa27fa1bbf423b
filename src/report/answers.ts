/** Ratings of answers, put to what was said. Pure. */
import { fieldOf, type Happened, listOf, stemOf, textOf } from './event.js';
import { type Counted, shown, Tally } from './tally.js';

/** Turns whose answers are remembered: a rating comes soon, or its answer is not known. */
const REMEMBERED = 20_000;
/** Ratings that may still be changed by who gave them. */
const CHANGEABLE = 20_000;

/** What was wrong with an answer, by the platform's number. */
const REASONS: Readonly<Record<number, BadReason>> = { 1: 'irrelevant', 2: 'incomplete', 3: 'wrong', 4: 'analysis' };
export const BAD_REASONS = ['irrelevant', 'incomplete', 'wrong', 'analysis', 'other'] as const;
export type BadReason = (typeof BAD_REASONS)[number];

interface Rated {
  text: string | null;
  bad: boolean;
  /** Of a bad one, where they were given. */
  why: BadReason[];
  words: string;
}

export class Answers {
  /** What the ids of a turn's replies have in common → what was answered; null: it was said in a drill. */
  readonly #said = new Map<string, string | null>();
  /** Conversation and answer → the rating that holds. */
  readonly #ratings = new Map<string, Rated>();
  readonly #tally = new Tally();
  readonly #words = new Tally();
  readonly #why = new Map<BadReason, number>();
  good = 0;
  bad = 0;
  /** Of both, those whose answer lies too far back. */
  unknown = 0;

  /** A turn: its replies may be rated later. */
  remember({ id, data }: Happened): void {
    const texts = listOf(data.replies).map((reply) => textOf(fieldOf(reply, 'text')));
    const text = shown(texts.join(' '));
    if (text === '') return;
    this.#said.set(stemOf(id), text);
    forgetOldest(this.#said, REMEMBERED);
  }

  /** A turn of a drill: its replies answer nothing real, however they are rated. */
  leaveOut({ id }: Happened): void {
    this.#said.set(stemOf(id), null);
    forgetOldest(this.#said, REMEMBERED);
  }

  /** The last rating of an answer holds; a withdrawn one is none. */
  rate({ conversation, data }: Happened): void {
    const key = `${conversation} ${textOf(data.answer)}`;
    const before = this.#ratings.get(key);
    if (before) this.#count(before, -1);
    this.#ratings.delete(key);
    if (data.rating !== 'good' && data.rating !== 'bad') return;
    const said = listOf(data.replies).map((id) => this.#said.get(stemOf(textOf(id))));
    if (said.includes(null)) return;
    const text = said.find((one) => one !== undefined) ?? null;
    const bad = data.rating === 'bad';
    const given = bad ? listOf(data.reasons).map((reason) => REASONS[Number(reason)] ?? 'other') : [];
    const rated = { text, bad, why: [...new Set(given)], words: bad ? textOf(data.text) : '' };
    this.#count(rated, 1);
    this.#ratings.set(key, rated);
    forgetOldest(this.#ratings, CHANGEABLE);
  }

  /** Those that were rated badly most often, then those with the larger share of it. */
  worst(most: number): Counted[] {
    const order = (a: Counted, b: Counted) => b.bad - a.bad || a.n - b.n || (a.text < b.text ? -1 : 1);
    return this.#tally
      .all()
      .filter(({ bad }) => bad > 0)
      .sort(order)
      .slice(0, most);
  }

  /** Reason → bad ratings that gave it; those that nobody gave are left out. */
  get why(): Partial<Record<BadReason, number>> {
    return Object.fromEntries(BAD_REASONS.flatMap((one) => (this.#why.get(one) ? [[one, this.#why.get(one)]] : [])));
  }

  /** What was written with a bad rating. */
  get words(): Tally {
    return this.#words;
  }

  #count({ text, bad, why, words }: Rated, times: 1 | -1): void {
    for (const one of why) this.#why.set(one, (this.#why.get(one) ?? 0) + times);
    if (words !== '') this.#words.add(words, times);
    if (bad) this.bad += times;
    else this.good += times;
    if (text === null) this.unknown += times;
    else this.#tally.add(text, times, bad ? times : 0);
  }
}

function forgetOldest(map: Map<string, unknown>, most: number): void {
  if (map.size <= most) return;
  for (const key of map.keys()) {
    map.delete(key);
    return;
  }
}
