/** `pos-doctor drill schedule`: when each team practises. */
import type { Command } from 'commander';
import type { Care } from '../care/care.js';
import { systemClock } from '../clock.js';
import { type Config, readConfig } from '../config.js';
import { soundKnowledge } from '../content.js';
import { type Outage, outagesOn, type PlannedDrill, schedule } from '../drills/schedule.js';
import { isoOf, momentOf } from '../duty/time.js';
import { isPosDoctorError } from '../errors.js';
import { type Site, siteOf } from '../pages/site.js';
import { movedKey } from '../report/drill-record.js';
import { DAY, dateOf } from '../report/shanghai.js';
import { wrong } from './drill-flags.js';
import { dayOf, teamsNamed } from './drill-report.js';
import { tell, withCare } from './open-care.js';
import { paint, printable } from './paint.js';

const EXAMPLES = `
Examples:
  $ pos-doctor drill schedule                                       the next twelve months, all teams
  $ pos-doctor drill schedule --team 一店 --from 2026-10-01 --to 2026-12-31
  $ pos-doctor drill schedule --json | jq -r '.[] | [.team,.at] | @tsv'

Teams stand in organization.yaml, like shifts, holidays and days worked in exchange; what is open on the board of incidents puts a
drill off. How they are written: docs/drills.zh-CN.md.`;

/** Days shown unless said otherwise, and at most. */
const USUAL_DAYS = 365;
const MOST_DAYS = 3660;

interface Flags {
  from?: string;
  to?: string;
  team?: string;
  json?: boolean;
}

export function addDrillSchedule(drill: Command): void {
  drill
    .command('schedule')
    .description('when each team practises, and why then')
    .option('--from <date>', 'first day, YYYY-MM-DD (default: today)')
    .option('--to <date>', 'last day, YYYY-MM-DD (default: a year later)')
    .option('--team <name>', 'of one team only')
    .option('--json', 'print one JSON array')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      const now = systemClock.now();
      const span = spanOf(flags, now);
      const config = readConfig(process.env);
      const knowledge = soundKnowledge(config.contentDir);
      const teams = teamsNamed(knowledge.organization.teams, flags.team);
      const outages = teams.length === 0 ? [] : await outagesNow(config, now);
      const planned = schedule(teams, knowledge.organization, outages, span);
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify(planned.map(asJson))}\n`
          : `${printable(textOf(planned, teams.length, now, siteOf(knowledge)))}\n`,
      );
    });
}

function spanOf({ from, to }: Flags, now: number): { from: number; to: number } {
  const first = dayOf('--from', from ?? dateOf(now));
  const last = to === undefined ? first + USUAL_DAYS * DAY : dayOf('--to', to);
  if (first > last) throw wrong(`--from ${dateOf(first)} lies after --to ${dateOf(last)}; swap them`);
  if (last - first >= MOST_DAYS * DAY) throw wrong(`at most ${MOST_DAYS} days; choose a later --from`);
  return { from: first, to: last + DAY };
}

/** Without a board there is nothing that would put a drill off; one that can't be read is told of. */
async function outagesNow(config: Config, now: number): Promise<Outage[]> {
  try {
    return outagesOn(await withCare(config, tell, (care: Care) => care.board({})), now);
  } catch (error) {
    if (!isPosDoctorError(error)) throw error;
    if (error.code !== 'UNREADABLE_FILE') tell(error);
    return [];
  }
}

/** The form that other programs read. */
function asJson({ team, wanted, at, moved }: PlannedDrill): object {
  return { team, at: at === null ? null : isoOf(at), wanted: isoOf(wanted), moved };
}

function textOf(planned: readonly PlannedDrill[], teams: number, now: number, { word }: Pick<Site, 'word'>): string {
  if (teams === 0) return word('drill.schedule.noTeams');
  if (planned.length === 0) return word('drill.schedule.none');
  const when = (at: number): string => {
    const { date, weekday, time } = momentOf(at, now);
    return word('drill.schedule.when', { date, weekday: word(`duty.weekday.${weekday}`), time });
  };
  const lines = planned.map(({ team, wanted, at, moved }) => {
    const why = moved.map((one) => word(`drill.moved.${movedKey(one)}`)).join(word('drill.comma'));
    const line = word('drill.schedule.line', { when: at === null ? word('drill.schedule.never') : when(at), team });
    return why === '' ? line : `${line}\n    ${paint.dim(word('drill.schedule.moved', { wanted: when(wanted), why }))}`;
  });
  return [paint.bold(word('drill.schedule.head', { n: planned.length })), ...lines].join('\n');
}
