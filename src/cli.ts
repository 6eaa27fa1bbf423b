#!/usr/bin/env node
/** Finds the command. The only file that reads process.argv. */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { addChatCommand } from './commands/chat.js';
import { addClassifyCommand } from './commands/classify.js';
import { addKnowledgeCommand } from './commands/knowledge.js';
import { addReplayCommand } from './commands/replay.js';
import { addServeCommand } from './commands/serve.js';
import { isPosDoctorError } from './errors.js';

/** Wrong arguments and unreadable files. */
const EXIT_USAGE = 2;
const EXIT_FAILURE = 1;

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

const program = new Command('pos-doctor')
  .description('Finds out why a POS terminal cannot collect, and what to do about it.')
  .version(version)
  .showHelpAfterError('(run with --help for the flags and examples)')
  .exitOverride();

for (const add of [addServeCommand, addChatCommand, addClassifyCommand, addKnowledgeCommand, addReplayCommand])
  add(program);
for (const command of program.commands) command.exitOverride();

// A reader that went away (`pos-doctor … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
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
  process.stderr.write(`pos-doctor: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT_FAILURE;
}
