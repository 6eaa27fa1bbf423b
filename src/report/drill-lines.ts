/** One drill in the record, line by line: what was found wanting, and what happened when. Pure. */
import { findingsOf, type RecordedDrill } from './drill-runs.js';
import { camel } from './labels.js';

export interface DrillWords {
  word(key: string, values?: Readonly<Record<string, string | number>>): string;
  /** What things are called; their id if they are gone. */
  drill(id: string): string;
  fault(id: string): string;
  cause(id: string): string;
  act(id: string): string;
  item(id: string): string;
  role(id: string): string;
  /** What was shown: an answer to a question. */
  answer(question: string, option: string): string;
  /** What the drill itself brought in, with where from: 「短信：…」. */
  event(from: string, text: string): string;
  /** Why a rule of an item gave nothing, or a part only; '' if nothing is written. */
  missed(item: string, rule: string, part: boolean): string;
  /** That an act cost all of the item, or was a trap. */
  fell(act: string, all: boolean): string;
  /** What to practise for an item. */
  advice(item: string): string;
}

/** What was found wanting in one drill, a sentence for each item that lost points. */
export function findingsIn(
  one: Pick<RecordedDrill, 'items'>,
  words: DrillWords,
): { finding: string; action: string }[] {
  return findingsOf(one).map((item) => {
    const { id, points, of } = item;
    const values = { item: words.item(id), points, of, why: lackOf(item, words) };
    return { finding: words.word('drill.report.finding', values), action: words.advice(id) };
  });
}

/** Only what was wanting; what was done well stands in the debrief. */
function lackOf({ id, why, missed, fell }: RecordedDrill['items'][number], words: DrillWords): string {
  const lacks = [
    ...fell.map(({ act, all }) => words.fell(act, all)),
    ...missed.map(({ rule, part }) => words.missed(id, rule, part)),
  ].filter((lack) => lack !== '');
  return lacks.length === 0 ? why : lacks.join(words.word('drill.semicolon'));
}

export const doorName = ({ door }: Pick<RecordedDrill, 'door'>, { word }: DrillWords): string =>
  word(`report.door.${camel(door)}`);

export interface TimelineRow {
  /** Minutes and seconds of the drill. */
  clock: string;
  /** What the trainee said, or what the drill brought in. */
  said: string;
  did: string;
  shown: string;
  /** It came from the drill and not from a trainee. */
  brought: boolean;
}

/** What was said, done, shown and brought in, as it came. */
export function timelineRows({ moments, events }: RecordedDrill, words: DrillWords): TimelineRow[] {
  const list = (all: readonly string[]) => all.join(words.word('drill.comma'));
  const said = moments.map(({ at, words: text, acts, found }) => ({
    at,
    said: text,
    did: list(acts.map((act) => words.act(act))),
    shown: list(found.map(({ question, option }) => words.answer(question, option))),
    brought: false,
  }));
  const brought = events.map(({ at, from, text }) => ({
    at,
    said: words.event(from, text),
    did: '',
    shown: '',
    brought: true,
  }));
  // The sort is stable: what happens in the second in which something was said comes after it.
  return [...said, ...brought].sort((a, b) => a.at - b.at).map(({ at, ...row }) => ({ clock: passed(at), ...row }));
}

/** What was done when, without the words: 「0:20 查这一笔」. */
export function timelineOf({ moments }: Pick<RecordedDrill, 'moments'>, words: DrillWords): string[] {
  return moments.flatMap(({ at, acts }) => acts.map((act) => `${passed(at)} ${words.act(act)}`));
}

/** Minutes and seconds: 1:05. */
export function passed(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
