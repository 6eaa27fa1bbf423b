/** `pos-doctor outbox`: replies that wait or were given up; to be sent again, or dropped. */
import type { Command } from 'commander';
import type { Changed, Choice, Letter, Letters } from '../care/letters.js';
import { systemClock } from '../clock.js';
import { type Config, readConfig } from '../config.js';
import { PosDoctorError } from '../errors.js';
import { SWITCHBOARD } from '../outbox.js';
import { keyOf } from '../pages/site.js';
import { type Words, wordsOf } from './doctor/examine.js';
import { tell, withCare } from './open-care.js';
import { paint, printable } from './paint.js';

const EXAMPLES = `
Examples:
  $ pos-doctor outbox                               what waits and what was given up, without a word of what it says
  $ pos-doctor outbox --text                        with the words, private numbers masked
  $ pos-doctor outbox --json | jq '.letters[] | select(.state == "dead") | .id'
  $ pos-doctor outbox resend <id> <id>              again, for as long as one of its kind is worth having
  $ pos-doctor outbox resend --all --door wecom-kf  all that was given up at one door
  $ pos-doctor outbox drop <id>
  $ pos-doctor outbox drop --all --door wecom-bot --yes

Works beside the running service. What answers one message goes together. In JSON times are milliseconds since 1970; "reason" is
expired, refused, given-up, or null. Door switchboard: what a merchant's and a colleague's conversation have to say to each other while
a human has the case; "carries" says what, "from" and "to" between which doors. On its way it is not dropped, and it is not sent again
once the hand-over has moved on ("kept" says why).`;

const DOORS = ['wecom-bot', 'wecom-app', 'wecom-kf', 'wecom-group-robot', 'web', SWITCHBOARD];

interface ListFlags {
  json?: boolean;
  text?: boolean;
}

interface ChangeFlags {
  all?: boolean;
  door?: string;
  json?: boolean;
  yes?: boolean;
}

export function addOutboxCommand(program: Command): void {
  const outbox = program
    .command('outbox')
    .description('list replies that wait or were given up; send them again or drop them')
    .option('--json', 'print one JSON object')
    .option('--text', 'show the words too')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ListFlags) => list(readConfig(process.env), flags));
  outbox
    .command('resend')
    .description('send again')
    .argument('[ids...]', 'as the list shows them')
    .option('--all', 'everything that was given up')
    .option('--door <name>', `of one door only: ${DOORS.join(', ')}`)
    .option('--json', 'print one JSON object')
    .action((ids: string[], _: ChangeFlags, command: Command) => change('resend', ids, command.optsWithGlobals()));
  outbox
    .command('drop')
    .description('drop for good')
    .argument('[ids...]', 'as the list shows them')
    .option('--all', 'everything that was given up; needs --door and --yes')
    .option('--door <name>', 'of one door only')
    .option('--yes', 'yes, all of it')
    .option('--json', 'print one JSON object')
    .action((ids: string[], _: ChangeFlags, command: Command) => change('drop', ids, command.optsWithGlobals()));
}

async function list(config: Config, { json = false, text = false }: ListFlags): Promise<void> {
  const letters = await withCare(config, tell, (care) => care.letters({ text }));
  process.stdout.write(json ? `${JSON.stringify(letters)}\n` : asText(letters, wordsOf(config), systemClock.now()));
}

async function change(how: 'resend' | 'drop', ids: readonly string[], flags: ChangeFlags): Promise<void> {
  const choice: Choice = { ids, all: flags.all === true, ...(flags.door === undefined ? {} : { door: flags.door }) };
  if (flags.door !== undefined && !DOORS.includes(flags.door))
    throw new PosDoctorError('BAD_ARGUMENTS', {
      what: `there is no door ${flags.door}; there are ${DOORS.join(', ')}`,
    });
  if (choice.all === ids.length > 0) throw new PosDoctorError('BAD_ARGUMENTS', { what: 'name ids, or --all' });
  if (how === 'drop' && choice.all && (flags.door === undefined || flags.yes !== true))
    throw new PosDoctorError('BAD_ARGUMENTS', { what: 'to drop --all takes --door and --yes as well' });
  const config = readConfig(process.env);
  const changed: Changed = await withCare(config, tell, (care) => care[how](choice));
  const { letters, conversations, kept = [] } = changed;
  const told = () => {
    const { word } = wordsOf(config);
    const done = word(`outbox.${how}`, { n: letters, conversations: conversations.length });
    return kept.length === 0 ? done : `${done}\n${word(`outbox.kept.${how}`, { n: kept.length })}`;
  };
  process.stdout.write(`${flags.json === true ? JSON.stringify(changed) : told()}\n`);
}

function asText({ letters, more }: Letters, { word }: Words, now: number): string {
  if (letters.length === 0) return `${word('outbox.none')}\n`;
  const dead = letters.filter(({ state }) => state === 'dead').length;
  const blocks = letters.map((letter) => blockOf(letter, word, now));
  const sum = word('outbox.sum', { waiting: letters.length - dead, dead });
  return `${[sum, ...blocks, ...(more > 0 ? [word('outbox.more', { n: more })] : [])].join('\n')}\n`;
}

function blockOf(letter: Letter, word: Words['word'], now: number): string {
  const {
    id,
    conversation,
    door,
    kind,
    state,
    reason,
    createdAt,
    attempts,
    expiresAt,
    text,
    from = '',
    carries,
  } = letter;
  const died = keyOf(reason ?? 'unknown');
  const why = state === 'dead' ? word(`outbox.reason.${died}`) : word('outbox.waiting');
  const age = word('outbox.minutes', { n: Math.max(0, Math.round((now - createdAt) / 60_000)) });
  const until = new Date(expiresAt).toISOString();
  const note = keyOf(carries?.note ?? '');
  const what = carries
    ? word('outbox.carries', { what: word(`outbox.note.${note}`), from, to: carries.to })
    : word(`outbox.kind.${kind}`);
  const values = { door, kind: what, age, attempts, until, conversation };
  const mark = state === 'dead' ? paint.red('✗') : paint.yellow('…');
  const lines = [`${mark} ${printable(id)}`, `    ${why} · ${printable(word('outbox.line', values))}`];
  if (text !== undefined && text !== '')
    lines.push(
      ...printable(text)
        .split('\n')
        .map((line) => `    │ ${line}`),
    );
  return lines.join('\n');
}
