/** A run of the emergency plan as the session keeps it: which step is on, since when, and what became of those before. Pure. */
import type { Severity } from '../knowledge/schema.js';

const MINUTE = 60_000;

/** `open`: given and never answered. */
export type StepOutcome = 'done' | 'cannot' | 'skipped' | 'open';
/** `finished`: to its last step; `stopped`: by the user; `solved`: it works again, or the case was closed; `silence`: nobody answered. */
export type PlanOutcome = 'finished' | 'stopped' | 'solved' | 'silence';

export interface StepRun {
  step: string;
  /** As the plan called it then: it may be edited since. */
  title: string;
  role: string;
  /** Minutes that it might take. */
  limit: number;
  /** When it was put to the user and when it was answered, ms since the epoch. */
  given: number;
  done?: number;
  outcome?: StepOutcome;
  /** It was said that it takes longer than planned. */
  late?: true;
}

export interface PlanRun {
  /** When it was asked for, ms since the epoch: names the run within its conversation. */
  run: number;
  /** '' until it is known. */
  situation: string;
  role: string;
  severity: Severity;
  /** In the order in which they were given; the last may be open. */
  steps: readonly StepRun[];
}

/** The step that waits for an answer. */
export function openStep(plan: PlanRun | undefined): StepRun | undefined {
  const last = plan?.steps.at(-1);
  return last?.outcome === undefined ? last : undefined;
}

/** Minutes between two times (ms since the epoch), to a tenth; a clock that was set back counts as none. */
export function minutesBetween(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / (MINUTE / 10)) / 10);
}
