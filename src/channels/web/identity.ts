/**
 * Who a visitor is: a cookie that we signed. A cookie that somebody made up is nobody's, so conversations can't be had
 * by inventing ids, and new ones are given out by us at a rate that we choose.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Store } from '../../store/store.js';

/** 128 random bits in hex and, signed with our key, 256 bits in base64url. */
const COOKIE_FORM = /^([0-9a-f]{32})\.([A-Za-z0-9_-]{43})$/;
const KEY_NAME = 'web-cookie-key';
const KEY_FORM = /^[0-9a-f]{64}$/;

export interface Identity {
  /** The value to keep in the visitor's browser; a secret. */
  cookie: string;
  conversation: string;
}

export class Identities {
  /** `key`: 256 bits. Whoever has it can be any visitor. */
  constructor(private readonly key: Uint8Array) {}

  /** A visitor nobody has seen before. */
  create(): Identity {
    const id = randomBytes(16).toString('hex');
    return { cookie: `${id}.${this.#sign(id).toString('base64url')}`, conversation: conversationOf(id) };
  }

  /** Undefined unless the cookie is one of ours, to the last character. */
  recognise(cookie: string | undefined): Identity | undefined {
    const [, id, signature] = COOKIE_FORM.exec(cookie ?? '') ?? [];
    if (cookie === undefined || id === undefined || signature === undefined) return undefined;
    // The decoder ignores the last two bits; comparing the text keeps one visitor at one cookie.
    const expected = Buffer.from(this.#sign(id).toString('base64url'));
    return timingSafeEqual(Buffer.from(signature), expected) ? { cookie, conversation: conversationOf(id) } : undefined;
  }

  #sign(id: string): Buffer {
    return createHmac('sha256', this.key).update(id).digest();
  }
}

/** The conversation of a visitor's id. Hashed, because conversation ids appear in file names and the cookie is a secret. */
export function conversationOf(id: string): string {
  return `web-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}

/**
 * The key of this service's cookies: made once and kept with the conversations, so that visitors are known after a restart.
 * @throws STORE_FULL if a new one can't be kept
 */
export async function cookieKey(store: Pick<Store, 'getSmall' | 'putSmall'>): Promise<Uint8Array> {
  for (;;) {
    const kept = await store.getSmall(KEY_NAME);
    if (typeof kept?.value === 'string' && KEY_FORM.test(kept.value)) return Buffer.from(kept.value, 'hex');
    const key = randomBytes(32);
    // Another process may be starting on the same store: the first one's key counts for both.
    if (await store.putSmall(KEY_NAME, key.toString('hex'), kept?.version ?? 0)) return key;
  }
}
