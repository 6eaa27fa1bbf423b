/** Schema of `teams` in organization.yaml: who practises together, and when. */
import { z } from 'zod';
import { id, text } from './schema-base.js';

export const TEAM_LIMITS = { teams: 50, people: 50 } as const;

export const drillTeamSchema = z.strictObject({
  name: text.max(30),
  /** chatid of the internal group in which the team is invited; left out: nobody is invited, the schedule is only shown. */
  group: z.string().trim().min(1).max(64).optional(),
  /** The members' accounts in WeChat Work, or conversations of other doors, whose drills count for the team. */
  people: z.array(z.string().trim().min(1).max(256)).max(TEAM_LIMITS.people).default([]),
  /** 1 … 12. */
  months: z.array(z.number().int().min(1).max(12)).min(1).max(12).default([3, 6, 9, 12]),
  /** Day of the month; the last days are not in every month. */
  day: z.number().int().min(1).max(28).default(15),
  /** In China. */
  time: z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'not a time of day; write it as 15:00')
    .default('15:00'),
  /** Always this scenario; left out: what the team has forgotten most. */
  drill: id.optional(),
});
