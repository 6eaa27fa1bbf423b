/** A drill played to its end by somebody who does the acts of a list, one after the other. Pure. */
import type { World } from '../dialogue/world.js';
import type { Drill } from '../knowledge/schema.js';
import { insightOf } from './insight.js';
import { openingOf } from './opening.js';
import { newRun, play } from './play.js';
import { type Score, scoreOf } from './score.js';
import { toldIn } from './told.js';
import { said } from './trainees.js';

/** What the acts of its own path would score. */
export function rehearse(drill: Drill, world: World): Score {
  const { drillActs } = world.knowledge;
  const screen = world.nlu.understand(drill.screen).normalized;
  const patterns = world.flows.get('drill')?.words ?? {};
  let run = newRun(drill, { run: 0, seed: 0, timed: false, hints: false });
  for (const id of drill.path) {
    const act = drillActs.get(id);
    if (!act) continue;
    const words = said(id, drill, world);
    const told = toldIn(world.nlu.understand(words), drill, screen, patterns, world);
    const moved = play(run, drill, { words, acts: [act], told, role: 'cashier', at: 0 }, world);
    run = moved.run;
    if (moved.over) break;
  }
  return scoreOf(run, drill, insightOf(run, drill, openingOf(drill, world), world), world);
}
