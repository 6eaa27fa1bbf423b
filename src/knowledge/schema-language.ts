/** Schemas of the words people use and of what an operator calls itself. */
import { z } from 'zod';
import { INTENTS, id, text } from './schema-base.js';
import * as duty from './schema-duty.js';
import * as team from './schema-team.js';

/** phrases/<intent>.yaml */
export const phraseSchema = z.union([text, z.strictObject({ text, also: z.array(z.enum(INTENTS)).default([]) })]);
export const phrasesSchema = z.strictObject({ intent: z.enum(INTENTS), phrases: z.array(phraseSchema).min(1) });
/** phrases/real-utterances.yaml: sentences of real people, with their origin (kept for provenance, never linked). */
export const realUtteranceSchema = z.strictObject({
  text,
  intent: z.enum(INTENTS),
  also: z.array(z.enum(INTENTS)).default([]),
  kind: z.enum([
    'user_post',
    'news_quote',
    'qa_title',
    'page_title',
    'search_query',
    'quoted_in_page',
    'terminal_text',
  ]),
  source: z.string().min(1),
});

/** lexicon.yaml: words the understanding needs. */
export const lexiconSchema = z.strictObject({
  /** Written form → canonical form, applied while normalising (filter artefacts, misspellings, names of the terminal). */
  synonyms: z.record(text, text),
  /** Words that turn the following statement round. */
  negations: z.array(text).min(1),
  /** Words that make a clause a question (吗, 是不是). */
  questionWords: z.array(text).default([]),
  /** Words that deny the trouble named after them in the clause (不是, 没有被). Bare 没 is none: 没网 is a trouble. */
  denials: z.array(text).default([]),
  /** Words that say all is well with what stands before them (没问题, 正常). */
  affirmations: z.array(text).min(1),
  /** Words that say something failed. */
  failures: z.array(text).min(1),
  /** Words at which a clause turns (但是, 可是). */
  contrasts: z.array(text).min(1),
  /** Channel id → ways to write it. */
  channels: z.record(id, z.array(text)),
  /** Bank or provider: contact id → ways to write it. */
  banks: z.record(id, z.array(text)),
  acquirers: z.record(id, z.array(text)),
  terminals: z.record(id, z.array(text)),
  /** Words that mark a following token as a response code. */
  codeWords: z.array(text).min(1),
  /** Words that join codes to each other or correct one by another (还有, 是): a sentence of nothing else names codes. */
  codeLinks: z.array(text).default([]),
  /** Words for times of day and days. */
  times: z.array(text).min(1),
  /** Fillers that carry nothing (嗯, 那个). */
  fillers: z.array(text).default([]),
  /** Words that announce a secret (masked before anything is stored), and a merchant number (which stays). */
  privateWords: z
    .strictObject({
      password: z.array(text).default([]),
      otp: z.array(text).default([]),
      /** Six digits right after one of these are a one-time code. */
      otpHint: z.array(text).default([]),
      /** What may stand between such a word and its secret (是, is). */
      link: z.array(text).default([]),
      /** 13 to 19 digits right after one of these are a bank card. */
      card: z.array(text).default([]),
      cvv: z.array(text).default([]),
      merchantNumber: z.array(text).default([]),
      /** Numeral of one character → digit, for numbers that are spelt out digit by digit. */
      digits: z.record(text, z.number().int().min(0).max(9)).default({}),
    })
    .default({ password: [], otp: [], otpHint: [], link: [], card: [], cvv: [], merchantNumber: [], digits: {} }),
  /** Words after a number: they tell amounts and times, and keep a number from being read as a response code. */
  units: z
    .strictObject({
      /** Unit of money → yuan. */
      money: z.record(text, z.number().positive()).default({}),
      time: z.array(text).default([]),
      count: z.array(text).default([]),
      /** Numeral of one character → its value. */
      numerals: z.record(text, z.number().nonnegative()).default({}),
    })
    .default({ money: {}, time: [], count: [], numerals: {} }),
});

/**
 * evidence.yaml: answers that a sentence already contains. A rule fires if one of `any` matches the normalised clause and
 * none of `unless` does. Patterns are JavaScript regular expressions without flags; `{channel}`, `{bank}`, `{negation}`,
 * `{failure}`, `{affirmation}` expand to the lexicon's words.
 */
export const evidenceRuleSchema = z.strictObject({
  question: id,
  option: id,
  any: z.array(z.string().min(1)).min(1),
  unless: z.array(z.string().min(1)).default([]),
});

/** organization.yaml: what an operator puts in place of ours. */
export const organizationSchema = z.strictObject({
  name: text,
  assistantName: text,
  /** The operator's own hotline; empty: none, then 「打机身贴纸上的电话」. */
  hotline: z
    .string()
    .regex(/^[\d-]{0,20}$/)
    .default(''),
  hotlineHours: z.string().max(100).default(''),
  onCall: z.array(duty.personSchema).max(duty.DUTY_LIMITS.people).default([]),
  /** chatid of an internal group that is asked first to take a merchant over; empty: those on call, one after the other. */
  onCallGroup: z.string().max(64).optional(),
  /** The short form of `shifts`: everybody in `onCall` at these hours. Neither of the two: at all hours. */
  dutyHours: z.array(duty.dutyHoursSchema).max(duty.DUTY_LIMITS.shifts).default([]),
  shifts: z.array(duty.shiftSchema).max(duty.DUTY_LIMITS.shifts).default([]),
  holidays: z.array(duty.holidaySchema).max(duty.DUTY_LIMITS.dates).default([]),
  /** Days worked in exchange for a day off (调休). */
  workdays: z.array(duty.workdaySchema).max(duty.DUTY_LIMITS.dates).default([]),
  afterHours: duty.afterHoursSchema.prefault({}),
  /** Who practises drills together, and when. */
  teams: z.array(team.drillTeamSchema).max(team.TEAM_LIMITS.teams).default([]),
});

/** ui.yaml: words of pages and of the `doctor` command, by key. */
export const uiSchema = z.record(z.string().regex(/^[a-z][A-Za-z0-9.]*$/), z.string().min(1));
