/** What a page may send, and how a request proves that it comes from our own page. Pure. */
import { isIP } from 'node:net';
import { z } from 'zod';
import type { InboundEvent } from '../../dialogue/event.js';

/** Bytes of a request body. */
export const BODY_MAX = 16 * 1024;
/** UTF-16 units of one message; what a person types at a till is far below. */
export const TEXT_MAX = 1000;

/** Made by the page: a request that is sent again carries the same one. */
const id = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
/** Ids of questions and options are ASCII in our content; an overlay's may be longer, never this long. */
const name = z.string().min(1).max(100);
const messageSchema = z.union([
  z.strictObject({ id, text: z.string() }),
  z.strictObject({ id, option: name, question: name.optional() }),
  z.strictObject({ id, reset: z.literal(true) }),
]);

/** Why a body was not taken: the end of the key `error.*` in ui.yaml, and the HTTP status. */
export type Refusal = { refused: 'badJson' | 'badMessage' | 'emptyText' | 'textTooLong'; status: 400 | 413 };

/** Reads a body of POST /api/messages into an event of `conversation` at time `at` (ms since the epoch). */
export function readMessage(body: Uint8Array, conversation: string, at: number): InboundEvent | Refusal {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return { refused: 'badJson', status: 400 };
  }
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) return { refused: 'badMessage', status: 400 };
  const message = parsed.data;
  const base = { id: message.id, conversation, at };
  if ('reset' in message) return { ...base, kind: 'reset' };
  if ('option' in message) {
    const { option, question } = message;
    return { ...base, kind: 'option', option, ...(question === undefined ? {} : { question }) };
  }
  if (message.text.length > TEXT_MAX) return { refused: 'textTooLong', status: 413 };
  // Half a surrogate pair cannot be stored as UTF-8; it is replaced, not refused: the rest of the sentence counts.
  const text = message.text.replace(/\p{Surrogate}/gu, '\uFFFD').trim();
  if (text === '') return { refused: 'emptyText', status: 400 };
  return { ...base, kind: 'message', text };
}

/**
 * True if a request that changes something was made by a page of ours: its Origin is the public URL or the host that the
 * request itself names. Browsers send Origin with every POST; without it and without Sec-Fetch-Site it is no browser,
 * and there is no cookie of somebody else to abuse.
 */
export function sameOrigin(header: (name: string) => string | undefined, publicUrl: string): boolean {
  const origin = header('origin');
  const site = header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined || origin === publicUrl) return true;
  const host = header('host');
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

/**
 * True if the Host header names us. Someone else's name that resolves to this machine (DNS rebinding) does not; an
 * address does, because a page of another site cannot have it as its own origin.
 */
export function knownHost(host: string | undefined, names: readonly string[]): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const bare = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return isIP(bare) !== 0 || bare === 'localhost' || bare.endsWith('.localhost') || names.includes(bare);
}
