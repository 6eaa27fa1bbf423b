/**
 * A signed callback URL, as WeCom calls it: GET to verify the URL, POST for each message or event.
 *
 * An event is acknowledged (200) only when `deliver` says that it is durable; otherwise the answer is 503 and WeCom sends it
 * again: three times in all, within seconds. Everything else is refused with an empty body, as cheaply and early as it can be told:
 * the form of the query before the body is read, the signature before anything in the body is parsed.
 */
import { type Context, Hono } from 'hono';
import type { Clock } from '../../clock.js';
import { isPosDoctorError } from '../../errors.js';
import type { Log } from '../../log.js';
import { type BodyLimits, BodyReader } from './body.js';
import type { CallbackCrypto } from './crypto.js';
import { type Envelope, encryptIn, replyBody } from './envelope.js';
import { Refusals } from './refusals.js';
import { Replays } from './replays.js';

/** What came with a message, outside of it. */
export interface CallbackMeta {
  signature: string;
  /** Seconds since the epoch. */
  timestamp: number;
  nonce: string;
}

export interface CallbackOptions {
  crypto: CallbackCrypto;
  envelope: Envelope;
  clock: Clock;
  log: Log;
  /**
   * Gets the decrypted text. Resolves when the event is durable, with the passive reply in plain text if there is one; rejects to
   * have it sent again, or with CALLBACK_REFUSED if it cannot be read and never will be.
   */
  deliver: (plain: string, meta: CallbackMeta) => Promise<string | undefined>;
  /** What logs call it. */
  name?: string;
  limits?: Partial<CallbackLimits>;
}

export interface CallbackLimits extends BodyLimits {
  /** Signed requests that wait for `deliver` at one time; WeCom repeats what is turned away beyond it. */
  underWayMax: number;
  /** Signatures remembered of what was taken. */
  replaysMax: number;
  /** Passive replies kept to be given again, and bytes of all of them. */
  repliesMax: number;
  replyBytesMax: number;
}

export const CALLBACK_LIMITS: CallbackLimits = {
  // Texts have at most 2048 bytes, cards a few thousand; base64 adds a third.
  bodyMax: 128 * 1024,
  bodyMs: 5_000,
  readingMax: 200,
  underWayMax: 500,
  // A hundred seconds at 500 a second; WeCom repeats within fifteen.
  replaysMax: 50_000,
  // Twenty seconds at 500 a second, at about a kilobyte each; the app's and the customer service's callbacks answer nothing.
  repliesMax: 10_000,
  replyBytesMax: 8 * 1024 * 1024,
};

/**
 * How far a request's time may be from ours. WeCom sends what it repeats within seconds; clocks of servers that nobody looks after
 * differ by a minute or two. Longer than that would only give more time to who has overheard a request, after the
 * signatures remembered above are forgotten.
 */
export const WINDOW_MS = 5 * 60_000;

/** WeCom tries three times, five seconds apart; a little more for slow lines. Milliseconds. */
const REPEAT_MS = 20_000;

type Reason =
  | 'replayed'
  | 'malformed'
  | 'too-large'
  | 'too-slow'
  | 'time'
  | 'signature'
  | 'contents'
  | 'receiver'
  | 'busy'
  | 'untaken';
type Sealed = ReturnType<typeof replyBody>;
type Status = 400 | 403 | 405 | 408 | 413 | 503;

const SIGNATURE = /^[0-9a-f]{40}$/;
/** Without leading zeros, so that the number is signed as it was written. */
const TIMESTAMP = /^[1-9]\d{0,11}$/;
const NONCE = /^[\x21-\x7e]{1,64}$/;
/** Characters of an echostr; WeCom's have 88. */
const ECHO_MAX = 4096;

/** The routes of one callback URL, at "/". */
export function createCallback(options: CallbackOptions): Hono {
  const { crypto, envelope, clock, log, deliver } = options;
  const limits = { ...CALLBACK_LIMITS, ...options.limits };
  const bodies = new BodyReader(limits, clock);
  const replays = new Replays<Sealed | undefined>(
    limits.replaysMax,
    () => clock.now(),
    { ms: REPEAT_MS, count: limits.repliesMax, bytes: limits.replyBytesMax },
    (reply) => (reply ? Buffer.byteLength(reply.body) : 0),
  );
  const refusals = new Refusals<Reason>(clock, log, options.name ?? 'callback');
  let underWay = 0;

  const refuse = (c: Context, status: Status, reason: Reason, error?: unknown): Response => {
    refusals.note(reason, error);
    return c.body(null, status);
  };

  /** The three parameters that every request has, or why it is refused. */
  const signedQuery = (c: Context): CallbackMeta | Reason => {
    const signature = c.req.query('msg_signature') ?? '';
    const timestamp = c.req.query('timestamp') ?? '';
    const nonce = c.req.query('nonce') ?? '';
    if (!SIGNATURE.test(signature) || !TIMESTAMP.test(timestamp) || !NONCE.test(nonce)) return 'malformed';
    if (Math.abs(clock.now() - Number(timestamp) * 1000) > WINDOW_MS) return 'time';
    return { signature, timestamp: Number(timestamp), nonce };
  };

  /** What was sealed. Every refusal looks alike from outside: none tells how far a made-up ciphertext came. */
  const open = (c: Context, meta: CallbackMeta, encrypt: string): string | Response => {
    try {
      return crypto.open({ ...meta, timestamp: String(meta.timestamp), encrypt });
    } catch (error) {
      const why = isPosDoctorError(error, 'CALLBACK_REFUSED') ? error.subject.why : undefined;
      return refuse(c, 403, why === 'signature' || why === 'receiver' ? why : 'contents');
    }
  };

  const verify = (c: Context): Response => {
    const meta = signedQuery(c);
    if (typeof meta === 'string') return refuse(c, meta === 'time' ? 403 : 400, meta);
    // A "+" that somebody on the way took for a space; base64 has none.
    const echo = (c.req.query('echostr') ?? '').replaceAll(' ', '+');
    if (echo === '' || echo.length > ECHO_MAX) return refuse(c, 400, 'malformed');
    const plain = open(c, meta, echo);
    if (typeof plain !== 'string') return plain;
    return c.body(plain, 200, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  };

  const receive = async (c: Context): Promise<Response> => {
    const meta = signedQuery(c);
    if (typeof meta === 'string') return refuse(c, meta === 'time' ? 403 : 400, meta);
    const body = await bodies.read(c.req.raw);
    if ('unread' in body) return refuse(c, body.unread === 'too-large' ? 413 : 408, body.unread);
    const encrypt = encryptIn(body.text, envelope);
    if (encrypt === undefined) return refuse(c, 400, 'malformed');
    const plain = open(c, meta, encrypt);
    if (typeof plain !== 'string') return plain;
    const taken = replays.taken(meta.signature);
    // WeCom's own repetition after a lost 200 is no error and gets the same answer; what comes later is somebody else's.
    if (taken) return taken.ageMs <= REPEAT_MS ? answer(c, taken.outcome) : refuse(c, 403, 'replayed');
    if (underWay >= limits.underWayMax) return refuse(c, 503, 'busy');
    underWay += 1;
    try {
      const until = meta.timestamp * 1000 + WINDOW_MS;
      const reply = await replays.once(meta.signature, until, async () => sealed(await deliver(plain, meta), meta));
      return answer(c, reply);
    } catch (error) {
      if (isPosDoctorError(error, 'CALLBACK_REFUSED')) return refuse(c, 400, 'contents');
      return refuse(c, 503, 'untaken', error);
    } finally {
      underWay -= 1;
    }
  };

  const sealed = (reply: string | undefined, { nonce }: CallbackMeta): Sealed | undefined => {
    if (reply === undefined) return undefined;
    const timestamp = Math.floor(clock.now() / 1000);
    return replyBody({ ...crypto.seal(reply, timestamp, nonce), timestamp, nonce }, envelope);
  };

  const answer = (c: Context, reply: Sealed | undefined): Response =>
    reply ? c.body(reply.body, 200, { 'Content-Type': reply.type }) : c.body(null, 200);

  return new Hono()
    .get('/', (c) => verify(c))
    .post('/', (c) => receive(c))
    .all('/', (c) => refuse(c, 405, 'malformed'));
}
