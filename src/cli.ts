#!/usr/bin/env node
/** Finds the command. The only file that reads process.argv. */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { isPosDoctorError } from './errors.js';

/** Wrong arguments and unreadable files. */
const EXIT_USAGE = 2;
const EXIT_FAILURE = 1;

/**
 * Every command, in the order of the help. Loading all of them takes half a second, most of it for packages that one command needs:
 * only the one that is asked for is loaded; all are for the help, and for telling what a slip of the pen was meant to be.
 */
const COMMANDS: ReadonlyMap<string, () => Promise<(program: Command) => void>> = new Map([
  ['serve', async () => (await import('./commands/serve.js')).addServeCommand],
  ['chat', async () => (await import('./commands/chat.js')).addChatCommand],
  ['classify', async () => (await import('./commands/classify.js')).addClassifyCommand],
  ['knowledge', async () => (await import('./commands/knowledge.js')).addKnowledgeCommand],
  ['replay', async () => (await import('./commands/replay.js')).addReplayCommand],
  ['simulate', async () => (await import('./commands/simulate.js')).addSimulateCommand],
  ['learn', async () => (await import('./commands/learn.js')).addLearnCommand],
  ['eval', async () => (await import('./commands/eval.js')).addEvalCommand],
  ['why', async () => (await import('./commands/why.js')).addWhyCommand],
  ['kf-link', async () => (await import('./commands/kf-link.js')).addKfLinkCommand],
  ['doctor', async () => (await import('./commands/doctor.js')).addDoctorCommand],
  ['duty', async () => (await import('./commands/duty.js')).addDutyCommand],
  ['plan', async () => (await import('./commands/plan.js')).addPlanCommand],
  ['drill', async () => (await import('./commands/drill.js')).addDrillCommand],
  ['merchants', async () => (await import('./commands/merchants.js')).addMerchantsCommand],
  ['store', async () => (await import('./commands/store.js')).addStoreCommand],
  ['log-name', async () => (await import('./commands/log-name.js')).addLogNameCommand],
  ['incident', async () => (await import('./commands/incident.js')).addIncidentCommand],
  ['outbox', async () => (await import('./commands/outbox.js')).addOutboxCommand],
  ['forget', async () => (await import('./commands/forget.js')).addForgetCommand],
  ['report', async () => (await import('./commands/report.js')).addReportCommand],
  ['export', async () => (await import('./commands/export.js')).addExportCommand],
]);

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const program = new Command('pos-doctor')
  .description('Finds out why a POS terminal cannot collect, and what to do about it.')
  .version(version)
  // One line, like every other error; commander's own takes two or three.
  .configureOutput({
    outputError: (text, write) => {
      const what = text
        .trim()
        .replace(/^error: /, '')
        .replaceAll(/\s*\n\s*/g, ' ');
      write(`pos-doctor: ${what} (run with --help for the flags and examples)\n`);
    },
  })
  .exitOverride();

const asked = COMMANDS.get(process.argv[2] ?? '');
for (const load of asked ? [asked] : COMMANDS.values()) (await load())(program);

// A reader that went away (`pos-doctor … | head`) is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });

try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (isPosDoctorError(error)) {
    process.stderr.write(`pos-doctor: ${error.message} (${error.code}; ${error.usualReason})\n`);
    return error.layer === 'arguments' || error.layer === 'config' || error.layer === 'content'
      ? EXIT_USAGE
      : EXIT_FAILURE;
  }
  process.stderr.write(`pos-doctor: ${unexpected(error)}\n`);
  return EXIT_FAILURE;
}

/** A defect of ours: one line, unless somebody looks for it. */
function unexpected(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (process.env.LOG_LEVEL === 'debug' || process.env.LOG_LEVEL === 'trace') return error.stack ?? error.message;
  const [first] = error.message.split('\n');
  return `${error.name}: ${first} (unexpected; LOG_LEVEL=debug shows where, please report it)`;
}
