/** The doctor as a process of its own, beside a service and a local WeCom. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { systemClock } from '../../../src/clock.js';
import type { Finding } from '../../../src/commands/doctor/desk.js';
import { examine, type Words } from '../../../src/commands/doctor/examine.js';
import { readConfig } from '../../../src/config.js';
import type { Knowledge } from '../../../src/knowledge/schema.js';
import { siteOf } from '../../../src/pages/site.js';
import { UI } from '../../pages/fixture.js';
import type { Sandbox } from '../../wecom-sandbox/index.js';
import { type Ended, type Env, run } from '../cli.js';

export const TOKEN = 'doctorToken';
export const AES_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

export const WORDS: Words = { ui: UI, word: siteOf({ ui: UI } as unknown as Knowledge).word };

/** What must never be seen. */
const SECRETS = /sandbox-(?:bot|app|kf)-secret|sandbox-webhook-key|doctorToken|jWmYm7qr|wr0ngS3cret|token0000/;

/** All doors on, the bot on the long connection. */
export function fullEnv(sandbox: Sandbox, base: { apiBase: string; wsUrl: string }): Env {
  const { corpId, bot, app, kf, webhookKeys } = sandbox.options;
  return {
    WECOM_API_BASE: base.apiBase,
    WECOM_CORP_ID: corpId,
    WECOM_BOT_WS_URL: base.wsUrl,
    WECOM_BOT_ID: bot.botId,
    WECOM_BOT_SECRET: bot.secret,
    WECOM_APP_AGENT_ID: String(app.agentId),
    WECOM_APP_SECRET: app.secret,
    WECOM_APP_TOKEN: TOKEN,
    WECOM_APP_AES_KEY: AES_KEY,
    WECOM_KF_SECRET: kf.secret,
    WECOM_KF_TOKEN: TOKEN,
    WECOM_KF_AES_KEY: AES_KEY,
    WECOM_GROUP_ROBOT_KEY: webhookKeys[0] ?? '',
  };
}

/** The variables whose names begin so, and those that every door needs. */
export function only(env: Env, ...prefixes: string[]): Env {
  const kept = ['WECOM_API_BASE', 'WECOM_CORP_ID', 'WECOM_BOT_WS_URL', ...prefixes];
  return Object.fromEntries(Object.entries(env).filter(([name]) => kept.some((one) => name.startsWith(one))));
}

export interface Told {
  doors: Record<string, Finding[]>;
  /** What is wrong, as "door id". */
  wrong: string[];
  /** Said before something was done. */
  before: string;
  /** Of a check: its text and what to do. */
  said(door: string, id: string): string;
}

/** Runs it as its users do; nothing secret may be seen. */
export async function doctor(env: Env, ...flags: string[]): Promise<Ended> {
  const ended = await run(['doctor', ...flags], '', env);
  expect(ended.out + ended.err).not.toMatch(SECRETS);
  return ended;
}

/** The same checks within this process, which is faster; `basics` are left out unless asked for. */
export async function diagnosis(
  env: Env,
  { basics = false, ...flags }: { basics?: boolean; connect?: boolean; send?: boolean } = {},
): Promise<Told> {
  let before = '';
  const say = async (text: string): Promise<void> => {
    before += text;
  };
  const config = readConfig(env);
  const { fetch } = globalThis;
  const may = { connect: true, send: true, ...flags };
  const all = await examine({ config, clock: systemClock, fetch, random: () => 0.5, ...may, say }, WORDS);
  const doors: Told['doors'] = {};
  for (const { door, checks } of all) {
    if (door === 'basics' && !basics) continue;
    doors[door] = [];
    for await (const finding of checks) doors[door].push(finding);
  }
  expect(JSON.stringify(doors) + before).not.toMatch(SECRETS);
  const found = Object.entries(doors).flatMap(([door, checks]) => checks.map((check) => ({ door, ...check })));
  const wrong = found.filter(({ verdict }) => verdict === 'wrong').map(({ door, id }) => `${door} ${id}`);
  const said = (door: string, id: string) =>
    found
      .filter((one) => one.door === door && one.id === id)
      .map(({ text, fix = '' }) => `${text} → ${fix}`)
      .join('\n');
  return { doors, wrong, before, said };
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
