/** 智能机器人 in HTTP callback mode: encrypted JSON callbacks, passive answers, streams by refresh (wecom-protocol.md 2). */
import { BotDesk, type DeskOptions, STREAM_MS } from './bot-desk.js';
import { type Asked, BotHttpAnswers } from './bot-http-answers.js';
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
import { type CallbackConfig, Callbacks, type Delivery } from './callbacks.js';
import { type Core, seconds } from './core.js';
import type { JsonObject } from './json.js';
import type { Media } from './media.js';
import type { ResponseUrls } from './response-urls.js';
import type { Bubble } from './rooms.js';
import { findChoice, type Tap } from './taps.js';

export interface BotHttpOptions extends DeskOptions {
  botId: string;
  name: string;
  keepAlive: boolean;
  /** Between two refreshes of a stream; not documented. */
  refreshMs: number;
}

/** Messages of one user that may be in progress at a time. */
const MAX_IN_PROGRESS = 3;

export class BotHttp {
  readonly callbacks: Callbacks;
  readonly desk: BotDesk;
  /** Refresh callbacks sent. */
  refreshes = 0;
  readonly #answers: BotHttpAnswers;
  readonly #inProgress = new Map<string, number>();
  #stopped = false;

  constructor(
    private readonly core: Core,
    private readonly options: BotHttpOptions,
    private readonly media: Media,
    private readonly urls: ResponseUrls,
  ) {
    this.callbacks = new Callbacks(core, 'bot-http', { format: 'json', receiveid: '', keepAlive: options.keepAlive });
    this.desk = new BotDesk(core, 'bot-http', media, options);
    this.#answers = new BotHttpAnswers(core, this.desk, this.callbacks);
  }

  stop(): void {
    this.#stopped = true;
    this.desk.stop();
    this.callbacks.stop();
  }

  set callback(config: CallbackConfig) {
    this.callbacks.config = config;
  }

  /** What a chat shows: a userid, or a group's chatid. */
  seen(chat: string): Bubble[] {
    return this.core.rooms.seen('bot-http', chat);
  }

  /** A user writes; null if three messages of his are still in progress: WeCom tells him to wait, nobody else hears of it. */
  message(message: BotMessage): Delivery | null {
    const { user, chat } = message;
    const mention = chat === undefined ? '' : (message.mention ?? `@${this.options.name} `);
    const shown = shownText(message, mention);
    this.#show(chat ?? user, { kind: message.kind ? 'media' : 'text', text: shown, user });
    const busy = this.#inProgress.get(user) ?? 0;
    if (busy >= MAX_IN_PROGRESS) {
      this.core.rooms.add('bot-http', chat ?? user, { from: 'system', kind: 'text', text: '请稍候' });
      return null;
    }
    this.#inProgress.set(user, busy + 1);
    const key = `${this.callbacks.config?.aesKey ?? ''}=`;
    // In this mode files are sealed with the callback's own key, so their address comes alone.
    const parts = messageParts({ ...message, text: `${mention}${message.text ?? ''}` }, (content, name) => ({
      url: this.media.publish(content, name, key).url,
    }));
    return this.#post('message', chat === undefined ? { user } : { user, chat }, parts, { msgid: message.msgid });
  }

  /** A user opens the single chat for the first time that day. */
  enter(user: string): Delivery {
    return this.#post('enter_chat', { user }, plainEvent('enter_chat'));
  }

  /** Taps a button of the newest card that has it, by its label or key. */
  tap(user: string, choice: string, more: Tap & { chat?: string } = {}): Delivery {
    const chat = more.chat ?? user;
    const { card, key, label } = findChoice(this.seen(chat), user, choice, more);
    this.#show(chat, { kind: 'tap', text: label, user });
    const taskId = card.taskId ?? '';
    const parts = cardEvent(card.type, taskId, key, more.selections ?? {});
    return this.#post('template_card_event', more.chat === undefined ? { user } : { user, chat }, parts, { taskId });
  }

  /** 👍 or 👎 under an answer that carried a feedback id. */
  feedback(user: string, rating: Rating, chat?: string): Delivery {
    return this.#post('other', chat === undefined ? { user } : { user, chat }, feedbackEvent(rating));
  }

  /** Any event, also unknown ones. */
  event(user: string, type: string, payload?: JsonObject): Delivery {
    return this.#post('other', { user }, plainEvent(type, payload));
  }

  #show(chat: string, bubble: { kind: 'text' | 'media' | 'tap'; text: string; user: string }): void {
    this.core.rooms.add('bot-http', chat, { from: 'user', ...bubble });
  }

  #post(
    kind: Asked['kind'],
    where: Where,
    parts: JsonObject,
    more: { msgid?: string | undefined; taskId?: string } = {},
  ) {
    const msgid = more.msgid ?? this.core.id('CAIQ');
    const at = this.core.clock.now();
    const chat = where.chat ?? where.user;
    const asked: Asked = { kind, chat, msgid, at, ...(more.taskId !== undefined && { taskId: more.taskId }) };
    const body = {
      ...envelope(msgid, seconds(at), this.options.botId, where),
      ...(kind !== 'other' && { response_url: this.urls.create('bot-http', chat) }),
      ...parts,
    };
    let streaming = false;
    const delivery = this.callbacks.deliver({
      plain: JSON.stringify(body),
      answered: (answer, nonce) => {
        const stream = this.#answers.take(asked, answer, nonce);
        // A callback that was delivered twice is refreshed once.
        if (stream === null || streaming) return;
        streaming = true;
        this.#refresh(asked, where, stream);
      },
    });
    void delivery.over.then(() => {
      if (!streaming && kind === 'message') this.#done(where.user);
    });
    return delivery;
  }

  /** Asks for the stream again and again until it ends or its 6 minutes are over. */
  #refresh(asked: Asked, where: Where, stream: string): void {
    const isOver = this.#stopped || this.core.clock.now() - asked.at >= STREAM_MS;
    if (isOver || !this.desk.isOpen(asked.msgid, stream)) {
      this.#done(where.user);
      return;
    }
    this.core.clock.after(this.options.refreshMs, () => {
      this.refreshes += 1;
      const now = seconds(this.core.clock.now());
      const head = envelope(this.core.id('CAIQ'), now, this.options.botId, where);
      const delivery = this.callbacks.deliver({
        plain: JSON.stringify({ ...head, msgtype: 'stream', stream: { id: stream } }),
        tries: 1,
        answered: (answer, nonce) => void this.#answers.take({ ...asked, stream }, answer, nonce),
      });
      void delivery.over.then(() => this.#refresh(asked, where, stream));
    });
  }

  #done(user: string): void {
    this.#inProgress.set(user, Math.max(0, (this.#inProgress.get(user) ?? 0) - 1));
  }
}
