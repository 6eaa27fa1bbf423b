/** `pos-doctor knowledge check`: is the content sound? */
import type { Command } from 'commander';
import { flowRule } from '../content.js';
import { type Checked, type CheckOptions, checkKnowledge } from '../knowledge/check.js';
import { formatProblem, type Problem } from '../knowledge/problem.js';

export interface KnowledgeCheckOptions extends CheckOptions {
  json?: boolean;
  /** Colour the severity. */
  colour?: boolean;
  write: (text: string) => void;
}

const EXAMPLES = `
Examples:
  $ pos-doctor knowledge check                          is what ships sound?
  $ pos-doctor knowledge check --content ./ours         is it still, with your own laid over it?
  $ pos-doctor knowledge check --json | jq .problems    for programs`;

/** Adds the `knowledge` command with its subcommands to the program. Reads CONTENT_DIR; sets `process.exitCode`. */
export function addKnowledgeCommand(program: Command): void {
  const knowledge = program.command('knowledge').description('work on what the assistant knows');
  knowledge
    .command('check')
    .description(
      'check the knowledge and flow files: schema, references, phrases, questions, rows, charging steps, sources, wording',
    )
    .option('--json', 'print one JSON object: {"ok","problems","counts"}')
    .addHelpText('after', EXAMPLES)
    .option('--content <dir>', 'the folder whose knowledge/ and flows/ are laid over ours (default: CONTENT_DIR)')
    .action((flags: { json?: boolean; content?: string }) => {
      const contentDir = flags.content ?? (process.env.CONTENT_DIR || undefined);
      process.exitCode = runKnowledgeCheck({
        json: flags.json ?? false,
        contentDir,
        providers: [flowRule(contentDir)],
        today: new Date().toISOString().slice(0, 10),
        colour: process.stdout.isTTY === true && !process.env.NO_COLOR,
        write: (text) => process.stdout.write(text),
      });
    });
}

/**
 * Checks and prints.
 * @returns the exit code: 0 sound (warnings allowed), 1 with errors, 2 if a folder or file cannot be read
 */
export function runKnowledgeCheck(options: KnowledgeCheckOptions): 0 | 1 | 2 {
  const checked = checkKnowledge(options);
  if (options.json) {
    const { ok, problems, counts } = checked;
    options.write(`${JSON.stringify({ ok, problems, counts })}\n`);
  } else {
    for (const problem of checked.problems) options.write(`${line(problem, options.colour ?? false)}\n`);
    options.write(`${summary(checked)}\n`);
  }
  if (checked.unreadable) return 2;
  return checked.ok ? 0 : 1;
}

const RED = '\u001b[31m';
const YELLOW = '\u001b[33m';
const PLAIN = '\u001b[39m';

function line(problem: Problem, colour: boolean): string {
  const text = formatProblem(problem);
  if (!colour) return text;
  const paint = problem.severity === 'error' ? RED : YELLOW;
  return text.replace(` ${problem.severity} `, ` ${paint}${problem.severity}${PLAIN} `);
}

function summary({ counts, problems }: Checked): string {
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const found = `${errors} errors, ${problems.length - errors} warnings`;
  const entries = Object.entries(counts).map(([kind, count]) => `${count} ${words(kind)}`);
  return entries.length > 0 ? `${entries.join(', ')}: ${found}` : `nothing loaded: ${found}`;
}

const words = (kind: string): string => kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
