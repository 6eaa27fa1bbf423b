/** 微信客服: what customers and servicers do. */
import type { Delivery } from './callbacks.js';
import type { Core } from './core.js';
import type { JsonObject } from './json.js';
import type { Kf } from './kf.js';
import type { Session } from './kf-session.js';

/** The notification that followed; null if no callback URL is set. */
type Notified = Delivery | null;

export type KfMedia = 'image' | 'voice' | 'video' | 'file' | 'location' | 'link';

export class KfCustomer {
  constructor(
    private readonly kf: Kf,
    private readonly core: Core,
    readonly id: string,
    readonly account: string,
  ) {}

  get session(): Session {
    return this.kf.sessions.open(this.account, this.id);
  }

  says(text: string): Notified {
    return this.#writes('text', { text: { content: text } }, text);
  }

  /** Taps a menu item by its id or label: it arrives as a text with the label, and the id if it has one. */
  taps(choice: string): Notified {
    const items = this.kf.seen(this.id).flatMap(({ menu }) => menu?.items ?? []);
    const item = items.findLast(({ type, id, content }) => type === 'click' && (id === choice || content === choice));
    if (!item) throw new Error(`${this.id} sees no menu item ${choice}`);
    const menu = item.id === undefined ? {} : { menu_id: item.id };
    return this.#writes('text', { text: { content: item.content, ...menu } }, item.content);
  }

  image(): Notified {
    return this.sends('image');
  }

  /** Sends something that is no text. */
  sends(kind: KfMedia): Notified {
    const parts: Record<KfMedia, JsonObject> = {
      image: { media_id: this.core.id('media') },
      voice: { media_id: this.core.id('media') },
      video: { media_id: this.core.id('media') },
      file: { media_id: this.core.id('media') },
      location: { latitude: 31.23, longitude: 121.47, name: '上海市', address: '上海市' },
      link: { title: '链接', desc: '', url: 'https://example.com', pic_url: '' },
    };
    return this.#writes(kind, { [kind]: parts[kind] }, kind);
  }

  /** Opens the chat, from a link or a sticker; WeCom adds a welcome_code if the customer may be welcomed. */
  enters(from: { scene?: string; sceneParam?: string } = {}): Notified {
    const code = this.kf.sessions.welcome(this.session);
    return this.kf.event(this.account, 'enter_session', {
      external_userid: this.id,
      scene: from.scene ?? '',
      scene_param: from.sceneParam ?? '',
      ...(code !== undefined && { welcome_code: code }),
    });
  }

  /** Scans a sticker whose url add_contact_way made, with scene_param appended or not. */
  scans(url: string): Notified {
    const { account, scene, sceneParam } = this.kf.readUrl(url);
    const there = this.kf.customer(this.id, account);
    return there.enters(sceneParam === undefined ? { scene } : { scene, sceneParam });
  }

  /** Takes a message back. */
  recalls(msgid: string): Notified {
    return this.kf.event(this.account, 'user_recall_msg', { external_userid: this.id, recall_msgid: msgid });
  }

  #writes(msgtype: string, parts: JsonObject, shown: string): Notified {
    this.kf.sessions.wrote(this.session);
    this.core.rooms.add('kf', this.id, { from: 'user', kind: msgtype === 'text' ? 'text' : 'media', text: shown });
    return this.kf.add(this.account, 3, msgtype, { open_kfid: this.account, external_userid: this.id, ...parts });
  }
}

export class KfServicer {
  constructor(
    private readonly kf: Kf,
    private readonly core: Core,
    readonly id: string,
    readonly account: string,
  ) {}

  /** Takes a customer over: out of the pool, or from the assistant. */
  takes(customer: string): Notified {
    const code = this.kf.sessions.move(this.#session(customer), 3, this.id);
    return this.#change(customer, { change_type: 1, new_servicer_userid: this.id, msg_code: code });
  }

  /** Writes to the customer in WeCom; comes back through sync_msg with origin 5. */
  says(customer: string, text: string): Notified {
    this.core.rooms.add('kf', customer, { from: 'servicer', kind: 'text', text, user: this.id });
    const whom = { open_kfid: this.account, external_userid: customer, servicer_userid: this.id };
    return this.kf.add(this.account, 5, 'text', { ...whom, text: { content: text } });
  }

  /** Hands the customer to a colleague. */
  transfers(customer: string, to: string): Notified {
    this.kf.sessions.move(this.#session(customer), 3, to);
    const who = { old_servicer_userid: this.id, new_servicer_userid: to };
    return this.#change(customer, { change_type: 2, ...who });
  }

  /** Ends the session. */
  ends(customer: string): Notified {
    const code = this.kf.sessions.move(this.#session(customer), 4);
    return this.#change(customer, { change_type: 3, old_servicer_userid: this.id, msg_code: code });
  }

  /** Stops receiving, or receives again. */
  receives(yes: boolean): Notified {
    this.kf.sessions.servicers.set(this.id, yes);
    const status = yes ? { status: 1 } : { status: 2, stop_type: 0 };
    return this.kf.event(this.account, 'servicer_status_change', { servicer_userid: this.id, ...status });
  }

  #session(customer: string): Session {
    return this.kf.sessions.open(this.account, customer);
  }

  #change(customer: string, more: JsonObject): Notified {
    this.core.rooms.touch('kf', customer);
    return this.kf.event(this.account, 'session_status_change', { external_userid: customer, ...more });
  }
}
