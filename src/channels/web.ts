/**
 * The web chat's door: POST /api/messages in, server-sent events out, GET /api/history for what was said before.
 *
 * Delivery: the transcript is the durable copy of every reply, the stream only brings it sooner. `send` therefore resolves
 * whether or not a page is open, and rejects (to be tried again) only when the channel is not running. What a page missed
 * it gets by resuming its stream, or else from the history; a reply that is sent twice has the same id and shows once.
 */
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { getCookie, setCookie } from 'hono/cookie';
import { type Clock, systemClock } from '../clock.js';
import type { InboundEvent } from '../dialogue/event.js';
import type { PublicState } from '../dialogue/reply.js';
import { isPosDoctorError, isStoreOutage, PosDoctorError } from '../errors.js';
import type { Knowledge } from '../knowledge/schema.js';
import type { Log } from '../log.js';
import type { Claims } from '../store/store.js';
import type { Channel, Service } from './channel.js';
import { addressOf } from './web/address.js';
import { HUB_LIMITS, type HubLimits, StreamHub } from './web/hub.js';
import { Identities } from './web/identity.js';
import { WebLimits } from './web/limits.js';
import { pageItem, pageLine } from './web/render.js';
import { BODY_MAX, readMessage, sameOrigin, TEXT_MAX } from './web/request.js';

export { TEXT_MAX } from './web/request.js';

/** What the web door and the server need of the assistant. */
export interface AssistantPort extends Service {
  state(conversation: string): Promise<PublicState>;
  ready(doors?: boolean): Promise<{ ok: boolean; why?: string }> | { ok: boolean; why?: string };
}

export interface WebChannelOptions {
  /** Without a trailing slash. */
  publicUrl: () => string;
  knowledge: () => Knowledge;
  /** Hides private numbers, as they are hidden in what is kept. */
  mask: (text: string) => string;
  log: Log;
  clock?: Clock;
  /** The 256 bits that cookies are signed with; asked for at the start. */
  key: () => Promise<Uint8Array>;
  /** Proxies in front of us whose X-Forwarded-For is believed; 0 by default. */
  proxies?: number;
  hub?: HubLimits;
  /** The other processes, if there are any: a page may have its stream there. */
  peers?: Pick<Claims, 'tell' | 'listen'> | undefined;
}

export interface WebChannel extends Channel {
  /** The routes below /api. */
  routes(assistant: AssistantPort): Hono;
  /**
   * Gives the visitor a cookie, or renews the one they have.
   * @returns milliseconds to wait if too many new visitors come from there, else 0
   */
  greet(c: Context): number;
  /** Open streams. */
  readonly streams: number;
}

/** Between two signs of life; below the usual 60 s after which proxies close what is silent. */
export const BEAT_MS = 20_000;
export const COOKIE = 'pos-doctor';
const COOKIE_SECONDS = 30 * 24 * 3600;

type Status = 400 | 403 | 413 | 429 | 500 | 503;

export function createWebChannel(options: WebChannelOptions): WebChannel {
  const { publicUrl, knowledge, log } = options;
  const clock = options.clock ?? systemClock;
  const now = () => clock.now();
  const hub = new StreamHub(options.hub ?? HUB_LIMITS);
  const limits = new WebLimits(now);
  let identities: Identities | undefined;
  let running = false;
  let stopBeating: () => void = () => undefined;
  let stopListening: () => void = () => undefined;
  let port: AssistantPort | undefined;

  /** Open pages whose hand-over is under way: it may go on without a word being said. No more than there are streams. */
  const handedOver = new Set<string>();

  const beatLater = (): void => {
    stopBeating = clock.after(BEAT_MS, () => {
      hub.beat();
      for (const conversation of [...handedOver]) {
        if (hub.listening(conversation)) void tellState(conversation);
        else handedOver.delete(conversation);
      }
      beatLater();
    });
  };

  const refuse = (c: Context, status: Status, key: string, retryAfterMs?: number) => {
    if (retryAfterMs !== undefined) c.header('Retry-After', String(Math.ceil(retryAfterMs / 1000)));
    return c.json({ error: { code: key, text: knowledge().ui[`error.${key}`] ?? key } }, status);
  };

  const known = (c: Context) => identities?.recognise(getCookie(c, COOKIE));
  const visitor = (c: Context): string | undefined => known(c)?.conversation;

  const greet = (c: Context): number => {
    const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
    const from = () => addressOf(incoming?.socket.remoteAddress, c.req.header('x-forwarded-for'), options.proxies ?? 0);
    let identity = known(c);
    if (!identity) {
      const wait = limits.wait('arrive', from());
      if (wait > 0) return wait;
      identity = identities?.create();
    }
    if (identity)
      setCookie(c, COOKIE, identity.cookie, {
        path: '/',
        httpOnly: true,
        sameSite: 'Strict',
        secure: publicUrl().startsWith('https:'),
        maxAge: COOKIE_SECONDS,
      });
    return 0;
  };

  const tellState = async (conversation: string): Promise<void> => {
    if (!port || !hub.listening(conversation)) return;
    try {
      const state = await port.state(conversation);
      if (state.handoff && hub.listening(conversation)) handedOver.add(conversation);
      else handedOver.delete(conversation);
      hub.tell(conversation, 'state', state);
    } catch (error) {
      log.warn({ error: String(error) }, 'the state could not be read; the page gets it with the next reply');
    }
  };

  /** Another process said something, or what was said is erased: who listens here fetches the history, and nobody resumes from what this one remembers. */
  const missed = (conversation: string): void => {
    hub.forget(conversation);
    hub.tell(conversation, 'hello', { resumed: false, at: now() });
  };

  const tellPeers = (conversation: string): void => {
    options.peers?.tell(conversation).catch((error: unknown) => {
      log.debug({ error: String(error) }, 'pages that are open elsewhere see it when they look next');
    });
  };

  async function receive(c: Context, assistant: AssistantPort): Promise<Response> {
    if (!sameOrigin((name) => c.req.header(name), publicUrl())) return refuse(c, 403, 'foreignOrigin');
    if (!/^application\/json(?:\s*;|$)/i.test(c.req.header('content-type') ?? '')) return refuse(c, 400, 'badJson');
    const conversation = visitor(c);
    if (conversation === undefined) return refuse(c, 400, 'noCookie');
    const wait = limits.wait('write', conversation);
    if (wait > 0) return refuse(c, 429, 'tooFast', wait);
    const event = readMessage(new Uint8Array(await c.req.arrayBuffer()), conversation, now());
    if ('refused' in event) return refuse(c, event.status, event.refused);
    // Other tabs learn that something was said, and this one that it is being thought about, before the answer comes.
    hub.tell(conversation, 'said', { id: event.id });
    try {
      await assistant.accept('web', event);
    } catch (error) {
      hub.tell(conversation, 'quiet', {});
      return notTaken(c, event, error);
    }
    if (event.kind !== 'message') return c.json({ accepted: event.id }, 202);
    // The page shows what was typed; a card number is not to stay on a screen that customers see, nor in the tab's storage.
    const shown = options.mask(event.text);
    return c.json({ accepted: event.id, ...(shown === event.text ? {} : { shown }) }, 202);
  }

  function notTaken(c: Context, event: InboundEvent, error: unknown): Response {
    if (isPosDoctorError(error, 'QUEUE_FULL')) return refuse(c, 429, 'tooFast', 5000);
    const full = isStoreOutage(error);
    // A store that refuses writes has told so itself, once: a line for each message would fill a disk that is full already.
    if (full) log.debug({ kind: event.kind, error: String(error) }, 'a message was not kept');
    else log.error({ kind: event.kind, error: String(error) }, 'a message was not accepted');
    return full || isPosDoctorError(error, 'STOPPING') ? refuse(c, 503, 'notNow', 10_000) : refuse(c, 500, 'internal');
  }

  async function history(c: Context, assistant: AssistantPort): Promise<Response> {
    const conversation = visitor(c);
    if (conversation === undefined) return refuse(c, 400, 'noCookie');
    const wait = limits.wait('read', conversation);
    if (wait > 0) return refuse(c, 429, 'tooFast', wait);
    const [transcript, state] = await Promise.all([assistant.transcript(conversation), assistant.state(conversation)]);
    return c.json({ transcript: transcript.map((line) => pageLine(line, publicUrl())), state });
  }

  function stream(c: Context): Response {
    const conversation = visitor(c);
    if (conversation === undefined) return refuse(c, 400, 'noCookie');
    const wait = limits.wait('read', conversation);
    if (wait > 0) return refuse(c, 429, 'tooFast', wait);
    // EventSource sends the header when it reconnects by itself; a page that opens a new one can only use the query.
    const after = c.req.header('last-event-id') ?? c.req.query('after');
    const body = running ? hub.open(conversation, now(), after) : null;
    if (!body) return refuse(c, 503, 'notNow', 10_000);
    void tellState(conversation);
    c.header('Content-Type', 'text/event-stream; charset=utf-8');
    c.header('Cache-Control', 'no-store, no-transform');
    c.header('X-Accel-Buffering', 'no');
    return c.body(body);
  }

  function words(c: Context): Response {
    const { ui, organization } = knowledge();
    const own = Object.entries(ui).filter(([key]) => key.startsWith('web.'));
    const name = organization.assistantName;
    return c.json({ words: Object.fromEntries(own), name, organization: organization.name, textMax: TEXT_MAX });
  }

  return {
    name: 'web',
    capabilities: {
      markdown: false,
      cards: true,
      buttons: 20,
      bytesPerMessage: 64 * 1024,
      canPush: true,
      canEdit: false,
    },
    get streams() {
      return hub.size;
    },
    greet,
    routes(assistant) {
      port = assistant;
      const app = new Hono();
      app.use(async (c, next) => {
        c.header('Cache-Control', 'no-store');
        await next();
      });
      const tooBig = bodyLimit({ maxSize: BODY_MAX, onError: (c) => refuse(c, 413, 'textTooLong') });
      app.post('/messages', tooBig, (c) => receive(c, assistant));
      app.get('/history', (c) => history(c, assistant));
      app.get('/stream', (c) => stream(c));
      app.get('/ui', (c) => words(c));
      app.all('*', (c) => c.json({ error: { code: 'notFound', text: knowledge().ui['error.notFound'] } }, 404));
      return app;
    },
    async start() {
      identities = new Identities(await options.key());
      running = true;
      if (options.peers) stopListening = options.peers.listen(missed);
      beatLater();
    },
    async send(conversation, items) {
      if (!running) throw new PosDoctorError('SEND_FAILED', { channel: 'web', why: 'the channel is stopped' });
      for (const item of items) hub.publish(conversation, item.id, pageItem(item, publicUrl()));
      void tellState(conversation);
      tellPeers(conversation);
    },
    forget(conversation) {
      missed(conversation);
      limits.forget(conversation);
    },
    async stop() {
      running = false;
      stopListening();
      stopBeating();
      handedOver.clear();
      hub.closeAll();
    },
  };
}
