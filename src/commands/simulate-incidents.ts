/** `simulate --incidents`: how soon a rise is noticed, and how often one is that isn't there. */
import { setImmediate as breathe } from 'node:timers/promises';
import { curveAsSvg } from '../simulate/incident-curve.js';
import { incidentsAsText, summaryOf } from '../simulate/incident-report.js';
import { simulateIncidents } from '../simulate/incidents.js';
import type { Voices } from '../simulate/voices.js';
import { writeWhole } from './whole-file.js';

export interface IncidentFlags {
  json?: boolean;
  seed: number;
  months: number;
  svg?: string;
}

/** False if it was stopped. */
export async function runIncidents(
  { json, seed, months, svg }: IncidentFlags,
  progress: { show: (text: string) => void; clear: () => void },
  stopped: () => boolean,
  { voices, words }: { voices: () => Voices; words: () => Readonly<Record<string, string>> },
): Promise<boolean> {
  const running = simulateIncidents(months, seed, voices());
  for (;;) {
    const next = running.next();
    if (next.done === true) {
      progress.clear();
      const summary = summaryOf(next.value);
      if (svg !== undefined) {
        const ui = words();
        writeWhole(
          svg,
          curveAsSvg(summary, (key) => ui[`detection.${key}`] ?? key),
        );
      }
      process.stdout.write(`${json === true ? JSON.stringify(summary) : incidentsAsText(summary)}\n`);
      return true;
    }
    progress.show(`month ${next.value.done}/${next.value.of}`);
    // A signal is heard between two months only.
    await breathe();
    if (stopped()) return false;
  }
}
