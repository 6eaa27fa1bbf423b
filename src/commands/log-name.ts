/** `pos-doctor log-name`: under which name somebody stands in the log, and whose a name is. */
import type { Command } from 'commander';
import { cookieKey } from '../channels/web/identity.js';
import { addressOf } from '../channels/wecom/address.js';
import { type Config, readConfig } from '../config.js';
import { PosDoctorError } from '../errors.js';
import { isLogName, type LogName, logNames } from '../log-names.js';
import { openJournal } from './open-store.js';
import { printable } from './paint.js';
import { readSmall } from './small-record.js';

const EXAMPLES = `
Examples:
  $ pos-doctor log-name zhangsan                     every conversation of a WeCom user id, with its name in the log
  $ pos-doctor log-name c-1f0c9a7be402               the conversation behind a name
  $ pos-doctor log-name wecom-app:zhangsan           the name of a conversation, whether anything was said or not
  $ journalctl -u pos-doctor | grep "$(pos-doctor log-name wecom-app:zhangsan | cut -f1)"

Prints name and conversation, separated by a tab; looks through the journal of the last 30 days. Works beside the running service.
Ends with 1 if there is nobody.`;

const DAY_MS = 86_400_000;

export function addLogNameCommand(program: Command): void {
  program
    .command('log-name')
    .description('say under which name somebody stands in the log, and whose a name is')
    .argument('<who>', 'a WeCom user id, a conversation, or a name out of the log')
    .option('--days <days>', 'how far back to look, in days', '30')
    .addHelpText('after', EXAMPLES)
    .action(async (who: string, { days }: { days: string }) => {
      if (!/^[1-9]\d{0,4}$/.test(days))
        throw new PosDoctorError('BAD_ARGUMENTS', { what: '--days has to be a whole number of days, 1 or more' });
      const found = await find(readConfig(process.env), who, Date.now() - Number(days) * DAY_MS);
      for (const [name, conversation] of found) process.stdout.write(`${name}\t${printable(conversation)}\n`);
      if (found.length > 0) return;
      process.stderr.write(
        `nobody is known as ${printable(who)}, as far as the journal of the last ${days} days tells\n`,
      );
      process.exitCode = 1;
    });
}

/** Name and conversation of everybody who is meant, each once. */
async function find(config: Config, who: string, from: number): Promise<[string, string][]> {
  const nameOf = logNames(await keyOf(config));
  if (!isLogName(who) && (addressOf(who) !== null || who.startsWith('web-'))) return [[nameOf(who), who]];
  const known = new Set<string>();
  const journal = await openJournal(config);
  try {
    for await (const { conversation } of journal.read({ from })) known.add(conversation);
  } finally {
    await journal.close();
  }
  return [...known].filter((id) => isMeant(id, who, nameOf)).map((id) => [nameOf(id), id]);
}

function isMeant(conversation: string, who: string, nameOf: LogName): boolean {
  if (isLogName(who)) return nameOf(conversation) === who;
  const user = addressOf(conversation)?.user;
  return user === who || conversation === who;
}

/** The secret that the service made at its first start. */
function keyOf(config: Config): Promise<Uint8Array> {
  return cookieKey({
    getSmall: (key) => readSmall(config, key),
    putSmall: async () => {
      const where = config.databaseUrl === undefined ? config.dataDir : 'the database';
      throw new PosDoctorError('UNREADABLE_FILE', { file: where, why: 'no service has run on it yet' });
    },
  });
}
