/** 自建应用, the people's side: what members write, tap and open reaches the program by encrypted XML callbacks. */
import { AppApi } from './app-api.js';
import { type CallbackConfig, Callbacks, type Delivery } from './callbacks.js';
import { type Core, seconds } from './core.js';
import type { HttpSide } from './http.js';
import type { Media } from './media.js';
import { type Bubble, cardOf } from './rooms.js';
import { Refusal } from './rules.js';
import { findChoice, type Selections } from './taps.js';
import type { Tokens } from './tokens.js';
import { document, textOf, type XmlElement } from './xml.js';

export interface AppOptions {
  corpId: string;
  agentId: number;
  secret: string;
  /** Members in the app's visible range. */
  members: readonly string[];
  keepAlive: boolean;
}

const MAX_TEXT = 2048;
/** Events that may be answered with a message (4.4). */
const ANSWERABLE = ['subscribe', 'enter_agent', 'click', 'view', 'LOCATION', 'template_card_menu_event'];

export type AppMedia = 'image' | 'voice' | 'video' | 'location' | 'link';

export class App {
  readonly callbacks: Callbacks;
  readonly api: AppApi;

  constructor(
    private readonly core: Core,
    private readonly options: AppOptions,
    http: HttpSide,
    tokens: Tokens,
    media: Media,
  ) {
    const { corpId, agentId, keepAlive } = options;
    this.callbacks = new Callbacks(core, 'app', { format: 'xml', receiveid: corpId, agentId, keepAlive });
    this.api = new AppApi(core, options, http, tokens, media);
  }

  /** Where the admin console sends callbacks to, and with which Token and EncodingAESKey. */
  set callback(config: CallbackConfig) {
    this.callbacks.config = config;
  }

  /** A member in the visible range; one that is not there yet is added. */
  user(id: string): AppUser {
    this.api.members.add(id);
    return new AppUser(this, this.core, id);
  }

  /** Takes a member out of the visible range. */
  remove(id: string): void {
    this.api.members.delete(id);
  }

  seen(user: string): Bubble[] {
    return this.core.rooms.seen('app', user);
  }

  /** Sends a callback; `more` comes after the parts that all of them have. */
  post(user: string, type: string, more: XmlElement): Delivery {
    const plain = document({
      ToUserName: this.options.corpId,
      FromUserName: user,
      CreateTime: seconds(this.core.clock.now()),
      MsgType: type,
      ...more,
      AgentID: this.options.agentId,
    });
    const event = typeof more.Event === 'string' ? more.Event : undefined;
    return this.callbacks.deliver({ plain, answered: (body) => this.#answered(user, event, body) });
  }

  /** Reads a passive answer (4.2); an empty one says nothing. */
  #answered(user: string, event: string | undefined, body: string): void {
    if (body.trim() === '') return;
    try {
      this.#take(user, event, this.#open(body));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.core.ledger.refuse('app', 'passive answer', error);
    }
  }

  #open(body: string): string {
    const part = (name: string) => textOf(body, name) ?? '';
    const sealed = { encrypt: part('Encrypt'), signature: part('MsgSignature'), timestamp: part('TimeStamp') };
    try {
      return this.callbacks.open({ ...sealed, nonce: part('Nonce') });
    } catch (error) {
      throw new Refusal('answer-crypto', String(error));
    }
  }

  #take(user: string, event: string | undefined, xml: string): void {
    const type = textOf(xml, 'MsgType');
    if (type === 'text' && (event === undefined || ANSWERABLE.includes(event))) {
      const content = textOf(xml, 'Content') ?? '';
      if (Buffer.byteLength(content) > MAX_TEXT) this.core.ledger.note('app', 'passive answer', 'text-cut', 'Content');
      this.core.rooms.add('app', user, { from: 'bot', kind: 'text', text: content });
    } else if (type === 'update_button' && event === 'template_card_event') {
      this.api.replaceButtons(user, this.api.lastTapped(user), textOf(xml, 'ReplaceName') ?? '');
    } else
      throw new Refusal('answer-kind', `${type} to ${event ?? 'a message'} (other passive answers are not read here)`);
  }
}

export class AppUser {
  constructor(
    private readonly app: App,
    private readonly core: Core,
    readonly id: string,
  ) {}

  /** Writes a text. */
  says(text: string): Delivery {
    this.core.rooms.add('app', this.id, { from: 'user', kind: 'text', text });
    return this.app.post(this.id, 'text', { Content: text, MsgId: BigInt(this.core.bigId()) });
  }

  /** Sends something that is no text. */
  sends(kind: AppMedia): Delivery {
    this.core.rooms.add('app', this.id, { from: 'user', kind: 'media', text: kind });
    const media = { MediaId: this.core.id('media') };
    const parts: Record<AppMedia, XmlElement> = {
      image: { PicUrl: 'https://example.com/p.jpg', ...media },
      voice: { ...media, Format: 'amr' },
      video: { ...media, ThumbMediaId: this.core.id('media') },
      location: { Location_X: '31.23', Location_Y: '121.47', Scale: 15, Label: '上海市', AppType: 'wxwork' },
      link: { Title: '链接', Description: '说明', Url: 'https://example.com', PicUrl: '' },
    };
    return this.app.post(this.id, kind, { ...parts[kind], MsgId: BigInt(this.core.bigId()) });
  }

  /** Opens the app. */
  enters(): Delivery {
    return this.event('enter_agent', { EventKey: '' });
  }

  /** Taps an item of the app's menu at the bottom. */
  clicks(key: string): Delivery {
    return this.event('click', { EventKey: key });
  }

  /** Any event, also unknown ones. */
  event(name: string, more: XmlElement = {}): Delivery {
    return this.app.post(this.id, 'event', { Event: name, ...more });
  }

  /** Taps a button (or the submit button, with choices) of that card, else of the newest that has it, by its label or key. */
  taps(choice: string, selections: Selections = {}, taskId?: string): Delivery {
    const tap = { selections, ...(taskId !== undefined && { taskId }) };
    const { bubble, key, label, card } = findChoice(this.app.seen(this.id), this.id, choice, tap);
    this.core.rooms.add('app', this.id, { from: 'user', kind: 'tap', text: label });
    return this.#cardEvent('template_card_event', bubble, key, card.type, selections);
  }

  /** Taps an item of the menu in the corner of the newest card that has one. */
  picks(choice: string): Delivery {
    for (const bubble of this.app.seen(this.id).toReversed()) {
      const card = cardOf(bubble, this.id);
      const item = card?.menu.find(({ text, key }) => text === choice || key === choice);
      if (card && item) return this.#cardEvent('template_card_menu_event', bubble, item.key, card.type, {});
    }
    throw new Error(`${this.id} sees no card menu with ${choice}`);
  }

  #cardEvent(name: string, bubble: Bubble, key: string, type: string, selections: Selections): Delivery {
    const selected = Object.entries(selections).map(([question, options]) => ({
      QuestionKey: question,
      OptionIds: { OptionId: options },
    }));
    return this.event(name, {
      EventKey: key,
      TaskId: cardOf(bubble, this.id)?.taskId ?? '',
      CardType: type,
      ResponseCode: this.app.api.responseCode(this.id, bubble),
      ...(selected.length > 0 && { SelectedItems: { SelectedItem: selected } }),
    });
  }
}
