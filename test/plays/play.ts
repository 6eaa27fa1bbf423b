/** Plays: a merchant and colleagues, written down; who says what, and what each of them hears of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readDocument } from '../../src/knowledge/document.js';
import { validate } from '../../src/knowledge/validate.js';

const FOLDER = fileURLToPath(new URL('./', import.meta.url));

export const MERCHANT = 'merchant';
export const MERCHANT_DOORS = ['bot', 'botCallback', 'app', 'kf'] as const;
export const COLLEAGUE_DOORS = ['app', 'bot', 'group'] as const;

/** Texts that must stand in what somebody heard since the turn before, or must not. */
const heard = z.record(z.string(), z.union([z.string().transform((one) => [one]), z.array(z.string())]));

const turnSchema = z
  .strictObject({
    /** `merchant`, or the userid of a colleague; whoever says or taps something. */
    by: z.string().default(MERCHANT),
    says: z.string().optional(),
    /** An option's id for the merchant; the button's words for a colleague, who in a group writes them. */
    taps: z.string().optional(),
    /** Minutes that pass before. */
    after: z.number().positive().optional(),
    /** The service is ended and started anew before. */
    restart: z.literal(true).optional(),
    heard: heard.default({}),
    unheard: heard.default({}),
    /** Who hears nothing at all. */
    silent: z.array(z.string()).default([]),
    /** Of the hand-over; null: none is open. */
    state: z.enum(['requested', 'notified', 'accepted', 'timed-out']).nullable().optional(),
  })
  .refine(({ says, taps }) => says === undefined || taps === undefined, { message: 'says or taps, not both' });

const playSchema = z.strictObject({
  title: z.string().min(1),
  /** Doors of the merchant through which it can be played, and of the colleagues. */
  merchant: z.array(z.enum(MERCHANT_DOORS)).default(['bot', 'app', 'kf']),
  colleagues: z.array(z.enum(COLLEAGUE_DOORS)).default([...COLLEAGUE_DOORS]),
  /** What stands in organization.yaml beside or instead of two people on call. */
  organization: z.record(z.string(), z.unknown()).default({}),
  turns: z.array(turnSchema).min(1),
});

export type Play = z.infer<typeof playSchema>;
export type PlayTurn = Play['turns'][number];

/** Every play of this folder. Throws what is wrong with one. */
export function readPlays(): { name: string; play: Play }[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => {
      const { doc, problems } = readDocument(name, readFileSync(`${FOLDER}${name}`));
      const checked = doc ? validate(doc, playSchema) : { problems };
      if (!('value' in checked) || checked.value === undefined) throw new Error(JSON.stringify(checked.problems));
      return { name, play: checked.value };
    });
}
