/** What the checks share, with an HTTP side that answers as told and a clock that a test moves. */
import type { Desk, Finding } from '../../../src/commands/doctor/desk.js';
import type { Service } from '../../../src/commands/doctor/service.js';
import { readConfig } from '../../../src/config.js';
import type { Knowledge } from '../../../src/knowledge/schema.js';
import { siteOf } from '../../../src/pages/site.js';
import { UI } from '../../pages/fixture.js';
import { type TestClock, testClock } from '../../support/clock.js';

export const HERE = 'http://127.0.0.1:3000';
const AES = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';

export const APP_ENV = {
  PUBLIC_URL: 'https://pos.example.com',
  WECOM_CORP_ID: 'ww0000000000000001',
  WECOM_APP_AGENT_ID: '1000002',
  WECOM_APP_SECRET: 'appSecret',
  WECOM_APP_TOKEN: 'appToken',
  WECOM_APP_AES_KEY: AES,
};

/** A Response, or an error as fetch throws it. */
export type Answering = (url: URL, body: unknown) => Response | Error | Promise<Response>;

export interface FakeDesk extends Desk {
  clock: TestClock;
  asked: URL[];
}

export function fakeDesk(env: Record<string, string>, service: Partial<Service>, answer: Answering): FakeDesk {
  const asked: URL[] = [];
  return {
    config: readConfig(env),
    ui: UI,
    word: siteOf({ ui: UI } as unknown as Knowledge).word,
    clock: testClock(),
    fetch: async (url, init) => {
      const to = new URL(String(url));
      asked.push(to);
      const cut = new Promise<never>((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
      const body = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
      const answered = await Promise.race([answer(to, body), cut]);
      if (answered instanceof Error) throw answered;
      return answered;
    },
    random: () => 0.5,
    connect: true,
    send: true,
    say: async () => undefined,
    service: { folder: 'free', ready: null, stranger: false, url: HERE, ...service },
    asked,
  };
}

/** As undici throws what the system says. */
export function away(code: string): Error {
  return Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(code), { code }) });
}

export const never = (): Promise<Response> => new Promise(() => undefined);

export const json = (value: object): Response => new Response(JSON.stringify({ errcode: 0, errmsg: 'ok', ...value }));

export async function all(checks: AsyncIterable<Finding>): Promise<Finding[]> {
  const found: Finding[] = [];
  for await (const one of checks) found.push(one);
  return found;
}
