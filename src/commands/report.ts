/** `pos-doctor report`: what the cases of some days were, and what became of them. */
import type { Command } from 'commander';
import { systemClock } from '../clock.js';
import { type Config, readConfig } from '../config.js';
import { PosDoctorError } from '../errors.js';
import { checkKnowledge } from '../knowledge/check.js';
import { loadKnowledge } from '../knowledge/load.js';
import type { Knowledge } from '../knowledge/schema.js';
import { siteOf } from '../pages/site.js';
import { BEYOND, Collector, type Span } from '../report/collect.js';
import { csvOf, csvRows } from '../report/csv.js';
import { DOORS } from '../report/door.js';
import type { Figures } from '../report/figures.js';
import { type Labels, sectionsOf } from '../report/sections.js';
import { DAY, dateOf, startOf } from '../report/shanghai.js';
import { textOfSections } from '../report/text.js';
import { interruptible, type Stopped, takeEvents } from './interruptible.js';
import { openJournal } from './open-store.js';
import { paint, printable } from './paint.js';
import { expectWritable, writeWhole } from './whole-file.js';

const EXAMPLES = `
Examples:
  $ pos-doctor report                                        the last seven days, today among them
  $ pos-doctor report --from 2026-11-01 --to 2026-11-30      a month; both days count
  $ pos-doctor report --door wecom-kf --csv november.csv     one door, for Excel
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
    .option('--json', 'print one JSON object')
    .option('--door <name>', `of one door only: ${DOORS.join(', ')}`)
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      if (flags.csv !== undefined && flags.json === true) throw wrong('choose --csv or --json, not both');
      const span = spanOf(flags, systemClock.now());
      if (flags.csv !== undefined) expectWritable(flags.csv);
      const config = readConfig(process.env);
      const collected = await interruptible((stopped) => collect(config, span, stopped));
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

/** Null if it was stopped. */
async function collect(config: Config, span: Span, stopped: Stopped): Promise<Collected | null> {
  const knowledge = knowledgeOf(config);
  const causes = new Map([...knowledge.faults].map(([id, { cause }]) => [id, cause]));
  let corrupt = 0;
  const log = () => {
    corrupt += 1;
  };
  const journal = await openJournal(config, { log });
  const collector = new Collector(span, causes);
  try {
    const events = journal.read({ from: span.from - BEYOND, to: span.to + BEYOND });
    if (!(await takeEvents(events, (event) => collector.take(event), stopped))) return null;
  } finally {
    await journal.close();
  }
  const { word } = siteOf(knowledge);
  const cause = (id: string) => [...knowledge.causes.values()].find((one) => one.id === id)?.label;
  return { figures: collector.finish(), corrupt, labels: { word, cause } };
}

/** An overlay that does not load must not keep anybody from the figures. */
function knowledgeOf({ contentDir }: Config): Knowledge {
  const own = contentDir === undefined ? undefined : checkKnowledge({ contentDir }).knowledge;
  return own ?? loadKnowledge().knowledge;
}

function tell({ figures, corrupt, labels }: Collected, { csv, json }: Flags): void {
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
    process.stdout.write(`${word('report.written', { file: csv, n: figures.cases.n })}\n`);
    return;
  }
  const { from, to, door } = figures;
  const its = door === null ? word('report.allDoors') : door;
  const head = paint.bold(word('report.head', { from, to, door: its }));
  const body = textOfSections(sections, paint, (n) => word('report.more', { n }));
  const note = paint.dim(word('report.note'));
  const none = figures.cases.n === 0 ? [word('report.none')] : [];
  process.stdout.write(`${printable([head, ...none, body, note].join('\n\n'))}\n`);
}
