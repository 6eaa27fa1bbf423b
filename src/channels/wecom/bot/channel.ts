/**
 * Door 1, 智能机器人 over the long connection: members of the corp, in single chats and internal groups.
 *
 * Delivery: WeCom does not deliver a frame again, so a message that cannot be kept is answered with a word that says so.
 * Every frame of ours waits for its ack; what has none is sent again with the same bubble or card id.
 */
import type { Clock } from '../../../clock.js';
import type { InboundEvent } from '../../../dialogue/event.js';
import type { Knowledge } from '../../../knowledge/schema.js';
import type { Log } from '../../../log.js';
import type { Store } from '../../../store/store.js';
import type { Channel, Service } from '../../channel.js';
import { isOwner } from '../card.js';
import { InOrder } from '../in-order.js';
import { CONVERSATION_PACE, Pace } from '../pace.js';
import { quickStarts } from '../quick-starts.js';
import { BotConnection } from './connection.js';
import { BOT, BotDelivery } from './deliver.js';
import { type BotFrame, chatOfFrame, conversationOf, eventOf, frameSchema, placeOf } from './inbound.js';
import { ConnectionLease } from './lease.js';
import { messageOf } from './message.js';
import { markOf, readMark } from './render.js';
import { replyTo } from './reply-to.js';
import { BotSender } from './send.js';
import { type Asked, Streams } from './streams.js';
import { foreignCard, tapEvent, tappedCard } from './taps.js';

export interface BotChannelOptions {
  botId: string;
  secret: string;
  wsUrl: string;
  /** The bot's name in the group list, if it is not the assistant's. */
  name?: string | undefined;
  store: Pick<Store, 'acquireLease' | 'releaseLease'>;
  knowledge: () => Knowledge;
  /** Without a trailing slash. */
  publicUrl: () => string;
  clock: Clock;
  log: Log;
  random: () => number;
  /** Names this process among those that share the store. */
  holder: string;
  /** Tells the people behind the bot, in words of ui.yaml. */
  alert: (text: string) => void;
  /** Another connection of this bot has taken over. */
  kicked?: () => void;
  /** There is no connection (any more); it is tried again. */
  lost?: () => void;
  heartbeatMs?: number;
  /** Where a response_url may lie, besides WeCom's own hosts. */
  apiBase: string;
  fetch?: typeof globalThis.fetch;
}

export function createBotChannel(options: BotChannelOptions): Channel {
  const { clock, log, knowledge } = options;
  const words = (key: string) => knowledge().ui[`wecom.${key}`] ?? '';
  let service: Service | undefined;

  const connection = new BotConnection({
    ...options,
    message: (body, req) => read(body, (frame) => takeMessage(frame, req)),
    event: (body, req) => read(body, (frame) => takeEvent(frame, req)),
    online: () => {
      service?.reconnected(BOT).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'what waited for the connection goes out when it is next due');
      });
    },
    kicked: () => {
      log.error(
        {},
        'another connection of this bot has taken over; staying away until one of our own processes had it',
      );
      options.alert(words('kicked'));
      options.kicked?.();
      void lease.resign();
    },
    refused: (errcode) => {
      log.error({ errcode }, 'WeCom refuses this bot: check WECOM_BOT_ID and WECOM_BOT_SECRET, then start again');
      options.alert(words(`hint.${errcode}`));
      void lease.resign();
    },
  });
  const lease = new ConnectionLease({
    ...options,
    name: `${BOT}:${options.botId}`,
    gained: () => {
      if (connection.where === 'kicked') connection.close('standby');
      connection.open();
    },
    lost: () => {
      if (connection.where !== 'refused') connection.close('standby');
    },
  });
  const sender = new BotSender(connection);
  const order = new InOrder();
  const pace = new Pace(CONVERSATION_PACE, () => clock.now());
  const streams = new Streams({ sender, clock, words, room: (conversation) => pace.wait(placeOf(conversation)) === 0 });
  const delivery = new BotDelivery({
    ...options,
    sender,
    streams,
    pace,
    words,
    starts: () => quickStarts(knowledge().ui),
  });

  function read(body: unknown, take: (frame: BotFrame) => Promise<void>): void {
    const { data } = frameSchema.safeParse(body);
    if (!data) log.warn({}, 'a frame of unknown form was left alone');
    else take(data).catch((error: unknown) => log.error({ error: String(error) }, 'a frame could not be dealt with'));
  }

  async function takeMessage(frame: BotFrame, req: string): Promise<void> {
    const chat = chatOfFrame(frame);
    if (!chat || !service) return;
    const names = [...(options.name ? [options.name] : []), knowledge().organization.assistantName];
    const conversation = conversationOf(chat);
    const to = service;
    const asked: Asked = { conversation, event: frame.msgid || req, req, at: clock.now() };
    const base = { id: asked.event, conversation, at: asked.at };
    const answer = replyTo(BOT, { kind: 'message', req }, asked.at);
    streams.expect(asked, markOf(conversation, asked.event));
    try {
      // What reading one takes must not let the next overtake it.
      const isNew = await order.run(conversation, async () =>
        to.accept(BOT, await messageOf(frame, chat, names, to, { ...base, replyTo: answer })),
      );
      if (!isNew) streams.known(asked);
    } catch (error) {
      log.debug({ error: String(error) }, 'a message was not kept');
      const stream = streams.take(asked, undefined);
      const sorry = [stream.shown, words('notTaken')].filter((line) => line !== '').join('\n\n');
      stream.state = 'finishing';
      await sender.stream(req, { id: stream.id, content: sorry, finish: true }).finally(() => streams.done(asked, []));
    }
  }

  async function takeEvent(frame: BotFrame, req: string): Promise<void> {
    const chat = chatOfFrame(frame);
    const event = eventOf(frame);
    if (!chat || !event || !service) return;
    const conversation = conversationOf(chat);
    const to = service;
    const base = { id: frame.msgid || req, conversation, at: clock.now() };
    const accept = (happened: InboundEvent) => order.run(conversation, () => to.accept(BOT, happened));
    if (event.kind === 'enter')
      await accept({ ...base, kind: 'enter', replyTo: replyTo(BOT, { kind: 'enter', req }, clock.now()) });
    else if (event.kind === 'feedback') {
      const { answer, ...rated } = event;
      await accept({ ...base, ...rated, ...(readMark(answer) ?? { answer }) });
    } else await takeTap(to, chat.user, conversation, { ...event, url: frame.response_url }, req);
  }

  async function takeTap(
    to: Service,
    user: string,
    conversation: string,
    tap: { key: string; taskId: string; url: string | undefined },
    req: string,
  ): Promise<void> {
    const url = options.publicUrl();
    if (!isOwner(tap.taskId, conversation)) {
      // In a group everybody sees the buttons. Only for whoever tapped does the card change.
      await sender.update(req, foreignCard(tap.taskId, words, url), [user]);
      return;
    }
    const event = tapEvent(conversation, tap, clock.now(), BOT);
    const late = tap.url ? { replyTo: replyTo(BOT, { kind: 'tap', url: tap.url }, clock.now()) } : {};
    await order.run(conversation, () => to.accept(BOT, { ...event, ...late }));
    const card = tappedCard(await to.transcript(conversation), event.id, tap.taskId, words, url);
    await sender.update(req, card).catch((error: unknown) => {
      log.debug({ error: String(error) }, 'a card was tapped but could not be changed; a second tap changes nothing');
    });
  }

  return {
    name: BOT,
    capabilities: {
      markdown: true,
      cards: true,
      buttons: 6,
      bytesPerMessage: 20_480,
      canPush: true,
      canEdit: true,
      rates: true,
      acknowledges: true,
    },
    async start(to) {
      service = to;
      await lease.start();
    },
    send: (conversation, items, progress) => delivery.send(conversation, items, progress),
    forget: (conversation) => streams.forget(conversation),
    async stop() {
      streams.stop();
      connection.close('stopped');
      await lease.stop();
    },
    ready: () => connection.ready(),
    serves: () => connection.where === 'online',
    holdsLease: () => lease.held,
  };
}
