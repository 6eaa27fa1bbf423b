/** What the channel keeps with a conversation: how much may still be sent, and what is being sent. Pure. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type KfMessage, SENDS_MAX } from './render.js';

/** A message of the customer's that can be answered. */
export interface Answerable {
  msgid: string;
  /** Milliseconds since the epoch after which nothing can be sent. */
  until: number;
}

const memory = z.object({
  v: z.literal(1),
  /** The customer's last message, as far as is known, and what was sent after it. */
  message: z.string(),
  until: z.number(),
  sends: z.number().int().min(0),
  /** The batch under way: its first item, and how many messages it was laid out for, which must not change between attempts. */
  batch: z.object({ item: z.string(), most: z.number().int().min(1).max(SENDS_MAX) }).optional(),
  /** Sent, but the answer did not arrive: this msgid may be known to WeCom. */
  unsure: z.string().optional(),
});

export type Memory = z.infer<typeof memory>;

/** @returns null if there is none, or one of another version */
export function readMemory(kept: unknown): Memory | null {
  const parsed = memory.safeParse(kept);
  return parsed.success ? parsed.data : null;
}

/**
 * The memory as it counts now: the newest message known is what is answered, whoever asked.
 * @param heard the customer's newest message that this process has heard of
 * @param asked the message that caused the answer
 * @returns null if the customer never wrote, as far as is known
 */
export function counted(
  kept: Memory | null,
  heard: Answerable | undefined,
  asked: Answerable | undefined,
): Memory | null {
  const newest = asked && (heard === undefined || asked.until > heard.until) ? asked : heard;
  if (newest === undefined || newest.msgid === kept?.message) return kept;
  // Times are in whole seconds: of two messages in one, the kept one may be the later, and then its sends count.
  const isOlder = kept !== null && (newest.until < kept.until || (newest === asked && newest.until === kept.until));
  if (isOlder) return kept;
  const { batch, unsure } = kept ?? {};
  return {
    v: 1,
    message: newest.msgid,
    until: newest.until,
    sends: 0,
    ...(batch === undefined ? {} : { batch }),
    ...(unsure === undefined ? {} : { unsure }),
  };
}

/** For how many messages the batch is laid out: what it was at its first attempt, else what is left; 0: nothing is. */
export function layoutSize({ batch, sends }: Memory, item: string): number {
  return batch?.item === item ? batch.most : Math.max(0, SENDS_MAX - sends);
}

/**
 * A message's own id (32 characters of [0-9A-Za-z_-], 5.2): the same for the same part of the same answer, so that WeCom takes
 * it once. What it says counts as well: were an answer cut differently after an update of ours, no part may pass for another.
 */
export function msgidOf(item: string, part: number, message: KfMessage): string {
  return createHash('sha256')
    .update(JSON.stringify([item, part, message]))
    .digest('base64url')
    .slice(0, 32);
}
