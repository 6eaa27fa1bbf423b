/** 微信客服: accounts, customers and servicers, and the API around them (wecom-protocol.md 5). */
import { type CallbackConfig, Callbacks, type Delivery } from './callbacks.js';
import { type Core, seconds } from './core.js';
import type { ApiCall, HttpSide } from './http.js';
import { type JsonObject, maybeNumber, maybeText, needText, parseObject, texts } from './json.js';
import { KfLog, type Origin } from './kf-log.js';
import { KfCustomer, KfServicer } from './kf-people.js';
import { KfSend } from './kf-send.js';
import { KfSessions } from './kf-session.js';
import type { Media } from './media.js';
import type { Bubble } from './rooms.js';
import { Refusal } from './rules.js';
import type { Tokens } from './tokens.js';
import { document } from './xml.js';

export interface KfOptions {
  corpId: string;
  secret: string;
  /** open_kfid → name; the first is where customers go unless told otherwise. */
  accounts: Readonly<Record<string, string>>;
  servicers: readonly string[];
  /** Transitions that are only in a picture of the docs. */
  unconfirmedEdges: boolean;
  /** sync_msg calls without token a minute and account. */
  tokenlessPerMinute: number;
  duplicateMsgidErrcode: number;
  keepAlive: boolean;
}

export class Kf {
  readonly callbacks: Callbacks;
  readonly log: KfLog;
  readonly sessions: KfSessions;
  readonly #accounts: Set<string>;
  readonly #scenes = new Map<string, { account: string; scene: string }>();

  constructor(
    private readonly core: Core,
    private readonly options: KfOptions,
    http: HttpSide,
    tokens: Tokens,
    media: Media,
  ) {
    const { corpId, keepAlive } = options;
    this.#accounts = new Set(Object.keys(options.accounts));
    this.callbacks = new Callbacks(core, 'kf', { format: 'xml', receiveid: corpId, keepAlive });
    this.log = new KfLog(core, this.#accounts, options.tokenlessPerMinute);
    this.sessions = new KfSessions(core, options);
    for (const servicer of options.servicers) this.sessions.servicers.set(servicer, true);
    const send = new KfSend(core, this.sessions, media, { ...options, accounts: this.#accounts });
    const route = (method: 'GET' | 'POST', name: string, handle: (call: ApiCall) => JsonObject) =>
      http.route('kf', method, `kf/${name}`, (call) => {
        tokens.check(call, 'kf');
        return handle(call);
      });
    route('POST', 'sync_msg', (call) => this.log.sync(call));
    route('POST', 'send_msg', (call) => send.send(call));
    route('POST', 'send_msg_on_event', (call) => send.sendOnEvent(call));
    route('POST', 'service_state/get', (call) => this.sessions.get(call));
    route('POST', 'service_state/trans', (call) => this.sessions.trans(call));
    route('GET', 'servicer/list', (call) => this.#servicers(call));
    route('POST', 'account/list', (call) => this.#list(call));
    route('POST', 'add_contact_way', (call) => this.#contactWay(call));
    route('POST', 'customer/batchget', (call) => this.#customers(call));
  }

  /** Where notifications go; without it nothing is notified, and messages wait to be pulled. */
  set callback(config: CallbackConfig) {
    this.callbacks.config = config;
  }

  /** A WeChat user, met through an account (the first one by default). */
  customer(id: string, account = this.#firstAccount()): KfCustomer {
    if (!this.#accounts.has(account)) throw new Error(`there is no account ${account}`);
    return new KfCustomer(this, this.core, id, account);
  }

  /** A member who serves customers. */
  servicer(userid: string): KfServicer {
    if (!this.sessions.servicers.has(userid)) throw new Error(`${userid} is no servicer`);
    return new KfServicer(this, this.core, userid, this.#firstAccount());
  }

  seen(customer: string): Bubble[] {
    return this.core.rooms.seen('kf', customer);
  }

  /** Puts a message where sync_msg finds it and notifies. Resolves when the notification was answered or given up. */
  add(account: string, origin: Origin, msgtype: string, parts: JsonObject): Delivery | null {
    this.log.add(account, origin, msgtype, parts);
    return this.notify(account);
  }

  /** kf_msg_or_event, also without anything new. */
  notify(account = this.#firstAccount()): Delivery | null {
    if (!this.callbacks.config) return null;
    const plain = document({
      ToUserName: this.options.corpId,
      CreateTime: seconds(this.core.clock.now()),
      MsgType: 'event',
      Event: 'kf_msg_or_event',
      Token: this.log.token(account),
      OpenKfId: account,
    });
    return this.callbacks.deliver({ plain });
  }

  /** Tells of a message that did not reach the customer after all (5.1). */
  failed(customer: string, msgid: string, failType: number, account = this.#firstAccount()): Delivery | null {
    return this.event(account, 'msg_send_fail', { external_userid: customer, fail_msgid: msgid, fail_type: failType });
  }

  /** A system event; open_kfid and the customer stand inside `event`. */
  event(account: string, type: string, more: JsonObject): Delivery | null {
    return this.add(account, 4, 'event', { event: { event_type: type, open_kfid: account, ...more } });
  }

  /** What is behind the url of a sticker: the account, and the scene with what was appended to it. */
  readUrl(url: string): { account: string; scene: string; sceneParam?: string } {
    const { searchParams } = new URL(url);
    const known = this.#scenes.get(searchParams.get('enc_scene') ?? '');
    if (!known) throw new Error('this url was not made by add_contact_way');
    const param = searchParams.get('scene_param');
    if (param === null) return known;
    if (Buffer.byteLength(param) > 128) this.core.ledger.note('kf', 'scene_param', 'kf-scene', 'more than 128 bytes');
    return { ...known, sceneParam: param };
  }

  #firstAccount(): string {
    const [first] = this.#accounts;
    if (first === undefined) throw new Error('the sandbox has no 微信客服 account');
    return first;
  }

  #servicers({ query }: ApiCall): JsonObject {
    this.#checkAccount(query.get('open_kfid') ?? '');
    const list = [...this.sessions.servicers].map(([userid, receives]) => ({ userid, status: receives ? 0 : 1 }));
    return { servicer_list: list };
  }

  #list({ body: text }: ApiCall): JsonObject {
    const body = parseObject(text);
    const offset = maybeNumber(body, 'offset') ?? 0;
    const limit = maybeNumber(body, 'limit') ?? 100;
    const all = Object.entries(this.options.accounts).map(([open_kfid, name]) => ({ open_kfid, name, avatar: '' }));
    return { account_list: all.slice(offset, offset + limit) };
  }

  #contactWay({ body: text }: ApiCall): JsonObject {
    const body = parseObject(text);
    const account = needText(body, 'open_kfid', 'kf-account');
    this.#checkAccount(account);
    const scene = maybeText(body, 'scene', 'kf-scene') ?? '';
    if (!/^[0-9A-Za-z_-]{0,32}$/.test(scene)) throw new Refusal('kf-scene', scene.slice(0, 60));
    const code = this.core.id('ENCscene');
    this.#scenes.set(code, { account, scene });
    return { url: `https://work.weixin.qq.com/kfid/${account}?enc_scene=${code}` };
  }

  #customers({ body: text }: ApiCall): JsonObject {
    const ids = texts(parseObject(text), 'external_userid_list');
    const known = ids.filter((id) => [...this.#accounts].some((account) => this.sessions.find(account, id)));
    return {
      customer_list: known.map((id) => ({ external_userid: id, nickname: id, avatar: '', gender: 0, unionid: '' })),
      invalid_external_userid: ids.filter((id) => !known.includes(id)),
    };
  }

  #checkAccount(account: string): void {
    if (!this.#accounts.has(account)) throw new Refusal('kf-account', account);
  }
}
