/** How to answer a frame, as it is stored with the outbox. Pure. */
import { z } from 'zod';
import type { ReplyTo } from '../../../dialogue/event.js';

/** A message can be answered for 24 h (protocol page, 1.6), a welcome for 5 s (1.7); a little less, as frames take time. */
const MESSAGE_MS = 23 * 3_600_000;
const WELCOME_MS = 4_500;
/** A response_url: an hour, says the page; five minutes, say others (11.7). It is only tried when nothing else is left. */
const URL_MS = 3_600_000;

/** `tap`: a tap's own request takes nothing but the changed card; its response_url takes one message. */
const token = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['message', 'enter']), req: z.string() }),
  z.object({ kind: z.literal('tap'), url: z.string() }),
]);
/** `at`: when the event came, milliseconds since the epoch. */
export type BotTarget = z.infer<typeof token> & { at: number };

const LIFE_MS = { message: MESSAGE_MS, enter: WELCOME_MS, tap: URL_MS };

export function replyTo(channel: string, target: z.infer<typeof token>, now: number): ReplyTo {
  return { channel, token: JSON.stringify(target), expiresAt: now + LIFE_MS[target.kind] };
}

/** Whether it is that of somebody who opened the chat, still to be answered or not. */
export function isWelcome(to: ReplyTo | undefined): boolean {
  return tokenOf(to)?.kind === 'enter';
}

/** Null if there is nothing to answer, or no longer: then it has to be pushed. */
export function targetOf(to: ReplyTo | undefined, now: number): BotTarget | null {
  if (to === undefined || (to.expiresAt ?? Number.POSITIVE_INFINITY) <= now) return null;
  const data = tokenOf(to);
  return data && { ...data, at: to.expiresAt === undefined ? now : to.expiresAt - LIFE_MS[data.kind] };
}

function tokenOf(to: ReplyTo | undefined): z.infer<typeof token> | null {
  try {
    return token.safeParse(JSON.parse(to?.token ?? '')).data ?? null;
  } catch {
    return null;
  }
}
