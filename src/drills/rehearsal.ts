/** A drill played to its end by somebody who does the acts of a list, one after the other. Pure. */
import type { World } from '../dialogue/world.js';
import type { Drill } from '../knowledge/schema.js';
import { insightOf } from './insight.js';
import { openingOf } from './opening.js';
import { newRun, play } from './play.js';
import type { Score } from './points.js';
import { scoreOf } from './score.js';
import { toldIn } from './told.js';
import { said } from './trainees.js';

/** How somebody plays who does not type: which acts, in which words, by which seed. */
interface Part {
  acts: readonly string[];
  wordsOf: (act: string) => string;
  seed: number;
}

/** @param part left out: the drill's own path, in the words of somebody who does it well */
export function rehearse(
  drill: Drill,
  world: World,
  part: Part = { acts: drill.path, wordsOf: (id) => said(id, drill, world), seed: 0 },
): Score {
  const { drillActs } = world.knowledge;
  const screen = world.nlu.understand(drill.screen).normalized;
  const patterns = world.flows.get('drill')?.words ?? {};
  let run = newRun(drill, { run: 0, seed: part.seed, timed: false, hints: false });
  for (const id of part.acts) {
    const act = drillActs.get(id);
    if (!act) continue;
    const words = part.wordsOf(id);
    const told = toldIn(world.nlu.understand(words), drill, { screen, seconds: run.seconds }, patterns, world);
    const moved = play(run, drill, { words, acts: [act], told, role: 'cashier', at: 0 }, world);
    run = moved.run;
    if (moved.over) break;
  }
  return scoreOf(run, drill, insightOf(run, drill, openingOf(drill, world), world), world);
}
