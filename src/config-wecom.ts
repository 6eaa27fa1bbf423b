/**
 * WeCom's variables. A door is on when its variables are set, all of them; some of them set is a mistake that is said at
 * start, because a door that silently stays shut is found by a merchant.
 */
import { z } from 'zod';
import { AES_KEY_FORM } from './channels/wecom/crypto.js';
import { isLoopbackHost } from './loopback.js';

/** 智能机器人 over the long connection. */
export interface BotConfig {
  id: string;
  secret: string;
  wsUrl: string;
  /** As groups show it, if it is not the assistant's name. */
  name?: string | undefined;
}

/** The same over HTTP callbacks; its id is not needed to receive. */
export interface BotCallbackConfig {
  id: string | undefined;
  token: string;
  aesKey: string;
  /** As groups show it, if it is not the assistant's name. */
  name?: string | undefined;
}

/** 自建应用. */
export interface AppConfig {
  corpId: string;
  agentId: number;
  secret: string;
  token: string;
  aesKey: string;
  /** Markdown does not show in the WeChat plug-in (微信插件), where members may read too. */
  markdown: boolean;
}

/** 微信客服. */
export interface KfConfig {
  corpId: string;
  secret: string;
  token: string;
  aesKey: string;
  /** open_kfid of the accounts to serve; empty: all that the app may see. */
  accounts: readonly string[];
}

/** Doors that are off are undefined. */
export interface WecomConfig {
  /** Scheme, host and perhaps a path, without a trailing slash. */
  apiBase: string;
  corpId: string | undefined;
  bot: BotConfig | undefined;
  botCallback: BotCallbackConfig | undefined;
  app: AppConfig | undefined;
  kf: KfConfig | undefined;
  groupRobot: { key: string } | undefined;
}

export const WECOM_API_BASE = 'https://qyapi.weixin.qq.com';
export const WECOM_BOT_WS_URL = 'wss://openws.work.weixin.qq.com';
/** A corp has a handful; the bound keeps a file pasted by mistake from becoming a list. */
const ACCOUNTS_MAX = 100;
/** WeCom's own limit is not documented; names that long are no names. */
const BOT_NAME_MAX = 64;

const secret = z.string().regex(/^[\x21-\x7e]{1,256}$/);
const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const token = z.string().regex(/^[A-Za-z0-9]{1,32}$/);
const aesKey = z.string().regex(AES_KEY_FORM);
const TOKEN_FORM = 'the Token of the admin console, at most 32 letters and digits';
const AES_FORM = 'the EncodingAESKey of the admin console, exactly 43 letters and digits';
const SECRET_FORM = 'a secret as the admin console shows it, without spaces';

/** One field a variable; the expected form is what a complaint says. */
export const WECOM_FIELDS = {
  WECOM_API_BASE: {
    form: `an https URL without query (http only for this machine), e.g. ${WECOM_API_BASE}`,
    schema: address('https:', 'http:').default(WECOM_API_BASE),
  },
  WECOM_CORP_ID: { form: 'the corp id, e.g. ww0123456789abcdef', schema: id.optional() },
  WECOM_BOT_ID: { form: 'the id of the bot, e.g. aib0123456789', schema: id.optional() },
  WECOM_BOT_SECRET: { form: SECRET_FORM, schema: secret.optional() },
  WECOM_BOT_WS_URL: {
    form: `a wss URL without query (ws only for this machine), e.g. ${WECOM_BOT_WS_URL}`,
    schema: address('wss:', 'ws:').default(WECOM_BOT_WS_URL),
  },
  WECOM_BOT_NAME: {
    form: `the bot’s name as groups show it, without @, at most ${BOT_NAME_MAX} characters`,
    schema: z
      .string()
      .trim()
      .regex(/^[^@\uff20\p{Cc}]+$/u)
      .max(BOT_NAME_MAX)
      .optional(),
  },
  WECOM_BOT_TOKEN: { form: TOKEN_FORM, schema: token.optional() },
  WECOM_BOT_AES_KEY: { form: AES_FORM, schema: aesKey.optional() },
  WECOM_APP_AGENT_ID: {
    form: 'the AgentId of the app, a number, e.g. 1000002',
    schema: z
      .string()
      .regex(/^[1-9]\d{0,14}$/)
      .transform(Number)
      .optional(),
  },
  WECOM_APP_SECRET: { form: SECRET_FORM, schema: secret.optional() },
  WECOM_APP_TOKEN: { form: TOKEN_FORM, schema: token.optional() },
  WECOM_APP_AES_KEY: { form: AES_FORM, schema: aesKey.optional() },
  WECOM_APP_MARKDOWN: {
    form: 'true or false',
    schema: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .default(false),
  },
  WECOM_KF_SECRET: { form: SECRET_FORM, schema: secret.optional() },
  WECOM_KF_TOKEN: { form: TOKEN_FORM, schema: token.optional() },
  WECOM_KF_AES_KEY: { form: AES_FORM, schema: aesKey.optional() },
  WECOM_KF_ACCOUNTS: {
    form: `ids of accounts, separated by commas, at most ${ACCOUNTS_MAX}, e.g. wkAAAA,wkBBBB; empty for all`,
    schema: z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter((one) => one !== ''))
      .pipe(z.array(z.string().regex(/^wk[A-Za-z0-9_-]{1,62}$/)).max(ACCOUNTS_MAX))
      .optional(),
  },
  WECOM_GROUP_ROBOT_KEY: {
    form: 'what follows key= in the webhook’s address, not the whole address',
    schema: id.optional(),
  },
} as const;

/** How the environment is looked at; complaints are collected, so that all are said at once. */
export interface EnvReader {
  /** Undefined if it is unset, or was complained about. */
  read<T>(name: string, field: { form: string; schema: z.ZodType<T> }): T | undefined;
  given(name: string): boolean;
  complain(what: string): void;
}

type Name = keyof typeof WECOM_FIELDS;

/** Doors that are configured whole; complains about those that are configured in part. */
export function readWecom({ read, given, complain }: EnvReader): WecomConfig {
  const f = WECOM_FIELDS;
  const corpId = read('WECOM_CORP_ID', f.WECOM_CORP_ID);
  const accounts = read('WECOM_KF_ACCOUNTS', f.WECOM_KF_ACCOUNTS) ?? [];
  const markdown = read('WECOM_APP_MARKDOWN', f.WECOM_APP_MARKDOWN) ?? false;
  const key = read('WECOM_GROUP_ROBOT_KEY', f.WECOM_GROUP_ROBOT_KEY);
  const botId = read('WECOM_BOT_ID', f.WECOM_BOT_ID);
  const name = read('WECOM_BOT_NAME', f.WECOM_BOT_NAME);
  const callback = {
    token: read('WECOM_BOT_TOKEN', f.WECOM_BOT_TOKEN),
    aesKey: read('WECOM_BOT_AES_KEY', f.WECOM_BOT_AES_KEY),
  };
  const socket = {
    id: botId,
    secret: read('WECOM_BOT_SECRET', f.WECOM_BOT_SECRET),
    wsUrl: read('WECOM_BOT_WS_URL', f.WECOM_BOT_WS_URL),
  };
  const app = {
    corpId,
    agentId: read('WECOM_APP_AGENT_ID', f.WECOM_APP_AGENT_ID),
    secret: read('WECOM_APP_SECRET', f.WECOM_APP_SECRET),
    token: read('WECOM_APP_TOKEN', f.WECOM_APP_TOKEN),
    aesKey: read('WECOM_APP_AES_KEY', f.WECOM_APP_AES_KEY),
    markdown,
  };
  const kf = {
    corpId,
    secret: read('WECOM_KF_SECRET', f.WECOM_KF_SECRET),
    token: read('WECOM_KF_TOKEN', f.WECOM_KF_TOKEN),
    aesKey: read('WECOM_KF_AES_KEY', f.WECOM_KF_AES_KEY),
    accounts,
  };

  const expectWhole = (own: readonly Name[], shared: readonly Name[] = []): void => {
    const set = own.filter(given);
    const missing = [...shared, ...own].filter((name) => !given(name));
    if (set.length > 0 && missing.length > 0) complain(`${set.join(', ')} also needs ${missing.join(', ')}`);
  };
  const byCallback = given('WECOM_BOT_TOKEN') || given('WECOM_BOT_AES_KEY');
  if (byCallback && given('WECOM_BOT_SECRET'))
    complain(
      'WECOM_BOT_SECRET (long connection) and WECOM_BOT_TOKEN, WECOM_BOT_AES_KEY (callback) exclude each other: ' +
        'a bot has one of the two modes; keep those of the mode that its settings show',
    );
  else if (byCallback) expectWhole(['WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY']);
  else expectWhole(['WECOM_BOT_ID', 'WECOM_BOT_SECRET']);
  const appNames = ['WECOM_APP_AGENT_ID', 'WECOM_APP_SECRET', 'WECOM_APP_TOKEN', 'WECOM_APP_AES_KEY'] as const;
  expectWhole(appNames, ['WECOM_CORP_ID']);
  expectWhole(['WECOM_KF_SECRET', 'WECOM_KF_TOKEN', 'WECOM_KF_AES_KEY'], ['WECOM_CORP_ID']);
  if (accounts.length > 0 && !given('WECOM_KF_SECRET')) complain('WECOM_KF_ACCOUNTS also needs WECOM_KF_SECRET');

  const credentials = whole(callback);
  const connection = whole(socket);
  return {
    apiBase: read('WECOM_API_BASE', f.WECOM_API_BASE) ?? WECOM_API_BASE,
    corpId,
    bot: connection && { ...connection, name },
    botCallback: credentials && { id: botId, ...credentials, name },
    app: whole(app),
    kf: whole(kf),
    groupRobot: whole({ key }),
  };
}

/** The same if nothing in it is undefined. */
function whole<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } | undefined {
  const isWhole = (one: T): one is { [K in keyof T]: Exclude<T[K], undefined> } =>
    Object.values(one).every((value) => value !== undefined);
  return isWhole(values) ? values : undefined;
}

/** A URL with this scheme, or with the other one on this machine. */
function address(scheme: string, local: string) {
  return z
    .string()
    .max(2048)
    .refine((text) => {
      if (!URL.canParse(text)) return false;
      const { protocol, hostname, search, hash, username, password } = new URL(text);
      const bare = search === '' && hash === '' && username === '' && password === '';
      return bare && (protocol === scheme || (protocol === local && isLoopbackHost(hostname)));
    })
    .transform((text) => new URL(text).href.replace(/\/+$/, ''));
}
