import { loadWorld } from '../../src/content.js';
import type { World } from '../../src/dialogue/world.js';

let world: World | undefined;

/** The real content, trained once a test file. */
export function realWorld(): World {
  world ??= loadWorld({ publicUrl: 'http://127.0.0.1:3000' });
  return world;
}
