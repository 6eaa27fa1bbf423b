/** `pos-doctor store copy`: everything that is stored, from a data folder into PostgreSQL, back, or between two of a kind. */
import { createHash } from 'node:crypto';
import { existsSync, realpathSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { isDatabaseUrl } from '../config.js';
import { PosDoctorError } from '../errors.js';
import { type Copied, type CopyStep, copyStore } from '../store/copy.js';
import type { Portable } from '../store/transfer.js';
import { interruptible } from './interruptible.js';
import { database, embedded } from './open-store.js';
import { endProgress, showProgress } from './progress.js';

const EXAMPLES = `
Examples:
  $ pos-doctor store copy --from ./data --to postgres://pos@db.example.com/pos     move to PostgreSQL
  $ pos-doctor store copy --from postgres://pos@db.example.com/pos --to ./data     and back
  $ PGPASSWORD=… pos-doctor store copy …       other users of the machine can read command lines, not environments

Stop the services on both first. The target has to be empty, or a copy of the same source that was stopped: then it goes on. In
the end everything is read from both and compared. Leases are left out. Ctrl-C stops it; the same command goes on.`;

/** Width of the progress bar, characters. */
const WIDTH = 30;

interface Flags {
  from: string;
  to: string;
  json?: boolean;
}

export function addStoreCommand(program: Command): void {
  program
    .command('store')
    .description('work on what is stored')
    .command('copy')
    .description('copy a data folder into PostgreSQL or back, and verify it')
    .requiredOption('--from <folder or URL>', 'a data folder, or a PostgreSQL URL')
    .requiredOption('--to <folder or URL>', 'likewise; empty, or a copy of the same source that was stopped')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      const left = 'the copy is not complete; run the same command again before you use it';
      const copied = await interruptible((stopped) => copy(flags, stopped), left);
      if (copied !== null) process.stdout.write(`${flags.json === true ? JSON.stringify(copied) : asText(copied)}\n`);
    });
}

/** Null if it was stopped. */
async function copy(flags: Flags, stopped: () => boolean): Promise<Copied | null> {
  const source = identityOf(flags.from);
  if (source === identityOf(flags.to))
    throw new PosDoctorError('BAD_ARGUMENTS', { what: '--from and --to name the same place' });
  const from = await existing(flags.from);
  await from.open();
  try {
    const to = await storeAt(flags.to);
    await to.open();
    try {
      return await copyStore({ from, to, source, progress: show, stopped });
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** A source that is not there must not be made. Throws UNREADABLE_FILE, and what opening throws. */
async function existing(place: string): Promise<Portable> {
  const there = isDatabaseUrl(place) ? await hasTables(place) : existsSync(join(place, 'store.json'));
  const file = isDatabaseUrl(place) ? 'the database of --from' : place;
  if (!there) throw new PosDoctorError('UNREADABLE_FILE', { file, why: 'pos-doctor has stored nothing there' });
  return storeAt(place);
}

async function hasTables(url: string): Promise<boolean> {
  const { stateOf } = await import('../store/postgres/schema.js');
  return (await stateOf(url)) !== 'absent';
}

function storeAt(place: string): Promise<Portable> {
  const log = ({ message, code }: PosDoctorError) => {
    endProgress();
    process.stderr.write(`pos-doctor: ${message} (${code})\n`);
  };
  return isDatabaseUrl(place) ? database(place, log) : embedded(place, log);
}

/** What is not quite a URL must not be taken for a folder, whose name is shown: it may hold a password. */
const LIKE_URL = /^\s*\w+:|^\s*postgres\S*@/i;

/** Without user and password. A hash, as it is kept in the target. */
function identityOf(place: string): string {
  if (LIKE_URL.test(place) && !isDatabaseUrl(place))
    throw new PosDoctorError('BAD_ARGUMENTS', {
      what: 'a database has to be given as postgres://user@host:5432/database, with signs like # in it as %23',
    });
  return createHash('sha256')
    .update(isDatabaseUrl(place) ? addressOf(new URL(place)) : `${hostname()}:${realPath(place)}`)
    .digest('hex');
}

function addressOf({ hostname: host, port, pathname, searchParams }: URL): string {
  return `postgres:${searchParams.get('host') ?? host}:${port || '5432'}${pathname}`;
}

/** Of a folder that may not be there yet. */
function realPath(folder: string): string {
  const path = resolve(folder);
  if (existsSync(path) || dirname(path) === path) return existsSync(path) ? realpathSync(path) : path;
  return join(realPath(dirname(path)), basename(path));
}

function show(step: CopyStep, done: number, of: number): void {
  const share = of === 0 ? 1 : Math.min(1, done / of);
  const filled = Math.round(share * WIDTH);
  showProgress(
    `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${Math.floor(share * 100)} %  ${done}/${of} ${step}`,
  );
}

function asText({ conversations, conversationsSha256, events, eventsSha256, small, already }: Copied): string {
  return [
    already ? 'already copied; verified again:' : 'copied and verified:',
    `  ${conversations} conversations, sha256 ${conversationsSha256}`,
    `  ${events} case events, sha256 ${eventsSha256}`,
    `  ${small} small records`,
  ].join('\n');
}
