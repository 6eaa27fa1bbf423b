/** `pos-doctor merchants`: the list of shops, taken in, counted and looked into. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import type { Command } from 'commander';
import { type Config, readConfig } from '../config.js';
import { soundKnowledge } from '../content.js';
import { acquirerId } from '../dialogue/merchants.js';
import { PosDoctorError } from '../errors.js';
import type { Knowledge } from '../knowledge/schema.js';
import { type Imported, importMerchants, listPath } from '../merchants/import.js';
import { columnNames, loadRegister, readList } from '../merchants/list.js';
import type { Row } from '../merchants/row.js';
import { siteOf } from '../pages/site.js';
import { printable } from './paint.js';
import { endProgress, showProgress } from './progress.js';

const EXAMPLES = `
Examples:
  $ pos-doctor merchants import shops.csv --dry-run      what would be taken, and what is wrong with which line
  $ pos-doctor merchants import shops.csv                put it in CONTENT_DIR/knowledge/merchants.csv; a running service takes it up
  $ pos-doctor merchants import shops.csv --strict       only if nothing is wrong with any line
  $ pos-doctor merchants show M822100001                 by merchant number, terminal serial or userid
  $ pos-doctor merchants count

The first line names the columns, in Chinese or English: merchant, shop, region, acquirer, terminals (serial:model;serial:model),
userids (a;b), contact. UTF-8 or GB18030, up to 200,000 shops. docs/merchants.zh-CN.md has an example.`;

const EXIT_INCOMPLETE = 1;
/** Shops shown of those that list a userid. */
const SHOWN_MAX = 5;

interface Flags {
  dryRun?: boolean;
  strict?: boolean;
  json?: boolean;
}

export function addMerchantsCommand(program: Command): void {
  const merchants = program
    .command('merchants')
    .description('the list of shops: who is asking, with which terminal, through which acquirer')
    .addHelpText('after', EXAMPLES);
  merchants
    .command('import')
    .description('check a CSV file and put it in place of the list, whole or not at all')
    .argument('<file>', 'CSV with a header line')
    .option('--dry-run', 'only say what would be taken')
    .option('--strict', 'take nothing if anything is wrong with any line; ends with 1 then')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((file: string, flags: Flags) => take(readConfig(process.env), file, flags));
  merchants
    .command('show')
    .description('what the list says of a shop; phone numbers are masked')
    .argument('<key>', 'merchant number, terminal serial or userid')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((key: string, flags: Flags) => show(readConfig(process.env), key, flags));
  merchants
    .command('count')
    .description('how many shops, terminals and userids the list has')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((flags: Flags) => count(readConfig(process.env), flags));
}

function contentDirOf({ contentDir }: Config): string {
  if (contentDir === undefined)
    throw new PosDoctorError('BAD_ARGUMENTS', {
      what: 'the list is kept in CONTENT_DIR, which is not set; set it for this command and for the service alike',
    });
  return contentDir;
}

async function take(config: Config, source: string, { dryRun = false, strict = false, json }: Flags): Promise<void> {
  const contentDir = contentDirOf(config);
  const knowledge = soundKnowledge(contentDir);
  const { word } = siteOf(knowledge);
  let shown = -1;
  const imported = await importMerchants({
    source,
    contentDir,
    names: columnNames(knowledge.ui),
    knowsAcquirer: (written) => acquirerId(written, knowledge.lexicon) !== undefined,
    dryRun,
    strict,
    progress: (done, of) => {
      const percent = of === 0 ? 100 : Math.floor((100 * done) / of);
      if (percent !== shown) showProgress(word('merchants.reading', { percent }));
      shown = percent;
    },
  }).finally(endProgress);
  process.stdout.write(
    json === true ? `${JSON.stringify({ dryRun, ...imported })}\n` : asText(imported, knowledge, dryRun),
  );
  if (!imported.written && !dryRun) process.exitCode = EXIT_INCOMPLETE;
  if (dryRun && strict && imported.problems.length > 0) process.exitCode = EXIT_INCOMPLETE;
}

function asText(imported: Imported, knowledge: Knowledge, dryRun: boolean): string {
  const { word } = siteOf(knowledge);
  const { shops, terminals, users, left, unknownColumns, problems, faults, encoding, bytes, sha256 } = imported;
  const counts = { shops, terminals, users };
  const names = columnNames(knowledge.ui);
  const lines = problems.map(({ line, column, fault }) => {
    const what = word(`merchants.fault.${fault}`);
    return word('merchants.problem', {
      line,
      column: column === null ? word('merchants.line') : (names[column][0] ?? column),
      what,
    });
  });
  const more = Object.values(faults).reduce((sum, n) => sum + n, 0) - problems.length;
  const head = imported.written
    ? word('merchants.done', counts)
    : dryRun
      ? word('merchants.dry', counts)
      : word('merchants.strict');
  return `${[
    head,
    word('merchants.encoding', { encoding, bytes, sha256 }),
    ...(left > 0 ? [word('merchants.left', { n: left })] : []),
    ...(unknownColumns > 0 ? [word('merchants.unknownColumns', { n: unknownColumns })] : []),
    ...(lines.length > 0 ? [word('merchants.problems'), ...lines] : []),
    ...(more > 0 ? [word('merchants.more', { n: more })] : []),
  ].join('\n')}\n`;
}

async function show(config: Config, key: string, { json }: Flags): Promise<void> {
  const contentDir = contentDirOf(config);
  const knowledge = soundKnowledge(contentDir);
  const { word } = siteOf(knowledge);
  const wanted = key.toUpperCase();
  const is = (text: string) => text.toUpperCase() === wanted;
  const found: Row[] = [];
  let others = 0;
  const look = (row: Row): void => {
    if (!is(row.number) && !row.terminals.some(({ serial }) => is(serial)) && !row.userids.some(is)) return;
    if (found.length < SHOWN_MAX) found.push({ ...row, contact: unreachable(row.contact) });
    else others += 1;
  };
  await readList({ file: existing(contentDir), names: columnNames(knowledge.ui), row: look, bad: () => undefined });
  if (json === true) process.stdout.write(`${JSON.stringify({ shops: found, others })}\n`);
  else {
    const blocks = found.map((row) => shopText(row, word));
    const end = others > 0 ? [word('merchants.others', { n: others })] : [];
    process.stdout.write(
      `${printable([...(found.length > 0 ? blocks : [word('merchants.none')]), ...end].join('\n'))}\n`,
    );
  }
  if (found.length === 0) process.exitCode = EXIT_INCOMPLETE;
}

/** A contact without phone numbers: what looks like one, of any country, keeps two digits. */
function unreachable(contact: string): string {
  return contact
    .normalize('NFKC')
    .replace(/\d[\d ().-]{4,}\d/g, (run) => run.slice(0, -2).replace(/\d/g, '*') + run.slice(-2));
}

function shopText(row: Row, word: ReturnType<typeof siteOf>['word']): string {
  const { number, shop, region, acquirer, terminals, userids, contact } = row;
  return [
    word('merchants.shop', { shop, number }),
    ...(region === '' ? [] : [`  ${word('merchants.region', { region })}`]),
    ...(acquirer === '' ? [] : [`  ${word('merchants.acquirer', { acquirer })}`]),
    ...terminals.map(({ serial, model }) => `  ${word('merchants.terminal', { serial, model })}`.trimEnd()),
    ...(userids.length === 0 ? [] : [`  ${word('merchants.users', { users: userids.join(' ') })}`]),
    ...(contact === '' ? [] : [`  ${word('merchants.contact', { contact })}`]),
  ].join('\n');
}

async function count(config: Config, { json }: Flags): Promise<void> {
  const contentDir = contentDirOf(config);
  const knowledge = soundKnowledge(contentDir);
  const { word } = siteOf(knowledge);
  const file = existing(contentDir);
  const { register, left, bytes, encoding } = await loadRegister(file, columnNames(knowledge.ui));
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  const sha256 = hash.digest('hex');
  const { shops, terminals, users } = register.counts;
  const counts = { shops, terminals, users, left };
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ ...counts, encoding, bytes, sha256 })}\n`
      : `${word('merchants.count', counts)}\n${word('merchants.encoding', { encoding, bytes, sha256 })}\n`,
  );
}

/** Throws UNREADABLE_FILE. */
function existing(contentDir: string): string {
  const file = listPath(contentDir);
  if (!existsSync(file)) throw new PosDoctorError('UNREADABLE_FILE', { file, why: 'no list was imported yet' });
  return file;
}
