/** `pos-doctor report`: what the cases of some days were, and what became of them. */
import type { Command } from 'commander';
import { systemClock } from '../clock.js';
import { type Config, readConfig } from '../config.js';
import { PosDoctorError } from '../errors.js';
import { checkKnowledge } from '../knowledge/check.js';
import { loadKnowledge } from '../knowledge/load.js';
import type { Knowledge } from '../knowledge/schema.js';
import { siteOf } from '../pages/site.js';
import type { CaseRecord } from '../report/case-record.js';
import { caseHeader, caseRow } from '../report/case-row.js';
import { BEYOND, Collector, type Span } from '../report/collect.js';
import { csvLine, csvOf, csvRows } from '../report/csv.js';
import { DOORS } from '../report/door.js';
import type { Figures } from '../report/figures.js';
import type { Labels } from '../report/labels.js';
import { sectionsOf } from '../report/sections.js';
import { DAY, dateOf, startOf } from '../report/shanghai.js';
import { textOfSections } from '../report/text.js';
import { interruptible, type Stopped, takeEvents } from './interruptible.js';
import { openJournal } from './open-store.js';
import { paint, printable } from './paint.js';
import { expectWritable, GrowingFile, writeWhole } from './whole-file.js';

const EXAMPLES = `
Examples:
  $ pos-doctor report                                        the last seven days, today among them
  $ pos-doctor report --from 2026-11-01 --to 2026-11-30      a month; both days count
  $ pos-doctor report --door wecom-kf --csv november.csv     one door, for Excel
  $ pos-doctor report --cases cases.csv                      one row a case, for Excel
  $ pos-doctor report --json | jq .withoutHuman

Days and hours are those of China (UTC+8). Works beside the running service. What each figure means: docs/report.zh-CN.md.
With fewer than 10 cases no percentage is given.`;

/** Days of a report unless said otherwise, today among them. */
const USUAL_DAYS = 7;
/** Ten years. */
const MOST_DAYS = 3660;

interface Flags {
  from?: string;
  to?: string;
  csv?: string;
  cases?: string;
  json?: boolean;
  door?: string;
}

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description(
      'cases by cause, hour and day; what was solved without a human, how fast; what was rated badly or not understood',
    )
    .option('--from <date>', 'first day, YYYY-MM-DD (default: six days before the last)')
    .option('--to <date>', 'last day, YYYY-MM-DD (default: today)')
    .option('--csv <file>', 'write a table for a spreadsheet there')
    .option(
      '--cases <file>',
      'write one row a case there as well: cause, fix, minutes, questions, outcome; no words, no names',
    )
    .option('--json', 'print one JSON object')
    .option('--door <name>', `of one door only: ${DOORS.join(', ')}`)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      if (flags.csv !== undefined && flags.json === true) throw wrong('choose --csv or --json, not both');
      const span = spanOf(flags, systemClock.now());
      if (flags.cases !== undefined && flags.cases === flags.csv) throw wrong('--csv and --cases need a file each');
      for (const file of [flags.csv, flags.cases]) if (file !== undefined) expectWritable(file);
      const config = readConfig(process.env);
      const collected = await interruptible((stopped) => collect(config, span, flags.cases, stopped));
      if (collected !== null) tell(collected, flags);
    });
}

const wrong = (what: string) => new PosDoctorError('BAD_ARGUMENTS', { what });

/** @throws BAD_ARGUMENTS if there are no such days or no such door */
function spanOf({ from, to, door }: Flags, now: number): Span {
  const last = dayOf('--to', to ?? dateOf(now));
  const first = from === undefined ? last - (USUAL_DAYS - 1) * DAY : dayOf('--from', from);
  if (first > last) throw wrong(`--from ${dateOf(first)} lies after --to ${dateOf(last)}; swap them`);
  if (last - first >= MOST_DAYS * DAY) throw wrong(`at most ${MOST_DAYS} days; choose a later --from`);
  const its = DOORS.find((one) => one === door);
  if (door !== undefined && its === undefined) throw wrong(`--door ${door}: choose one of ${DOORS.join(', ')}`);
  return { from: first, to: last + DAY, now, door: its ?? null };
}

function dayOf(flag: string, date: string): number {
  const at = startOf(date);
  if (at === null) throw wrong(`${flag} ${date}: a day is needed, as 2026-11-23`);
  return at;
}

interface Collected {
  figures: Figures;
  /** Lines of the journal that are no events. */
  corrupt: number;
  labels: Labels;
}

/** Null if it was stopped. `file`: of the cases, row by row. */
async function collect(
  config: Config,
  span: Span,
  file: string | undefined,
  stopped: Stopped,
): Promise<Collected | null> {
  const knowledge = knowledgeOf(config);
  const labels = labelsOf(knowledge);
  const cases = file === undefined ? null : new GrowingFile(file);
  try {
    cases?.add(csvOf([caseHeader(labels)]));
    const told = (record: CaseRecord) => cases?.add(csvLine(caseRow(record, labels)));
    const causes = new Map([...knowledge.faults].map(([id, { cause }]) => [id, cause]));
    const collector = new Collector(span, causes, told);
    const read = await readAll(config, collector, span, stopped);
    if (read === null) return null;
    const figures = collector.finish();
    cases?.finish();
    return { figures, corrupt: read.corrupt, labels };
  } finally {
    cases?.drop();
  }
}

/** Null if it was stopped. */
async function readAll(
  config: Config,
  collector: Collector,
  { from, to }: Span,
  stopped: Stopped,
): Promise<{ corrupt: number } | null> {
  let corrupt = 0;
  const log = () => {
    corrupt += 1;
  };
  const journal = await openJournal(config, { log });
  try {
    const events = journal.read({ from: from - BEYOND, to: to + BEYOND });
    if (!(await takeEvents(events, (event) => collector.take(event), stopped))) return null;
  } finally {
    await journal.close();
  }
  return { corrupt };
}

function labelsOf(knowledge: Knowledge): Labels {
  return {
    word: siteOf(knowledge).word,
    cause: (id) => [...knowledge.causes.values()].find((one) => one.id === id)?.label,
    fault: (id) => knowledge.faults.get(id)?.title,
    fix: (id) => knowledge.fixes.get(id)?.title,
  };
}

/** An overlay that does not load must not keep anybody from the figures. */
function knowledgeOf({ contentDir }: Config): Knowledge {
  const own = contentDir === undefined ? undefined : checkKnowledge({ contentDir }).knowledge;
  return own ?? loadKnowledge().knowledge;
}

function tell({ figures, corrupt, labels }: Collected, { csv, cases, json }: Flags): void {
  const { word } = labels;
  if (corrupt > 0) process.stderr.write(`${paint.yellow(word('report.corrupt', { n: corrupt }))}\n`);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ ...figures, corrupt })}\n`);
    return;
  }
  const sections = sectionsOf(figures, labels);
  if (csv !== undefined) {
    const header = ['section', 'item', 'figure', 'value'].map((column) => word(`report.csv.${column}`));
    writeWhole(csv, csvOf(csvRows(sections, header, word('report.csv.of'))));
    for (const file of cases === undefined ? [csv] : [csv, cases])
      process.stdout.write(`${word('report.written', { file, n: figures.cases.n })}\n`);
    return;
  }
  const { from, to, door } = figures;
  const its = door === null ? word('report.allDoors') : door;
  const head = paint.bold(word('report.head', { from, to, door: its }));
  const body = textOfSections(sections, paint, (n) => word('report.more', { n }));
  const note = paint.dim(word('report.note'));
  const none = figures.cases.n === 0 ? [word('report.none')] : [];
  const written = cases === undefined ? [] : [word('report.written', { file: cases, n: figures.cases.n })];
  process.stdout.write(`${printable([head, ...none, body, ...written, note].join('\n\n'))}\n`);
}
