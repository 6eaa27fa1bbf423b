/**
 * Door 2, 自建应用: members of the corp in the app's visible range. Callbacks in, `message/send` out.
 *
 * Delivery: a callback is answered once its event is durable; WeCom repeats what was not. `message/send` has no key that
 * tells a repetition; a card has its task id. Its duplicate check compares contents, so it is asked to look back no further than to
 * where the reply was made: what was the same before that was another answer. Whether it knows more than what was sent with the check on
 * is UNCONFIRMED, so it is on always, for a second where nothing was tried. Where it does not hold, what got no answer may be shown twice.
 */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Clock } from '../../../clock.js';
import { isPosDoctorError, PosDoctorError } from '../../../errors.js';
import type { Knowledge } from '../../../knowledge/schema.js';
import type { Log } from '../../../log.js';
import { CLAIM_MS, type OutboxItem } from '../../../store/store.js';
import type { Channel, Progress, Service } from '../../channel.js';
import type { WecomApi } from '../api.js';
import { mayHaveArrived } from '../before.js';
import { createCallback } from '../callback.js';
import { APP_CARD, chosenCard, type NoticeCard } from '../card.js';
import { choiceOf } from '../choice.js';
import { CallbackCrypto } from '../crypto.js';
import { CONVERSATION_PACE, takeOne } from '../pace.js';
import { quickStarts } from '../quick-starts.js';
import { sendError } from '../send-error.js';
import { type CallbackFields, readCallbackXml } from '../xml.js';
import { inboundOf, type Tap, userOf } from './inbound.js';
import { renderApp } from './render.js';

export const APP = 'wecom-app';
/**
 * A card's task id was used before: by ourselves, in an attempt that was not answered, or that a process which has died since did not
 * live to write down. That it is malformed is not possible: it is a hash (`taskIdOf`).
 */
const TASK_USED = 42014;

export interface AppChannelOptions {
  corpId: string;
  agentId: number;
  token: string;
  aesKey: string;
  /** Markdown instead of text. */
  markdown: boolean;
  api: WecomApi;
  knowledge: () => Knowledge;
  /** Without a trailing slash. */
  publicUrl: () => string;
  clock: Clock;
  log: Log;
  /** Several processes may send what waits, so that a reply may have been tried by one that died. */
  shared?: boolean;
  /** Takes what comes to this app's callback for another door; false: nothing of the kind. */
  others?: (fields: CallbackFields) => boolean;
}

export interface AppChannel extends Channel {
  /** The callback, to be mounted where WeCom is told to call. */
  readonly callback: Hono;
}

const sent = z.object({
  invaliduser: z.string().optional(),
  unlicenseduser: z.string().optional(),
  response_code: z.string().optional(),
});

/** Cards that may have to be changed; of older ones it is only said what became of them. */
const CARDS_MAX = 10;

/** When messages were sent (ms since the epoch), as far as WeCom counts them; named cards with the code that changes each once. */
const memory = z.object({
  sentAt: z.array(z.number()),
  cards: z.array(z.object({ name: z.string(), code: z.string() })).optional(),
});
type Memory = z.infer<typeof memory>;

export function createAppChannel(options: AppChannelOptions): AppChannel {
  const { api, agentId, clock, knowledge, log } = options;
  const words = (key: string) => knowledge().ui[`wecom.${key}`] ?? '';
  const underWay = new Set<Promise<void>>();
  const startedAt = clock.now();
  /** What was made before this (ms since the epoch) may have been sent by a process before or beside us. */
  const triedFrom = (now: number) => (options.shared ? Math.max(startedAt, now - ANOTHERS_MS) : startedAt);
  let service: Service | undefined;

  async function deliver(plain: string): Promise<undefined> {
    const fields = readCallbackXml(plain);
    if (options.others?.(fields)) return;
    if (fields.AgentID !== undefined && fields.AgentID !== String(agentId)) {
      const given = /^\d{1,15}$/.test(fields.AgentID) ? fields.AgentID : 'malformed';
      log.warn(
        { channel: APP, given, expected: agentId },
        'a message for another app was dropped: check WECOM_APP_AGENT_ID',
      );
      return;
    }
    const inbound = inboundOf(fields, clock.now());
    if (!inbound) return;
    if (!service) throw new PosDoctorError('STOPPING');
    const { event, tap } = inbound;
    await service.accept(APP, event);
    if (tap) behind(settle(service, event.conversation, event.id, tap));
  }

  /** Work that the callback does not wait for: WeCom wants its answer within five seconds. */
  function behind(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => {
        log.debug({ error: String(error) }, 'a card was tapped but could not be changed; a second tap changes nothing');
      })
      .finally(() => underWay.delete(done));
    underWay.add(done);
  }

  /** Shows on the card what was chosen, so that it can't be tapped twice. */
  async function settle(to: Service, conversation: string, eventId: string, tap: Tap): Promise<void> {
    const user = userOf(conversation) ?? '';
    const { title, text } = choiceOf(await to.transcript(conversation), eventId, tap.taskId, words);
    await update(user, tap.responseCode, chosenCard(title, text, options.publicUrl(), APP_CARD));
  }

  async function update(user: string, code: string, card: NoticeCard): Promise<void> {
    const body = { userids: [user], agentid: agentId, response_code: code, template_card: card };
    await api.post('/cgi-bin/message/update_template_card', body, { schema: z.object({}) });
  }

  async function send(conversation: string, items: readonly OutboxItem[], progress: Progress): Promise<void> {
    const user = userOf(conversation);
    if (user === null) throw refused('the conversation is none of this door');
    const greeting = items[0]?.inReplyTo.startsWith('enter:') === true;
    const messages = renderApp(items, {
      words,
      markdown: options.markdown,
      ...(greeting ? { starts: quickStarts(knowledge().ui) } : {}),
    });
    for (const message of messages.slice(progress.taken)) {
      hold(progress);
      const body = { touser: user, agentid: agentId, ...message, ...unlessSent(items, triedFrom, clock.now()) };
      const expects = message.msgtype === 'template_card' ? [TASK_USED] : [];
      const answer = await api
        .post('/cgi-bin/message/send', body, { schema: sent, expects })
        .catch((error: unknown) => {
          if (!expects.some((errcode) => isErrcode(error, errcode))) throw sendError(APP, error);
          log.warn({ channel: APP, error: String(error) }, 'a message is taken to have been sent before');
          return {} as z.infer<typeof sent>;
        });
      // All went well, says errcode 0, and nobody got it.
      if (answer.invaliduser) throw refused('the member left the corp or the visible range of the app');
      if (answer.unlicenseduser) throw refused('the member has no licence for this interface');
      if (message.msgtype === 'template_card') keep(items, answer.response_code, progress);
      progress.taken += 1;
    }
    for (const item of items) if (item.reply.options.length === 0) await change(user, item, progress);
  }

  /** A card with a name is remembered by the code that changes it (protocol page, 3.4: once, within 72 h). */
  function keep(items: readonly OutboxItem[], code: string | undefined, progress: Progress): void {
    const name = items.findLast(({ reply }) => reply.options.length > 0)?.card;
    const { sentAt, cards = [] } = read(progress);
    if (name !== undefined && code)
      progress.memory = { sentAt, cards: [...cards, { name, code }].slice(-CARDS_MAX) } satisfies Memory;
  }

  /** What became of a card is said in its place too. Nobody waits for it: it was said already. */
  async function change(user: string, { card: name, reply }: OutboxItem, progress: Progress): Promise<void> {
    const { sentAt, cards = [] } = read(progress);
    const found = cards.find((one) => one.name === name);
    if (found === undefined) return;
    progress.memory = { sentAt, cards: cards.filter((one) => one !== found) } satisfies Memory;
    const card = chosenCard(reply.text, words('expired'), options.publicUrl(), APP_CARD);
    await update(user, found.code, card).catch((error: unknown) => {
      log.debug({ error: String(error) }, 'a card could not be changed; what became of it was said');
    });
  }

  /**
   * WeCom drops what is sent beyond its limits without a word; so it waits here. The times go with the conversation: its answers
   * come from any process.
   */
  function hold(progress: Progress): void {
    const { sentAt, ...rest } = read(progress);
    const { waitMs, taken } = takeOne(CONVERSATION_PACE, sentAt, clock.now());
    progress.memory = { ...rest, sentAt: taken } satisfies Memory;
    if (waitMs > 0) throw new PosDoctorError('SEND_LATER', { channel: APP }, { retryAfterMs: waitMs });
  }

  return {
    name: APP,
    capabilities: {
      markdown: options.markdown,
      cards: true,
      buttons: 6,
      bytesPerMessage: 2048,
      canPush: true,
      canEdit: true,
    },
    callback: createCallback({
      crypto: new CallbackCrypto({ token: options.token, aesKey: options.aesKey, receiveId: options.corpId }),
      envelope: 'xml',
      clock,
      log,
      deliver,
      name: APP,
    }),
    async start(to) {
      service = to;
    },
    send,
    async stop() {
      service = undefined;
      await Promise.allSettled([...underWay]);
    },
  };
}

function read({ memory: kept }: Progress): Memory {
  return memory.safeParse(kept).data ?? { sentAt: [] };
}

function refused(why: string): PosDoctorError {
  return new PosDoctorError('SEND_REFUSED', { channel: APP, why });
}

/** Longest stretch that WeCom's duplicate check looks back over, s (page 90236). */
const CHECK_MAX_S = 4 * 3600;
/** A reply as old as this, ms, may have been sent by another process that died: its claim ended before. */
const ANOTHERS_MS = CLAIM_MS / 2;

function unlessSent(items: readonly OutboxItem[], triedFrom: (now: number) => number, now: number) {
  const age = now - (items[0]?.createdAt ?? now);
  const tried = mayHaveArrived(items, triedFrom(now));
  const interval = tried ? Math.min(CHECK_MAX_S, Math.max(1, Math.ceil(age / 1000) + 1)) : 1;
  return { enable_duplicate_check: 1, duplicate_check_interval: interval };
}

function isErrcode(error: unknown, errcode: number): boolean {
  return isPosDoctorError(error, 'WECOM_ERROR') && Number(error.subject.errcode) === errcode;
}
