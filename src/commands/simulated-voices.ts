/** What simulated shops say: the sentences of the yardsticks, as the world at hand understands them. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { World } from '../dialogue/world.js';
import { loadYardsticks } from '../simulate/load.js';
import { type Opening, readOpenings } from '../simulate/openings.js';
import { randomFrom } from '../simulate/random.js';
import { type Voices, voicesOf } from '../simulate/voices.js';
import type { Openings } from '../simulate/yardsticks.js';
import type { Stopped } from './interruptible.js';
import { showProgress } from './progress.js';

/** Takes some ten seconds, with its progress on the terminal. Null if it was stopped. */
export async function openingsIn(world: World, labels: Openings, stopped: Stopped): Promise<Opening[] | null> {
  const reading = readOpenings(world, labels);
  for (;;) {
    // A signal is heard between two trainings only.
    await breathe();
    if (stopped()) return null;
    const next = reading.next();
    if (next.done === true) return next.value;
    showProgress(`reading sentences ${next.value.done}/${next.value.of}`);
  }
}

/** As {@link openingsIn}. */
export async function voicesIn(world: World, seed: number, stopped: Stopped): Promise<Voices | null> {
  const { openings, settings } = loadYardsticks();
  const read = await openingsIn(world, openings, stopped);
  return read && voicesOf(world.model, read, settings, world.knowledge.costs.unknownRate, randomFrom(seed));
}
