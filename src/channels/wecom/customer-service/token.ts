/** What a reply needs to know of the event it answers: the channel's `replyTo`. Pure. */
import { z } from 'zod';
import type { InboundEvent, ReplyTo } from '../../../dialogue/event.js';

/** An answer may be sent for 48 h after the customer's last message (5.2). */
export const MESSAGE_LIFE_MS = 48 * 3_600_000;
/** A welcome code is valid for 20 s (5.3). */
export const WELCOME_LIFE_MS = 20_000;

const token = z.discriminatedUnion('kind', [
  z.object({ v: z.literal(1), kind: z.literal('message'), msgid: z.string(), ask: z.literal(true).optional() }),
  z.object({ v: z.literal(1), kind: z.literal('welcome'), code: z.string() }),
]);

export type Token =
  /** `ask`: it could not be learnt who has the conversation, so that has to be asked before an answer is sent. */
  { kind: 'message'; msgid: string; ask?: true | undefined } | { kind: 'welcome'; code: string };

export function writeToken(of: Token): string {
  return JSON.stringify({ v: 1, ...of });
}

/** The event with the mark that who has the conversation has to be asked; null if it is none that can be answered later. */
export function askedLater(event: InboundEvent): InboundEvent | null {
  const { replyTo } = event;
  const read = readToken(replyTo);
  if (replyTo === undefined || read?.kind !== 'message') return null;
  return { ...event, replyTo: { ...replyTo, token: writeToken({ ...read, ask: true }) } };
}

/** @returns null if there is none, or one of another version: what is left then is what the memory knows */
export function readToken(replyTo: ReplyTo | undefined): Token | null {
  if (replyTo === undefined) return null;
  try {
    const parsed = token.safeParse(JSON.parse(replyTo.token));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
