/** `simulate --incidents`: how soon a rise is noticed, and how often one is that isn't there. */
import { setImmediate as breathe } from 'node:timers/promises';
import { curveAsSvg } from '../simulate/incident-curve.js';
import { incidentsAsText, summaryOf } from '../simulate/incident-report.js';
import { simulateIncidents } from '../simulate/incidents.js';
import type { Voices } from '../simulate/voices.js';
import type { Stopped } from './interruptible.js';
import { showProgress } from './progress.js';
import { writeWhole } from './whole-file.js';

export interface IncidentFlags {
  json?: boolean;
  seed: number;
  months: number;
  svg?: string;
}

type Summary = ReturnType<typeof summaryOf>;

/** Null if it was stopped. */
export async function runIncidents(
  { seed, months }: IncidentFlags,
  voices: Voices,
  stopped: Stopped,
): Promise<Summary | null> {
  const running = simulateIncidents(months, seed, voices);
  for (;;) {
    const next = running.next();
    if (next.done === true) return summaryOf(next.value);
    showProgress(`month ${next.value.done}/${next.value.of}`);
    // A signal is heard between two months only.
    await breathe();
    if (stopped()) return null;
  }
}

/** Prints what came out, and draws it if that was asked for. Throws what the writing of a file throws. */
export function tellIncidents(
  summary: Summary,
  { json, svg }: IncidentFlags,
  words: () => Readonly<Record<string, string>>,
): void {
  if (svg !== undefined) {
    const ui = words();
    writeWhole(
      svg,
      curveAsSvg(summary, (key) => ui[`detection.${key}`] ?? key),
    );
  }
  process.stdout.write(`${json === true ? JSON.stringify(summary) : incidentsAsText(summary)}\n`);
}
