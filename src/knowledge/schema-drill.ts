/** Schemas of drill-acts.yaml and drills/*.yaml: what a trainee can do, and the failures that they practise on. */
import { z } from 'zod';
import { id, payMethod, text } from './schema-base.js';
import { ROLES } from './schema-domain.js';

/** Who takes part. A drill for one person gives all of them to that one. */
export const DRILL_ROLES = ['cashier', 'manager', 'agent', 'operator'] as const;
/** Who or what an injected event comes from: the customer's words, a text message, a screen, a phone call, the back office. */
export const EVENT_SOURCES = ['customer', 'sms', 'screen', 'phone', 'office'] as const;

export const DRILL_LIMITS = {
  scenarios: 200,
  acts: 80,
  events: 12,
  traps: 6,
  path: 30,
  /** Checks whose answer a scenario writes itself. */
  shows: 30,
  /** Words that name the cause. */
  causeWords: 20,
} as const;

/** The acts that every drill needs; the engine knows them by these ids. */
export const KEY_ACTS = ['record', 'inform', 'backup', 'look-up', 'collect', 'review'] as const;

const patterns = z.array(z.string().min(1)).min(1).max(20);
const label = z.string().trim().min(1).max(10);

/** drill-acts.yaml: something that a trainee does, and how it is said. */
export const drillActSchema = z.strictObject({
  id,
  label,
  /** Regular expressions over the normalised words. */
  words: patterns,
  /** Regular expressions that say that it is not done: 「不要再收」. */
  not: z.array(z.string().min(1)).max(20).default([]),
  /** How long it takes, seconds of the drill. An estimate. */
  seconds: z.number().int().min(1).max(1800),
  /** What it finds out: a question of the knowledge base. */
  question: id.optional(),
  /** True if it may cure: a step of a fix. */
  measure: z.boolean().default(false),
  /** There is a point in it even when it works again. */
  afterwards: z.boolean().default(false),
  /** Whom it calls. */
  call: z.enum(ROLES).optional(),
  /** True if it takes money: never before the last payment has been looked up. */
  charges: z.boolean().default(false),
  /** Why nobody should do it, whatever has failed. */
  harm: text.optional(),
  /** True if it gives the customer's secrets or money away: the points of money safety are lost. */
  forfeits: z.boolean().default(false),
  /** Who can do it; left out: everybody. */
  roles: z.array(z.enum(DRILL_ROLES)).min(1).optional(),
  /** What happens when it neither finds out nor cures anything. */
  shows: text,
});

/** Where a shop meets it. */
export const SCENARIOS = ['daily', 'promotion', 'cross-region'] as const;
/** Easy, middling, hard. */
export const DIFFICULTIES = [1, 2, 3] as const;

export const drillEventSchema = z.strictObject({
  /** Seconds of the drill after which it comes. */
  after: z.number().int().min(0).max(3600),
  from: z.enum(EVENT_SOURCES),
  /** Who alone sees it; left out: everybody. */
  role: z.enum(DRILL_ROLES).optional(),
  text,
});

/** drills/<id>.yaml: one failure with everything that is hidden from the trainee. */
export const drillSchema = z.strictObject({
  id,
  title: z.string().trim().min(1).max(30),
  /** What is wrong. */
  fault: id,
  /** Regular expressions over what is said, without punctuation: words for this cause beside those of the fault. */
  cause: z.array(z.string().min(1)).max(DRILL_LIMITS.causeWords).default([]),
  scenario: z.enum(SCENARIOS),
  difficulty: z.number().int().min(1).max(3),
  /** How long it should take, minutes. An estimate. */
  minutes: z.number().int().min(3).max(60),
  /** When the story begins, HH:MM. */
  at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is HH:MM'),
  pay: payMethod,
  /** Yuan. */
  amount: z.number().positive().max(100_000),
  /** What stands on the screen. */
  screen: text,
  /** What the customer says first. */
  opening: text,
  /** What looking the payment up shows; only `failed` may be collected again. */
  money: z.enum(['failed', 'paid', 'processing']),
  /** How it shows it, in words; left out: in the drill's usual ones. */
  lookUp: text.optional(),
  /** Question → what the check shows; those left out are drawn from the knowledge base. */
  shows: z
    .record(id, z.strictObject({ option: id, text }))
    .refine((shows) => Object.keys(shows).length <= DRILL_LIMITS.shows, 'too many checks')
    .default({}),
  /** Act → what it shows in this story, where its usual words would contradict it. */
  tells: z
    .record(id, text)
    .refine((tells) => Object.keys(tells).length <= DRILL_LIMITS.shows, 'too many acts')
    .default({}),
  events: z.array(drillEventSchema).max(DRILL_LIMITS.events).default([]),
  /** Acts that this story tempts to, and why they are wrong here. */
  traps: z
    .array(z.strictObject({ act: id, why: text }))
    .max(DRILL_LIMITS.traps)
    .default([]),
  /** Acts that are steps of the right fix. */
  right: z.array(id).max(10).default([]),
  /** Acts after which it works again; none: only a call helps. */
  cures: z.array(id).max(6).default([]),
  /** What happens then. */
  cured: text.optional(),
  /** Who has to hear of it. */
  call: z.array(z.enum(ROLES)).min(1).max(4),
  /** What they say. */
  answered: text.optional(),
  /** The model's way: acts in order. */
  path: z.array(id).min(1).max(DRILL_LIMITS.path),
  /** What went wrong and what prevents it, for the debrief. */
  lesson: text,
  sources: z.array(id).min(1),
});
