/** `pos-doctor drill play`: one scenario, in the terminal or by a program. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { renderText } from '../channels/text.js';
import { systemClock } from '../clock.js';
import { type Config, readConfig } from '../config.js';
import { loadWorld } from '../content.js';
import type { InboundEvent } from '../dialogue/event.js';
import type { PublicState, Reply } from '../dialogue/reply.js';
import type { World } from '../dialogue/world.js';
import { isPosDoctorError } from '../errors.js';
import { type Site, siteOf } from '../pages/site.js';
import { runJsonChat } from './chat-json.js';
import { drillFrom, isFile } from './drill-file.js';
import { seedOf, wrong } from './drill-flags.js';
import { paint, printable } from './paint.js';
import { complaint, type Talk, talking, warn } from './talk.js';

const EXAMPLES = `
Examples:
  $ pos-doctor drill play sim-unpaid                       in the terminal; 提示 for a hint, 结束演练 to stop
  $ pos-doctor drill play sim-unpaid --timed --no-hints    against the clock, without help
  $ pos-doctor drill play my-drill.yaml                    a file of your own; it is checked first, and never recorded
  $ pos-doctor drill play sim-unpaid --json --seed 7 < moves.txt
        one line with the opening, then one line for each line of input, as \`chat --json\`; the last one holds a reply
        "summary" and state.drill {"scenario","score","items":[{"id","points","of","why"}],"questions","bits"}
  $ DATA_DIR=./data pos-doctor drill play sim-unpaid --conversation lihua    kept, for \`drill report\` (while no service runs)`;

interface Flags {
  json?: boolean;
  seed?: number;
  timed?: boolean;
  hints: boolean;
  conversation: string;
}

export function addDrillPlay(drill: Command): void {
  drill
    .command('play')
    .description('practise one scenario')
    .argument('<scenario>', 'its id, or a YAML file')
    .option('--json', 'one message a line on stdin, one JSON a line on stdout')
    .option('--seed <n>', 'decides what the scenario leaves open (default: the clock)', seedOf)
    .option('--timed', 'time passes while you think')
    .option('--no-hints', 'nothing is hinted at')
    .option('--conversation <id>', 'who practises (with DATA_DIR or DATABASE_URL)', 'console')
    .addHelpText('after', EXAMPLES)
    .action(async (scenario: string, flags: Flags) => {
      const config = readConfig(process.env);
      const own = isFile(scenario) ? drillFrom(scenario, config) : undefined;
      const content = loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
      const { knowledge } = content;
      const drills = own === undefined ? knowledge.drills : new Map([...knowledge.drills, [own.id, own]]);
      const id = own?.id ?? scenario;
      if (!drills.has(id)) throw wrong(`no scenario "${scenario}"; choose one of ${[...drills.keys()].join(', ')}`);
      const world = { ...content, knowledge: { ...knowledge, drills } };
      const site = siteOf(world.knowledge);
      await talking(own === undefined ? config : unkept(config), world, flags.conversation, async (talk) => {
        await endLeftOver(talk, site);
        const start = startWords(id, flags, site);
        if (flags.json === true) await playLines(talk, world, start, site.word('drill.play.end'));
        else await playTerminal(talk, world, start, site);
      });
    });
}

/** A file that is tried out is no drill of anybody's record. */
function unkept(config: Config): Config {
  return { ...config, dataDirGiven: false, databaseUrl: undefined };
}

/** The ordinary message that starts a drill, whatever the door. */
function startWords(id: string, { seed, timed, hints }: Flags, { word }: Pick<Site, 'word'>): string {
  const parts = [
    word('drill.play.start', { id }),
    seed === undefined ? '' : `#${seed}`,
    timed === true ? word('drill.play.timed') : '',
    hints ? '' : word('drill.play.noHints'),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function messageOf(talk: Talk, text: string, id: string): InboundEvent {
  const at = systemClock.now();
  return { id: `${id}-${at}`, conversation: talk.conversation, at, mayJoin: false, kind: 'message', text };
}

/** A drill that an earlier run left unfinished would go on instead. */
async function endLeftOver(talk: Talk, { word }: Pick<Site, 'word'>): Promise<void> {
  const { assistant, channel, conversation, store } = talk;
  await assistant.flush(conversation);
  const session = (await store.read(conversation))?.session;
  if (typeof session === 'object' && session !== null && 'drill' in session) {
    await assistant.accept(channel.name, messageOf(talk, word('drill.play.end'), 'left'));
    await assistant.settled(conversation);
  }
  channel.take();
}

const isOver = (replies: readonly Pick<Reply, 'type'>[], { drill }: PublicState): boolean =>
  drill !== undefined && replies.some(({ type }) => type === 'summary');

/** The opening first, then a line for each line; at the end of input a drill that still runs is ended, with its line. */
async function playLines(talk: Talk, world: World, start: string, end: string): Promise<void> {
  let over = false;
  await runJsonChat({
    ...talk,
    input: framed(start, process.stdin, end),
    write: (line) => {
      process.stdout.write(`${line}\n`);
      const { replies, state } = JSON.parse(line) as { replies: Reply[]; state: PublicState };
      over ||= isOver(replies, state);
    },
    now: systemClock.now,
    complaint: (problem) => complaint(world, problem),
    warn,
    over: () => over,
  });
  // Whoever feeds us may keep it open: nothing of it is read any more.
  process.stdin.destroy();
}

/** The input with a line before and one behind it, whether or not its last line has an end. */
export async function* framed(
  first: string,
  input: AsyncIterable<Uint8Array | string>,
  last: string,
): AsyncGenerator<Uint8Array | string> {
  yield `${JSON.stringify({ text: first })}\n`;
  let ended = true;
  for await (const chunk of input) {
    if (chunk.length > 0) ended = chunk[chunk.length - 1] === (typeof chunk === 'string' ? '\n' : 0x0a);
    yield chunk;
  }
  yield `${ended ? '' : '\n'}${JSON.stringify({ text: last })}\n`;
}

/** Reads what the trainee types until the drill is over, the end of input, /quit or Ctrl-C. */
async function playTerminal(talk: Talk, world: World, start: string, { word }: Pick<Site, 'word'>): Promise<void> {
  const { assistant, channel, conversation } = talk;
  const terminal = process.stdin.isTTY === true;
  const show = (text: string) => process.stdout.write(`${text}\n`);
  const reader = createInterface({
    input: process.stdin,
    ...(terminal ? { output: process.stdout } : {}),
    prompt: paint.bold('> '),
  });
  let count = 0;
  /** @returns whether the drill is over */
  const send = async (text: string): Promise<boolean> => {
    count += 1;
    try {
      await assistant.accept(channel.name, messageOf(talk, text, `typed-${count}`));
    } catch (error) {
      if (!isPosDoctorError(error)) throw error;
      show(paint.red(`${complaint(world, 'store')} (${error.message})`));
    }
    await assistant.settled(conversation);
    const replies = channel.take();
    for (const reply of replies) show(`${paint.green(printable(renderText(reply)))}\n`);
    return isOver(replies, await assistant.state(conversation));
  };
  // Before anything is awaited: lines that come earlier than somebody listens would be lost.
  const lines = reader[Symbol.asyncIterator]();
  let over = await send(start);
  while (!over) {
    if (terminal) reader.prompt();
    const { done, value } = await lines.next();
    const ends = done === true || value.trim() === '/quit';
    over = await send(ends ? word('drill.play.end') : value);
    if (ends) break;
  }
  reader.close();
}
