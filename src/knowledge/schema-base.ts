/** Ids and scalars that every knowledge schema is made of. */
import { z } from 'zod';

export const CAUSES = ['channel', 'qualification', 'device', 'network', 'balance'] as const;
export const INTENTS = [
  ...CAUSES,
  'settlement',
  'refund',
  'fee',
  'apply',
  'activation',
  'complaint',
  'agent',
  'contacts',
  'drill',
  'thanks',
  'greeting',
  'out-of-scope',
] as const;
/** The fault that stands for everything the knowledge base does not describe. */
export const OTHER = 'other';
/** The option that every question has: 不清楚. */
export const UNKNOWN = 'unknown';
/** The questions that other programs may rely on; a knowledge base adds its own beside them. */
export const STANDARD_QUESTIONS: readonly string[] = [
  'charged',
  'pay-method',
  'scope',
  'other-card',
  'hotspot',
  'sign-in',
  'recent-change',
  'risk-notice',
  'small-amount',
  'widespread',
  'other-terminal',
  'card-kind',
];

/** The question that settles whether money has moved; it gates every step that charges. */
export const CHARGED = 'charged';

export const GRADES = ['official', 'vendor', 'community', 'promotional'] as const;

export const id = z.string().regex(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/, 'an id is lower-case ASCII words joined by - or .');
export const text = z.string().trim().min(1).max(600);
export const probability = z.number().min(0).max(1);
export const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date is YYYY-MM-DD');
export const cause = z.enum(CAUSES);
export const payMethod = z.enum(['card', 'scan', 'tap']);
