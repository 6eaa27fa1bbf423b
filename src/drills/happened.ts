/** What a drill brought in by itself. Pure. */
import type { DrillRun } from '../dialogue/drill-state.js';
import type { Drill, EVENT_SOURCES } from '../knowledge/schema.js';

export interface DrillEvent {
  /** Seconds of the drill. */
  at: number;
  from: (typeof EVENT_SOURCES)[number];
  text: string;
}

/** The earliest first. */
export function happenedIn({ events }: Pick<DrillRun, 'events'>, drill: Drill): DrillEvent[] {
  return events
    .flatMap((index) => drill.events[index] ?? [])
    .map(({ after, from, text }) => ({ at: after, from, text }))
    .sort((a, b) => a.at - b.at);
}
