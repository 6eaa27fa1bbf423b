/** `pos-doctor export`: everything that is kept about a person. */
import type { Command } from 'commander';
import { expectUser } from '../care/person.js';
import type { PersonFile } from '../care/person-file.js';
import { type Config, readConfig } from '../config.js';
import { type Words, wordsOf } from './doctor/examine.js';
import { tell, withCare } from './open-care.js';
import { printable } from './paint.js';
import { expectWritable, writeWhole } from './whole-file.js';

const EXAMPLES = `
Examples:
  $ pos-doctor export zhangsan > zhangsan.json         a member, by userid: all doors, groups too
  $ pos-doctor export wmABC… --text --out wm.txt       a customer, to be read; the file is for this user's eyes only (0600)

Works beside the running service. Ends with 1 if nothing is kept about the person.`;

interface Flags {
  text?: boolean;
  out?: string;
}

export function addExportCommand(program: Command): void {
  program
    .command('export')
    .description('everything that is kept about a person, as JSON or to be read')
    .argument('<user>', 'userid, external_userid, or the id of one of their conversations')
    .option('--text', 'what was said, to be read, instead of JSON')
    .option('--out <file>', 'write it there instead of to standard output')
    .addHelpText('after', EXAMPLES)
    .action(async (user: string, flags: Flags) => exportPerson(readConfig(process.env), user, flags));
}

async function exportPerson(config: Config, user: string, { text = false, out }: Flags): Promise<void> {
  expectUser(user);
  if (out !== undefined) expectWritable(out);
  const file = await withCare(config, tell, (care) => care.export({ user }));
  const written = text ? asText(file, wordsOf(config)) : `${JSON.stringify(file, null, 2)}\n`;
  if (out === undefined) process.stdout.write(written);
  else writeWhole(out, written, 0o600);
  process.exitCode = file.conversations.length === 0 && file.shop === null ? 1 : 0;
}

function asText({ user, at, conversations, small, shop }: PersonFile, { word }: Words): string {
  const parts = conversations.map(({ id, record, setAside, events }) => {
    const lines = (record?.transcript ?? []).map(({ at: said, from, text, by }) => {
      const who = word(from === 'user' ? 'export.user' : by === undefined ? 'export.assistant' : 'export.colleague');
      return `${new Date(said).toISOString()} ${who}\n${printable(text)
        .split('\n')
        .map((line) => `    ${line}`)
        .join('\n')}`;
    });
    const counts = { events: events.length, outbox: record?.outbox.length ?? 0, setAside: setAside.length };
    const title = word('export.conversation', { id, door: record?.channel ?? '–' });
    return [title, word('export.counts', counts), ...lines].join('\n');
  });
  const head = word('export.head', { user, at, n: conversations.length, small: small.length });
  const listed = shop ? [printable(word('export.shop', { shop: shop.shop, number: shop.number }))] : [];
  return `${[printable(head), ...listed, ...parts].join('\n\n')}\n`;
}
