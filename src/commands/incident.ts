/** `pos-doctor incident`: the board of what is out, for operators. */
import type { Command } from 'commander';
import type { Care } from '../care/care.js';
import { systemClock } from '../clock.js';
import { type Config, readConfig } from '../config.js';
import { soundKnowledge } from '../content.js';
import {
  type Board,
  type BoardChange,
  type BoardIncident,
  endOf,
  type IncidentState,
  listed,
  stateAt,
} from '../incidents/board.js';
import { meansName, scopeNames } from '../incidents/names.js';
import { siteOf } from '../pages/site.js';
import { chinaTime } from '../text/china-time.js';
import { closing, type IncidentFlags, mustBeNew, opening, updating } from './incident-flags.js';
import { tell, withCare } from './open-care.js';
import { paint, printable } from './paint.js';

const EXAMPLES = `
Examples:
  $ pos-doctor incident                                       what is open, suspected, planned, lately closed
  $ pos-doctor incident open "$NAME" --channel wechat         since now
  $ pos-doctor incident open "$NAME" --acquirer lakala --channel bank-card --since 10:40 --until 12:00 --workaround "$WHAT"
  $ pos-doctor incident plan "$NAME" --channel unionpay --from "2026-11-24 23:00" --to 23:30
  $ pos-doctor incident update 1123-1 --note "$NEWS" --until 12:30
  $ pos-doctor incident update 1123-2 --confirm               what was suspected is so: merchants are told from now on
  $ pos-doctor incident close 1123-1                          whoever was told of it hears that it is over
  $ pos-doctor incident list --json | jq '.incidents[] | select(.state == "open") | .id'

Works beside the running service, which knows within seconds. Merchants are told what is written here: NAME is what is out as they call it
(whom it concerns is known from it if it is a word of knowledge/lexicon.yaml), WHAT is another way to be paid. Times are those of China,
10:40 or "2026-11-23 10:40", or ISO 8601 with a zone; in JSON milliseconds since 1970.`;

const STATES: readonly IncidentState[] = ['open', 'suspected', 'planned', 'closed'];
const MARKS: Readonly<Record<IncidentState, string>> = { open: '!', suspected: '?', planned: '…', closed: '✓' };

export function addIncidentCommand(program: Command): void {
  const incident = program
    .command('incident')
    .description('the board of incidents: what is out, for whom, since when; merchants are told of it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: IncidentFlags) => list(readConfig(process.env), flags));
  incident
    .command('list')
    .description('what is open, suspected, planned, and was closed in the last 7 days')
    .option('--json', 'print one JSON object')
    .action(async (_: IncidentFlags, command: Command) => list(readConfig(process.env), command.optsWithGlobals()));
  about(incident.command('open').description('something is out'))
    .option('--since <time>', 'since when; now by default')
    .option('--until <time>', 'when it should be over, if that is known')
    .action(async (what: string, _: IncidentFlags, command: Command) => begin('open', what, command.optsWithGlobals()));
  about(incident.command('plan').description('maintenance: opens and closes by the clock'))
    .option('--from <time>', 'when it begins')
    .option('--to <time>', 'when it ends')
    .action(async (what: string, _: IncidentFlags, command: Command) => begin('plan', what, command.optsWithGlobals()));
  incident
    .command('update')
    .description('what is new')
    .argument('<id>', 'as the list shows it')
    .option('--note <text>', 'shown on the status page')
    .option('--until <time>', 'when it should be over, or unknown')
    .option('--workaround <text>', 'what to do meanwhile')
    .option('--what <name>', 'what is out, as merchants call it')
    .option('--confirm', 'it was suspected, and is so')
    .option('--json', 'print one JSON object')
    .action(async (id: string, _: IncidentFlags, command: Command) => {
      const flags: IncidentFlags = command.optsWithGlobals();
      await change(readConfig(process.env), updating(id, flags, systemClock.now()), flags);
    });
  incident
    .command('close')
    .description('it is over, or was nothing')
    .argument('<id>', 'as the list shows it')
    .option('--note <text>', 'shown on the status page')
    .option('--json', 'print one JSON object')
    .action(async (id: string, _: IncidentFlags, command: Command) => {
      const flags: IncidentFlags = command.optsWithGlobals();
      await change(readConfig(process.env), closing(id, flags), flags);
    });
}

/** What `open` and `plan` have in common. */
function about(command: Command): Command {
  return command
    .argument('<what>', 'what is out, as merchants call it')
    .option('--channel <name>', 'way of paying')
    .option('--acquirer <name>')
    .option('--bank <name>', 'of the card')
    .option('--region <name>')
    .option('--terminal <name>', 'make or kind')
    .option('--all', 'it concerns everybody')
    .option('--means <id>', 'the fault or cause that it is; by default what it looks like')
    .option('--workaround <text>', 'what to do meanwhile')
    .option('--json', 'print one JSON object');
}

async function begin(kind: 'open' | 'plan', what: string, flags: IncidentFlags): Promise<void> {
  const config = readConfig(process.env);
  const now = systemClock.now();
  const wanted = opening(kind, what, flags, soundKnowledge(config.contentDir), now);
  mustBeNew(wanted, await withCare(config, tell, (care: Care) => care.board({})), now);
  await change(config, wanted, flags);
}

async function change(config: Config, wanted: BoardChange, { json = false }: IncidentFlags): Promise<void> {
  const done = await withCare(config, tell, (care: Care) => care.incident(wanted));
  const now = systemClock.now();
  process.stdout.write(`${json ? JSON.stringify(shown(done, now)) : blockOf(done, config, now)}\n`);
}

async function list(config: Config, { json = false }: IncidentFlags): Promise<void> {
  const board = await withCare(config, tell, (care: Care) => care.board({}));
  const now = systemClock.now();
  process.stdout.write(`${json ? JSON.stringify(asJson(board, now)) : asText(board, config, now)}\n`);
}

/** As it is at this moment: what is planned opens by the clock. */
const shown = (incident: BoardIncident, now: number): BoardIncident => ({ ...incident, state: stateAt(incident, now) });

function asJson(board: Board, now: number): object {
  const incidents = STATES.flatMap((state) => listed(board, state, now)).map((one) => shown(one, now));
  return { updatedAt: board.updatedAt, incidents };
}

function asText(board: Board, config: Config, now: number): string {
  const found = STATES.flatMap((state) => listed(board, state, now));
  if (found.length === 0) return siteOf(soundKnowledge(config.contentDir)).word('incident.none');
  return found.map((one) => blockOf(one, config, now)).join('\n');
}

function blockOf(incident: BoardIncident, config: Config, now: number): string {
  const knowledge = soundKnowledge(config.contentDir);
  const { word } = siteOf(knowledge);
  const { id, what, scope, since, expectedEnd, workaround, means, ratio, updates } = incident;
  const state = stateAt(incident, now);
  const over = endOf(incident, now);
  const time = (at: number): string => chinaTime(at, now);
  const whom = scopeNames(scope, knowledge).join(' · ') || word('incident.everybody');
  const until = over ?? expectedEnd;
  const lines = [
    word(`incident.${state}`, { since: time(since), until: until === undefined ? '' : time(until) }),
    ...(expectedEnd !== undefined && state === 'open' ? [word('incident.until', { until: time(expectedEnd) })] : []),
    word('incident.about', { whom, means: meansName(means, knowledge) }),
    ...(workaround === undefined ? [] : [word('incident.workaround', { workaround })]),
    ...(ratio === undefined ? [] : [word('incident.ratio', { n: Math.round(ratio) })]),
    ...updates.map(({ at, note }) => word('incident.note', { at: time(at), note })),
  ];
  const mark = state === 'open' ? paint.red(MARKS.open) : paint.yellow(MARKS[state]);
  return [`${mark} ${printable(id)}  ${printable(what)}`, ...lines.map((line) => `    ${printable(line)}`)].join('\n');
}
