/** 微信客服: what the API sends to a customer, and every limit on it (wecom-protocol.md 5.2, 5.3). */
import type { Core } from './core.js';
import type { ApiCall } from './http.js';
import { bytes, type JsonObject, maybeText, needObject, needText, objects, parseObject } from './json.js';
import type { KfSessions, Session } from './kf-session.js';
import type { Media } from './media.js';
import { Recent } from './recent.js';
import type { MenuItem, NewBubble } from './rooms.js';
import { Refusal } from './rules.js';

const MAX_TEXT = 2048;
const MAX_PER_TURN = 5;
const MAX_ITEMS = 10;
const MEDIA = ['image', 'voice', 'video', 'file'];
const MSGID = /^[0-9A-Za-z_-]*$/;

export interface KfSendOptions {
  accounts: ReadonlySet<string>;
  /** What WeCom answers to a msgid that was used is not documented. */
  duplicateMsgidErrcode: number;
}

export class KfSend {
  /** Account and msgid → the answer was lost on purpose, so that a second try is right. */
  readonly #used = new Recent<boolean>();

  constructor(
    private readonly core: Core,
    private readonly sessions: KfSessions,
    private readonly media: Media,
    private readonly options: KfSendOptions,
  ) {}

  /** POST /cgi-bin/kf/send_msg */
  send(call: ApiCall): JsonObject {
    const body = parseObject(call.body);
    const account = needText(body, 'open_kfid', 'kf-account');
    if (!this.options.accounts.has(account)) throw new Refusal('kf-account', account);
    const customer = needText(body, 'touser', 'kf-customer');
    const session = this.sessions.find(account, customer);
    if (!session) throw new Refusal('kf-customer', customer);
    const msgid = this.#msgid(body, account);
    const bubble = this.#read(body, ['text', 'msgmenu', 'link', 'miniprogram', 'location', ...MEDIA]);
    this.#checkTurn(session);
    session.sent += 1;
    return this.#show(session, bubble, msgid, call);
  }

  /** POST /cgi-bin/kf/send_msg_on_event */
  sendOnEvent(call: ApiCall): JsonObject {
    const body = parseObject(call.body);
    const code = needText(body, 'code', 'kf-code');
    const bubble = this.#read(body, ['text', 'msgmenu']);
    const session = this.sessions.use(code, needText(body, 'msgtype', 'msgtype'));
    return this.#show(session, bubble, this.#msgid(body, session.account), call);
  }

  #checkTurn(session: Session): void {
    if (this.core.faults.isLate('kf-48h')) throw new Refusal('kf-48h', 'scripted', { forgiven: true });
    if (session.wroteAt !== undefined && this.sessions.isOld(session)) throw new Refusal('kf-48h', session.customer);
    if (session.state !== 0 && session.state !== 1) throw new Refusal('kf-state', `state ${session.state}`);
    if (session.sent >= MAX_PER_TURN) throw new Refusal('kf-five', session.customer);
  }

  #msgid(body: JsonObject, account: string): string {
    const msgid = maybeText(body, 'msgid', 'kf-msgid') ?? this.core.id('sent');
    if (bytes(msgid) > 32 || !MSGID.test(msgid)) throw new Refusal('kf-msgid', msgid.slice(0, 60));
    const lost = this.#used.get(`${account} ${msgid}`);
    const { duplicateMsgidErrcode: errcode } = this.options;
    if (lost !== undefined) throw new Refusal('kf-msgid-used', msgid, { errcode, forgiven: lost });
    return msgid;
  }

  #show({ account, customer }: Session, bubble: NewBubble, msgid: string, { answerLost }: ApiCall): JsonObject {
    this.#used.set(`${account} ${msgid}`, answerLost);
    this.core.rooms.add('kf', customer, { ...bubble, msgid });
    return { msgid };
  }

  #read(body: JsonObject, allowed: readonly string[]): NewBubble {
    const type = needText(body, 'msgtype', 'msgtype');
    if (!allowed.includes(type)) throw new Refusal('msgtype', type);
    const part = needObject(body, type);
    if (type === 'text') return { from: 'bot', kind: 'text', text: limited(part, 'content', MAX_TEXT) };
    if (type === 'msgmenu') return readMenu(part);
    if (MEDIA.includes(type)) this.media.check(part);
    if (type === 'link') {
      needText(part, 'title', 'field', 128);
      needText(part, 'url', 'field', 2048);
      if (bytes(maybeText(part, 'desc') ?? '') > 512) throw new Refusal('field', 'desc');
    }
    if (type === 'miniprogram') needText(part, 'title', 'field', 64);
    return { from: 'bot', kind: 'media', text: maybeText(part, 'title') ?? type };
  }
}

function limited(part: JsonObject, key: string, max: number): string {
  needText(part, key, 'text-empty');
  return needText(part, key, 'text-bytes', max);
}

function readMenu(part: JsonObject): NewBubble {
  const head = optional(part, 'head_content');
  const tail = optional(part, 'tail_content');
  const list = objects(part, 'list', 'menu-field');
  if (list.length > MAX_ITEMS) throw new Refusal('menu-items', `${list.length}`);
  if (list.length === 0) throw new Refusal('menu-field', 'list is missing or empty');
  const items = list.map(readItem);
  const text = [head, ...items.map(({ content }) => content), tail].filter((line) => line !== '').join('\n');
  return { from: 'bot', kind: 'menu', text, menu: { head, items, tail } };
}

function optional(part: JsonObject, key: string): string {
  const text = maybeText(part, key, 'menu-field') ?? '';
  if (bytes(text) > 1024) throw new Refusal('menu-field', `${key} has ${bytes(text)} bytes, at most 1024`);
  return text;
}

function readItem(item: JsonObject): MenuItem {
  const type = maybeText(item, 'type', 'menu-item-type') ?? '';
  if (type !== 'click' && type !== 'view' && type !== 'miniprogram' && type !== 'text')
    throw new Refusal('menu-item-type', type);
  const part = needObject(item, type, 'menu-field');
  const max = { click: 128, view: 1024, miniprogram: 1024, text: 256 }[type];
  const read: MenuItem = { type, content: needText(part, 'content', 'menu-field', max) };
  if (type === 'click' && part.id !== undefined) read.id = needText(part, 'id', 'menu-field', 128);
  if (type === 'view') read.url = needText(part, 'url', 'menu-field', 2048);
  if (type === 'miniprogram') {
    needText(part, 'appid', 'menu-field', 32);
    needText(part, 'pagepath', 'menu-field', 1024);
  }
  return read;
}
