/** Schemas of what the assistant knows: sources, causes, questions, codes, contacts, scenarios, costs. */
import { z } from 'zod';
import { CAUSES, cause, date, GRADES, id, OTHER, payMethod, probability, text } from './schema-base.js';

/** sources.yaml: where a fact was read. `url` is linked for users only if the grade is official or vendor. */
export const sourceSchema = z.strictObject({
  id,
  title: text,
  publisher: text,
  url: z.url({ protocol: /^https?$/ }).optional(),
  grade: z.enum(GRADES),
  checked: date,
});

export const stepSchema = z.strictObject({
  text,
  /** True if carrying the step out takes money from a customer's or the merchant's card. */
  charges: z.boolean().default(false),
});

export const fixSchema = z.strictObject({
  id,
  title: text,
  who: z.enum(['staff', 'merchant', 'provider', 'bank']),
  /** Minutes of the merchant's own time until the outcome is known. An estimate. */
  minutes: z.number().positive().max(240),
  /** P(fix works | this fault). An estimate. */
  success: probability,
  /** Other faults this fix also cures: fault id → P(fix works | that fault). */
  helps: z.record(id, probability).default({}),
  /** How long others take, in words, when it is not the merchant who waits at the till. */
  wait: text.optional(),
  steps: z.array(stepSchema).min(1).max(8),
  avoid: z.array(text).min(1).max(5),
  /** Source ids worth opening; shown only if official or vendor. */
  links: z.array(id).default([]),
  sources: z.array(id).min(1),
});

/** P(option | fault or cause): option ids without `unknown`; the load step normalises each row to sum 1. */
export const likelihoodRow = z.record(id, z.number().positive().max(1));

/** Who can be called about a failure. */
export const ROLES = [
  'acquirer',
  'issuer',
  'wechat-pay',
  'alipay',
  'unionpay',
  'carrier',
  'regulator',
  'anti-fraud',
  'police',
] as const;

export const faultSchema = z.strictObject({
  id,
  title: text,
  /** Relative frequency among all cases, any positive scale; normalised on load. An estimate. */
  prior: z.number().positive().max(1),
  /** What the merchant sees or hears, in their words. */
  symptoms: z.array(text).min(1).max(8),
  why: text,
  /** Words that point at this very fault (normalised substrings); each found one multiplies its likelihood. */
  signs: z.array(text).max(30).default([]),
  /** Question id → row, where this fault answers differently from its cause. */
  answers: z.record(id, likelihoodRow).default({}),
  fixes: z.array(fixSchema).min(1).max(5),
  /** Whom to call when the fixes do not help: contact roles of contacts.yaml, first one first. */
  call: z.array(z.enum(ROLES)).min(1),
  sources: z.array(id).min(1),
});

/** causes/<cause>.yaml */
export const causeSchema = z.strictObject({
  id: cause,
  label: text,
  summary: text,
  /** How the cause is named inside a sentence: 「可能是{short}」. */
  short: text,
  faults: z.array(faultSchema).min(1),
  sources: z.array(id).min(1),
});

export const optionSchema = z.strictObject({
  id,
  /** At most 10 characters: it has to fit a button. */
  label: z.string().trim().min(1).max(10),
  /** Other ways people write this answer when the question is on the table (normalised, whole utterance). */
  said: z.array(text).default([]),
});

/** questions.yaml */
export const questionSchema = z.strictObject({
  id,
  ask: text,
  /** Why it is asked: 「这一步能分清…」. */
  why: text,
  /** How an answer is cited as a reason, one template an option: 「换卡也不行」. */
  because: z.record(id, text),
  options: z.array(optionSchema).min(2).max(5),
  /** True if finding the answer out takes money from somebody's card. */
  charges: z.boolean(),
  /** Seconds of the merchant's time. An estimate. */
  seconds: z.number().positive().max(600),
  /** Cause id or `other` → row. Absent for `charged`, which gates and does not attribute. */
  likelihood: z.partialRecord(z.enum([...CAUSES, OTHER]), likelihoodRow).default({}),
  /** Asked only if these hold: question id → accepted option ids (e.g. card-kind only when pay-method is card). */
  requires: z.record(id, z.array(id).min(1)).default({}),
  sources: z.array(id).min(1),
});

/** codes/<system>.yaml */
export const codeSchema = z.strictObject({
  code: z.string().min(1).max(80),
  meaning: text,
  /** What to do, said to the person at the till. */
  say: text,
  cause: z.enum([...CAUSES, 'settlement', 'refund', 'none']),
  also: z.array(z.enum([...CAUSES, 'settlement', 'refund'])).default([]),
  retry: z.enum(['yes', 'no', 'later', 'query_first']),
  /** Faults of `cause` it points at; empty: all of the cause. */
  faults: z.array(id).default([]),
  sources: z.array(id).min(1),
});
export const codeSystemSchema = z.strictObject({
  id,
  name: text,
  /** How the system is offered as an option when two systems disagree; at most 10 characters. */
  label: z.string().trim().min(1).max(10),
  payMethods: z.array(payMethod).min(1),
  codes: z.array(codeSchema).min(1),
});

/** contacts.yaml */
export const contactSchema = z.strictObject({
  id,
  name: text,
  /** Other names a merchant uses. */
  aliases: z.array(text).default([]),
  number: z.string().regex(/^[\d-]{3,20}$/),
  kind: z.enum([...ROLES, 'consumer', 'other']),
  /** What they help with. */
  role: text,
  /** What they cannot do, or send elsewhere, said with the number; empty if nothing is known to be expected in vain. */
  cannot: z.string().trim().max(80).default(''),
  hours: z.string().max(200).default(''),
  /** Places (省, 市, 区 …) in which alone it is given, in place of `branchOf`; none: everywhere. */
  regions: z.array(z.string().trim().min(2).max(20)).max(60).default([]),
  /** With regions: the nationwide contact whose place it takes there. */
  branchOf: id.optional(),
  grade: z.enum(['official', 'multi', 'single', 'conflict', 'unverified']),
  /** What to have at hand before calling. */
  prepare: z.array(text).default([]),
  note: z.string().max(300).default(''),
  sources: z.array(id).min(1),
});
export const doNotUseSchema = z.strictObject({
  number: text,
  claimedFor: text,
  reason: text,
  sources: z.array(id).min(1),
});

/** scenarios.yaml: a scenario multiplies fault or cause priors. */
export const scenarioSchema = z.strictObject({
  id: z.enum(['daily', 'promotion', 'cross-region']),
  label: text,
  summary: text,
  /** Words in a sentence that select it. */
  signs: z.array(text).default([]),
  /** Cause or fault id → factor on its prior. */
  shifts: z.record(id, z.number().positive().max(20)),
  checks: z.array(text).min(1),
  sources: z.array(id).min(1),
});

/** prevention.yaml: the article's four areas. */
export const preventionSchema = z.strictObject({
  id: z.enum(['training', 'security', 'communication', 'emergency-plan']),
  title: text,
  advice: z.array(text).min(1).max(8),
  /** Causes after whose solution it is recommended. */
  after: z.array(cause).min(1),
  sources: z.array(id).min(1),
});

/** topics.yaml: a short answer to each intent that is not one of the five causes. */
export const topicSchema = z.strictObject({
  id: z.enum(['settlement', 'refund', 'fee', 'apply', 'activation', 'complaint', 'drill']),
  title: text,
  answer: text,
  steps: z.array(text).max(6).default([]),
  avoid: z.array(text).default([]),
  call: z.array(contactSchema.shape.kind).default([]),
  /** Whoever says this gets a human as well. */
  human: z.literal(true).optional(),
  sources: z.array(id).min(1),
});

/** costs.yaml: the one cost table, in merchant minutes. */
export const costsSchema = z.strictObject({
  /** A human call: waiting, explaining, being called back. */
  humanCall: z.number().positive(),
  /** Wrong advice about money (used by the simulator and reports, never traded off by the planner). */
  wrongMoneyAdvice: z.number().positive(),
  /** Added to each question on top of its seconds: reading, being annoyed. Minutes. */
  questionOverhead: z.number().nonnegative(),
  /** P(不清楚) for any question. */
  unknownRate: probability,
  maxQuestions: z.number().int().positive(),
  maxFailedFixes: z.number().int().positive(),
  /** How many questions, by gain ÷ cost, are examined by expected cost. */
  shortlist: z.number().int().positive(),
});

/** likelihoods.yaml: how strongly text and codes speak, compared with authored answers. */
export const likelihoodsSchema = z.strictObject({
  /** Exponent on the classifier's likelihood ratio, 0 … 1: how far one sentence is trusted. */
  textTrust: probability,
  /** Factor for each sign of a fault found in the sentence. */
  sign: z.number().min(1),
  /** P(code | fault): fault named by the code, its cause, a cause in `also`, any other. */
  code: z.strictObject({ fault: probability, cause: probability, also: probability, rest: probability }),
  /** Relative prior mass of `other`. */
  otherPrior: z.number().positive().max(1),
});
