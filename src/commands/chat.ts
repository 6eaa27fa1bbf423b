/** `pos-doctor chat`: the assistant in the terminal, for people and, with --json, for programs. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Assistant } from '../assistant.js';
import type { ConsoleChannel } from '../channels/console.js';
import { renderText } from '../channels/text.js';
import { systemClock } from '../clock.js';
import { readConfig } from '../config.js';
import { loadWorld } from '../content.js';
import { withMerchants } from '../dialogue/listed-world.js';
import type { World } from '../dialogue/world.js';
import { isPosDoctorError } from '../errors.js';
import type { HandoverState } from '../handover/types.js';
import { runJsonChat } from './chat-json.js';
import { formatState } from './chat-state.js';
import { merchantsOf } from './load-merchants.js';
import { paint, printable } from './paint.js';
import { complaint, talking, warn } from './talk.js';

const EXAMPLES = `
Examples:
  $ pos-doctor chat                                    talk to it; /state shows what it believes and why it asks
  $ pos-doctor chat --json < messages.txt              one message a line in, one JSON a line out
  $ DATA_DIR=./data pos-doctor chat                    keep the conversation on disk (while no service runs on it)
  $ DATABASE_URL=postgres://… pos-doctor chat          keep it in PostgreSQL, beside services that run on it`;

const HINT = '/state shows what it believes and why it asks, /reset begins anew, /help this line, /quit ends';

export function addChatCommand(program: Command): void {
  program
    .command('chat')
    .description('talk to the assistant in the terminal')
    .option('--json', 'one message a line on stdin, one JSON a line on stdout')
    .option('--conversation <id>', 'which conversation to continue (with DATA_DIR or DATABASE_URL)', 'console')
    .addHelpText('after', EXAMPLES)
    .action(async (options: { json?: boolean; conversation: string }) => {
      const config = readConfig(process.env);
      const content = loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
      const world = withMerchants(content, await merchantsOf(config, content.knowledge));
      await talking(config, world, options.conversation, async ({ assistant, channel, conversation }) => {
        if (options.json === true)
          await runJsonChat({
            assistant,
            channel,
            conversation,
            input: process.stdin,
            write: (line) => process.stdout.write(`${line}\n`),
            now: systemClock.now,
            complaint: (problem) => complaint(world, problem),
            warn,
          });
        else await runTerminalChat(assistant, channel, conversation, world);
      });
    });
}

function handoverWords({ knowledge }: World, step: HandoverState): string {
  // Nobody can be called here: what a colleague says could not be shown.
  const key = step === 'timed-out' ? 'timedOut' : step === 'requested' ? 'alone' : step;
  return knowledge.ui[`web.handover.${key}`] ?? '';
}

/** Reads what the user types until end of input, /quit or Ctrl-C. */
async function runTerminalChat(
  assistant: Assistant,
  channel: ConsoleChannel,
  conversation: string,
  world: World,
): Promise<void> {
  const terminal = process.stdin.isTTY === true;
  const show = (text: string) => process.stdout.write(`${text}\n`);
  const reader = createInterface({
    input: process.stdin,
    ...(terminal ? { output: process.stdout } : {}),
    prompt: paint.bold('> '),
  });
  if (terminal) show(paint.dim(HINT));
  let count = 0;
  let handedOver: HandoverState | undefined;
  /** A step of a hand-over, in the words of the web page. */
  const showHandover = async (): Promise<void> => {
    const before = handedOver;
    handedOver = (await assistant.state(conversation)).handoffState;
    const step = handedOver ?? (before === undefined ? undefined : 'closed');
    if (step !== undefined && handedOver !== before) show(`${paint.dim(handoverWords(world, step))}\n`);
  };
  const send = async (
    event: { kind: 'enter' } | { kind: 'reset' } | { kind: 'message'; text: string },
  ): Promise<void> => {
    count += 1;
    const at = systemClock.now();
    try {
      await assistant.accept(channel.name, { ...event, id: `typed-${at}-${count}`, conversation, at, mayJoin: false });
    } catch (error) {
      if (!isPosDoctorError(error)) throw error;
      show(paint.red(`${complaint(world, 'store')} (${error.message})`));
    }
    await assistant.settled(conversation);
    for (const reply of channel.take()) show(`${paint.green(printable(renderText(reply)))}\n`);
    await showHandover();
  };
  // Before anything is awaited: lines that come earlier than somebody listens would be lost.
  const lines = reader[Symbol.asyncIterator]();
  handedOver = (await assistant.state(conversation)).handoffState;
  // What an earlier run could not show.
  await assistant.flush(conversation);
  for (const reply of channel.take()) show(`${paint.green(printable(renderText(reply)))}\n`);
  if (terminal) {
    await send({ kind: 'enter' });
    reader.prompt();
  }
  for await (const line of lines) {
    const command = line.trim();
    if (command === '/quit') break;
    if (command === '/state')
      show(formatState(await assistant.state(conversation), await assistant.reasoning(conversation), world));
    else if (command === '/reset') await send({ kind: 'reset' });
    else if (command.startsWith('/')) show(HINT);
    else await send({ kind: 'message', text: line });
    if (terminal) reader.prompt();
  }
  reader.close();
}
