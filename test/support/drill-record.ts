/** Records of drills as the journal holds them. */
import type { World } from '../../src/dialogue/world.js';
import { type DrillRecord, recordOf } from '../../src/drills/record.js';
import { type Trainee, wordsOf } from '../../src/drills/trainees.js';
import { playDrill } from './drill.js';

/** What was written down when it ended, as it comes back from the journal. */
export function recordOfPlay(world: World, drill: string, words: readonly string[]): DrillRecord {
  const ended = playDrill(world, drill, words).happenings.find(({ type }) => type === 'drill-ended');
  const record = recordOf(JSON.parse(JSON.stringify(ended?.data ?? null)));
  if (record === null) throw new Error(`no record of ${drill}`);
  return record;
}

export function recordOfTrainee(world: World, drill: string, trainee: Trainee, seed = 1): DrillRecord {
  const scenario = world.knowledge.drills.get(drill);
  if (!scenario) throw new Error(`no drill ${drill}`);
  return recordOfPlay(world, drill, wordsOf(trainee, scenario, world, seed));
}
