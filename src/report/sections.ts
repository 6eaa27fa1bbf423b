/** The figures as tables, in the words of ui.yaml: what the terminal and the spreadsheet show alike. Pure. */
import { OUTCOMES, WAIT_ENDS } from './case-record.js';
import { DOORS } from './door.js';
import type { Figures } from './figures.js';
import type { Share, Summary } from './spread.js';

/** Null: not known. */
export type Cell = string | number | Share | null;

export interface Section {
  title: string;
  /** Of the rows' cells; the first names the row. */
  columns: string[];
  rows: Cell[][];
  /** The second column is worth drawing. */
  bars?: true;
}

export interface Labels {
  /** A word of ui.yaml, by its whole key, with `{name}` filled in. */
  word(key: string, values?: Readonly<Record<string, string | number>>): string;
  /** A cause in words; undefined if there is none of this id. */
  cause(id: string): string | undefined;
}

/** Why a human is called; another reason is shown as it stands. */
const WHYS: readonly string[] = [
  'asked',
  'impatient',
  'emergency',
  'money',
  'cheaper',
  'questions-cap',
  'fixes-cap',
  'nothing-left',
];
const COMPLAINTS: readonly string[] = ['slow', 'many-questions', 'unclear', 'not-fixed', 'words'];

const camel = (id: string): string => id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Sections without a row are left out. */
export function sectionsOf(figures: Figures, { word, cause }: Labels): Section[] {
  const cases = word('report.cases');
  const times = word('report.times');
  const section = (key: string, columns: string[], rows: Cell[][], bars?: true): Section => ({
    title: word(`report.section.${key}`),
    columns: [word(`report.of.${key}`), ...columns],
    rows,
    ...(bars ? { bars } : {}),
  });
  const why = (id: string) => (WHYS.includes(id) ? word(`report.why.${camel(id)}`) : id);
  const complaint = (id: string) => (COMPLAINTS.includes(id) ? word(`report.complaint.${camel(id)}`) : id);
  const { byOutcome, byCause, byDoor, byHour, byDay } = figures.cases;
  const { handovers, satisfaction, answers, notUnderstood, timeToFix } = figures;
  const spread = ({ n, median, p90 }: Summary): Cell[] => [n, median, p90];
  const perCase = ({ mean, median, p90 }: Summary): Cell[] => [mean, median, p90];
  const hour = (n: number) => String(n).padStart(2, '0');
  const [median, p90] = [word('report.median'), word('report.p90')];
  const all = [
    section(
      'summary',
      [word('report.number')],
      [
        [cases, figures.cases.n],
        [word('report.withoutHuman'), figures.withoutHuman],
        [word('report.handovers'), handovers.n],
        [word('report.satisfied'), satisfaction.good],
        [word('report.ratedGood'), answers.good],
        [word('report.misunderstood'), notUnderstood.n],
        [word('report.outOfScope'), notUnderstood.outOfScope],
      ],
    ),
    section(
      'outcome',
      [cases],
      OUTCOMES.map((id): Cell[] => [word(`report.outcome.${camel(id)}`), byOutcome[id]]).filter(([, n]) => n !== 0),
    ),
    section(
      'cause',
      [cases, word('report.withoutHuman'), word('report.minutes'), word('report.questions'), word('report.handovers')],
      byCause.map((one) => [
        one.cause === null ? word('report.unknown') : (cause(one.cause) ?? one.cause),
        one.cases,
        one.withoutHuman,
        one.minutes.median,
        one.questions.mean,
        one.handovers,
      ]),
    ),
    section(
      'time',
      [times, median, p90],
      [
        [word('report.time.withoutHuman'), ...spread(timeToFix.withoutHuman)],
        [word('report.time.withHuman'), ...spread(timeToFix.withHuman)],
        [word('report.time.wait'), ...spread(handovers.wait)],
        [word('report.time.accepted'), ...spread(handovers.accepted)],
      ],
    ),
    section(
      'perCase',
      [word('report.mean'), median, p90],
      [
        [word('report.questions'), ...perCase(figures.questions)],
        [word('report.fixes'), ...perCase(figures.fixes)],
      ],
    ),
    section(
      'why',
      [times],
      Object.entries(handovers.byWhy).map(([id, n]) => [why(id), n]),
    ),
    section(
      'end',
      [times],
      handovers.n === 0
        ? []
        : [...WAIT_ENDS, 'unknown' as const].map((id) => [word(`report.end.${camel(id)}`), handovers.byEnd[id]]),
    ),
    section(
      'door',
      [cases],
      DOORS.flatMap((door): Cell[][] => {
        const n = byDoor[door];
        return n === undefined ? [] : [[word(`report.door.${camel(door)}`), n]];
      }),
    ),
    section(
      'hour',
      [cases],
      figures.cases.n === 0
        ? []
        : byHour.map((n, at) => [word('report.hour', { from: hour(at), to: hour(at + 1) }), n]),
      true,
    ),
    section('day', [cases], figures.cases.n === 0 ? [] : byDay.map(({ day, n }) => [day, n]), true),
    section(
      'complaint',
      [times],
      Object.entries(satisfaction.why).map(([id, n]) => [complaint(id), n]),
    ),
    section(
      'words',
      [times],
      satisfaction.words.map(({ text, n }) => [text, n]),
    ),
    section(
      'worst',
      [word('report.bad')],
      answers.worst.map(({ text, bad }) => [text, bad]),
    ),
    section(
      'strange',
      [times],
      notUnderstood.top.map(({ text, n }) => [text, n]),
    ),
  ];
  return all.filter(({ rows }) => rows.length > 0);
}
