/** Callback requests as WeCom makes them, and a callback URL to send them to. */
import type { Hono } from 'hono';
import { type CallbackMeta, type CallbackOptions, createCallback } from '../../../src/channels/wecom/callback.js';
import { CallbackCrypto } from '../../../src/channels/wecom/crypto.js';
import { type TestClock, testClock } from '../../support/clock.js';
import { type KeptLog, keptLog } from './stub.js';

export const SECRETS = {
  token: 'fakeToken2026',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  receiveId: 'ww0000000000000001',
};
export const crypto = new CallbackCrypto(SECRETS);

export interface Door {
  app: Hono;
  clock: TestClock;
  log: KeptLog;
  delivered: { plain: string; meta: CallbackMeta }[];
  /** What the next deliveries do; afterwards they take it without a reply. */
  next: (() => Promise<string | undefined>)[];
  /** Seconds since the epoch, by the door's clock. */
  seconds(): number;
}

export function door(more: Partial<CallbackOptions> = {}): Door {
  const clock = testClock();
  const log = keptLog();
  const delivered: Door['delivered'] = [];
  const next: Door['next'] = [];
  const app = createCallback({
    crypto,
    envelope: 'xml',
    clock,
    log,
    deliver: async (plain, meta) => {
      delivered.push({ plain, meta });
      return next.shift()?.();
    },
    ...more,
  });
  return { app, clock, log, delivered, next, seconds: () => Math.floor(clock.now() / 1000) };
}

export interface Signed {
  query: { msg_signature: string; timestamp: string; nonce: string };
  encrypt: string;
}

let count = 0;

/** A signed and encrypted message, from now unless told otherwise. */
export function signed(at: Door, message: string, timestamp: number = at.seconds(), by = crypto): Signed {
  count += 1;
  const nonce = `nonce-${count}`;
  const { encrypt, signature } = by.seal(message, timestamp, nonce);
  return { query: { msg_signature: signature, timestamp: String(timestamp), nonce }, encrypt };
}

export const queryOf = (query: Record<string, string>): string => `/?${new URLSearchParams(query)}`;
export const xmlOf = (encrypt: string): string =>
  `<xml><ToUserName><![CDATA[ww0000000000000001]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID><Encrypt><![CDATA[${encrypt}]]></Encrypt></xml>`;
export const jsonOf = (encrypt: string): string => JSON.stringify({ encrypt });

export function post(at: Door, { query, encrypt }: Signed, body: BodyInit = xmlOf(encrypt)): Promise<Response> {
  return Promise.resolve(at.app.request(queryOf(query), { method: 'POST', body }));
}

/** A body that comes in pieces, without a Content-Length. */
export function inPieces(...pieces: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(piece));
    },
  });
}
