/**
 * What the classifier learned from a knowledge base: from memory or from the build's file if it is the same knowledge, else by
 * training. Ours is trained once, by the build; an operator's overlay of phrases is trained when it is first loaded.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Knowledge } from './knowledge/schema.js';
import { keep, openKept } from './nlu/kept.js';
import type { Trained } from './nlu/model.js';
import { learn, lessons } from './nlu/understand.js';

/** Where the build puts it, whether run from src/ or dist/. */
function keptPath(): string {
  return fileURLToPath(new URL('../dist/understanding.bin', import.meta.url));
}

const keyOf = (knowledge: Knowledge): string =>
  createHash('sha256')
    .update(JSON.stringify(lessons(knowledge)))
    .digest('hex');

/** The last one: a reload that changed no phrase need not train again. */
let last: { key: string; trained: Trained } | undefined;

/** What is learned from this knowledge; trains only if neither the last call nor the build has. */
export function learnedFrom(knowledge: Knowledge, path: string = keptPath()): Trained {
  const key = keyOf(knowledge);
  if (last?.key !== key) last = { key, trained: readKept(path, key) ?? learn(knowledge) };
  return last.trained;
}

/** The build's last step: trains on our knowledge ahead of time, so that a start need not. */
export function keepLearned(knowledge: Knowledge, path: string = keptPath()): void {
  writeFileSync(path, keep(learn(knowledge), keyOf(knowledge)));
}

function readKept(path: string, key: string): Trained | undefined {
  try {
    return openKept(readFileSync(path), key);
  } catch {
    // Not built, or not readable: training gives the same.
    return undefined;
  }
}
