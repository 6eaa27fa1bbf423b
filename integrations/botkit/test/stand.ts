/** The assistant in a Botkit bot, on a clock that the test moves. */
import { Assistant, createMemoryStore, loadWorld, type Store, silentLog, type World } from 'pos-doctor';
import { type TestClock, testClock } from '../../../test/support/clock.js';
import { type PosDoctorOptions, posDoctor } from '../src/plugin.js';
import { type Bot, createBot, LoopAdapter } from './loop.js';

export const TROUBLE = '该渠道业务不可用';

let world: World | undefined;
export function realWorld(): World {
  world ??= loadWorld({ publicUrl: 'http://127.0.0.1:3000' });
  return world;
}

export interface Stand extends Bot {
  clock: TestClock;
  store: Store;
  assistant: Assistant;
  /** The newest message's quick replies. */
  replies(): { title: string; payload: string }[];
  pass(ms: number): Promise<void>;
}

export interface StandOptions extends Partial<Omit<PosDoctorOptions, 'assistant'>> {
  store?: Store;
  clock?: TestClock;
  adapter?: LoopAdapter;
  /** Handlers of the bot that stand before the plug-in. */
  before?: (bot: Bot) => void;
}

export async function openStand({ store, clock, adapter, before, ...options }: StandOptions = {}): Promise<Stand> {
  const time = clock ?? testClock();
  const kept = store ?? createMemoryStore();
  const assistant = new Assistant({ store: kept, world: realWorld, channels: [], clock: time, log: silentLog });
  const own = adapter ?? Object.assign(new LoopAdapter(), { name: 'Web Adapter' });
  const bot = createBot(own);
  before?.(bot);
  bot.controller.usePlugin(posDoctor({ assistant, clock: time, log: silentLog, ...options }));
  await assistant.start();
  return {
    ...bot,
    clock: time,
    store: kept,
    assistant,
    replies: () => own.sent.at(-1)?.channelData?.quick_replies ?? [],
    async pass(ms) {
      await time.advance(ms, () => assistant.settled());
      await assistant.settled();
    },
  };
}
