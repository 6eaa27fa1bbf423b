import { loadWorld } from '../../src/content.js';
import type { World } from '../../src/dialogue/world.js';
import { loadMorning, loadYardsticks } from '../../src/simulate/load.js';
import { type Conversation, type Morning, simulateMorning } from '../../src/simulate/morning.js';
import { wordsOf } from '../../src/simulate/morning-visitors.js';
import { pricesOf } from '../../src/simulate/simulate.js';
import { SPEECHLESS } from '../../src/simulate/voices.js';

export const world: World = loadWorld({ publicUrl: 'http://localhost' });
export const settings = loadMorning();
const { openings, settings: money } = loadYardsticks();
const words = wordsOf(world, openings, settings);
export const truths = { settings, knowledge: world.knowledge };

export function play(shops: number, seed: number): Morning {
  const running = simulateMorning({
    world,
    words,
    settings,
    money,
    prices: pricesOf(world.knowledge, money),
    voices: SPEECHLESS,
    shops,
    seed,
  });
  for (;;) {
    const next = running.next();
    if (next.done === true) return next.value;
  }
}

/** The sentences of the assistant, each with who heard it. */
export const heard = (conversations: readonly Conversation[]) =>
  conversations.flatMap((conversation) =>
    conversation.lines.flatMap((line, index) => (line.who === 'assistant' ? [{ conversation, line, index }] : [])),
  );
