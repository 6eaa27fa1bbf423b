/** `pos-doctor doctor`: checks each configured door, and says what is missing and where to click. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { waitingClock } from '../clock.js';
import { type Config, readConfig } from '../config.js';
import type { Finding, Verdict } from './doctor/desk.js';
import { type Door, examine, wordsOf } from './doctor/examine.js';
import { paint, printable } from './paint.js';
import { endProgress, showProgress } from './progress.js';

const EXAMPLES = `
Examples:
  $ pos-doctor doctor                              every configured door; run it beside the running service
  $ node --env-file=.env dist/cli.js doctor        the same with the variables of a file
  $ pos-doctor doctor --no-connect --no-send       leave the bot's connection and the group alone
  $ pos-doctor doctor --json | jq .ok              {"ok","doors":[{"door","title","on","checks":[{"id","verdict","text","fix"}]}]}

Ends with 0 if nothing is wrong, 1 if something is, 2 if the environment cannot be read. A bot on the long connection is logged in
only while no service runs here: WeCom allows one connection a bot, and the new one would cut the old.`;

interface Flags {
  json?: boolean;
  connect: boolean;
  send: boolean;
}

/** Milliseconds in which a person can still say no to what was announced. */
const GRACE_MS = 3_000;
const MARKS: Readonly<Record<Verdict, string>> = {
  ok: paint.green('✓'),
  wrong: paint.red('✗'),
  note: paint.dim('–'),
};

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check each configured door, and say what is missing and where to click')
    .option('--json', 'print one JSON object')
    .option('--no-connect', 'do not log the bot in')
    .option('--no-send', 'do not send a line to the group')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      process.exitCode = (await doctor(readConfig(process.env), flags)) ? 0 : 1;
    });
}

/** @returns whether nothing is wrong */
async function doctor(config: Config, { json = false, connect, send }: Flags): Promise<boolean> {
  const words = wordsOf(config);
  const { word } = words;
  const working = (title: string): void => showProgress(word('doctor.working', { title }));
  const write = (text: string): void => {
    endProgress();
    if (!json) process.stdout.write(text);
  };
  working(word('doctor.title.basics'));
  const { fetch } = globalThis;
  const { random } = Math;
  const doors = await examine({ config, clock: waitingClock, fetch, random, connect, send, say }, words);
  const told: (Omit<Door, 'checks'> & { checks: Finding[] })[] = [];
  for (const { checks, ...door } of doors) {
    const found: Finding[] = [];
    write(`${told.length === 0 ? '' : '\n'}${paint.bold(door.title)}\n`);
    working(door.title);
    for await (const finding of checks) {
      write(lineOf(finding));
      working(door.title);
      found.push(finding);
    }
    told.push({ ...door, checks: found });
  }
  const wrong = told.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict === 'wrong').length;
  write(`\n${wrong === 0 ? word('doctor.done.ok') : word('doctor.done.wrong', { n: wrong })}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ ok: wrong === 0, doors: told })}\n`);
  return wrong === 0;
}

function lineOf({ verdict, text, fix }: Finding): string {
  const advice = fix === undefined ? '' : `    → ${printable(fix)}\n`;
  return `  ${MARKS[verdict]} ${printable(text)}\n${advice}`;
}

async function say(text: string): Promise<void> {
  endProgress();
  process.stderr.write(`  ${printable(text)}\n`);
  if (process.stderr.isTTY === true) await wait(GRACE_MS);
}
