/** `pos-doctor drill report`: the record of drills, for whoever trains and for auditors. */
import type { Command } from 'commander';
import { userOf } from '../care/person.js';
import { systemClock } from '../clock.js';
import { type Config, readConfig } from '../config.js';
import { loadFlows, soundKnowledge } from '../content.js';
import { DRILL } from '../dialogue/drill-words.js';
import { fill } from '../dialogue/flow.js';
import { historyOf, nextDrill, type Playable, type Practised } from '../drills/history.js';
import { schedule } from '../drills/schedule.js';
import { causeOf } from '../drills/truth.js';
import type { DrillTeam, Knowledge } from '../knowledge/schema.js';
import { siteOf } from '../pages/site.js';
import { csvOf } from '../report/csv.js';
import type { DrillWords } from '../report/drill-lines.js';
import {
  causeSection,
  type DrillReport,
  drillRows,
  drillSections,
  nextOf,
  type PlanRow,
  type Standing,
} from '../report/drill-record.js';
import { DrillRuns, type Invitation, practisedIn, type RecordedDrill, takersOf } from '../report/drill-runs.js';
import { DAY, dateOf, startOf } from '../report/shanghai.js';
import { textOfSections } from '../report/text.js';
import { certificateOf, reportPage } from './drill-archive.js';
import { wrong } from './drill-flags.js';
import { interruptible, takeEvents } from './interruptible.js';
import { openJournal } from './open-store.js';
import { paint, printable } from './paint.js';
import { runIdOf } from './plan.js';
import { expectWritable, writeWhole } from './whole-file.js';

const EXAMPLES = `
Examples:
  $ pos-doctor drill report                                              this quarter
  $ pos-doctor drill report --from 2026-07-01 --to 2026-09-30 --html q3.html --csv q3.csv
  $ pos-doctor drill report --team 一店                                   one team of organization.yaml
  $ pos-doctor drill report --person zhangsan                            one person: history, weakness, the next drill
  $ pos-doctor drill report --person zhangsan --name 张三 --html zhangsan.html    with a certificate to print
  $ pos-doctor drill report --json | jq '.drills[].score'

Days and times are those of China (UTC+8). Works beside the running service. The page and the JSON hold the trainees' own words, the
table does not; all name who practised: only their owner may read the files. What each part means: docs/drills.zh-CN.md.`;

/** Ten years. */
const MOST_DAYS = 3660;
/** Days before the span whose drills count for history and forgetting; the journal is kept for one year unless said otherwise. */
const HISTORY_DAYS = 730;
/** Days after its time in which a planned drill counts as held. */
const HELD_DAYS = 14;
/** What people wrote and scored is nobody else's. */
const PRIVATE = 0o600;

interface Flags {
  from?: string;
  to?: string;
  team?: string;
  person?: string;
  name?: string;
  csv?: string;
  html?: string;
  json?: boolean;
}

export function addDrillReport(drill: Command): void {
  drill
    .command('report')
    .description('who practised what, how it went, what to do about it')
    .option('--from <date>', 'first day, YYYY-MM-DD (default: the quarter of the last day)')
    .option('--to <date>', 'last day, YYYY-MM-DD (default: the end of this quarter, with what is planned)')
    .option('--team <name>', 'of one team only')
    .option('--person <id>', 'of one person only: a userid, or the conversation of another door')
    .option('--name <name>', 'how the certificate names the person (with --person and --html)')
    .option('--csv <file>', 'write one row a drill there, for a spreadsheet')
    .option('--html <file>', 'write a page to be printed and filed there')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      const now = systemClock.now();
      const span = spanOf(flags, now);
      check(flags);
      const config = readConfig(process.env);
      const knowledge = soundKnowledge(config.contentDir);
      const read = await interruptible(async (stopped) => {
        const span0 = { from: span.from - HISTORY_DAYS * DAY, to: span.to };
        const collector = new DrillRuns(span0, { id: runIdOf, person: userOf });
        const journal = await openJournal(config);
        try {
          const events = journal.read({ from: span0.from, to: span0.to + DAY });
          return (await takeEvents(events, (event) => collector.take(event), stopped)) ? collector.finish() : null;
        } finally {
          await journal.close();
        }
      });
      if (read !== null) tell({ ...read, span, now, flags, knowledge, words: wordsOf(knowledge, config) });
    });
}

function check({ name, person, team, csv, html, json }: Flags): void {
  const files = [csv, html].filter((file) => file !== undefined);
  if (json === true && files.length > 0) throw wrong('choose --json or files, not both');
  if (csv !== undefined && csv === html) throw wrong('--csv and --html need a file each');
  if (person !== undefined && team !== undefined) throw wrong('choose --person or --team, not both');
  if (name !== undefined && (person === undefined || html === undefined))
    throw wrong('--name is for the certificate: give --person and --html too');
  for (const file of files) expectWritable(file);
}

/** The quarter of the last day unless said otherwise. */
function spanOf({ from, to }: Flags, now: number): { from: number; to: number } {
  const last = to === undefined ? endOfQuarter(now) : dayOf('--to', to);
  const date = dateOf(last);
  const quarter = 3 * Math.floor((Number(date.slice(5, 7)) - 1) / 3) + 1;
  const first = dayOf('--from', from ?? `${date.slice(0, 4)}-${String(quarter).padStart(2, '0')}-01`);
  if (first > last) throw wrong(`--from ${dateOf(first)} lies after --to ${date}; swap them`);
  if (last - first >= MOST_DAYS * DAY) throw wrong(`at most ${MOST_DAYS} days; choose a later --from`);
  return { from: first, to: last + DAY };
}

/** What is planned until then belongs to it. */
function endOfQuarter(now: number): number {
  const [year = 0, month = 0] = dateOf(now).split('-').map(Number);
  const next = 3 * Math.ceil(month / 3) + 1;
  const first = next > 12 ? `${year + 1}-01-01` : `${year}-${String(next).padStart(2, '0')}-01`;
  return dayOf('--to', first) - DAY;
}

export function dayOf(flag: string, date: string): number {
  const at = startOf(date);
  if (at === null) throw wrong(`${flag} ${date}: a day is needed, as 2026-11-23`);
  return at;
}

/** What things are called in the knowledge base and in the debrief itself. */
export function wordsOf(knowledge: Knowledge, { contentDir }: Pick<Config, 'contentDir'>): DrillWords {
  const texts = loadFlows(contentDir, new Set(knowledge.contacts.keys())).flows.get(DRILL)?.texts ?? {};
  return {
    word: siteOf(knowledge).word,
    drill: (id) => knowledge.drills.get(id)?.title ?? id,
    fault: (id) => knowledge.faults.get(id)?.title ?? id,
    cause: (id) => [...knowledge.causes.values()].find((one) => one.id === id)?.label ?? id,
    act: (id) => knowledge.drillActs.get(id)?.label ?? id,
    item: (id) => texts[`item-${id}`] ?? id,
    role: (id) => texts[`role-${id}`] ?? id,
    answer: (question, option) => {
      const asked = knowledge.questions.get(question);
      return asked?.because[option] ?? asked?.options.find(({ id }) => id === option)?.label ?? option;
    },
    event: (from, text) => fill(texts[`from-${from}`] ?? '{text}', { text }),
    missed: (item, rule, part) =>
      (part ? texts[`part-${item}-${rule}`] : undefined) ?? texts[`miss-${item}-${rule}`] ?? '',
    fell: (act, all) =>
      fill(texts[all ? 'lost-short' : 'trap-short'] ?? '{act}', { act: knowledge.drillActs.get(act)?.label ?? act }),
    advice: (id) => texts[`next-${id}`] ?? id,
  };
}

/** @throws BAD_ARGUMENTS naming the teams that there are */
export function teamsNamed(teams: readonly DrillTeam[], name: string | undefined): readonly DrillTeam[] {
  const its = teams.filter((team) => name === undefined || team.name === name);
  if (its.length > 0 || name === undefined) return its;
  const known = teams.map((team) => team.name).join(', ');
  throw wrong(`no team "${name}"; ${known === '' ? 'organization.yaml names none' : `choose one of ${known}`}`);
}

export function playable(knowledge: Knowledge): Playable[] {
  return [...knowledge.drills.values()].map((drill) => ({
    id: drill.id,
    cause: causeOf(drill, { knowledge }),
    difficulty: drill.difficulty,
  }));
}

interface Told {
  drills: RecordedDrill[];
  invitations: Invitation[];
  dropped: number;
  span: { from: number; to: number };
  now: number;
  flags: Flags;
  knowledge: Knowledge;
  words: DrillWords;
}

function tell(told: Told): void {
  const { span, now, flags, knowledge, words } = told;
  const { word } = words;
  const { teams } = knowledge.organization;
  const chosen = teamsNamed(teams, flags.team);
  const person = flags.person === undefined ? undefined : userOf(flags.person);
  const teamOf = (who: string): string => teams.find(({ people }) => people.includes(who))?.name ?? '';
  const took = (one: RecordedDrill, who: string): boolean => takersOf(one).includes(who);
  const isOf = (one: RecordedDrill, team: string): boolean => takersOf(one).some((who) => teamOf(who) === team);
  const wanted = (one: RecordedDrill): boolean =>
    (person === undefined || took(one, person)) && (flags.team === undefined || isOf(one, flags.team));
  const all = told.drills.filter(wanted);
  const drills = all.filter(({ from }) => from >= span.from);
  const playables = playable(knowledge);
  const cause = (fault: string): string => knowledge.faults.get(fault)?.cause ?? fault;
  const standing = (name: string, team: string, its: readonly RecordedDrill[]): Standing => {
    const runs: Practised[] = practisedIn(its, cause);
    return { name, team, history: historyOf(runs, now), next: nextDrill(runs, playables, now) ?? null };
  };
  const names = [...new Set(drills.flatMap(takersOf))].sort();
  const people = person === undefined ? names : [person];
  const report: DrillReport = {
    from: dateOf(span.from),
    to: dateOf(span.to - 1),
    plan: person === undefined ? planRows(chosen, told) : [],
    drills,
    people: people.map((who) =>
      standing(
        who,
        teamOf(who),
        all.filter((one) => took(one, who)),
      ),
    ),
    teams: (person === undefined ? chosen : []).map(({ name }) =>
      standing(
        name,
        name,
        all.filter((one) => isOf(one, name)),
      ),
    ),
    dropped: told.dropped,
  };
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ timeZone: 'Asia/Shanghai', ...report })}\n`);
    return;
  }
  if (flags.csv !== undefined) writeWhole(flags.csv, csvOf(drillRows(drills, teamOf, words)), PRIVATE);
  if (flags.html !== undefined) {
    const certificate =
      person === undefined ? undefined : certificateOf(flags.name ?? person, teamOf(person), report, dateOf(now));
    writeWhole(flags.html, reportPage(report, teamOf, certificate, siteOf(knowledge), words), PRIVATE);
  }
  const files = [flags.csv, flags.html].filter((file) => file !== undefined);
  if (files.length > 0)
    for (const file of files) process.stdout.write(`${word('drill.report.written', { file, n: drills.length })}\n`);
  else process.stdout.write(`${printable(textOf(report, teamOf, person, words))}\n`);
}

function textOf(
  report: DrillReport,
  teamOf: (who: string) => string,
  person: string | undefined,
  words: DrillWords,
): string {
  const { word } = words;
  const { from, to, drills, people, dropped } = report;
  const sections = drillSections(report, teamOf, words);
  const [own] = person === undefined ? [] : people;
  if (own !== undefined && own.history.causes.length > 0) sections.push(causeSection(own.history, words));
  const next = own?.next ? [word('drill.report.next', { next: nextOf(own.next, words) })] : [];
  const unknown = own !== undefined && own.team === '' && own.history.runs === 0;
  const none = unknown ? word('drill.report.nobody', { person: own.name }) : word('drill.report.none');
  const left = dropped === 0 ? [] : [word('drill.report.dropped', { n: dropped })];
  return [
    paint.bold(word('drill.report.head', { from, to, n: drills.length })),
    ...(drills.length === 0 ? [none] : []),
    textOfSections(sections, paint, (n) => word('drill.report.more', { n })),
    ...next,
    ...left,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** What was planned, and what became of it. */
function planRows(teams: readonly DrillTeam[], { span, knowledge, invitations, drills }: Told): PlanRow[] {
  return schedule(teams, knowledge.organization, [], span).map(({ team, wanted, at, moved }) => {
    const invitation = invitations.find((one) => one.team === team && one.wanted === wanted) ?? null;
    const time = invitation?.at ?? at;
    const members = teams.find(({ name }) => name === team)?.people ?? [];
    const takers = (one: RecordedDrill) => takersOf(one).filter((who) => members.includes(who));
    const held = drills.filter(
      (one) =>
        takers(one).length > 0 &&
        one.to !== null &&
        one.from >= wanted - DAY &&
        one.from < (time ?? wanted) + HELD_DAYS * DAY,
    );
    const people = new Set(held.flatMap(takers)).size;
    return { team, wanted, at: time, moved, invitation, held: held.length, people };
  });
}
