/**
 * Judges what merchants heard in the simulated morning: every sentence about an outage, maintenance or recovery, and every way to
 * collect, against what is really so. It reads the words by patterns of its own and knows nothing of why they were said. Pure.
 */
import { HOUR_MINUTES, MINUTE_MS } from '../incidents/calendar.js';
import { CHARGED, type Knowledge } from '../knowledge/schema.js';
import type { Conversation, Line } from './morning.js';
import type { Happened } from './morning-operator.js';
import type { MorningSettings } from './morning-settings.js';
import type { Visitor } from './morning-visitors.js';

/** What can be false about it. */
export const LIES = [
  /** Said without 「可能」 to somebody whose trouble is another. */
  'not-theirs',
  /** There is no such thing. */
  'unknown',
  'too-early',
  'too-late',
  /** Said as a fact while it was no more than suspected. */
  'suspected',
  /** Maintenance before or after its window. */
  'window',
  'since',
  'until',
  /** The way round is out itself. */
  'workaround',
  /** It is not over, or not since then. */
  'over',
  /** A way to collect, while the last payment isn't known to have failed. */
  'collect',
  /** It speaks of an incident in words that the judge can't read. */
  'unread',
] as const;
export type Lie = (typeof LIES)[number];

export interface Finding {
  lie: Lie;
  visitor: number;
  /** ms since the epoch. */
  at: number;
  text: string;
}

export interface Verdict {
  /** Sentences that were judged: of incidents, of recoveries, and ways to collect. */
  judged: { told: number; over: number; collect: number };
  /** Told with 「可能」 to somebody whose trouble is another: not false, but no help. */
  hedgedWrongly: number;
  findings: Finding[];
}

/** What statements are judged by. */
export interface Truths {
  happened: readonly Happened[];
  settings: MorningSettings;
  knowledge: Pick<Knowledge, 'questions' | 'fixes'>;
}

export function judge(conversations: readonly Conversation[], truths: Truths): Verdict {
  const verdict: Verdict = { judged: { told: 0, over: 0, collect: 0 }, hedgedWrongly: 0, findings: [] };
  const charging = chargingIn(truths.knowledge);
  for (const one of conversations) judgeOne(one, truths, charging, verdict);
  return verdict;
}

type Assistant = Extract<Line, { who: 'assistant' }>;

function judgeOne(
  { visitor, lines, claimed }: Conversation,
  truths: Truths,
  charging: Charging,
  verdict: Verdict,
): void {
  const purse = new Purse(charging, truths.settings.judge.failed);
  let read = 0;
  for (const line of lines) {
    if (line.who === 'merchant') {
      purse.hear(line);
      continue;
    }
    const find = (lie: Lie): void => {
      verdict.findings.push({ lie, visitor: visitor.id, at: line.at, text: line.text });
    };
    read += judgeAbout(line, visitor, truths, verdict, find);
    if (collects(line, charging, truths.settings)) {
      verdict.judged.collect += 1;
      if (!purse.failed) find('collect');
    }
    purse.told(line);
  }
  // What the assistant counts itself, and the judge did not see.
  const last = lines.findLast(({ who }) => who === 'assistant');
  if (read < claimed)
    verdict.findings.push({ lie: 'unread', visitor: visitor.id, at: last?.at ?? 0, text: last?.text ?? '' });
}

/** @returns how many statements were read */
function judgeAbout(
  line: Assistant,
  visitor: Visitor,
  truths: Truths,
  verdict: Verdict,
  find: (lie: Lie) => void,
): number {
  const { judge: words } = truths.settings;
  const { text, at } = line;
  const told = words.told.exec(text)?.groups;
  const still = words.still.exec(text)?.groups;
  const over = (words.over.exec(text) ?? words.ended.exec(text))?.groups;
  if (told === undefined && over === undefined && still === undefined) {
    if (words.about.test(text)) find('unread');
    return 0;
  }
  if (over !== undefined) {
    verdict.judged.over += 1;
    const it = truths.happened.find(({ what }) => what === over.what);
    const end = timeIn(over.end, at);
    const isSo = it?.over !== undefined && at >= it.over && end >= minute(it.to) && end <= minute(it.over);
    if (!isSo) find(it === undefined ? 'unknown' : 'over');
  }
  const stated = told ?? still;
  if (stated !== undefined) {
    verdict.judged.told += 1;
    judgeTold(stated, line, visitor, truths, verdict, find);
  }
  return Number(told !== undefined) + Number(over !== undefined);
}

function judgeTold(
  told: Record<string, string>,
  { text, at }: Assistant,
  visitor: Visitor,
  { happened, settings }: Truths,
  verdict: Verdict,
  find: (lie: Lie) => void,
): void {
  const { judge: words, operator } = settings;
  const hedged = words.hedge.test(text);
  const kind = words.maintenance.test(text) ? 'maintenance' : 'outage';
  const it = happened.find((one) => one.what === told.what && one.kind === kind);
  if (it === undefined) {
    find('unknown');
    return;
  }
  // That it is still out is said of no shop.
  const isTheirs = told.not === undefined || (visitor.trouble?.what === it.what && visitor.acquirer === it.acquirer);
  if (!isTheirs && hedged) verdict.hedgedWrongly += 1;
  else if (!isTheirs) find('not-theirs');
  if (kind === 'maintenance') {
    if (at < it.from || at >= it.to) find('window');
  } else {
    if (at < it.from) find('too-early');
    else if (it.over !== undefined && at >= it.over) find('too-late');
    else if (it.announced === undefined || at < it.announced) find('suspected');
  }
  if (timeIn(told.since, at) !== minute(it.from)) find('since');
  const until = words.until.exec(text)?.groups?.until;
  const expected = it.expected.findLast((one) => one.at <= at)?.until;
  if (until !== undefined && (timeIn(until, at) !== (expected ?? -1) || (expected ?? 0) <= at)) find('until');
  const way = words.way.exec(text)?.groups?.way;
  if (way === undefined) return;
  const channel = operator.ways[way];
  const isOut = happened.some(
    (one) => one.channel === channel && one.acquirer === visitor.acquirer && at >= one.from && at < one.to,
  );
  if (channel === undefined || isOut) find('workaround');
}

interface Charging {
  questions: ReadonlySet<string>;
  /** Texts of steps that charge. */
  steps: readonly string[];
}

function chargingIn({ questions, fixes }: Truths['knowledge']): Charging {
  return {
    questions: new Set([...questions.values()].filter(({ charges }) => charges).map(({ id }) => id)),
    steps: [
      ...new Set(
        [...fixes.values()].flatMap(({ steps }) => steps.filter(({ charges }) => charges).map(({ text }) => text)),
      ),
    ],
  };
}

const showsStep = ({ text }: Assistant, { steps }: Charging): boolean => steps.some((step) => text.includes(step));

/** Does it lead to a charge? A way that is for later, once the payment is looked up, does not. */
function collects(line: Assistant, charging: Charging, { judge: words }: MorningSettings): boolean {
  if (line.question !== undefined && charging.questions.has(line.question)) return true;
  if (showsStep(line, charging)) return true;
  const now = line.text.replace(new RegExp(words.later, 'gu'), '');
  return words.told.test(line.text) && words.way.test(now);
}

/** What the merchant has said of the last payment. */
class Purse {
  failed = false;
  #charged = false;

  constructor(
    private readonly charging: Charging,
    private readonly saysFailed: RegExp,
  ) {}

  hear({ question, option, text }: Extract<Line, { who: 'merchant' }>): void {
    if (question === CHARGED) this.failed = option === 'no';
    else if (question === 'looked-up') this.failed = option === 'failed';
    else if (question === 'fix' && option !== 'solved' && this.#charged) this.failed = false;
    else if (question === undefined) this.failed = this.saysFailed.test(text);
  }

  /** A fix on the table that charges makes the next answer one about another payment. */
  told(line: Assistant): void {
    if (line.question === 'fix') this.#charged = showsStep(line, this.charging);
  }
}

const minute = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;

const DAY_MS = 24 * HOUR_MINUTES * MINUTE_MS;
const CHINA_MS = 8 * HOUR_MINUTES * MINUTE_MS;

/** `10:40`, or `02/03 10:40`, as a time of the day of `near`, in China: ms since the epoch. What has a day is of another day. */
function timeIn(text: string | undefined, near: number): number {
  const parts = /^(?:(?<month>\d\d)\/(?<day>\d\d) )?(?<hour>\d\d):(?<minute>\d\d)$/.exec(text ?? '')?.groups;
  if (parts === undefined) return Number.NaN;
  const inDay = (Number(parts.hour) * HOUR_MINUTES + Number(parts.minute)) * MINUTE_MS;
  const midnight = Math.floor((near + CHINA_MS) / DAY_MS) * DAY_MS;
  const start =
    parts.month === undefined
      ? midnight
      : Date.UTC(new Date(midnight).getUTCFullYear(), Number(parts.month) - 1, Number(parts.day));
  return start + inDay - CHINA_MS;
}
