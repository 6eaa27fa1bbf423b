/** `pos-doctor plan`: the emergency plan itself, its runs, and a run's record to be filed. */
import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { systemClock } from '../clock.js';
import { readConfig } from '../config.js';
import { soundKnowledge } from '../content.js';
import { PosDoctorError } from '../errors.js';
import type { Knowledge, PlanRole, Situation } from '../knowledge/schema.js';
import { siteOf } from '../pages/site.js';
import { csvOf } from '../report/csv.js';
import { markdownOf, type PlanWords, planRows } from '../report/plan-record.js';
import { PlanRuns, type PlanSpan, type RecordedRun } from '../report/plan-runs.js';
import { clockOf, DAY, dateOf, startOf } from '../report/shanghai.js';
import { textOfSections } from '../report/text.js';
import { openJournal } from './open-store.js';
import { paint, printable } from './paint.js';
import { expectWritable, writeWhole } from './whole-file.js';

const EXAMPLES = `
Examples:
  $ pos-doctor plan show                                 the plan: who does what, within how many minutes
  $ pos-doctor plan show fraud --role cashier            one situation, one role
  $ pos-doctor plan list                                 runs of the last 30 days, the latest first
  $ pos-doctor plan list --from 2026-11-01 --to 2026-11-30 --json | jq -r '.runs[].id'
  $ pos-doctor plan export 20261123-1000-3f9a            the record of a run, on the screen
  $ pos-doctor plan export 20261123-1000-3f9a --md record.md
  $ pos-doctor plan export 20261123-1000-3f9a --csv record.csv

Days and times are those of China (UTC+8). Works beside the running service. A record holds no words of the user and no name.
How the plan is edited, walked through and filed: docs/emergency-plan.zh-CN.md.`;

/** Days of a list unless said otherwise, today among them. */
const USUAL_DAYS = 30;
/** Ten years. */
const MOST_DAYS = 3660;
/** A run's name: its day and minute in China, and four digits that tell it from others of that minute. */
const ID = /^(\d{4})(\d{2})(\d{2})-\d{4}-[0-9a-f]{4}$/;

const wrong = (what: string) => new PosDoctorError('BAD_ARGUMENTS', { what });

export function addPlanCommand(program: Command): void {
  const plan = program
    .command('plan')
    .description('the emergency plan: show it, list its runs, export the record of one')
    .addHelpText('after', EXAMPLES);
  plan
    .command('show')
    .description('who does what, in order, within how many minutes')
    .argument('[situation]', 'one situation, by its id')
    .option('--role <id>', 'the steps of one role only')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((situation: string | undefined, flags: { role?: string; json?: boolean }) => show(situation, flags));
  plan
    .command('list')
    .description('runs, the latest first')
    .option('--from <date>', 'first day, YYYY-MM-DD (default: 29 days before the last)')
    .option('--to <date>', 'last day, YYYY-MM-DD (default: today)')
    .option('--json', 'print one JSON object, with every step')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ListFlags) => list(flags));
  plan
    .command('export')
    .description('the record of a run: when, which situation, each step with its times and outcome')
    .argument('<run>', 'as `plan list` names it')
    .option('--md <file>', 'write it there as Markdown, to be filed')
    .option('--csv <file>', 'write its steps there as a table for a spreadsheet')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (run: string, flags: ExportFlags) => exportRun(run, flags));
}

interface ListFlags {
  from?: string;
  to?: string;
  json?: boolean;
}

interface ExportFlags {
  md?: string;
  csv?: string;
  json?: boolean;
}

function show(id: string | undefined, { role: roleId, json }: { role?: string; json?: boolean }): void {
  const knowledge = soundKnowledge(readConfig(process.env).contentDir);
  const situations = [...knowledge.situations.values()].filter((one) => id === undefined || one.id === id);
  const roles = [...knowledge.planRoles.values()].filter((one) => roleId === undefined || one.id === roleId);
  if (situations.length === 0)
    throw wrong(`no situation "${id ?? ''}"; choose one of ${[...knowledge.situations.keys()].join(', ')}`);
  if (roles.length === 0)
    throw wrong(`no role "${roleId ?? ''}"; choose one of ${[...knowledge.planRoles.keys()].join(', ')}`);
  if (json === true) {
    const steps = (one: Situation) => one.steps.filter(({ role }) => roles.some((its) => its.id === role));
    process.stdout.write(
      `${JSON.stringify({ roles, situations: situations.map((one) => ({ ...one, steps: steps(one) })) })}\n`,
    );
    return;
  }
  process.stdout.write(`${printable(situations.map((one) => situationText(one, roles, knowledge)).join('\n\n'))}\n`);
}

function situationText(situation: Situation, roles: readonly PlanRole[], knowledge: Knowledge): string {
  const { word } = siteOf(knowledge);
  const head = word('plan.head', { title: situation.title, severity: word(`duty.severity.${situation.severity}`) });
  const lines = roles.flatMap(({ id, label }) => {
    const steps = situation.steps.filter(({ role }) => role === id);
    if (steps.length === 0) return [];
    const total = steps.reduce((sum, { minutes }) => sum + minutes, 0);
    return [
      `  ${paint.bold(word('plan.roleHead', { role: label, n: steps.length, total }))}`,
      ...steps.map(
        ({ title, minutes, text }, at) => `  ${word('plan.stepLine', { number: at + 1, title, minutes, text })}`,
      ),
    ];
  });
  return [`${paint.bold(head)}  ${paint.dim(situation.id)}`, ...lines].join('\n');
}

function dayOf(flag: string, date: string): number {
  const at = startOf(date);
  if (at === null) throw wrong(`${flag} ${date}: a day is needed, as 2026-11-23`);
  return at;
}

function spanOf({ from, to }: ListFlags, now: number): PlanSpan {
  const last = dayOf('--to', to ?? dateOf(now));
  const first = from === undefined ? last - (USUAL_DAYS - 1) * DAY : dayOf('--from', from);
  if (first > last) throw wrong(`--from ${dateOf(first)} lies after --to ${dateOf(last)}; swap them`);
  if (last - first >= MOST_DAYS * DAY) throw wrong(`at most ${MOST_DAYS} days; choose a later --from`);
  return { from: first, to: last + DAY };
}

/** Names a run without naming the user. */
export function runIdOf(conversation: string, run: number): string {
  const digits = createHash('sha256')
    .update(JSON.stringify([conversation, run]))
    .digest('hex')
    .slice(0, 4);
  return `${dateOf(run).replaceAll('-', '')}-${clockOf(run).replace(':', '')}-${digits}`;
}

/** A run that began in the span may end a day later. */
async function runsIn(span: PlanSpan): Promise<{ runs: RecordedRun[]; dropped: number }> {
  const journal = await openJournal(readConfig(process.env));
  const collector = new PlanRuns(span, runIdOf);
  try {
    for await (const event of journal.read({ from: span.from, to: span.to + DAY })) collector.take(event);
  } finally {
    await journal.close();
  }
  return collector.finish();
}

function wordsOf(knowledge: Knowledge): PlanWords {
  const { word } = siteOf(knowledge);
  return { word, role: (id) => knowledge.planRoles.get(id)?.label ?? id };
}

async function list(flags: ListFlags): Promise<void> {
  const span = spanOf(flags, systemClock.now());
  const { runs, dropped } = await runsIn(span);
  const [from, to] = [dateOf(span.from), dateOf(span.to - 1)];
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ from, to, timeZone: 'Asia/Shanghai', runs, dropped })}\n`);
    return;
  }
  const words = wordsOf(soundKnowledge(readConfig(process.env).contentDir));
  const { word } = words;
  const columns = ['run', 'situation', 'severity', 'walker', 'steps', 'cannot', 'minutes', 'result'];
  const rows = runs.map((run) => [
    run.id,
    run.title,
    word(`duty.severity.${run.severity}`),
    words.role(run.role),
    word('plan.stepsOf', { n: run.steps.length, all: Math.max(run.planned, run.steps.length) }),
    run.steps.filter(({ outcome }) => outcome === 'cannot').length,
    run.minutes,
    word(`plan.ended.${run.outcome}`),
  ]);
  const title = word('plan.listHead', { from, to, n: runs.length });
  const table = { title, columns: columns.map((key) => word(`plan.list.${key}`)), rows };
  const text = runs.length === 0 ? word('plan.none') : textOfSections([table], paint, (n) => word('plan.more', { n }));
  const left = dropped === 0 ? '' : `\n${word('plan.dropped', { n: dropped })}`;
  process.stdout.write(`${printable(text + left)}\n`);
}

async function exportRun(id: string, { md, csv, json }: ExportFlags): Promise<void> {
  if ([md, csv, json].filter((one) => one !== undefined).length > 1)
    throw wrong('choose one of --md, --csv and --json');
  const [, year, month, day] = ID.exec(id) ?? [];
  const from = startOf(`${year}-${month}-${day}`);
  if (from === null) throw wrong(`${id} is no run; \`pos-doctor plan list\` names them, as 20261123-1000-3f9a`);
  const file = md ?? csv;
  if (file !== undefined) expectWritable(file);
  const { runs } = await runsIn({ from, to: from + DAY });
  const run = runs.find((one) => one.id === id);
  if (!run)
    throw wrong(`no run ${id} in this journal; \`pos-doctor plan list --from ${dateOf(from)} --to ${dateOf(from)}\``);
  if (json === true) {
    process.stdout.write(`${JSON.stringify(run)}\n`);
    return;
  }
  const words = wordsOf(soundKnowledge(readConfig(process.env).contentDir));
  if (csv !== undefined) writeWhole(csv, csvOf(planRows([run], words)));
  else if (md !== undefined) writeWhole(md, markdownOf(run, words));
  else process.stdout.write(printable(markdownOf(run, words)));
  if (file !== undefined) process.stdout.write(`${words.word('plan.written', { file, n: run.steps.length })}\n`);
}
