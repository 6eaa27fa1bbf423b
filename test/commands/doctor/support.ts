/** The doctor as a process of its own, beside a service and a local WeCom. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Sandbox } from '../../wecom-sandbox/index.js';
import { type Ended, type Env, run } from '../cli.js';

export const TOKEN = 'doctorToken';
export const AES_KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';

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

export interface Told extends Ended {
  ok: boolean;
  doors: Record<string, { on: boolean; checks: { id: string; verdict: string; text: string; fix?: string }[] }>;
  /** What is wrong, as "door id". */
  wrong: string[];
  /** Of a check: its text and what to do. */
  said(door: string, id: string): string;
}

/** Runs it for people; nothing secret may be seen. */
export async function doctor(env: Env, ...flags: string[]): Promise<Ended> {
  const ended = await run(['doctor', ...flags], '', env);
  expect(ended.out + ended.err).not.toMatch(SECRETS);
  return ended;
}

/** Runs it for programs. */
export async function diagnosis(env: Env, ...flags: string[]): Promise<Told> {
  const ended = await doctor(env, '--json', ...flags);
  const { ok, doors: list } = JSON.parse(ended.out) as {
    ok: boolean;
    doors: (Told['doors'][string] & { door: string })[];
  };
  const doors = Object.fromEntries(list.map((door) => [door.door, door]));
  const wrong = list.flatMap(({ door, checks }) =>
    checks.filter(({ verdict }) => verdict === 'wrong').map(({ id }) => `${door} ${id}`),
  );
  expect(ended.code).toBe(wrong.length === 0 ? 0 : 1);
  expect(ok).toBe(wrong.length === 0);
  const said = (door: string, id: string) =>
    (doors[door]?.checks ?? [])
      .filter((check) => check.id === id)
      .map(({ text, fix }) => `${text} → ${fix ?? ''}`)
      .join('\n');
  return { ...ended, ok, doors, wrong, said };
}

/** A port of this machine on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
