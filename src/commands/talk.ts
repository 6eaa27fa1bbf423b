/** The assistant with a terminal as its only door: what `chat` and `drill play` have in common. */
import { Assistant } from '../assistant.js';
import { type ConsoleChannel, createConsoleChannel } from '../channels/console.js';
import { systemClock } from '../clock.js';
import type { Config } from '../config.js';
import type { World } from '../dialogue/world.js';
import type { PosDoctorError } from '../errors.js';
import { BoardWatch } from '../incident-board.js';
import { silentLog } from '../log.js';
import { createMemoryStore } from '../store/memory.js';
import type { Store } from '../store/store.js';
import type { LineProblem } from './chat-json.js';
import { onlyConversation, openStore } from './open-store.js';

export interface Talk {
  assistant: Assistant;
  channel: ConsoleChannel;
  conversation: string;
  store: Store;
}

/**
 * Does the work while the assistant runs, and stops it. With neither DATA_DIR nor DATABASE_URL in the environment nothing is kept: a
 * look at the assistant leaves no files behind.
 */
export async function talking(
  config: Config,
  world: World,
  conversation: string,
  work: (talk: Talk) => Promise<void>,
): Promise<void> {
  const channel = createConsoleChannel(conversation);
  const kept = config.dataDirGiven || config.databaseUrl !== undefined;
  const store = kept ? onlyConversation(await openStore(config), conversation) : createMemoryStore();
  const board = new BoardWatch(store, systemClock, silentLog);
  const assistant = new Assistant({
    store,
    world: () => (board.board ? { ...world, incidents: board.board.incidents } : world),
    channels: [channel],
    clock: systemClock,
    log: silentLog,
  });
  await assistant.start();
  await board.start();
  try {
    await work({ assistant, channel, conversation, store });
  } finally {
    await board.stop();
    await assistant.stop();
  }
}

export function warn(error: PosDoctorError): void {
  process.stderr.write(`pos-doctor: ${error.message} (${error.code}; ${error.usualReason})\n`);
}

/** What is said of a line that can't be used. */
export function complaint(world: World, problem: LineProblem): string {
  const key = problem === 'store' ? 'unwell' : `bad-line-${problem}`;
  return world.flows.get('repair')?.texts[key] ?? problem;
}
