/** `pos-doctor replay`: a stored conversation, or one written as YAML, played again through the content of today. */
import { readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { renderText } from '../channels/text.js';
import { addressOf } from '../channels/wecom/address.js';
import { type Config, readConfig } from '../config.js';
import { loadWorld } from '../content.js';
import { withMerchants } from '../dialogue/listed-world.js';
import type { Reply } from '../dialogue/reply.js';
import { apologize, type TurnInput, takeTurn } from '../dialogue/turn.js';
import type { World } from '../dialogue/world.js';
import { PosDoctorError } from '../errors.js';
import { runScript, scriptSchema } from '../eval/script.js';
import type { Standing } from '../handover/standing.js';
import type { BoardIncident } from '../incidents/board.js';
import { readDocument } from '../knowledge/document.js';
import { KnowledgeError } from '../knowledge/problem.js';
import { validate } from '../knowledge/validate.js';
import { DRILL_TURN } from '../record.js';
import { codeOf } from '../store/fs.js';
import type { CaseEvent } from '../store/store.js';
import { merchantsOf } from './load-merchants.js';
import { openJournal } from './open-store.js';
import { paint, printable } from './paint.js';

const EXAMPLES = `
Examples:
  $ DATA_DIR=./data pos-doctor replay 3f2a…            a conversation of the journal, by its id
  $ pos-doctor replay test/conversations/seed-sentence.yaml  one written down; says where it comes out differently`;

export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description('play a conversation again and compare: the same events give the same replies')
    .argument('<conversation>', 'id of a stored conversation, or a YAML file')
    .option('--json', 'one JSON a turn')
    .addHelpText('after', EXAMPLES)
    .action(async (conversation: string, options: { json?: boolean }) => {
      const config = readConfig(process.env);
      const json = options.json === true;
      // Called late: what is missing is told before a second goes into learning the phrases.
      const load = () => loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
      const different = isScript(conversation)
        ? replayScript(conversation, load, json)
        : await replayJournal(conversation, config, load, json);
      process.exitCode = different > 0 ? 1 : 0;
    });
}

/** A file that is there, or a name that only a file can have. */
function isScript(conversation: string): boolean {
  return /\.ya?ml$/.test(conversation) || statSync(conversation, { throwIfNoEntry: false })?.isFile() === true;
}

function readScript(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new PosDoctorError('UNREADABLE_FILE', { file, why: codeOf(error) || String(error) }, { cause: error });
  }
}

const print = (text: string) => process.stdout.write(`${text}\n`);

function printTurn(input: string, replies: readonly Reply[], json: boolean, extra: object = {}): void {
  if (json) print(JSON.stringify({ input, replies, ...extra }));
  else {
    const answers = replies.map((reply) => `${paint.green(printable(renderText(reply)))}\n`);
    print([paint.bold(`> ${printable(input)}`), ...answers].join('\n'));
  }
}

function replayScript(file: string, load: () => World, json: boolean): number {
  const read = readDocument(file, readScript(file));
  const checked = read.doc ? validate(read.doc, scriptSchema) : { problems: read.problems };
  if (!('value' in checked) || checked.value === undefined) throw new KnowledgeError(checked.problems);
  const run = runScript(checked.value, load());
  for (const { input, replies, state } of run.turns) printTurn(input, replies, json, { state });
  for (const failure of run.failures) process.stderr.write(`${paint.red('differs')} ${failure}\n`);
  return run.failures.length;
}

/** Turns of the journal hold their input and replies; the session is rebuilt from the first one on. */
async function replayJournal(conversation: string, config: Config, load: () => World, json: boolean): Promise<number> {
  const journal = await openJournal(config);
  try {
    const content = load();
    const world = withMerchants(content, await merchantsOf(config, content.knowledge));
    return await replayEvents(journal.read({ conversation }), conversation, world, json);
  } finally {
    await journal.close();
  }
}

async function replayEvents(
  events: AsyncIterable<CaseEvent>,
  conversation: string,
  world: World,
  json: boolean,
): Promise<number> {
  const user = addressOf(conversation)?.user;
  let session: unknown = null;
  let turns = 0;
  let different = 0;
  for await (const event of events) {
    const turn = turnOf(event);
    if (!turn) continue;
    turns += 1;
    // With the incidents that were on the board then.
    const then = { ...world, incidents: turn.incidents ?? [] };
    const result = turnOrApology(session, turn, event.at, then, user);
    session = result.session;
    const same = comparable(result.replies) === comparable(turn.replies);
    if (!same) different += 1;
    printTurn(shown(turn.input), result.replies, json, { same });
    if (!same && !json) print(paint.yellow(`(was: ${turn.replies.map(({ text }) => printable(text)).join(' | ')})\n`));
  }
  if (turns === 0) throw new PosDoctorError('UNKNOWN_CONVERSATION', { conversation });
  process.stderr.write(`${turns} turns, ${different} answered differently\n`);
  return different;
}

/** As the service answers: a turn that fails leaves the session and says so. */
function turnOrApology(
  session: unknown,
  { input, standing }: Turn,
  at: number,
  world: World,
  user: string | undefined,
) {
  try {
    return takeTurn(session, input, at, world, user, standing);
  } catch (error) {
    return apologize(session, world, error);
  }
}

/** Replies as text, with our own pages without their host: the service may have run under another address. */
function comparable(replies: readonly Reply[]): string {
  return JSON.stringify(replies, (key, value) =>
    key === 'url' &&
    typeof value === 'string' &&
    URL.canParse(value) &&
    /^\/(?:kb|status)(?:\/|$)/.test(new URL(value).pathname)
      ? new URL(value).pathname
      : value,
  );
}

/** A turn as the journal holds it: what was said, and what stood around it then. */
interface Turn {
  input: TurnInput;
  replies: Reply[];
  incidents?: BoardIncident[];
  standing?: Standing;
}

function turnOf(event: CaseEvent): Turn | undefined {
  return event.type === 'turn' || event.type === DRILL_TURN ? (event.data as unknown as Turn) : undefined;
}

function shown(input: TurnInput): string {
  if (input.kind === 'message') return input.texts.join(' / ');
  return input.kind === 'option' ? `[${input.option}]` : `(${input.kind})`;
}
