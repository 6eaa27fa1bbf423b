/** 群机器人 webhook: outbound only, the key is the whole credential (wecom-protocol.md 6). */
import { createHash } from 'node:crypto';
import { cardAdvice } from './card-advice.js';
import { readCard } from './cards.js';
import type { Core } from './core.js';
import type { ApiCall, HttpSide } from './http.js';
import { type JsonObject, needObject, needText, objects, parseObject, texts } from './json.js';
import { MINUTE, Rates } from './rates.js';
import type { Bubble, NewBubble } from './rooms.js';
import { Refusal } from './rules.js';

const MAX_TEXT = 2048;
const MAX_MARKDOWN = 4096;
const MAX_IMAGE = 2 * 1024 * 1024;

export class Webhook {
  readonly #robots: Map<string, 'on' | 'disabled'>;
  readonly #rates: Rates;

  constructor(
    private readonly core: Core,
    keys: readonly string[],
    http: HttpSide,
  ) {
    this.#robots = new Map(keys.map((key) => [key, 'on']));
    this.#rates = new Rates(core.clock, [{ count: 20, ms: MINUTE }]);
    http.route('webhook', 'POST', 'webhook/send', (call) => this.#send(call));
  }

  seen(key: string): Bubble[] {
    return this.core.rooms.seen('webhook', key);
  }

  /** Takes the robot out of its group (93000), or stops it (93004). */
  remove(key: string): void {
    this.#robots.delete(key);
  }

  disable(key: string): void {
    this.#robots.set(key, 'disabled');
  }

  #send({ query, body: text }: ApiCall): JsonObject {
    const key = query.get('key') ?? '';
    const robot = this.#robots.get(key);
    if (robot === undefined) throw new Refusal('webhook-key', 'key');
    if (robot === 'disabled') throw new Refusal('webhook-disabled', 'key');
    const bubble = this.#read(parseObject(text));
    if (!this.#rates.take(key)) throw new Refusal('webhook-rate', 'more than 20 in a minute');
    this.core.rooms.add('webhook', key, bubble);
    return {};
  }

  #read(body: JsonObject): NewBubble {
    const type = needText(body, 'msgtype', 'msgtype');
    const shown = (kind: Bubble['kind'], text: string): NewBubble => ({ from: 'bot', kind, text });
    if (type === 'text') {
      const part = needObject(body, 'text');
      texts(part, 'mentioned_list');
      texts(part, 'mentioned_mobile_list');
      return shown('text', content(part, MAX_TEXT));
    }
    if (type === 'markdown' || type === 'markdown_v2')
      return shown('markdown', content(needObject(body, type), MAX_MARKDOWN));
    if (type === 'image') return shown('media', image(needObject(body, 'image')));
    if (type === 'news') {
      const articles = objects(needObject(body, 'news'), 'articles');
      if (articles.length < 1 || articles.length > 8) throw new Refusal('field', `${articles.length} articles`);
      return shown('text', articles.map((one) => `${needText(one, 'title')} ${needText(one, 'url')}`).join('\n'));
    }
    if (type !== 'template_card') throw new Refusal('msgtype', type);
    const json = needObject(body, 'template_card');
    const card = readCard(json, { door: 'webhook', purpose: 'send' });
    for (const { field, detail } of cardAdvice(json, 'webhook'))
      this.core.ledger.warn('webhook', 'webhook/send', field, detail);
    return { ...shown('card', card.title), card };
  }
}

function content(part: JsonObject, max: number): string {
  needText(part, 'content', 'text-empty');
  return needText(part, 'content', 'text-bytes', max);
}

function image(part: JsonObject): string {
  const bytes = Buffer.from(needText(part, 'base64'), 'base64');
  if (bytes.length > MAX_IMAGE) throw new Refusal('field', `image of ${bytes.length} bytes`, { errcode: 45001 });
  if (createHash('md5').update(bytes).digest('hex') !== needText(part, 'md5'))
    throw new Refusal('field', 'md5 does not match', { errcode: 301019 });
  return 'image';
}
