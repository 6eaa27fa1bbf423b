/** 自建应用, the API's side: message/send and update_template_card (wecom-protocol.md 3.4, 4.6). */
import type { AppOptions } from './app.js';
import { cardAdvice } from './card-advice.js';
import { type Card, isInteractive, readCard } from './cards.js';
import type { Core } from './core.js';
import type { ApiCall, HttpSide } from './http.js';
import {
  bytes,
  characters,
  type JsonObject,
  maybeNumber,
  maybeText,
  needObject,
  needText,
  objects,
  parseObject,
  texts,
} from './json.js';
import type { Media } from './media.js';
import { HOUR, MINUTE, Rates } from './rates.js';
import { Recent } from './recent.js';
import { type Bubble, cardOf, type NewBubble, replaceCard } from './rooms.js';
import { Refusal } from './rules.js';
import { TaskIds } from './task-ids.js';
import type { Tokens } from './tokens.js';

const MAX_USERS = 1000;
const MAX_GROUPS = 100;
const MAX_TEXT = 2048;
const MAX_DUPLICATE_S = 4 * 3600;
const RESPONSE_CODE_MS = 72 * HOUR;
const MEDIA = ['image', 'voice', 'video', 'file'];

interface ResponseCode {
  users: string[];
  task: string;
  at: number;
  used: boolean;
}

export class AppApi {
  readonly members: Set<string>;
  /** Messages that the duplicate check swallowed; the sender was told errcode 0. */
  readonly swallowed: string[] = [];
  readonly #rates: Rates;
  readonly #tasks = new TaskIds();
  readonly #codes = new Recent<ResponseCode>();
  readonly #sent = new Recent<number>();
  readonly #tapped = new Recent<Bubble>();

  constructor(
    private readonly core: Core,
    private readonly options: AppOptions,
    http: HttpSide,
    tokens: Tokens,
    private readonly media: Media,
  ) {
    this.members = new Set(options.members);
    this.#rates = new Rates(core.clock, [
      { count: 30, ms: MINUTE },
      { count: 1000, ms: HOUR },
    ]);
    const scoped = (handle: (call: ApiCall) => JsonObject) => (call: ApiCall) => {
      tokens.check(call, 'app');
      return handle(call);
    };
    http.route(
      'app',
      'POST',
      'message/send',
      scoped((call) => this.#send(call)),
    );
    http.route(
      'app',
      'POST',
      'message/update_template_card',
      scoped((call) => this.#update(call)),
    );
    http.route(
      'app',
      'GET',
      'agent/get',
      scoped((call) => this.#agent(call)),
    );
    http.route(
      'token',
      'GET',
      'getcallbackip',
      scoped(() => ({ ip_list: ['127.0.0.1'] })),
    );
  }

  /** A response_code for a tap, as the event carries it. */
  responseCode(user: string, bubble: Bubble): string {
    this.#tapped.set(user, bubble);
    return this.#code([user], cardOf(bubble, user)?.taskId ?? '');
  }

  /** The card whose button the user tapped last. */
  lastTapped(user: string): string {
    const bubble = this.#tapped.get(user);
    return (bubble && cardOf(bubble, user)?.taskId) ?? '';
  }

  /** Puts a text in place of a card's buttons. */
  replaceButtons(user: string, taskId: string, name: string): void {
    this.#replace([user], taskId, (card) => ({ ...card, replacedBy: name }));
  }

  #send(call: ApiCall): JsonObject {
    const body = parseObject(call.body);
    if (maybeNumber(body, 'agentid') !== this.options.agentId) throw new Refusal('agent-id', `${body.agentid}`);
    const { users, invalid, others } = this.#receivers(body, call);
    const { bubble, card } = this.#read(body);
    if (users.length === 0 && !others) throw new Refusal('all-invalid', invalid.join('|'));
    const msgid = this.core.id('msg');
    const answer = { invaliduser: invalid.join('|'), invalidparty: '', invalidtag: '', unlicenseduser: '', msgid };
    if (this.#isDuplicate(body)) return answer;
    if (card?.taskId !== undefined) this.#tasks.take(card.taskId, call.answerLost);
    for (const user of users) {
      if (this.#rates.take(user)) this.core.rooms.add('app', user, { ...bubble, msgid });
      else this.core.ledger.note('app', call.api, 'member-rate', user);
    }
    if (!card || !isInteractive(card)) return answer;
    return { ...answer, response_code: this.#code(users, card.taskId ?? '') };
  }

  #receivers(body: JsonObject, { fault }: ApiCall) {
    const list = (key: string) => (maybeText(body, key) ?? '').split('|').filter((one) => one !== '');
    const named = list('touser');
    const parties = list('toparty');
    const tags = list('totag');
    if (named.length > MAX_USERS) throw new Refusal('too-many-users', `${named.length}`);
    if (parties.length > MAX_GROUPS) throw new Refusal('too-many-parties', `${parties.length}`);
    if (tags.length > MAX_GROUPS) throw new Refusal('too-many-tags', `${tags.length}`);
    if (named.length + parties.length + tags.length === 0) throw new Refusal('no-receiver', 'touser is empty');
    const asked = named.includes('@all') ? [...this.members] : named;
    const isValid = (user: string) => this.members.has(user) && !fault.invalidUsers?.includes(user);
    return {
      users: asked.filter(isValid),
      invalid: asked.filter((user) => !isValid(user)),
      // A scripted invaliduser answers errcode 0, as WeCom does when at least one receiver counts.
      others: parties.length + tags.length > 0 || fault.invalidUsers !== undefined,
    };
  }

  #read(body: JsonObject): { bubble: NewBubble; card?: Card } {
    const type = needText(body, 'msgtype', 'msgtype');
    const content = MEDIA.includes(type) || ['text', 'markdown', 'textcard', 'template_card', 'news'].includes(type);
    if (!content) throw new Refusal('msgtype', type);
    const part = needObject(body, type);
    const shown = (kind: Bubble['kind'], text: string): { bubble: NewBubble } => ({
      bubble: { from: 'bot', kind, text },
    });
    if (type === 'text') {
      const text = needText(part, 'content', 'text-empty');
      if (bytes(text) > MAX_TEXT) this.core.ledger.note('app', 'message/send', 'text-cut', `${bytes(text)} bytes`);
      return shown('text', cut(text, MAX_TEXT));
    }
    if (type === 'markdown') {
      needText(part, 'content', 'text-empty');
      return shown('markdown', needText(part, 'content', 'text-bytes', MAX_TEXT));
    }
    if (type === 'textcard') return shown('text', this.#textCard(part));
    if (type === 'template_card') return this.#card(part);
    if (type === 'news')
      return shown(
        'text',
        objects(part, 'articles')
          .map((one) => needText(one, 'title'))
          .join('\n'),
      );
    this.media.check(part);
    return shown('media', type);
  }

  #textCard(part: JsonObject): string {
    const title = needText(part, 'title');
    const text = needText(part, 'description');
    const button = maybeText(part, 'btntxt') ?? '';
    needText(part, 'url', 'field', 2048);
    if (characters(title) > 128) throw new Refusal('field', `title has ${characters(title)} characters`);
    if (characters(text) > 512) throw new Refusal('field', `description has ${characters(text)} characters`);
    if (characters(button) > 4)
      this.core.ledger.warn('app', 'message/send', 'btntxt', `${characters(button)} characters`);
    return `${title}\n${text}`;
  }

  #card(json: JsonObject): { bubble: NewBubble; card: Card } {
    const card = readCard(json, { door: 'app', purpose: 'send' });
    if (card.taskId !== undefined) this.#tasks.check(card.taskId);
    for (const { field, detail } of cardAdvice(json, 'app'))
      this.core.ledger.warn('app', 'message/send', field, detail);
    return { card, bubble: { from: 'bot', kind: 'card', text: card.title, card } };
  }

  /** enable_duplicate_check compares the content, so a rightful repeat is swallowed too. */
  #isDuplicate(body: JsonObject): boolean {
    if (maybeNumber(body, 'enable_duplicate_check') !== 1) return false;
    const interval = maybeNumber(body, 'duplicate_check_interval') ?? 1800;
    if (interval > MAX_DUPLICATE_S) throw new Refusal('duplicate-check', `${interval} s`);
    const { enable_duplicate_check: _, duplicate_check_interval: __, ...what } = body;
    const content = JSON.stringify(what);
    const now = this.core.clock.now();
    const last = this.#sent.get(content);
    if (last !== undefined && now - last < interval * 1000) {
      this.swallowed.push(content);
      return true;
    }
    this.#sent.set(content, now);
    return false;
  }

  #update({ api, body: text }: ApiCall): JsonObject {
    const body = parseObject(text);
    if (maybeNumber(body, 'agentid') !== this.options.agentId) throw new Refusal('agent-id', `${body.agentid}`);
    const code = this.#codes.get(needText(body, 'response_code', 'response-code'));
    if (!code) throw new Refusal('response-code', 'unknown');
    if (this.core.faults.isLate('response-code')) throw new Refusal('response-code', 'scripted', { forgiven: true });
    if (this.core.clock.now() - code.at > RESPONSE_CODE_MS) throw new Refusal('response-code', 'more than 72 h old');
    if (code.used) throw new Refusal('response-code-used', code.task);
    const asked = texts(body, 'userids');
    const users = asked.length > 0 ? asked : body.atall === 1 ? code.users : [];
    if (users.length === 0) throw new Refusal('no-receiver', 'userids is empty');
    const change = this.#change(body, api);
    code.used = true;
    this.#replace(users, code.task, change);
    return { invaliduser: users.filter((user) => !this.members.has(user)) };
  }

  #change(body: JsonObject, api: string): (card: Card) => Card {
    if (body.button !== undefined) {
      const name = needText(needObject(body, 'button'), 'replace_name');
      return (card) => ({ ...card, replacedBy: name });
    }
    const json = needObject(body, 'template_card');
    const update = readCard(json, { door: 'app', purpose: 'update' });
    for (const { field, detail } of cardAdvice(json, 'app')) this.core.ledger.warn('app', api, field, detail);
    const replaced = maybeText(body, 'replace_text') ?? maybeText(json, 'replace_text');
    return ({ taskId }) => ({
      ...update,
      ...(taskId !== undefined && { taskId }),
      ...(replaced !== undefined && { replacedBy: replaced }),
    });
  }

  #replace(users: readonly string[], task: string, change: (card: Card) => Card): void {
    for (const user of users) {
      const bubble = this.core.rooms.card('app', user, task);
      if (!bubble?.card) continue;
      replaceCard(bubble, change(bubble.card));
      this.core.rooms.touch('app', user);
    }
  }

  #code(users: string[], task: string): string {
    const code = this.core.id('response');
    this.#codes.set(code, { users, task, at: this.core.clock.now(), used: false });
    return code;
  }

  #agent({ query }: ApiCall): JsonObject {
    if (query.get('agentid') !== String(this.options.agentId)) throw new Refusal('agent-id', `${query.get('agentid')}`);
    const user = [...this.members].map((userid) => ({ userid }));
    return { agentid: this.options.agentId, name: 'POS', close: 0, allow_userinfos: { user } };
  }
}

/** The first `max` bytes, whole characters. */
function cut(text: string, max: number): string {
  let kept = '';
  for (const character of text) {
    if (bytes(kept) + bytes(character) > max) break;
    kept += character;
  }
  return kept;
}
