/** `pos-doctor eval`: how well sentences are understood, by ourselves and beside others. */
import { setImmediate } from 'node:timers/promises';
import type { Command } from 'commander';
import { readConfig } from '../config.js';
import { loadWorld } from '../content.js';
import { PosDoctorError } from '../errors.js';
import { type BenchmarkResult, runBenchmark } from '../eval/benchmark.js';
import { INTENT_ROWS, type Role, rowsFor, type SplitRow } from '../eval/splits.js';
import { judge, summarise, UTTERANCE_ROWS } from '../eval/utterances.js';
import { readRowFile } from './eval-files.js';
import { evalOwn } from './eval-own.js';
import { wholeNumber } from './numbers.js';
import { endProgress, showProgress } from './progress.js';

const EXAMPLES = `
Examples:
  $ pos-doctor eval                                    our own phrases, cross-validated (some minutes)
  $ pos-doctor eval --html report.html                 the same, with pictures
  $ pos-doctor eval --data sentences.jsonl --json      the shipped model on {"text","cause","also":[],"kind"?} rows
  $ pos-doctor eval --train clinc150.jsonl --dev clinc150.jsonl --test clinc150.jsonl
                                                       the engine on {"text","intent","split"?} rows, "oos" = out of scope`;

interface Flags {
  data?: string;
  train?: string;
  dev?: string;
  test?: string;
  html?: string;
  folds: number;
  peers: boolean;
  json?: boolean;
}

export function addEvalCommand(program: Command): void {
  program
    .command('eval')
    .description('measure the understanding: on our phrases, on labelled sentences, or the engine on other data')
    .option('--data <file>', 'JSONL of labelled sentences for the shipped model')
    .option('--train <file>', 'JSONL to train the engine on')
    .option('--test <file>', 'JSONL to test it on')
    .option('--dev <file>', 'JSONL to choose the rejection threshold on')
    .option('--html <file>', 'write the report of our own phrases as a page')
    .option('--folds <number>', 'parts that our own phrases are cut into', wholeNumber(2, 20), 5)
    .option('--no-peers', 'leave natural and nlp.js out even if they are installed')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      const wrong = (what: string): never => {
        throw new PosDoctorError('BAD_ARGUMENTS', { what });
      };
      const engine = flags.train !== undefined || flags.test !== undefined || flags.dev !== undefined;
      if (engine && flags.data !== undefined)
        wrong('--data measures the shipped model, --train another one: give one of them');
      if (flags.html !== undefined && (engine || flags.data !== undefined))
        wrong('--html is the report of our own phrases: it goes without --data and --train');
      // No handler for Ctrl-C: training leaves no room to run one, and nothing is written before it is whole.
      try {
        if (flags.data !== undefined) await evalData(flags.data, flags.json === true);
        else if (!engine) await evalOwn(flags);
        else if (flags.train === undefined) wrong('--train is missing');
        else if (flags.test === undefined) wrong('--test is missing');
        else await evalEngine(flags.train, flags.test, flags.dev, flags.json === true);
      } finally {
        endProgress();
      }
    });
}

/** Rows between two looks at the clock and at Ctrl-C. */
const STEP = 500;

const percent = (value: number | null): string => (value === null ? '–' : `${(value * 100).toFixed(1)} %`);

function print(rows: readonly (readonly [what: string, value: string])[]): void {
  const width = Math.max(...rows.map(([what]) => what.length));
  for (const [what, value] of rows) process.stdout.write(`${what.padEnd(width)}  ${value}\n`);
}

async function evalData(file: string, json: boolean): Promise<void> {
  const { rows, skipped, beyond } = await readRowFile(file, UTTERANCE_ROWS);
  const config = readConfig(process.env);
  const { nlu, knowledge } = loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
  const known = new Set([...knowledge.phrases, ...knowledge.realUtterances].map(({ text }) => text));
  const labels = new Set(rows.map(({ first }) => first.join(' or ')));
  if (labels.size === 1)
    process.stderr.write(`pos-doctor: ${file}: all rows are labelled "${[...labels][0]}", which measures little\n`);
  const seen = rows.filter(({ text }) => known.has(text)).length;
  const judged = [];
  for (const row of rows) {
    judged.push(judge(nlu, row));
    if (judged.length % STEP !== 0) continue;
    showProgress(`${judged.length} of ${rows.length} rows`);
    await setImmediate();
  }
  endProgress();
  const result = { ...summarise(rows, judged), skipped: skipped + beyond, seen };
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    print([
      ['rows', `${result.n}${result.skipped > 0 ? ` (${result.skipped} skipped)` : ''}`],
      ['any label first', percent(result.anyTop1)],
      ['any label among two', percent(result.anyTop2)],
      ['first label first', percent(result.single)],
      ['posts by real people', `${percent(result.realPeople)} of ${result.nRealPeople}`],
      ['calibration error', result.ece?.toFixed(3) ?? '–'],
      ...(seen > 0 ? [['learnt from', `${seen} of these rows: the figures flatter`] as const] : []),
    ]);
}

/** What a file holds and is not used, and rows that are tested on although they were meant for something else. */
function notesOn(
  files: Partial<Record<Role, string>>,
  read: ReadonlyMap<string, { rows: readonly SplitRow[] }>,
  data: Readonly<Record<Role, readonly SplitRow[]>>,
): string[] {
  const used = new Set(Object.values(data).flat());
  const unused = [...read].flatMap(([file, { rows }]) => {
    const left = rows.filter((row) => !used.has(row));
    const splits = [...new Set(left.map(({ split }) => split ?? 'none'))].join(', ');
    return left.length > 0 ? [`${file}: ${left.length} rows of split ${splits} are not used`] : [];
  });
  const odd = data.test.filter(({ split }) => split !== undefined && split !== 'test').length;
  return [...unused, ...(odd > 0 ? [`${files.test}: ${odd} of the rows tested on are of another split`] : [])];
}

async function evalEngine(train: string, test: string, dev: string | undefined, json: boolean): Promise<void> {
  const files: Partial<Record<Role, string>> = { train, test, ...(dev === undefined ? {} : { dev }) };
  const read = new Map<string, { rows: SplitRow[]; skipped: number; beyond: number }>();
  for (const file of Object.values(files)) if (!read.has(file)) read.set(file, await readRowFile(file, INTENT_ROWS));
  const rowsOf = (role: Role): SplitRow[] => {
    const file = files[role];
    const found = file === undefined ? undefined : read.get(file);
    if (file === undefined || found === undefined) return [];
    const roles = (['train', 'dev', 'test'] as const).filter((other) => files[other] === file);
    return rowsFor(role, file, found.rows, roles);
  };
  const data = { train: rowsOf('train'), dev: rowsOf('dev'), test: rowsOf('test') };
  for (const note of notesOn(files, read, data)) process.stderr.write(`pos-doctor: ${note}\n`);
  const machine = { now: () => performance.now(), rss: () => process.memoryUsage.rss() / 1e6 };
  let result: BenchmarkResult;
  try {
    result = await runBenchmark(data, machine, async (step, part) => {
      showProgress(part > 0 ? `${step}: ${Math.round(part * 100)} %` : `${step} on ${data.train.length} rows`);
      await setImmediate();
    });
  } catch (error) {
    if (error instanceof RangeError) throw new PosDoctorError('BAD_ROWS', { file: train, what: error.message });
    throw error;
  }
  endProgress();
  const skipped = [...read.values()].reduce((sum, file) => sum + file.skipped + file.beyond, 0);
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...result, skipped })}\n`);
    return;
  }
  const us = (value: number | null): string => (value === null ? '–' : value.toFixed(0));
  print([
    ['rows', `${result.nTrain} train, ${result.nDev} dev, ${result.nTest} test, ${result.nOos} out of scope`],
    ['intents', `${result.intents}, ${result.features} features`],
    ['accuracy', percent(result.accuracy)],
    ['macro F1', percent(result.macroF1)],
    ['among two / three', `${percent(result.top2)} / ${percent(result.top3)}`],
    ['out-of-scope AUROC', percent(result.oosAuroc)],
    [
      'at the dev threshold',
      `${percent(result.inScopeAccuracy)} in scope, ${percent(result.oosRecall)} of strangers found`,
    ],
    ['calibration error', result.ece?.toFixed(3) ?? '–'],
    ['a text, p50 / p99', `${us(result.p50us)} / ${us(result.p99us)} µs`],
    ['training', `${(result.trainMs / 1000).toFixed(1)} s, ${result.rssMb.toFixed(0)} MB`],
    ...(result.unknownIntents > 0
      ? [['test rows of intents never trained', String(result.unknownIntents)] as const]
      : []),
  ]);
}
