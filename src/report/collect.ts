/** Events in, figures out. Its memory does not grow with the number of events. Pure. */
import { Answers } from './answers.js';
import { CaseCounts } from './case-counts.js';
import { type CaseRecord, OpenCase } from './case-record.js';
import { type DoorName, doorOf } from './door.js';
import { fieldOf, type Happened, listOf, stemOf, textOf } from './event.js';
import type { Figures } from './figures.js';
import { DAY, dateOf } from './shanghai.js';
import { shareOf } from './spread.js';
import { Tally } from './tally.js';

/** Conversations whose case may still go on; the one that is silent for longest is taken for over. */
const HELD = 20_000;
const MOST_SHOWN = 50;
const MOST_WORDS = 10;
const RATING = 'rating';
const GOOD = 'good';

/** So much before and after the days of a report is read: cases that began before it are not its own, those of its last hours end after it. */
export const BEYOND = DAY;

interface Heard {
  open: OpenCase | null;
  /** The last turn: what its events have in common, and what was said. */
  stem: string;
  said: string;
}

export interface Span {
  /** Milliseconds since the epoch, inclusive. */
  from: number;
  /** Exclusive. */
  to: number;
  /** Until when anything can have happened. */
  now: number;
  door: DoorName | null;
}

/**
 * Takes events in the order of the journal; conversations may be interleaved in any way. A case counts if it began within the span,
 * by its first event; so what lies up to {@link BEYOND} outside of it should be given as well. Everything else counts when it happened.
 */
export class Collector {
  readonly #cases: CaseCounts;
  /** Silent for longest first. */
  readonly #heard = new Map<string, Heard>();
  readonly #answers = new Answers();
  readonly #notUnderstood = new Tally();
  readonly #words = new Tally();
  #misunderstood = 0;
  #outOfScope = 0;
  #asked = 0;

  /** `causes`: fault id → cause id. `told`: given each case once, when it is over. `held`: conversations held; for tests. */
  constructor(
    private readonly span: Span,
    private readonly causes: ReadonlyMap<string, string>,
    private readonly told: (record: CaseRecord) => void = () => undefined,
    private readonly held = HELD,
  ) {
    this.#cases = new CaseCounts();
  }

  take(event: Happened): void {
    const { conversation, type, data } = event;
    const { door } = this.span;
    if (typeof data !== 'object' || data === null) return;
    if (door !== null && doorOf(conversation) !== door) return;
    const heard = this.#of(conversation);
    switch (type) {
      case 'turn':
        this.#turn(heard, event);
        break;
      case 'drill-turn':
        this.#answers.leaveOut(event);
        break;
      case 'not-understood':
      case 'out-of-scope':
        this.#strange(heard, event);
        break;
      case 'feedback':
        if (this.#within(event)) this.#answers.rate(event);
        break;
      case 'human':
        if (data.active === true) heard.open?.accepted(event.at);
        break;
      case 'satisfaction-why':
        if (this.#within(event)) this.#words.add(textOf(data.text));
    }
    if (type.startsWith('handover-')) heard.open?.handover(event);
    if (typeof data.case === 'number') this.#ofCase(heard, data.case, event);
  }

  /** No more will come. */
  finish(): Figures {
    for (const { open } of this.#heard.values()) this.#count(open, this.span.now);
    this.#heard.clear();
    const { from, to, door } = this.span;
    const counted = this.#cases.figures(dateOf(from), dateOf(to - 1));
    const { bad, good, unknown, why, words } = this.#answers;
    return {
      from: dateOf(from),
      to: dateOf(to - 1),
      timeZone: 'Asia/Shanghai',
      door,
      ...counted,
      satisfaction: { asked: this.#asked, ...counted.satisfaction, words: mostFrequent(this.#words, MOST_WORDS) },
      answers: {
        rated: good + bad,
        good: shareOf(good, good + bad),
        unknown,
        why,
        words: mostFrequent(words, MOST_WORDS),
        worst: this.#answers
          .worst(MOST_SHOWN)
          .map(({ text, n, bad: times }) => ({ text, rated: n, bad: shareOf(times, n) })),
      },
      notUnderstood: {
        n: this.#misunderstood,
        outOfScope: this.#outOfScope,
        top: mostFrequent(this.#notUnderstood, MOST_SHOWN),
        complete: this.#notUnderstood.complete,
      },
    };
  }

  #within({ at }: Happened): boolean {
    return at >= this.span.from && at < this.span.to;
  }

  #of(conversation: string): Heard {
    const heard = this.#heard.get(conversation) ?? { open: null, stem: '', said: '' };
    this.#heard.delete(conversation);
    this.#heard.set(conversation, heard);
    if (this.#heard.size > this.held)
      for (const [oldest, { open }] of this.#heard) {
        this.#heard.delete(oldest);
        this.#count(open);
        break;
      }
    return heard;
  }

  #turn(heard: Heard, event: Happened): void {
    heard.stem = stemOf(event.id);
    heard.said = listOf(fieldOf(event.data.input, 'texts')).map(textOf).join(' ');
    this.#answers.remember(event);
    if (this.#within(event) && listOf(event.data.replies).some(asksRating)) this.#asked += 1;
  }

  /** What was not understood stands behind the turn that it was said in. */
  #strange(heard: Heard, event: Happened): void {
    if (!this.#within(event)) return;
    if (event.type === 'out-of-scope') {
      this.#outOfScope += 1;
      return;
    }
    this.#misunderstood += 1;
    if (stemOf(event.id) === heard.stem) this.#notUnderstood.add(heard.said);
  }

  #ofCase(heard: Heard, number: number, event: Happened): void {
    if (heard.open?.number !== number) {
      this.#count(heard.open);
      heard.open = new OpenCase(number, event, this.causes);
    }
    heard.open.take(event);
  }

  /** `now`: infinity where another case has begun since. */
  #count(open: OpenCase | null, now = Number.POSITIVE_INFINITY): void {
    const record = open?.record(now);
    if (!record || record.openedAt < this.span.from || record.openedAt >= this.span.to) return;
    this.#cases.add(record);
    this.told(record);
  }
}

function asksRating(reply: unknown): boolean {
  const offers = listOf(fieldOf(reply, 'options')).some((option) => fieldOf(option, 'id') === GOOD);
  return fieldOf(reply, 'question') === RATING && offers;
}

function mostFrequent(tally: Tally, most: number): { text: string; n: number }[] {
  return tally
    .all()
    .sort((a, b) => b.n - a.n || (a.text < b.text ? -1 : 1))
    .slice(0, most)
    .map(({ text, n }) => ({ text, n }));
}
