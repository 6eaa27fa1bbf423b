/** A drill that is over, as the journal's `drill-ended` holds it. Nothing in it is taken for granted: it was read from a file. Pure. */
import { z } from 'zod';
import { RUN_LIMITS, TOLD } from '../dialogue/drill-state.js';
import { DRILL_ROLES } from '../knowledge/schema.js';
import { ITEMS } from './points.js';

/** Things in one list; no drill that this program played has more. */
const MOST = 120;
const name = z.string().max(200);
const seconds = z.number().min(0).max(10_000_000);
const index = z.number().int().min(0).max(RUN_LIMITS.entries);
const p = z.number().min(0).max(1.001);

const asked = z.object({
  question: name,
  option: name,
  at: seconds,
  bits: z.number(),
  wasted: z.number(),
  causes: z.record(name, p),
});
const points = z.object({ points: z.number(), of: z.number() });
const act = z.object({ act: name, entry: index });

export const drillRecordSchema = z.object({
  /** When it began, ms since the epoch. */
  run: z.number().int().min(0).max(8.64e15),
  drill: name,
  fault: name,
  outcome: z.enum(['finished', 'stopped', 'emergency', 'time', 'silence']),
  seed: z.number(),
  timed: z.boolean(),
  seconds,
  score: z.number().min(0).max(100),
  items: z.array(points.extend({ id: z.enum(ITEMS), why: z.string().max(2000) })).max(MOST),
  /** Rule by rule, with the entry that earned or lost it. */
  judged: z
    .array(
      points.extend({
        id: z.enum(ITEMS),
        rules: z
          .array(points.extend({ rule: name, entry: index.optional(), wrong: z.literal(true).optional() }))
          .max(MOST),
        lost: act.optional(),
        traps: z.array(act).max(MOST).optional(),
        strays: z.array(act).max(MOST).optional(),
      }),
    )
    .max(MOST),
  questions: z.number(),
  bits: z.number(),
  entries: z
    .array(
      z.object({
        at: seconds,
        role: z.enum(DRILL_ROLES),
        words: z.string().max(RUN_LIMITS.words),
        done: z
          .array(
            z.object({
              act: name,
              at: seconds,
              found: z.object({ question: name, option: name }).optional(),
              blind: z.literal(true).optional(),
            }),
          )
          .max(MOST),
        told: z.array(z.enum(TOLD)),
      }),
    )
    .max(RUN_LIMITS.entries),
  insight: z.object({
    start: z.record(name, p),
    asked: z.array(asked).max(MOST),
    bits: z.number(),
    wasted: z.number(),
    narrowed: z.number().nullable(),
    model: z.array(asked).max(MOST),
    modelBits: z.number(),
  }),
});

export type DrillRecord = z.infer<typeof drillRecordSchema>;

/** @param data of a `drill-ended` event. @returns null if it is none that can be read */
export function recordOf(data: unknown): DrillRecord | null {
  return drillRecordSchema.safeParse(data).data ?? null;
}
