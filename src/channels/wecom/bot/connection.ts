/**
 * The bot's long connection: WeCom's SDK under our supervision. The SDK subscribes, beats and pairs acks; we decide when to
 * connect, how long to wait, and when to stop for good.
 */
import { type Logger, WSClient, type WSClientOptions } from '@wecom/aibot-node-sdk';
import type { Clock } from '../../../clock.js';
import { PosDoctorError } from '../../../errors.js';
import type { Log } from '../../../log.js';
import { reactionTo } from '../errcodes.js';

/** Reconnect waits: a random part of a limit that doubles, so that many processes do not come back at once. Milliseconds. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Milliseconds within which the subscription has to be answered; on a half-open line nothing comes. */
const SUBSCRIBE_MS = 15_000;
/** Milliseconds without a connection after which the door counts as shut. */
const PATIENCE_MS = 60_000;

/** What `ready` says; the doctor command knows it again. */
export const NOT_READY = {
  kicked: 'another connection of this bot has taken over; this one does not take it back',
  refused: 'WeCom refuses this bot id or secret',
} as const;

/** Why a frame that went out counts as not sent. */
export const NO_ACK = 'no ack';

export type Where = 'standby' | 'connecting' | 'online' | 'kicked' | 'refused' | 'stopped';

export interface ConnectionOptions {
  botId: string;
  secret: string;
  wsUrl: string;
  clock: Clock;
  log: Log;
  /** 0 ≤ x < 1. */
  random: () => number;
  /** Milliseconds between two signs of life; the SDK gives up after two unanswered ones. WeCom advises 30 s. */
  heartbeatMs?: number;
  message(frame: unknown, reqId: string): void;
  event(frame: unknown, reqId: string): void;
  /** Another connection of this bot has taken over. */
  kicked(): void;
  /** WeCom does not know this bot or its secret; `errcode` says why. */
  refused(errcode: number): void;
  /** WeCom took the subscription. */
  online?(): void;
  /** There is no connection (any more); it is tried again. */
  lost?(why: string): void;
}

/** The frames that we send; the SDK adds the command. */
export type Send = (client: WSClient) => Promise<unknown>;

export class BotConnection {
  readonly #options: ConnectionOptions;
  #client: WSClient | undefined;
  #where: Where = 'standby';
  #failures = 0;
  #offlineSince: number;
  #cancel: () => void = () => undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#offlineSince = options.clock.now();
  }

  get where(): Where {
    return this.#where;
  }

  /** Connects, and stays connected until {@link close}, a kick, or a refusal. */
  open(): void {
    if (this.#where !== 'standby') return;
    this.#failures = 0;
    this.#offlineSince = this.#options.clock.now();
    this.#connect();
  }

  /** Hangs up. `standby`: may be opened again. */
  close(where: 'standby' | 'kicked' | 'refused' | 'stopped'): void {
    this.#where = where;
    this.#drop();
  }

  ready(): { ok: boolean; why?: string } {
    if (this.#where === 'kicked') return { ok: false, why: NOT_READY.kicked };
    if (this.#where === 'refused') return { ok: false, why: NOT_READY.refused };
    const offline = this.#where === 'connecting' ? this.#options.clock.now() - this.#offlineSince : 0;
    return offline > PATIENCE_MS
      ? { ok: false, why: `no connection for ${Math.round(offline / 1000)} s` }
      : { ok: true };
  }

  /**
   * Sends one frame and waits for its ack.
   * @throws {PosDoctorError} WECOM_ERROR with the ack's errcode; SEND_FAILED if there is no connection or no ack
   */
  async send(what: string, send: Send): Promise<void> {
    const client = this.#client;
    const failed = (why: string, cause?: unknown) =>
      new PosDoctorError('SEND_FAILED', { channel: 'wecom-bot', why }, cause === undefined ? {} : { cause });
    if (this.#where !== 'online' || !client) throw failed('not connected');
    try {
      await send(client);
    } catch (error) {
      const errcode = errcodeOf(error);
      if (errcode !== undefined)
        throw new PosDoctorError('WECOM_ERROR', { api: what, errcode, what: reactionTo(errcode).what });
      // No ack in five seconds, ten times what is usual: the line is half-open. A late ack would also be taken for that of the
      // next frame. A new connection ends both.
      if (client === this.#client && /timeout/i.test(String(error))) this.#lost('an ack did not come');
      throw failed(NO_ACK, error);
    }
  }

  #connect(): void {
    const { botId, secret, wsUrl, heartbeatMs } = this.#options;
    this.#where = 'connecting';
    const settings: WSClientOptions = {
      botId,
      secret,
      wsUrl,
      // The SDK gives up after ten attempts and waits without jitter: every attempt is ours.
      maxReconnectAttempts: 0,
      maxAuthFailureAttempts: 0,
      logger: quiet,
      ...(heartbeatMs === undefined ? {} : { heartbeatInterval: heartbeatMs }),
    };
    const client = new WSClient(settings);
    this.#client = client;
    const mine = (work: () => void) => () => {
      if (client === this.#client) work();
    };
    client.on(
      'authenticated',
      mine(() => this.#online()),
    );
    client.on(
      'disconnected',
      mine(() => this.#lost('the connection was closed')),
    );
    client.on('error', (error) => mine(() => this.#trouble(error))());
    client.on('message', (frame) => mine(() => this.#options.message(frame.body, frame.headers.req_id))());
    client.on('event', (frame) => mine(() => this.#event(frame.body, frame.headers.req_id))());
    client.connect();
    this.#cancel = this.#options.clock.after(
      SUBSCRIBE_MS,
      mine(() => this.#lost('the subscription was not answered')),
    );
  }

  #online(): void {
    this.#cancel();
    this.#where = 'online';
    this.#failures = 0;
    this.#options.log.info({}, 'the bot is connected');
    this.#options.online?.();
  }

  #event(body: unknown, reqId: string): void {
    const type = (body as { event?: { eventtype?: unknown } } | undefined)?.event?.eventtype;
    if (String(type).toLowerCase() !== 'disconnected_event') {
      this.#options.event(body, reqId);
      return;
    }
    this.close('kicked');
    this.#options.kicked();
  }

  #trouble(error: Error): void {
    const errcode = Number(/\(code: (-?\d+)\)/.exec(error.message)?.[1] ?? Number.NaN);
    if (reactionTo(errcode).reaction !== 'configure') return;
    this.close('refused');
    this.#options.refused(errcode);
  }

  /** Ends this connection and waits before the next. */
  #lost(why: string): void {
    if (this.#where !== 'connecting' && this.#where !== 'online') return;
    const { clock, log, random } = this.#options;
    if (this.#where === 'online') this.#offlineSince = clock.now();
    this.#where = 'connecting';
    this.#drop();
    const limit = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures, 10));
    const waitMs = Math.round(limit / 2 + (random() * limit) / 2);
    this.#failures += 1;
    log.warn({ why, waitMs, failures: this.#failures }, 'the bot is not connected; connecting again');
    this.#cancel = clock.after(waitMs, () => this.#connect());
    this.#options.lost?.(why);
  }

  #drop(): void {
    this.#cancel();
    const client = this.#client;
    this.#client = undefined;
    client?.disconnect();
  }
}

/** An ack that refuses is thrown as the frame itself, which is no Error. */
function errcodeOf(thrown: unknown): number | undefined {
  const errcode = (thrown as { errcode?: unknown } | null)?.errcode;
  return typeof errcode === 'number' ? errcode : undefined;
}

const nothing = (): void => undefined;
/** The SDK's own log holds whole messages; what matters is logged above. */
const quiet: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
