/** response_url: one late answer to a bot's callback, plain JSON, once, within an hour (wecom-protocol.md 2). */
import type { BotDesk } from './bot-desk.js';
import type { Core } from './core.js';
import type { ApiCall, HttpSide } from './http.js';
import { type JsonObject, parseObject } from './json.js';
import { HOUR } from './rates.js';
import { Recent } from './recent.js';
import { Refusal } from './rules.js';

interface Given {
  door: 'bot' | 'bot-http';
  chat: string;
  at: number;
  used: boolean;
}

export class ResponseUrls {
  readonly #given = new Recent<Given>();
  readonly #desks = new Map<string, BotDesk>();

  constructor(
    private readonly core: Core,
    http: HttpSide,
  ) {
    http.route('bot-http', 'POST', 'aibot/response', (call) => this.#answer(call));
  }

  /** The desk that shows what is posted for a door. */
  serve(door: 'bot' | 'bot-http', desk: BotDesk): void {
    this.#desks.set(door, desk);
  }

  create(door: 'bot' | 'bot-http', chat: string): string {
    const code = this.core.id('RC');
    this.#given.set(code, { door, chat, at: this.core.clock.now(), used: false });
    return `${this.core.base()}/cgi-bin/aibot/response?response_code=${code}`;
  }

  #answer({ api, query, body: text, answerLost }: ApiCall): JsonObject {
    const code = query.get('response_code') ?? '';
    const given = this.#given.get(code);
    const desk = given && this.#desks.get(given.door);
    if (!given || !desk) throw new Refusal('response-url', 'unknown');
    if (given.used) throw new Refusal('response-url', 'used before');
    if (this.core.faults.isLate('response-url')) throw new Refusal('response-url-late', 'scripted', { forgiven: true });
    if (this.core.clock.now() - given.at > HOUR) throw new Refusal('response-url-late', 'more than 1 h');
    const place = { chat: given.chat, api, scope: code, answerLost };
    desk.show(parseObject(text), ['markdown', 'template_card'], place);
    given.used = true;
    return {};
  }
}
