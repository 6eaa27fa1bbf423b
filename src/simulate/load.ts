/** Reads knowledge/simulation/. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { readDocument } from '../knowledge/document.js';
import { packageKnowledge } from '../knowledge/load.js';
import { KnowledgeError } from '../knowledge/problem.js';
import { validate } from '../knowledge/validate.js';
import { type MorningSettings, morningSchema } from './morning-settings.js';
import { type Openings, openingsSchema, type Settings, settingsSchema, type Tree, treeSchema } from './yardsticks.js';

export interface Yardsticks {
  /** The article's fixed order, then the expert's tree. */
  trees: Tree[];
  openings: Openings;
  settings: Settings;
}

/**
 * Loads what ours is measured against.
 * @throws {KnowledgeError} naming file and line of whatever is wrong
 */
export function loadYardsticks(folder = join(packageKnowledge(), 'simulation')): Yardsticks {
  return {
    trees: [read(folder, 'fixed-order.yaml', treeSchema), read(folder, 'expert-tree.yaml', treeSchema)],
    openings: read(folder, 'openings.yaml', openingsSchema),
    settings: read(folder, 'settings.yaml', settingsSchema),
  };
}

/** Loads what happens in the simulated morning. Throws as {@link loadYardsticks}. */
export function loadMorning(folder = join(packageKnowledge(), 'simulation')): MorningSettings {
  return read(folder, 'morning.yaml', morningSchema);
}

function read<T>(folder: string, name: string, schema: z.ZodType<T>): T {
  const { doc, problems } = readDocument(join(folder, name), readFileSync(join(folder, name)));
  if (!doc) throw new KnowledgeError(problems);
  const checked = validate(doc, schema);
  if (checked.value === undefined) throw new KnowledgeError(checked.problems);
  return checked.value;
}
