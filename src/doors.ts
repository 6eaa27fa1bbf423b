/** The doors that are configured, ready to be started, and the callbacks that they are to be mounted with. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { Hono } from 'hono';
import type { Channel } from './channels/channel.js';
import { WecomApi } from './channels/wecom/api.js';
import { createAppChannel } from './channels/wecom/app/channel.js';
import { createBotChannel } from './channels/wecom/bot/channel.js';
import { createBotCallbackChannel } from './channels/wecom/bot-callback/channel.js';
import {
  type CustomerServiceChannel,
  createCustomerServiceChannel,
} from './channels/wecom/customer-service/channel.js';
import { GroupRobot } from './channels/wecom/group-robot.js';
import { createGroupRobotChannel } from './channels/wecom/group-robot-channel.js';
import { fetchTokenThrough, TokenKeeper } from './channels/wecom/token.js';
import type { Clock } from './clock.js';
import type { WecomConfig } from './config-wecom.js';
import type { Knowledge } from './knowledge/schema.js';
import type { Log } from './log.js';
import type { Observer } from './observer.js';
import type { Store } from './store/store.js';

export interface DoorsOptions {
  config: WecomConfig;
  store: Store;
  knowledge: () => Knowledge;
  /** Without a trailing slash. */
  publicUrl: () => string;
  /** False: PUBLIC_URL is not set, and that address is where this machine alone finds itself. True by default. */
  publicUrlGiven?: boolean;
  clock: Clock;
  log: Log;
  /** 0 ≤ x < 1; for the jitter of reconnects. */
  random?: () => number;
  fetch?: typeof globalThis.fetch;
  /** Milliseconds between two signs of life of the bot's connection; WeCom advises 30 s. */
  heartbeatMs?: number;
  /** Another connection of the bot has taken over from ours. */
  kicked?: () => void;
  observer?: Observer;
}

export interface Doors {
  channels: Channel[];
  /** What is open, a line of plain English each, for whoever starts the service. */
  open: readonly string[];
  /** Path → what WeCom calls there. */
  callbacks: ReadonlyMap<string, Hono>;
  /** Resolves when nothing is under way that no message waits for; for tests. */
  settled(): Promise<void>;
}

/**
 * Where a card without buttons leads while there is no page of ours that a phone could open: it has to lead somewhere
 * (`card_action` of a text_notice, protocol page, 3.1), and WeCom's own page is there and does nothing.
 */
const WECOM_PAGE = 'https://work.weixin.qq.com';

/** Any subset of the doors, by what is configured. */
export function createDoors(options: DoorsOptions): Doors {
  const { config, store, knowledge, clock, log } = options;
  const known = options.publicUrlGiven !== false;
  const publicUrl = known ? options.publicUrl : () => WECOM_PAGE;
  const random = options.random ?? Math.random;
  const channels: Channel[] = [];
  const callbacks = new Map<string, Hono>();
  const settled: (() => Promise<void>)[] = [];
  const holder = `${process.pid}-${randomBytes(6).toString('hex')}`;
  const shared = { knowledge, publicUrl, clock, log };
  const ui = () => knowledge().ui;
  const base = config.apiBase;
  const robot =
    config.groupRobot &&
    new GroupRobot({
      base,
      key: config.groupRobot.key,
      clock,
      log,
      ui,
      ...(store.claims ? { store } : {}),
      ...fetchOf(options),
    });
  const alert = (text: string): void => robot?.alert(text);
  if (robot) channels.push(createGroupRobotChannel(robot));

  const plain = { base, clock, log, alert, ui, ...fetchOf(options) };
  const apiOf = (corpId: string, secret: string): WecomApi => {
    const fetchToken = fetchTokenThrough(new WecomApi(plain));
    return new WecomApi({ ...plain, keeper: new TokenKeeper({ store, corpId, secret, fetchToken, clock, holder }) });
  };

  if (config.bot) {
    const { id, ...bot } = config.bot;
    channels.push(
      createBotChannel({
        ...shared,
        ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
        ...(options.kicked && { kicked: options.kicked }),
        lost: () => options.observer?.reconnect('wecom-bot'),
        ...fetchOf(options),
        apiBase: config.apiBase,
        ...bot,
        botId: id,
        store,
        random,
        holder,
        alert,
      }),
    );
  }
  if (config.botCallback) {
    const { id: _, ...bot } = config.botCallback;
    const door = createBotCallbackChannel({ ...shared, ...bot, apiBase: config.apiBase, ...fetchOf(options) });
    channels.push(door);
    callbacks.set('/wecom/bot', door.callback);
  }
  let customerService: CustomerServiceChannel | undefined;
  if (config.kf) {
    const { secret, ...kf } = config.kf;
    const door = createCustomerServiceChannel({ ...shared, ...kf, api: apiOf(kf.corpId, secret), store });
    customerService = door;
    channels.push(door);
    callbacks.set('/wecom/kf', door.callback);
    settled.push(() => door.settled());
  }
  if (config.app) {
    const { secret, ...app } = config.app;
    const door = createAppChannel({
      ...shared,
      ...app,
      api: apiOf(app.corpId, secret),
      shared: store.claims !== undefined,
      others: (fields) => customerService?.notified(fields) ?? false,
    });
    channels.push(door);
    callbacks.set('/wecom/app', door.callback);
  }
  return {
    channels: channels.map((channel) => withoutOwnPages(channel, known ? options.publicUrl() : null)),
    open: openDoors(config),
    callbacks,
    async settled() {
      for (const one of settled) await one();
    },
  };
}

function openDoors({ bot, botCallback, kf, app, groupRobot }: WecomConfig): string[] {
  const accounts = kf && (kf.accounts.length > 0 ? `${kf.accounts.length} account(s)` : 'all accounts of the app');
  return [
    bot && 'bot, long connection (no callback to set)',
    botCallback && 'bot, callback at /wecom/bot',
    kf && `customer service for ${accounts}, callback at /wecom/kf`,
    app && `app ${app.agentId}, callback at /wecom/app`,
    groupRobot && 'group robot, outgoing only',
  ].filter((line) => line !== undefined);
}

/**
 * Replies are complete without their links; one that no phone can open is worse than none. Whether a link goes out must not change
 * while its reply waits, over restarts on other ports too: a customer service message with another link is another message to WeCom.
 * So any link to a bare address goes that is not under PUBLIC_URL.
 */
function withoutOwnPages(channel: Channel, publicUrl: string | null): Channel {
  const opens = (url: string) => (publicUrl !== null && url.startsWith(`${publicUrl}/`)) || !isBareAddress(url);
  return {
    ...channel,
    send: (conversation, items, progress) => {
      const shown = items.map(({ reply, ...item }) => ({
        ...item,
        reply: { ...reply, links: reply.links.filter(({ url }) => opens(url)) },
      }));
      return channel.send(conversation, shown, progress);
    },
  };
}

function isBareAddress(url: string): boolean {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}

function fetchOf({ fetch }: DoorsOptions): { fetch?: typeof globalThis.fetch } {
  return fetch ? { fetch } : {};
}
