/** Simulated mornings for a terminal: what happened, what it saved, what merchants heard; and for programs. Pure. */
import { chinaTime } from '../text/china-time.js';
import type { Conversation, Morning } from './morning.js';
import { type Both, type Judged, type MorningFigures, type Sample, samplesOf } from './morning-figures.js';
import type { Note } from './morning-operator.js';
import type { Estimate } from './statistics.js';

const shown = ({ value, half }: Estimate, digits = 1, times = 1): string => {
  if (Number.isNaN(value)) return '–';
  return `${(value * times).toFixed(digits)}${Number.isNaN(half) ? '' : ` ± ${(half * times).toFixed(digits)}`}`;
};
const pair = ({ with: ours, without }: Both, digits: number, times = 1): string =>
  `${shown(ours, digits, times)} | ${shown(without, digits, times)}`;

/** In order of time. */
export const timelineOf = ({ with: { notes } }: Morning): Note[] => notes.toSorted((one, other) => one.at - other.at);

/** Tables, the first morning's timeline and samples, and the verdict. */
export function morningAsText(all: readonly Judged[], figures: MorningFigures): string {
  const [first] = all;
  if (first === undefined) return '';
  const { morning } = first;
  const rows = [
    ['', 'merchants', 'minutes', 'questions', 'calls %', 'saved a morning, minutes', 'saved each, minutes'],
    ...figures.groups.map((one) => [
      one.group,
      String(one.merchants),
      pair(one.minutes, 1),
      pair(one.questions, 2),
      pair(one.calls, 0, 100),
      shown(one.savedAMorning, 0),
      shown(one.savedEach),
    ]),
  ];
  return [
    `${figures.mornings} mornings, ${figures.shops} shops, seeds ${figures.seeds.join(' ')}; with the board | without; ± half of a 95 % interval`,
    ...columns(rows),
    '',
    `affected who came while it was known: ${shown(figures.cameKnown, 0, 100)} %; of these told after no or one question: ${shown(figures.soon, 0, 100)} %`,
    `of those told, heard that it is over: ${shown(figures.heardEnd, 0, 100)} %`,
    `minutes from the beginning of the outage: ${figures.delays.map(({ seed, suspected, announced }) => `seed ${seed} suspected ${whole(suspected)}, known ${whole(announced)}`).join('; ')}`,
    '',
    `seed ${morning.seed}`,
    ...timelineOf(morning).map(
      ({ at, what, kind, detail }) => `  ${chinaTime(at, morning.day)}  ${kind} ${what}  ${detail}`,
    ),
    '',
    'what merchants heard',
    ...samplesOf(all).flatMap((sample) => ['', ...sampleAsText(sample, morning.day)]),
    '',
    `judged: ${figures.judged.told} told of an incident, ${figures.judged.over} that it is over, ${figures.judged.collect} ways to collect; told as likely to somebody whose trouble is another: ${figures.hedgedWrongly}`,
    verdictLine(figures),
  ].join('\n');
}

/** 「false statements: 0」. */
export function verdictLine({ falseStatements, byKind }: MorningFigures): string {
  const kinds = Object.entries(byKind).filter(([, count]) => count > 0);
  const which = kinds.map(([lie, count]) => `${lie} ${count}`).join(', ');
  return `false statements: ${falseStatements}${which === '' ? '' : ` (${which})`}`;
}

function sampleAsText({ kind, conversation }: Sample, day: number): string[] {
  const { visitor, lines, end, minutes } = conversation;
  const what = visitor.trouble?.what ?? visitor.merchant.fault;
  return [
    `${kind}: ${what}, ${visitor.acquirer}, ${visitor.channel}; ${end} after ${minutes.toFixed(1)} minutes`,
    ...lines.flatMap(({ who, at, text }) => {
      const [head = '', ...rest] = text.split('\n');
      const mark = who === 'merchant' ? '<' : '>';
      return [`  ${chinaTime(at, day)} ${mark} ${head}`, ...rest.map((line) => `          ${line}`)];
    }),
  ];
}

const whole = (minutes: number | null): string => (minutes === null ? 'never' : minutes.toFixed(0));

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

/** One JSON. */
export function morningAsJson(all: readonly Judged[], figures: MorningFigures): string {
  const plain = ({ visitor, lines, end, minutes, questions, told, news }: Conversation) => ({
    at: visitor.at,
    shop: visitor.shop,
    acquirer: visitor.acquirer,
    channel: visitor.channel,
    fault: visitor.merchant.fault,
    incident: visitor.trouble?.what ?? null,
    end,
    minutes,
    questions,
    told: told ?? null,
    news: news ?? null,
    lines,
  });
  return JSON.stringify({
    ...figures,
    days: all.map(({ morning, verdict, verdictWithout }) => ({
      seed: morning.seed,
      merchants: morning.with.conversations.length,
      timeline: timelineOf(morning),
      findings: [...verdict.findings, ...verdictWithout.findings],
    })),
    samples: samplesOf(all).map(({ kind, conversation }) => ({ kind, ...plain(conversation) })),
  });
}
