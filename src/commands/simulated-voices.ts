/** What simulated shops say: the sentences of the yardsticks, as the world at hand understands them. */
import type { World } from '../dialogue/world.js';
import { loadYardsticks } from '../simulate/load.js';
import { readOpenings } from '../simulate/openings.js';
import { randomFrom } from '../simulate/random.js';
import { type Voices, voicesOf } from '../simulate/voices.js';
import { showProgress } from './progress.js';

/** Takes some ten seconds, with its progress on the terminal. */
export function voicesIn(world: World, seed: number): Voices {
  const { openings, settings } = loadYardsticks();
  const read = readOpenings(world, openings, (done, of) => showProgress(`reading sentences ${done}/${of}`));
  return voicesOf(world.model, read, settings, world.knowledge.costs.unknownRate, randomFrom(seed));
}
