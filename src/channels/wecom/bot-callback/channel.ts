/**
 * The bot's fifth, smaller door: HTTP callbacks, for those who cannot hold a socket. It writes to nobody first: no reminders.
 *
 * Delivery: an answer goes into the response of the callback if it is there in time, else into that of one of WeCom's further
 * questions, else once to the message's response_url.
 */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Clock } from '../../../clock.js';
import type { InboundEvent, ReplyTo } from '../../../dialogue/event.js';
import { PosDoctorError } from '../../../errors.js';
import type { Knowledge } from '../../../knowledge/schema.js';
import type { Log } from '../../../log.js';
import type { OutboxItem } from '../../../store/store.js';
import type { Channel, Service } from '../../channel.js';
import { BOT } from '../bot/deliver.js';
import { type BotFrame, chatOf, chatOfFrame, conversationOf, eventOf, frameSchema } from '../bot/inbound.js';
import { messageOf } from '../bot/message.js';
import { type BotAnswer, markOf, type RenderOptions, readMark, renderBot, renderLate } from '../bot/render.js';
import { foreignCard, tapEvent, tappedCard } from '../bot/taps.js';
import { createCallback } from '../callback.js';
import { isOwner, shortHash } from '../card.js';
import { CallbackCrypto } from '../crypto.js';
import { InOrder } from '../in-order.js';
import { quickStarts } from '../quick-starts.js';
import { postOnce } from '../response-url.js';
import { Answers } from './answers.js';
import { openBody, type PassiveBody, wholeBody } from './bodies.js';

/** Milliseconds that a callback waits for its answer; WeCom gives up after five seconds. */
const WAIT_MS = 2_000;
/** A response_url takes one message within an hour (protocol page, section 2; others say five minutes). */
const URL_MS = 3_600_000;

export interface BotCallbackOptions {
  token: string;
  aesKey: string;
  name?: string | undefined;
  /** Where a response_url may lie. */
  apiBase: string;
  knowledge: () => Knowledge;
  /** Without a trailing slash. */
  publicUrl: () => string;
  clock: Clock;
  log: Log;
  fetch?: typeof globalThis.fetch;
}

export interface BotCallbackChannel extends Channel {
  /** The callback, to be mounted where WeCom is told to call. */
  readonly callback: Hono;
}

const token = z.object({ kind: z.enum(['message', 'enter']), req: z.string(), url: z.string().optional() });

export function createBotCallbackChannel(options: BotCallbackOptions): BotCallbackChannel {
  const { clock, knowledge } = options;
  const words = (key: string) => knowledge().ui[`wecom.${key}`] ?? '';
  const answers = new Answers(clock);
  const order = new InOrder();
  let service: Service | undefined;

  function replyTo(kind: 'message' | 'enter', req: string, url: string | undefined): ReplyTo {
    return {
      channel: BOT,
      token: JSON.stringify({ kind, req, ...(url ? { url } : {}) }),
      expiresAt: clock.now() + URL_MS,
    };
  }

  async function deliver(plain: string): Promise<string | undefined> {
    const { data: frame } = frameSchema.safeParse(json(plain));
    if (!frame) throw new PosDoctorError('CALLBACK_REFUSED', { why: 'contents' });
    const body = await answerTo(frame);
    return body && JSON.stringify(body);
  }

  async function answerTo(frame: BotFrame): Promise<PassiveBody | undefined> {
    if (frame.msgtype === 'stream') return further(frame.stream?.id ?? '');
    const chat = chatOfFrame(frame);
    if (!chat) return undefined;
    const to = service;
    if (!to) throw new PosDoctorError('STOPPING');
    const conversation = conversationOf(chat);
    const id = frame.msgid || shortHash(JSON.stringify(frame));
    const base = { id, conversation, at: clock.now() };
    const event = eventOf(frame);
    // What reading one takes must not let the next overtake it.
    const accept = (read: () => Promise<InboundEvent> | InboundEvent) =>
      order.run(conversation, async () => to.accept(BOT, await read()));
    if (frame.msgtype !== 'event') {
      const names = [...(options.name ? [options.name] : []), knowledge().organization.assistantName];
      const stream = streamOf(conversation, id);
      const answer = replyTo('message', id, frame.response_url);
      answers.open(stream, id);
      await accept(() => messageOf(frame, chat, names, to, { ...base, replyTo: answer }));
      return passive(stream, await answers.fetch(stream, WAIT_MS), '', markOf(conversation, id));
    }
    if (event?.kind === 'enter') {
      const stream = streamOf(conversation, id);
      answers.open(stream, id);
      await accept(() => ({ ...base, kind: 'enter', replyTo: replyTo('enter', id, undefined) }));
      const answer = await answers.fetch(stream, WAIT_MS);
      return answer ? welcome(answer) : undefined;
    }
    if (event?.kind === 'feedback') {
      const { answer, ...rated } = event;
      await accept(() => ({ ...base, ...rated, ...(readMark(answer) ?? { answer }) }));
    }
    return event?.kind === 'press' ? tap(to, chat.user, conversation, event, frame.response_url) : undefined;
  }

  /** WeCom asks how far a bubble has come. */
  async function further(stream: string): Promise<PassiveBody> {
    const answer = await answers.fetch(stream, 0);
    // Begun before a restart: the answer goes to its response_url, this bubble ends.
    if (answer === undefined) return wholeBody(stream, { texts: [words('looking')], card: null }, '', undefined);
    return passive(stream, answer, opening(stream), undefined);
  }

  function opening(stream: string): string {
    return [words('looking'), ...answers.meanwhile(stream)].join('\n\n');
  }

  function passive(
    stream: string,
    answer: BotAnswer | null | undefined,
    shown: string,
    mark: { id: string } | undefined,
  ) {
    return answer ? wholeBody(stream, answer, shown, mark) : openBody(stream, opening(stream), mark);
  }

  async function tap(
    to: Service,
    user: string,
    conversation: string,
    press: { key: string; taskId: string },
    url: string | undefined,
  ): Promise<PassiveBody> {
    const update = { response_type: 'update_template_card' as const };
    const page = options.publicUrl();
    if (!isOwner(press.taskId, conversation)) {
      return { ...update, template_card: foreignCard(press.taskId, words, page), userids: [user] };
    }
    const event = tapEvent(conversation, press, clock.now(), BOT);
    // The response to a tap is the changed card; what is to be said goes to the response_url.
    const answer = replyTo('message', event.id, url);
    await order.run(conversation, () => to.accept(BOT, { ...event, replyTo: answer }));
    const card = tappedCard(await to.transcript(conversation), event.id, press.taskId, words, page);
    return { ...update, template_card: card };
  }

  async function send(conversation: string, items: readonly OutboxItem[]): Promise<void> {
    const chat = chatOf(conversation);
    const target = token.safeParse(json(items[0]?.replyTo?.token ?? '')).data;
    if (!chat || !target) throw new PosDoctorError('SEND_REFUSED', { channel: BOT, why: 'nothing is there to answer' });
    if (items[0]?.interim) {
      for (const { reply } of items) answers.say(streamOf(conversation, target.req), reply.text);
      return;
    }
    const starts = target.kind === 'enter' ? { starts: quickStarts(knowledge().ui) } : {};
    const shared = chat.group === undefined ? {} : { owner: conversation };
    const shown = { words, cards: true, ...shared, ...starts };
    // A user has at most three messages in progress: what was joined with this one is over too.
    for (const joined of items[0]?.alsoAnswers ?? [])
      answers
        .put(streamOf(conversation, joined), { texts: [words('together')], card: null })
        ?.catch((error: unknown) => options.log.debug({ error: String(error) }, 'nobody came for a joined bubble'));
    await (answers.put(streamOf(conversation, target.req), renderBot(items, shown)) ?? late(items, target, shown));
  }

  async function late(
    items: readonly OutboxItem[],
    { url }: z.infer<typeof token>,
    shown: RenderOptions,
  ): Promise<void> {
    if (!url || (items[0]?.replyTo?.expiresAt ?? 0) <= clock.now())
      throw new PosDoctorError('SEND_REFUSED', { channel: BOT, why: 'the time to answer is over' });
    await postOnce(BOT, url, renderLate(items, shown), options);
  }

  return {
    name: BOT,
    capabilities: {
      markdown: true,
      cards: true,
      buttons: 6,
      bytesPerMessage: 20_480,
      canPush: false,
      canEdit: true,
      rates: true,
    },
    callback: createCallback({
      crypto: new CallbackCrypto({ token: options.token, aesKey: options.aesKey, receiveId: '' }),
      envelope: 'json',
      clock,
      log: options.log,
      deliver,
      name: BOT,
    }),
    async start(to) {
      service = to;
    },
    send,
    async stop() {
      service = undefined;
      answers.stop();
    },
  };
}

function welcome({ texts, card }: BotAnswer): PassiveBody {
  return card && texts.length === 0
    ? { msgtype: 'template_card', template_card: card }
    : { msgtype: 'text', text: { content: texts.join('\n') } };
}

function streamOf(conversation: string, req: string): string {
  return shortHash(`${conversation} ${req}`);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
