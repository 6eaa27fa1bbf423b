/** Words that mean the same whatever else is going on: a drill, the emergency plan, how a hand-over or an incident stands. Pure. */
import { takeDrillCommand } from './drill-turn.js';
import { takeHowItStands } from './how-it-stands.js';
import { takeIncidentWords } from './incident-words.js';
import { takePlanWords } from './plan-words.js';
import type { Turn } from './world.js';

const TAKERS = [takeDrillCommand, takePlanWords, takeHowItStands, takeIncidentWords] as const;

/** @returns false if they are about something else */
export function takeSetWords(turn: Turn): boolean {
  return TAKERS.some((take) => take(turn));
}
