/** 智能机器人 over its long connection, the people's side: what users write, tap and rate reaches the client as frames. */
import { BotCommands, type Pushed } from './bot-commands.js';
import type { DeskOptions } from './bot-desk.js';
import { BotSocket, type SocketOptions } from './bot-socket.js';
import {
  type BotMessage,
  cardEvent,
  envelope,
  feedbackEvent,
  messageParts,
  plainEvent,
  type Rating,
  shownText,
  type Where,
} from './bot-wire.js';
import { type Core, seconds } from './core.js';
import type { JsonObject } from './json.js';
import type { Media } from './media.js';
import type { ResponseUrls } from './response-urls.js';
import { type Bubble, cardOf } from './rooms.js';
import { findChoice, type Selections, type Tap } from './taps.js';

export interface BotOptions extends SocketOptions, DeskOptions {
  /** What users write after @ in a group. */
  name: string;
  members: readonly string[];
}

/** What was pushed. `delivered`: a live connection was there to hear it; otherwise it is lost, as with WeCom. */
export interface PushedFrame {
  msgid: string;
  reqId: string;
  delivered: boolean;
}

export class Bot {
  readonly socket: BotSocket;
  readonly commands: BotCommands;
  /** Callbacks that nobody was there to hear. */
  lost = 0;
  readonly #members: Set<string>;

  constructor(
    private readonly core: Core,
    private readonly options: BotOptions,
    private readonly media: Media,
    private readonly urls: ResponseUrls,
  ) {
    this.#members = new Set(options.members);
    this.commands = new BotCommands(core, this.#members, media, options);
    this.socket = new BotSocket(core, options, this.commands.handle, () => ({
      msgid: core.id('CAIQ'),
      create_time: seconds(core.clock.now()),
      aibotid: options.botId,
      ...plainEvent('disconnected_event'),
    }));
  }

  /** What a chat shows: a userid, or a group's chatid. */
  seen(chat: string): Bubble[] {
    return this.core.rooms.seen('bot', chat);
  }

  /** A user writes; in a group the text begins with @ and the bot's name unless `mention` says otherwise. */
  message(message: BotMessage): PushedFrame {
    const { user, chat } = message;
    const mention = chat === undefined ? '' : (message.mention ?? `@${this.options.name} `);
    const parts = messageParts({ ...message, text: `${mention}${message.text ?? ''}` }, (content, name) =>
      this.media.publish(content, name),
    );
    const where = chat === undefined ? { user } : { user, chat };
    const shown = shownText(message, mention);
    this.core.rooms.add('bot', chat ?? user, {
      from: 'user',
      kind: message.kind ? 'media' : 'text',
      text: shown,
      user,
    });
    this.#members.add(user);
    this.commands.wrote.add(chat ?? user);
    return this.#push('aibot_msg_callback', 'message', where, parts, message.msgid);
  }

  /** A user opens the single chat for the first time that day. */
  enter(user: string): PushedFrame {
    this.#members.add(user);
    return this.#push('aibot_event_callback', 'enter_chat', { user }, plainEvent('enter_chat'));
  }

  /** Taps a button (or the submit button, with choices) of the newest card that has it, by its label or key. */
  tap(user: string, choice: string, more: Tap & { chat?: string } = {}): PushedFrame {
    const chat = more.chat ?? user;
    const { card, key, label } = findChoice(this.seen(chat), user, choice, more);
    this.core.rooms.add('bot', chat, { from: 'user', kind: 'tap', text: label, user });
    return this.click(user, card.taskId ?? '', key, { ...more, type: card.type });
  }

  /** A click on a card, whether it can still be seen or not: a second tap under way, a phone that was offline. */
  click(
    user: string,
    taskId: string,
    key: string,
    more: { chat?: string; type?: string; selections?: Selections } = {},
  ): PushedFrame {
    const where = more.chat === undefined ? { user } : { user, chat: more.chat };
    const type = more.type ?? this.#cardType(more.chat ?? user, user, taskId);
    const parts = cardEvent(type, taskId, key, more.selections ?? {});
    return this.#push('aibot_event_callback', 'template_card_event', where, parts, undefined, taskId);
  }

  /** 👍 or 👎 under an answer that carried a feedback id. */
  feedback(user: string, rating: Rating, chat?: string): PushedFrame {
    const where = chat === undefined ? { user } : { user, chat };
    return this.#push('aibot_event_callback', 'other', where, feedbackEvent(rating));
  }

  /** Any event, also unknown ones; its payload stands under its name. */
  event(user: string, type: string, payload?: JsonObject): PushedFrame {
    return this.#push('aibot_event_callback', 'other', { user }, plainEvent(type, payload));
  }

  /** Sends text as it is to the live connection: frames that WeCom should never send. */
  raw(text: string): void {
    this.socket.raw(text);
  }

  /** A group that the bot is in. */
  group(chat: string): void {
    this.commands.groups.add(chat);
  }

  kick(): void {
    this.socket.kick();
  }

  halfOpen(): void {
    this.socket.halfOpen();
  }

  close(how: 'cut' | 'close-frame' = 'cut'): void {
    this.socket.close(how);
  }

  #push(
    cmd: string,
    kind: Pushed['kind'],
    { user, chat }: Where,
    parts: JsonObject,
    msgid = this.core.id('CAIQ'),
    taskId?: string,
  ): PushedFrame {
    if (chat !== undefined) this.commands.groups.add(chat);
    const pushed: PushedFrame = { msgid, reqId: this.core.id('req'), delivered: false };
    this.core.faults.deliver('bot', (again) => {
      // A repeated callback has the same msgid; whether it has the same req_id is not documented.
      const reqId = again ? this.core.id('req') : pushed.reqId;
      const at = this.core.clock.now();
      this.commands.remember(reqId, { kind, at, chat: chat ?? user, ...(taskId !== undefined && { taskId }) });
      const where = chat === undefined ? { user } : { user, chat };
      const body = {
        ...envelope(msgid, seconds(at), this.options.botId, where),
        ...(kind !== 'other' && { response_url: this.urls.create('bot', chat ?? user) }),
        ...parts,
      };
      pushed.delivered = this.socket.push(cmd, reqId, body);
      if (!pushed.delivered) this.lost += 1;
    });
    return pushed;
  }

  #cardType(chat: string, user: string, taskId: string): string {
    const bubble = this.core.rooms.card('bot', chat, taskId);
    return (bubble && cardOf(bubble, user)?.type) ?? 'button_interaction';
  }
}
