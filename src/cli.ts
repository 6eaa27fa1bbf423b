#!/usr/bin/env node
/** Finds the command. The only file that reads process.argv. */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { addChatCommand } from './commands/chat.js';
import { addClassifyCommand } from './commands/classify.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addDutyCommand } from './commands/duty.js';
import { addEvalCommand } from './commands/eval.js';
import { addExportCommand } from './commands/export.js';
import { addForgetCommand } from './commands/forget.js';
import { addKfLinkCommand } from './commands/kf-link.js';
import { addKnowledgeCommand } from './commands/knowledge.js';
import { addLearnCommand } from './commands/learn.js';
import { addLogNameCommand } from './commands/log-name.js';
import { addOutboxCommand } from './commands/outbox.js';
import { addReplayCommand } from './commands/replay.js';
import { addServeCommand } from './commands/serve.js';
import { addSimulateCommand } from './commands/simulate.js';
import { addStoreCommand } from './commands/store.js';
import { addWhyCommand } from './commands/why.js';
import { isPosDoctorError } from './errors.js';

/** Wrong arguments and unreadable files. */
const EXIT_USAGE = 2;
const EXIT_FAILURE = 1;

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

for (const add of [
  addServeCommand,
  addChatCommand,
  addClassifyCommand,
  addKnowledgeCommand,
  addReplayCommand,
  addSimulateCommand,
  addLearnCommand,
  addEvalCommand,
  addWhyCommand,
  addKfLinkCommand,
  addDoctorCommand,
  addDutyCommand,
  addStoreCommand,
  addLogNameCommand,
  addOutboxCommand,
  addForgetCommand,
  addExportCommand,
])
  add(program);

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
