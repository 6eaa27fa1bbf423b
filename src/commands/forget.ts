/** `pos-doctor forget`: erases a person everywhere, and looks for what is left. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Receipt } from '../care/forget.js';
import { expectUser } from '../care/person.js';
import { type Config, readConfig } from '../config.js';
import { PosDoctorError } from '../errors.js';
import { type Words, wordsOf } from './doctor/examine.js';
import { tell, withCare } from './open-care.js';

const EXAMPLES = `
Examples:
  $ pos-doctor forget zhangsan                 a member, by userid: in every door, in groups too
  $ pos-doctor forget wmABC… --yes             a customer, by external_userid, without being asked
  $ pos-doctor forget web-3f2a…                a visitor of the web chat, by the conversation's id
  $ pos-doctor forget zhangsan --yes --json > receipt.json

Works beside the running service. Then everything that is stored is looked through for the id and for what the person wrote. Ends with 0 if
nothing is left, 1 if something is (the receipt says where; run it again: what was cut off is completed), 2 if nothing was
done, as nobody of that name is known or it was not confirmed. Not reached:
backups, logs, what WeCom keeps.`;

interface Flags {
  yes?: boolean;
  json?: boolean;
}

export function addForgetCommand(program: Command): void {
  program
    .command('forget')
    .description('erase a person everywhere and prove it')
    .argument('<user>', 'userid, external_userid, or the id of one of their conversations')
    .option('--yes', 'do not ask')
    .option('--json', 'print the receipt as one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (user: string, flags: Flags) => forget(readConfig(process.env), user, flags));
}

async function forget(config: Config, user: string, { yes = false, json = false }: Flags): Promise<void> {
  if (!yes && process.stdin.isTTY !== true)
    throw new PosDoctorError('BAD_ARGUMENTS', { what: 'nobody is there to be asked; say --yes' });
  expectUser(user);
  const words = wordsOf(config);
  const receipt = await withCare(config, tell, async (care) => {
    if (!yes) {
      const { conversations } = await care.look({ user });
      if (!(await agreed(words.word('forget.ask', { user, n: conversations })))) return null;
    }
    return care.forget({ user });
  });
  if (receipt === null) {
    process.stderr.write(`${words.word('forget.not')}\n`);
    process.exitCode = 2;
    return;
  }
  const none = isNobody(receipt);
  const said = () => (none ? `${words.word('forget.nobody', { user })}\n` : asText(receipt, words));
  process.stdout.write(json ? `${JSON.stringify(receipt)}\n` : said());
  process.exitCode = none ? 2 : receipt.complete ? 0 : 1;
}

/** There was nothing of theirs: a slip of the pen should not look like an erasure. */
function isNobody({ records, setAside, events, small, before }: Receipt): boolean {
  return records + setAside + events + small + before.id === 0;
}

/** The whole word, so that a key that was hit by accident erases nobody. */
async function agreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} `)).trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}

function asText(receipt: Receipt, { word }: Words): string {
  const { sha256, at, conversations, records, setAside, events, small, texts, before, after, left } = receipt;
  const places = [...new Set(left.map(({ place }) => place))].join(' ');
  return `${[
    word(receipt.complete ? 'forget.done' : 'forget.left', { places }),
    ...(places.includes('merchants') ? [word('forget.merchants')] : []),
    word('forget.counts', { conversations, records, setAside, events, small }),
    word('forget.proof', {
      texts,
      idBefore: before.id,
      idAfter: after.id,
      textsBefore: before.texts,
      textsAfter: after.texts,
    }),
    word('forget.receipt', { at, sha256 }),
  ].join('\n')}\n`;
}
