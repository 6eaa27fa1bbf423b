/** A run of the emergency plan as a record to be filed: Markdown, or rows for a spreadsheet. Pure. */
import type { RecordedRun, RecordedStep } from './plan-runs.js';
import { clockOf, dateOf } from './shanghai.js';

export interface PlanWords {
  word(key: string, values?: Readonly<Record<string, string | number>>): string;
  /** How the plan calls a role; its id if it has it no more. */
  role(id: string): string;
}

/** Markdown takes these for markup; the titles are an operator's own words. */
const MARKUP = /[\\`*_{}[\]<>|#]/g;

const plain = (text: string): string => text.replace(/\s+/g, ' ').replace(MARKUP, (sign) => `\\${sign}`);

/** A whole document. */
export function markdownOf(run: RecordedRun, words: PlanWords): string {
  const { word } = words;
  const facts = factsOf(run, words).map(([name, value]) => `- ${plain(name)}${word('plan.colon')}${plain(value)}`);
  const columns = columnsOf(words);
  const table = [columns, columns.map(() => '---'), ...run.steps.map((step, index) => cellsOf(step, index, words))];
  const rows = table.map(
    (row) => `| ${row.map((cell) => (cell === '---' ? cell : plain(String(cell)))).join(' | ')} |`,
  );
  const open = run.steps.filter(({ outcome }) => outcome !== 'done').map(({ title }) => title);
  const left = open.length === 0 ? [] : ['', word('plan.notDone', { steps: plain(open.join(word('plan.comma'))) })];
  return [
    `# ${plain(word('plan.record', { title: run.title }))}`,
    '',
    ...facts,
    '',
    ...rows,
    ...left,
    '',
    word('plan.sign'),
    '',
  ].join('\n');
}

/** Name and value of everything but the steps. */
export function factsOf(run: RecordedRun, { word, role }: PlanWords): [string, string][] {
  const { id, from, to, minutes, severity, merchant, human, outcome, door, planned, steps } = run;
  const until = to === null ? word('plan.noEnd') : clockOf(to);
  const total = minutes === null ? '' : word('plan.total', { n: shown(minutes) });
  const facts: [string, string][] = [
    [word('plan.id'), id],
    [word('plan.time'), word('plan.span', { date: dateOf(from), from: clockOf(from), to: until, total })],
    [word('plan.severity'), word(`duty.severity.${severity}`)],
    [word('plan.walker'), role(run.role)],
    [word('plan.steps'), word('plan.stepsOf', { n: steps.length, all: Math.max(planned, steps.length) })],
    [word('plan.result'), word(`plan.ended.${outcome}`)],
    [word('plan.door'), door],
  ];
  if (merchant !== '') facts.push([word('plan.merchant'), merchant]);
  if (human !== null) facts.push([word('plan.human'), clockOf(human)]);
  return facts;
}

function columnsOf({ word }: PlanWords): string[] {
  return ['number', 'step', 'role', 'limit', 'actual', 'outcome', 'given', 'done'].map((key) =>
    word(`plan.column.${key}`),
  );
}

function cellsOf(
  { title, role, limit, minutes, outcome, given, done }: RecordedStep,
  index: number,
  words: PlanWords,
): (string | number)[] {
  const result = words.word(`plan.outcome.${outcome}`);
  const late = minutes > limit ? words.word('plan.late', { result }) : result;
  return [index + 1, title, words.role(role), limit, shown(minutes), late, clockOf(given), clockOf(done)];
}

/** One step a row; what names the run stands in each, so that files can be put one under the other. */
export function planRows(runs: readonly RecordedRun[], words: PlanWords): (string | number)[][] {
  const { word } = words;
  const about = ['id', 'date', 'situation', 'severity', 'walker', 'result', 'total'];
  const header = [...about.map((key) => word(`plan.about.${key}`)), ...columnsOf(words)];
  const rows = runs.flatMap((run) =>
    run.steps.map((step, index) => [
      run.id,
      dateOf(run.from),
      run.title,
      word(`duty.severity.${run.severity}`),
      words.role(run.role),
      word(`plan.ended.${run.outcome}`),
      run.minutes === null ? '' : shown(run.minutes),
      ...cellsOf(step, index, words),
    ]),
  );
  return [header, ...rows];
}

/** To a tenth, without a zero behind the point. */
const shown = (minutes: number): number => Math.round(minutes * 10) / 10;
