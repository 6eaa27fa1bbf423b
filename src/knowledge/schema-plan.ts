/** Schemas of emergency-plan.yaml: who does what in which emergency, and within how many minutes. */
import { z } from 'zod';
import { id, text } from './schema-base.js';
import { ROLES } from './schema-domain.js';
import { SEVERITIES } from './schema-duty.js';

/** More than these nobody walks through at a till; a run keeps every step, so these bound it as well. */
export const PLAN_LIMITS = {
  roles: 5,
  situations: 5,
  /** Steps of a situation, of all roles. */
  steps: 24,
} as const;

/** On a button. */
const label = z.string().trim().min(1).max(10);
const patterns = z.array(z.string().min(1)).max(20).default([]);

/** Who carries steps out. */
export const planRoleSchema = z.strictObject({
  id,
  label,
  /** Other ways to say it, as an answer. */
  said: z.array(text).default([]),
  /** Regular expressions over the normalised words: who starts the plan with these is in this role. */
  words: patterns,
  /** Roles whose steps are walked through with somebody in this one; left out: their own alone. */
  walks: z.array(id).max(PLAN_LIMITS.roles).default([]),
  /** True for those who are on duty (`onCall` of organization.yaml): they need not say so. */
  onDuty: z.boolean().default(false),
});

export const planStepSchema = z.strictObject({
  /** Stable: runs are recorded by it. Unique within its situation. */
  id,
  /** What the record calls it. */
  title: z.string().trim().min(1).max(16),
  role: id,
  /** The role that it is reported to: whoever is in it need not. */
  to: id.optional(),
  text,
  /** How long it may take, minutes; then the bot reminds once. An estimate. */
  minutes: z.number().int().min(1).max(120),
  /** Said to who cannot do it. */
  cannot: text.optional(),
  /** Only in a run this severe; left out: always. */
  severities: z.array(z.enum(SEVERITIES)).min(1).optional(),
  /** Whom it takes, by the kinds of contacts.yaml: the numbers stand there and nowhere else. */
  call: z.array(z.enum(ROLES)).max(2).default([]),
  /** The fault whose page helps on. */
  fault: id.optional(),
});

export const situationSchema = z.strictObject({
  id,
  label,
  title: z.string().trim().min(1).max(30),
  severity: z.enum(SEVERITIES),
  /** Other ways to say it, as an answer. */
  said: z.array(text).default([]),
  /** Regular expressions over the normalised words: who starts the plan with these means this situation. */
  words: patterns,
  /** What makes it evident from the case: an answer (question → option), a danger that was warned of. */
  answers: z.record(id, id).default({}),
  alerts: z.array(id).default([]),
  /** Something cannot be collected meanwhile: at the end it is asked whether it can again. */
  blocks: z.boolean().default(false),
  steps: z.array(planStepSchema).min(1).max(PLAN_LIMITS.steps),
  sources: z.array(id).min(1),
});

/** emergency-plan.yaml. Situations in order, the gravest first: who cannot say which it is gets the first one. */
export const planSchema = z.strictObject({
  roles: z.array(planRoleSchema).max(PLAN_LIMITS.roles).default([]),
  situations: z.array(situationSchema).max(PLAN_LIMITS.situations).default([]),
});
