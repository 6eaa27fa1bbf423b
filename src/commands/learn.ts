/** `pos-doctor learn`: what the cases of the journal say about the knowledge's numbers. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Command } from 'commander';
import { type Config, readConfig } from '../config.js';
import { loadWorld } from '../content.js';
import { modelFrom } from '../diagnosis/model.js';
import type { ModelSpec } from '../diagnosis/spec.js';
import { loadKnowledge } from '../knowledge/load.js';
import { Learner } from '../learn/closed.js';
import { type Comparison, compare, objections } from '../learn/compare.js';
import { estimate, STRENGTH, withChanges } from '../learn/estimate.js';
import { writtenSpec } from '../learn/places.js';
import { asJson, asText, type Findings } from '../learn/report.js';
import { loadYardsticks } from '../simulate/load.js';
import { pricesOf } from '../simulate/simulate.js';
import { interruptible, type Stopped, takeEvents } from './interruptible.js';
import { type Draft, draftOf } from './learn-files.js';
import { wholeNumber } from './numbers.js';
import { type OpenJournal, openJournal } from './open-store.js';
import { paint } from './paint.js';
import { showProgress } from './progress.js';
import { openingsIn } from './simulated-voices.js';
import { expectWritable, writeWhole } from './whole-file.js';

const EXAMPLES = `
Examples:
  $ pos-doctor learn --data ./data                          what the cases there would change, and if it would help
  $ pos-doctor learn --write learnt.patch && git apply learnt.patch
  $ pos-doctor learn --fixes-only                           leave out the cases that a human solved
  $ pos-doctor learn --strength 200                         trust the authored numbers more: 200 cases, answers, trials
  $ pos-doctor learn --json | jq '.changes[:5]'             for programs

The patch is written only if simulated merchants are served no worse. Ends with 1 if they are.`;

/** Merchants a world: well under a minute. */
const CASES = 1000;
const MOST = 1_000_000;
/** Below this the interval of the difference means nothing. */
const FEWEST = 100;

interface Flags {
  data?: string;
  strength?: number;
  fixesOnly?: boolean;
  write?: string;
  cases: number;
  seed: number;
  json?: boolean;
}

export function addLearnCommand(program: Command): void {
  program
    .command('learn')
    .description('re-estimate priors, answers and success rates from the cases of the journal, as a patch to review')
    .option(
      '--data <dir>',
      'the folder with the journal (default: the database of DATABASE_URL, else DATA_DIR, else ./data)',
    )
    .option(
      '--strength <number>',
      `cases, answers a row and trials a fix that the authored numbers are worth (default: ${STRENGTH.priors}, ${STRENGTH.answers}, ${STRENGTH.fixes})`,
      wholeNumber(1, MOST),
    )
    .option('--fixes-only', 'leave out the cases that a human solved: what seldom ends with a fix looks rare then')
    .option('--write <file>', 'write the changes there as a unified diff of the YAML files')
    .option('--cases <number>', 'simulated merchants, of each of four kinds', wholeNumber(FEWEST, MOST), CASES)
    .option('--seed <number>', 'which merchants', wholeNumber(0, 2 ** 31), 1)
    .option(
      '--json',
      'one JSON: {"events","cases","byHuman","unused","skipped","changes","comparisons","objections",…}',
    )
    .addHelpText('after', EXAMPLES)
    .action(async (flags: Flags) => {
      const config = readConfig(process.env);
      const ended = await interruptible((stopped) => learn(flags, config, stopped));
      if (ended !== null) conclude(flags, ended.findings, ended.draft);
    });
}

/** Null if it was stopped. */
async function learn(
  flags: Flags,
  config: Config,
  stopped: Stopped,
): Promise<{ findings: Findings; draft: Draft } | null> {
  if (flags.write !== undefined) expectWritable(flags.write);
  let corrupt = 0;
  const log = () => {
    corrupt += 1;
  };
  const { knowledge, content } = loadKnowledge({ contentDir: config.contentDir });
  const spec = writtenSpec(knowledge, content);
  const model = modelFrom(spec);
  const learner = new Learner(model, flags.fixesOnly !== true);
  const journal = await openJournal(config, { folder: flags.data, log });
  if (!(await readAll(journal, learner, stopped))) return null;
  const { strength: worth } = flags;
  const strength = worth === undefined ? STRENGTH : { priors: worth, answers: worth, fixes: worth };
  const draft = draftOf(content, estimate(spec, model, learner.counts, strength));
  const { changes, unwritable } = draft;
  const comparisons =
    changes.length === 0 ? [] : await simulate(flags, config, { old: spec, new: withChanges(spec, changes) }, stopped);
  if (comparisons === null) return null;
  const findings: Findings = {
    strength,
    tally: learner.tally,
    corrupt,
    changes,
    unwritable,
    comparisons,
    objections: objections(comparisons),
  };
  return { findings, draft };
}

/** False if it was stopped. */
async function readAll(journal: OpenJournal, learner: Learner, stopped: Stopped): Promise<boolean> {
  try {
    if (!(await takeEvents(journal.read(), (event) => learner.take(event), stopped))) return false;
  } finally {
    await journal.close();
  }
  learner.finish();
  return true;
}

async function simulate(
  { cases, seed }: Flags,
  { contentDir, publicUrl }: Config,
  specs: { old: ModelSpec; new: ModelSpec },
  stopped: Stopped,
): Promise<Comparison[] | null> {
  showProgress('learning the phrases');
  const world = loadWorld({ contentDir, publicUrl });
  const { openings: labels, settings } = loadYardsticks();
  const openings = await openingsIn(world, labels, stopped);
  if (openings === null) return null;
  const prices = pricesOf(world.knowledge, settings);
  const running = compare({ specs, openings, settings, prices, cases, seed });
  for (;;) {
    // A signal is heard between two blocks only.
    await breathe();
    if (stopped()) return null;
    const next = running.next();
    if (next.done === true) return next.value;
    showProgress(`simulating ${Math.round((100 * next.value.done) / next.value.of)} %`);
  }
}

/** Prints, writes, and sets the exit code. */
function conclude({ json, write }: Flags, findings: Findings, draft: Draft): void {
  const refused = findings.objections.length > 0;
  const written = write !== undefined && !refused && findings.changes.length > 0;
  if (written) writeWhole(write, draft.patch);
  process.stdout.write(`${json === true ? asJson(findings) : asText(findings)}\n`);
  if (refused) {
    for (const objection of findings.objections) process.stderr.write(`${paint.red('refused')} ${objection}\n`);
    process.stderr.write(
      'pos-doctor: the simulation gets worse with these numbers, nothing is written; more --cases tell chance from fact\n',
    );
    process.exitCode = 1;
  } else if (write !== undefined)
    process.stderr.write(written ? `${write}: apply it with ${draft.how}\n` : 'pos-doctor: nothing to write\n');
}
