/**
 * Callbacks from WeCom to the program under test: the URL check by GET, encrypted POSTs with their 5 s rule and three
 * tries (wecom-protocol.md 4.2), and requests that are wrong in one chosen way.
 */
import { Agent, request as httpRequest } from 'node:http';
import type { Core } from './core.js';
import { seconds } from './core.js';
import { type Flaw, seal, sign, unseal } from './crypto.js';
import type { Door } from './rooms.js';
import { document } from './xml.js';

export interface CallbackConfig {
  url: string;
  token: string;
  aesKey: string;
}

/** A callback as it goes over the wire. */
export interface CallbackRequest {
  method: 'GET' | 'POST';
  url: string;
  body: string;
  contentType: string;
}

export interface CallbackAnswer {
  status: number;
  body: string;
}

/** One thing that is wrong with a callback. `ageMs`: its timestamp lies that far back. */
export interface Forgery extends Flaw {
  signature?: string;
  nonce?: string;
  ageMs?: number;
  receiveid?: string;
  /** Sent in place of the sealed message. */
  encrypt?: string;
  /** Sent in place of the whole body. */
  body?: string;
}

/** One try: the HTTP status, or why there was none. */
export type Try = number | 'timeout' | 'failed';

/** How a callback fared. WeCom gives up after the third try. */
export interface Delivery {
  id: string;
  /** When it was first sent. */
  at: number;
  plain: string;
  tries: Try[];
  /** What a 200 carried. */
  answer?: string;
  /** Resolves when it was answered 200 or given up. */
  over: Promise<void>;
}

const TIMEOUT_MS = 5000;
/** Wait before another try after an answer other than 200 (GAP). */
const RETRY_MS = 1000;
const TRIES = 3;
/** Deliveries remembered. */
const KEEP = 1000;

export interface Post {
  plain: string;
  /** Tries in all: 3 as in 4.2, or 1. */
  tries?: number;
  /** Reads what a 200 carried, with the nonce it belongs to. */
  answered?: (body: string, nonce: string) => void;
}

export class Callbacks {
  readonly deliveries: Delivery[] = [];
  config: CallbackConfig | null = null;
  readonly #agent: Agent;
  #stopped = false;

  constructor(
    private readonly core: Core,
    private readonly door: Door,
    private readonly shape: { format: 'xml' | 'json'; receiveid: string; agentId?: number; keepAlive: boolean },
  ) {
    this.#agent = new Agent({ keepAlive: shape.keepAlive });
  }

  /** Nothing is delivered any more. */
  stop(): void {
    this.#stopped = true;
    this.#agent.destroy();
  }

  /** What the admin console does when a callback URL is saved. `ok`: the answer is the plain echo, byte for byte. */
  async check(forgery: Forgery = {}): Promise<CallbackAnswer & { ok: boolean }> {
    const echo = this.core.bigId();
    const answer = await this.send(this.echoRequest(echo, forgery));
    return { ...answer, ok: answer.status === 200 && answer.body === echo };
  }

  /** The GET of a URL check. */
  echoRequest(echo: string, forgery: Forgery = {}): CallbackRequest {
    const { query, encrypt } = this.#seal(echo, forgery);
    query.set('echostr', encrypt);
    return { method: 'GET', url: this.#url(query), body: '', contentType: 'text/plain' };
  }

  /** A POST with that plain text, possibly wrong in a chosen way, not yet sent. */
  postRequest(plain: string, forgery: Forgery = {}): CallbackRequest & { nonce: string } {
    const { query, encrypt, nonce } = this.#seal(plain, forgery);
    const { format, agentId } = this.shape;
    const own = this.shape.receiveid;
    const agent = agentId === undefined ? {} : { AgentID: String(agentId) };
    const body =
      forgery.body ??
      (format === 'json' ? JSON.stringify({ encrypt }) : document({ ToUserName: own, ...agent, Encrypt: encrypt }));
    const contentType = format === 'json' ? 'application/json' : 'text/xml';
    return { method: 'POST', url: this.#url(query), body, contentType, nonce };
  }

  /** Sends a request once, as it is. */
  send(request: CallbackRequest, signal?: AbortSignal): Promise<CallbackAnswer> {
    return send(request, this.#agent, signal);
  }

  /** Delivers a callback as WeCom does, with the door's scripted faults. */
  deliver(post: Post): Delivery {
    let over = (): void => undefined;
    const delivery: Delivery = {
      id: this.core.id('delivery'),
      at: this.core.clock.now(),
      plain: post.plain,
      tries: [],
      over: new Promise((resolve) => {
        over = resolve;
      }),
    };
    this.deliveries.push(delivery);
    if (this.deliveries.length > KEEP) this.deliveries.shift();
    this.core.faults.deliver(this.door, () => this.#try(delivery, post, over));
    return delivery;
  }

  /** Opens an encrypted answer; throws if anything about it is wrong. */
  open(sealed: { encrypt: string; signature: string; timestamp: string; nonce: string }): string {
    const { token, aesKey } = this.#configured();
    const { encrypt, signature, timestamp, nonce } = sealed;
    if (signature !== sign(token, timestamp, nonce, encrypt)) throw new Error('the signature does not match');
    const { message, receiveid } = unseal(aesKey, encrypt);
    if (receiveid !== this.shape.receiveid) throw new Error('the receiveid is not ours');
    return message;
  }

  /** @param again the very request whose answer got lost */
  #try(delivery: Delivery, post: Post, over: () => void, again?: CallbackRequest & { nonce: string }): void {
    if (this.#stopped) {
      over();
      return;
    }
    const made = again ?? this.postRequest(post.plain);
    const { nonce, ...request } = made;
    const wire = this.core.busy();
    let settled = false;
    const settle = (result: Try, body = ''): void => {
      if (settled) return;
      settled = true;
      cancel();
      wire();
      delivery.tries.push(result);
      if (result === 200 && this.core.faults.isUnheard(this.door)) {
        this.core.clock.after(TIMEOUT_MS, () => this.#try(delivery, post, over, made));
      } else if (result === 200) {
        delivery.answer = body;
        this.#answered(post, body, nonce);
        over();
      } else if (delivery.tries.length >= (post.tries ?? TRIES)) over();
      else this.core.clock.after(result === 'timeout' ? 0 : RETRY_MS, () => this.#try(delivery, post, over));
      this.core.rooms.touch(this.door, '');
    };
    const abort = new AbortController();
    const cancel = this.core.clock.after(TIMEOUT_MS, () => {
      settle('timeout');
      abort.abort();
    });
    this.send(request, abort.signal).then(
      ({ status, body }) => settle(status, body),
      () => settle('failed'),
    );
  }

  #answered({ answered }: Post, body: string, nonce: string): void {
    try {
      answered?.(body, nonce);
    } catch (error) {
      this.core.ledger.crash(error);
    }
  }

  #seal(plain: string, forgery: Forgery) {
    const { token, aesKey } = this.#configured();
    const encrypt =
      forgery.encrypt ??
      seal({
        aesKey,
        receiveid: forgery.receiveid ?? this.shape.receiveid,
        message: plain,
        random: this.core.random(16),
        flaw: forgery,
      });
    const timestamp = String(seconds(this.core.clock.now() - (forgery.ageMs ?? 0)));
    const nonce = this.core.id('nonce');
    const signature = forgery.signature ?? sign(token, timestamp, nonce, encrypt);
    const query = new URLSearchParams({ msg_signature: signature, timestamp, nonce: forgery.nonce ?? nonce });
    return { query, encrypt, nonce };
  }

  #url(query: URLSearchParams): string {
    const { url } = this.#configured();
    return `${url}${url.includes('?') ? '&' : '?'}${query}`;
  }

  #configured(): CallbackConfig {
    if (!this.config) throw new Error(`${this.door}: set callback before anything is sent to it`);
    return this.config;
  }
}

function send(
  { method, url, body, contentType }: CallbackRequest,
  agent: Agent,
  signal?: AbortSignal,
): Promise<CallbackAnswer> {
  return new Promise((resolve, reject) => {
    const headers = method === 'POST' ? { 'content-type': contentType, 'content-length': Buffer.byteLength(body) } : {};
    const request = httpRequest(url, { method, headers, agent, ...(signal && { signal }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}
