/**
 * Door 3, 微信客服: anybody with WeChat. A callback says that something came, the messages are pulled, answers are sent.
 *
 * Delivery: WeCom keeps messages for three days and we keep a cursor, so nothing is lost while we are away; the callback is
 * answered at once and carries nothing that could be. Each message of ours has its own id, so that it is taken once.
 */
import type { Hono } from 'hono';
import type { Clock } from '../../../clock.js';
import { PosDoctorError } from '../../../errors.js';
import type { Knowledge } from '../../../knowledge/schema.js';
import type { Log } from '../../../log.js';
import type { Store } from '../../../store/store.js';
import type { Channel, Service } from '../../channel.js';
import type { WecomApi } from '../api.js';
import { createCallback } from '../callback.js';
import { CallbackCrypto } from '../crypto.js';
import { quickStarts } from '../quick-starts.js';
import { type CallbackFields, readCallbackXml } from '../xml.js';
import { listAccounts } from './accounts.js';
import { KF } from './address.js';
import { ENTRIES_MAX } from './menu.js';
import { Puller } from './puller.js';
import { Reception } from './reception.js';
import { TEXT_MAX } from './render.js';
import { Sender } from './sender.js';
import { Sessions } from './sessions.js';

export interface CustomerServiceOptions {
  corpId: string;
  token: string;
  aesKey: string;
  /** open_kfid of the accounts to serve; empty: all that the app may see. */
  accounts: readonly string[];
  api: WecomApi;
  store: Pick<Store, 'getSmall' | 'putSmall'>;
  knowledge: () => Knowledge;
  clock: Clock;
  log: Log;
}

export interface CustomerServiceChannel extends Channel {
  /** The callback, to be mounted where WeCom is told to call. */
  readonly callback: Hono;
  /**
   * Takes a notification that came to another door's callback: an app has one URL, so one that serves both hears of both.
   * @returns false if it is none
   */
  notified(fields: CallbackFields): boolean;
  /** Resolves when no pull is under way; for tests. */
  settled(): Promise<void>;
}

/** Before the accounts are asked for again, if they could not be. Milliseconds. */
const LIST_AGAIN_MS = 60_000;

export function createCustomerServiceChannel(options: CustomerServiceOptions): CustomerServiceChannel {
  const { api, accounts, clock, knowledge, log } = options;
  const words = (key: string) => knowledge().ui[`wecom.${key}`] ?? '';
  let running: Service | undefined;
  let listing = Promise.resolve();
  let cancelListing = (): void => undefined;

  const service = (): Service => {
    if (!running) throw new PosDoctorError('STOPPING');
    return running;
  };
  const sessions = new Sessions({ api, accept: (event) => service().accept(KF, event), words, clock, log });
  const reception = new Reception({ service, sessions, accounts, log });
  const puller = new Puller({ ...options, take: (raw, account) => reception.take(raw, account) });
  const sender = new Sender({
    api,
    sessions,
    newest: (conversation) => reception.newest(conversation),
    silent: (conversation) => service().silent(conversation),
    words,
    starts: () => quickStarts(knowledge().ui),
    clock,
    log,
  });

  function notified({ Event, OpenKfId = '', Token }: CallbackFields): boolean {
    if (Event?.toLowerCase() !== 'kf_msg_or_event') return false;
    const mine = OpenKfId !== '' && (accounts.length === 0 || accounts.includes(OpenKfId));
    if (mine) puller.pull(OpenKfId, Token);
    return true;
  }

  /** Nothing is taken in here, so there is nothing to wait for before the callback is answered. */
  async function deliver(plain: string): Promise<undefined> {
    notified(readCallbackXml(plain));
  }

  /** What came while nobody listened. */
  async function pullAll(): Promise<void> {
    try {
      for (const account of accounts.length > 0 ? accounts : await listAccounts(api)) puller.pull(account);
    } catch (error) {
      log.warn({ channel: KF, error: String(error) }, 'the accounts cannot be listed; trying again');
      if (running) cancelListing = clock.after(LIST_AGAIN_MS, begin);
    }
  }

  function begin(): void {
    listing = pullAll();
  }

  return {
    name: KF,
    capabilities: {
      markdown: false,
      cards: false,
      buttons: ENTRIES_MAX,
      bytesPerMessage: TEXT_MAX,
      canPush: true,
      canEdit: false,
      handsOver: true,
    },
    callback: createCallback({
      crypto: new CallbackCrypto({ token: options.token, aesKey: options.aesKey, receiveId: options.corpId }),
      envelope: 'xml',
      clock,
      log,
      deliver,
      name: KF,
    }),
    notified,
    async start(to) {
      running = to;
      begin();
    },
    send: (conversation, items, progress) => sender.send(conversation, items, progress),
    async settled() {
      await listing;
      await puller.settled();
    },
    forget: (conversation) => reception.forget(conversation),
    async stop() {
      running = undefined;
      cancelListing();
      await listing;
      await puller.stop();
    },
  };
}
