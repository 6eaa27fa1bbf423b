/** How to answer a frame, as it is stored with the outbox. Pure. */
import { z } from 'zod';
import type { ReplyTo } from '../../../dialogue/event.js';

/** A message can be answered for 24 h (protocol page, 1.6), a welcome for 5 s (1.7); a little less, as frames take time. */
const MESSAGE_MS = 23 * 3_600_000;
const WELCOME_MS = 4_500;

const token = z.object({ kind: z.enum(['message', 'enter']), req: z.string() });
export type BotTarget = z.infer<typeof token>;

export function replyTo(channel: string, kind: BotTarget['kind'], req: string, now: number): ReplyTo {
  const expiresAt = now + (kind === 'message' ? MESSAGE_MS : WELCOME_MS);
  return { channel, token: JSON.stringify({ kind, req }), expiresAt };
}

/** Null if there is nothing to answer, or no longer: then it has to be pushed. */
export function targetOf(to: ReplyTo | undefined, now: number): BotTarget | null {
  if (to === undefined || (to.expiresAt ?? Number.POSITIVE_INFINITY) <= now) return null;
  try {
    return token.safeParse(JSON.parse(to.token)).data ?? null;
  } catch {
    return null;
  }
}
