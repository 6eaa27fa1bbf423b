/** `simulate --morning`: what merchants hear while an outage comes and goes, and what it saves them. */
import { setImmediate as breathe } from 'node:timers/promises';
import { loadWorld } from '../content.js';
import { loadMorning, loadYardsticks } from '../simulate/load.js';
import { simulateMorning } from '../simulate/morning.js';
import { figuresOf, type Judged, judged } from '../simulate/morning-figures.js';
import { morningAsHtml } from '../simulate/morning-page.js';
import { morningAsJson, morningAsText } from '../simulate/morning-report.js';
import { wordsOf } from '../simulate/morning-visitors.js';
import { randomFrom } from '../simulate/random.js';
import { pricesOf } from '../simulate/simulate.js';
import { voicesOf } from '../simulate/voices.js';
import type { Stopped } from './interruptible.js';
import { showProgress } from './progress.js';
import { writeWhole } from './whole-file.js';

export interface MorningFlags {
  json?: boolean;
  seed: number;
  shops: number;
  mornings: number;
  html?: string;
}

/** The mornings of the seed and those after it, judged. Null if it was stopped. */
export async function runMornings(
  { seed, shops, mornings }: MorningFlags,
  config: { contentDir?: string | undefined; publicUrl: string },
  stopped: Stopped,
): Promise<Judged[] | null> {
  const { openings, settings: money } = loadYardsticks();
  const settings = loadMorning();
  showProgress('learning the phrases');
  const world = loadWorld({ contentDir: config.contentDir, publicUrl: config.publicUrl });
  await breathe();
  if (stopped()) return null;
  const words = wordsOf(world, openings, settings);
  const prices = pricesOf(world.knowledge, money);
  const { unknownRate } = world.knowledge.costs;
  const voices = voicesOf(world.model, words.usual, money, unknownRate, randomFrom(seed));
  const all: Judged[] = [];
  for (let number = 0; number < mornings; number += 1) {
    const running = simulateMorning({ world, words, settings, money, prices, voices, shops, seed: seed + number });
    for (;;) {
      const next = running.next();
      if (next.done === true) {
        all.push(judged(next.value, { settings, knowledge: world.knowledge }));
        break;
      }
      showProgress(`morning ${number + 1}/${mornings} ${Math.round(100 * next.value)} %`);
      // A signal is heard between two steps only.
      await breathe();
      if (stopped()) return null;
    }
  }
  return all;
}

/** Prints what came out, and writes the page if that was asked for. Throws what the writing of a file throws. */
export function tellMornings(
  all: readonly Judged[],
  { json, html }: MorningFlags,
  words: () => Readonly<Record<string, string>>,
): void {
  const figures = figuresOf(all);
  if (html !== undefined) {
    const ui = words();
    writeWhole(
      html,
      morningAsHtml(all, figures, (key) => ui[`morning.${key}`] ?? key),
    );
  }
  process.stdout.write(`${json === true ? morningAsJson(all, figures) : morningAsText(all, figures)}\n`);
}
