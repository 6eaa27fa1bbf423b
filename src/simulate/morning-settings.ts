/** knowledge/simulation/morning.yaml: what happens in the simulated morning, and by what words it is judged. Pure. */
import { z } from 'zod';

const share = z.number().min(0).max(1);
const HOUR_MINUTES = 60;
/** `10:40`, by the clock in China → minutes of the day. */
const clock = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
  .transform((text) => Number(text.slice(0, 2)) * HOUR_MINUTES + Number(text.slice(3)));
const pattern = z.string().transform((text) => new RegExp(text, 'u'));

const trouble = z.strictObject({
  /** As merchants call it, and the fault that it means. */
  what: z.string(),
  means: z.string(),
  /** Of the lexicon. */
  channel: z.string(),
  /** Which of `acquirers`. */
  acquirer: z.number().int().min(0),
  from: clock,
  to: clock,
  /** Times the usual cases of its scope, > 1. */
  rise: z.number().gt(1),
  workaround: z.string(),
  openings: z.array(z.string()).min(1),
  /** Question id → what everybody answers whom it concerns. */
  answers: z.record(z.string(), z.string()),
});

export const morningSchema = z.strictObject({
  from: clock,
  to: clock,
  learnDays: z.number().int().min(8),
  /** Ways of paying of the traffic → of the lexicon. */
  channels: z.record(z.string(), z.string()),
  acquirers: z.array(z.string()).min(2),
  listed: share,
  typed: share,
  back: z.strictObject({ share, after: z.tuple([z.number().positive(), z.number().positive()]) }),
  outage: trouble.extend({ expected: z.array(z.strictObject({ at: clock, until: clock })).min(1) }),
  /** `ahead`: hours before it begins that it is announced. */
  maintenance: trouble.extend({ ahead: z.number().positive() }),
  /** Minutes; `ways`: what a way round is called → the way of paying it is. */
  operator: z.strictObject({
    confirm: z.number().positive(),
    close: z.number().positive(),
    notice: z.number().positive(),
    ways: z.record(z.string(), z.string()),
  }),
  words: z.strictObject({
    human: z.string(),
    rephrase: z.record(z.string(), z.string()),
    back: z.array(z.string()).min(1),
  }),
  judge: z.strictObject({
    about: pattern,
    told: pattern,
    still: pattern,
    hedge: pattern,
    maintenance: pattern,
    until: pattern,
    way: pattern,
    later: pattern,
    over: pattern,
    ended: pattern,
    failed: pattern,
  }),
});

export type MorningSettings = z.infer<typeof morningSchema>;
export type Trouble = MorningSettings['outage' | 'maintenance'];
