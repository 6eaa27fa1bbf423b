/** Calls of the HTTP API as a client makes them. */

import type { Sandbox } from '../index.js';
import type { JsonObject } from '../json.js';

/** The parts of an answer that tests look at. */
export interface ApiAnswer {
  errcode: number;
  errmsg: string;
  [key: string]: unknown;
}

export class Api {
  constructor(
    private readonly base: string,
    private readonly sandbox: Sandbox,
  ) {}

  async get(name: string, query: Record<string, string> = {}): Promise<ApiAnswer> {
    const response = await fetch(`${this.base}/cgi-bin/${name}?${new URLSearchParams(query)}`);
    return (await response.json()) as ApiAnswer;
  }

  async post(name: string, body: JsonObject | string, query: Record<string, string> = {}): Promise<ApiAnswer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${this.base}/cgi-bin/${name}?${new URLSearchParams(query)}`, {
      method: 'POST',
      body: text,
    });
    return (await response.json()) as ApiAnswer;
  }

  /** A token of the app's or of 微信客服's secret. */
  async token(of: 'app' | 'kf'): Promise<string> {
    const { corpId, [of]: owner } = this.sandbox.options;
    const { access_token } = await this.get('gettoken', { corpid: corpId, corpsecret: owner.secret });
    return String(access_token);
  }

  /** Calls with a good token: kf/… with that of 微信客服, anything else with the app's. */
  async call(name: string, body: JsonObject): Promise<ApiAnswer> {
    return this.post(name, body, { access_token: await this.token(name.startsWith('kf/') ? 'kf' : 'app') });
  }
}
