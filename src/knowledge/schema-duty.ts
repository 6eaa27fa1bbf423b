/** Schemas of the duty calendar in organization.yaml: who is on when, and who is called when nobody is. */
import { z } from 'zod';
import { DAYS_EXAMPLES, parseDays } from './days.js';
import { date, text } from './schema-base.js';

/**
 * How pressing a case is. `emergency`: money is being lost or nothing can be collected (a whole shop, fraud, charged several
 * times). `urgent`: a customer's money is open. `normal`: everything else.
 */
export const SEVERITIES = ['emergency', 'urgent', 'normal'] as const;

/** More than these are a slip of an export, not a duty calendar; each search for the next change stays short. */
export const DUTY_LIMITS = {
  people: 50,
  shifts: 40,
  breaks: 6,
  /** People named by one shift or one after-hours rule. */
  called: 20,
  /** Entries of `holidays` and of `workdays`, each. */
  dates: 60,
  /** Days of one holiday. */
  range: 31,
} as const;

/** A time of day, 00:00 … 24:00. */
const clock = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'not a time of day; write it as 09:00, at most 24:00');
const start = clock.refine((time) => time !== '24:00', 'nothing begins at 24:00; write 00:00');

const days = text.refine(
  (written) => parseDays(written) !== null,
  `these days cannot be read; write for example ${DAYS_EXAMPLES}`,
);

const realDate = date.refine(
  (written) => new Date(Date.parse(`${written}T00:00:00Z`) || 0).toISOString().startsWith(written),
  'there is no such day; write a day of the calendar as 2026-10-01',
);

const names = z.array(text).max(DUTY_LIMITS.called);

export const personSchema = z.strictObject({
  name: text,
  /** The member's account in WeChat Work, not a telephone number. */
  userid: z.string().max(64).default(''),
  duty: text,
  /** What this person is called for; left out: everything. */
  severities: z.array(z.enum(SEVERITIES)).min(1).optional(),
});

export const dutyHoursSchema = z.strictObject({ days, from: start, to: clock });

export const shiftSchema = z.strictObject({
  name: text,
  days,
  from: start,
  /** Not after `from`: it ends on the next day. */
  to: clock,
  breaks: z
    .array(z.strictObject({ from: start, to: clock }))
    .max(DUTY_LIMITS.breaks)
    .default([]),
  /** Names of people in `onCall`, in the order in which they are tried. */
  onCall: names.min(1),
});

/** One day, or the days from … to. */
const dates = {
  name: text,
  date: realDate.optional(),
  from: realDate.optional(),
  to: realDate.optional(),
};

interface Dates {
  date?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

const DAY_MS = 86_400_000;

function datesFit({ date: one, from, to }: Dates): boolean {
  if (one !== undefined) return from === undefined && to === undefined;
  if (from === undefined || to === undefined) return false;
  const length = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return length >= 1 && length <= DUTY_LIMITS.range;
}
const DATES_ADVICE = `write either date: 2026-10-01, or from: and to: with at most ${DUTY_LIMITS.range} days, the first one first`;

export const holidaySchema = z.strictObject(dates).refine(datesFit, DATES_ADVICE);

export const workdaySchema = z
  .strictObject({
    ...dates,
    /** The weekday whose shifts are worked, where shifts differ from day to day. */
    as: text
      .refine((written) => parseDays(written)?.week.size === 1, 'not one weekday; write for example \u5468\u4e94')
      .optional(),
  })
  .refine(datesFit, DATES_ADVICE);

/** Severity → names of those who are called although no shift runs, in order. Nobody: the user is told when somebody is back. */
export const afterHoursSchema = z.strictObject({
  emergency: names.default([]),
  urgent: names.default([]),
  normal: names.default([]),
});
