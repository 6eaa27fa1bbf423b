/** Ratings of answers, put to what was said. Pure. */
import { fieldOf, type Happened, listOf, stemOf, textOf } from './event.js';
import { type Counted, shown, Tally } from './tally.js';

/** Turns whose answers are remembered: a rating comes soon, or its answer is not known. */
const REMEMBERED = 20_000;
/** Ratings that may still be changed by who gave them. */
const CHANGEABLE = 20_000;

interface Rated {
  text: string | null;
  bad: boolean;
}

export class Answers {
  /** What the ids of a turn's replies have in common → what was answered. */
  readonly #said = new Map<string, string>();
  /** Conversation and answer → the rating that holds. */
  readonly #ratings = new Map<string, Rated>();
  readonly #tally = new Tally();
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

  /** The last rating of an answer holds; a withdrawn one is none. */
  rate({ conversation, data }: Happened): void {
    const key = `${conversation} ${textOf(data.answer)}`;
    const before = this.#ratings.get(key);
    if (before) this.#count(before, -1);
    this.#ratings.delete(key);
    if (data.rating !== 'good' && data.rating !== 'bad') return;
    const replies = listOf(data.replies).map(textOf);
    const text = replies.map((id) => this.#said.get(stemOf(id))).find((one) => one !== undefined) ?? null;
    const rated = { text, bad: data.rating === 'bad' };
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

  #count({ text, bad }: Rated, times: 1 | -1): void {
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
