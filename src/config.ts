/** The environment, checked once at start. Values never appear in a message: a variable may hold a password. */
import { z } from 'zod';
import { readWecom, WECOM_FIELDS, type WecomConfig } from './config-wecom.js';
import { PosDoctorError } from './errors.js';
import type { Keep } from './store/keeping.js';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export interface Config {
  /** Address to listen on. */
  host: string;
  /** TCP port, 0 … 65535; 0 lets the system choose one. */
  port: number;
  /** Folder of conversations and journal, unless there is a database. */
  dataDir: string;
  /** True if DATA_DIR was set: `chat` keeps nothing unless it was. */
  dataDirGiven: boolean;
  /** The PostgreSQL database that takes the place of the folder, if any. Holds a password. */
  databaseUrl: string | undefined;
  /** Where people reach the service, without a trailing slash; links in replies start with it. */
  publicUrl: string;
  /** True if PUBLIC_URL was set, so that other host names need not be accepted. */
  publicUrlGiven: boolean;
  /** Proxies in front of the service whose X-Forwarded-For is believed; 0: none is. */
  trustProxy: number;
  /** An operator's own knowledge/ and flows/, if any. */
  contentDir: string | undefined;
  /** How long what is stored is kept. */
  keep: Keep;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Who knows it may read /metrics from anywhere; without it only this machine may. */
  metricsToken: string | undefined;
  wecom: WecomConfig;
}

/** Hosts that mean "every address of this machine"; nobody can open them in a browser. */
const WILDCARDS = new Set(['0.0.0.0', '::']);

const NO_CONTROL = /^\P{Cc}+$/u;
const folder = z.string().max(4096).regex(NO_CONTROL);

/** Days; 0 is for ever. */
function days(standard: number) {
  const schema = z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .default(standard)
    .transform((count) => (count === 0 ? undefined : count));
  return { form: 'a whole number of days from 0 to 99999, 0 for ever', schema };
}

/** One field a variable; the expected form is what a complaint says. */
const FIELDS = {
  HOST: {
    form: 'a host name or an IP address without scheme and port, e.g. 127.0.0.1',
    schema: z
      .string()
      .max(253)
      .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$/)
      .default('127.0.0.1'),
  },
  PORT: {
    form: 'a whole number from 0 to 65535, e.g. 3000',
    schema: z
      .string()
      .regex(/^\d{1,5}$/)
      .transform(Number)
      .pipe(z.number().max(65535))
      .default(3000),
  },
  DATA_DIR: { form: 'the path of a folder, e.g. ./data', schema: folder.default('./data') },
  PUBLIC_URL: {
    form: 'an http or https URL without path, query and user, e.g. https://pos.example.com',
    schema: z
      .string()
      .refine(isOrigin)
      .transform((url) => new URL(url).origin)
      .optional(),
  },
  TRUST_PROXY: {
    form: 'how many proxies stand in front of the service, 0 to 9',
    schema: z.string().regex(/^\d$/).transform(Number).default(0),
  },
  CONTENT_DIR: { form: 'the path of a folder', schema: folder.optional() },
  DATABASE_URL: {
    form: 'a PostgreSQL URL, e.g. postgres://user:password@host:5432/database; write # / ? @ : % in the password as %23 %2F %3F %40 %3A %25',
    schema: z.string().max(4096).refine(isDatabaseUrl).optional(),
  },
  KEEP_CONVERSATIONS_DAYS: days(180),
  KEEP_JOURNAL_DAYS: days(365),
  METRICS_TOKEN: {
    form: '16 to 256 letters, digits or any of - . _ ~ + / =',
    schema: z
      .string()
      .regex(/^[\w.~+/=-]{16,256}$/)
      .optional(),
  },
  LOG_LEVEL: { form: `one of ${LOG_LEVELS.join(', ')}`, schema: z.enum(LOG_LEVELS).default('info') },
} as const;

/** Every variable that is read. */
export const VARIABLES: readonly string[] = [...Object.keys(FIELDS), ...Object.keys(WECOM_FIELDS)];

/**
 * Reads and checks the environment. A variable that is empty counts as unset.
 * @throws {PosDoctorError} BAD_CONFIG that names every wrong variable and the form it should have, never its value.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const wrong: string[] = [];
  const given = (name: string) => env[name] !== undefined && env[name] !== '';
  const read = <T>(name: string, field: { form: string; schema: z.ZodType<T> }): T | undefined => {
    const parsed = field.schema.safeParse(given(name) ? env[name] : undefined);
    if (!parsed.success) wrong.push(`${name}: ${field.form}`);
    return parsed.data;
  };
  const host = read('HOST', FIELDS.HOST) ?? '';
  const port = read('PORT', FIELDS.PORT) ?? 0;
  const dataDir = read('DATA_DIR', FIELDS.DATA_DIR) ?? '';
  const publicUrl = read('PUBLIC_URL', FIELDS.PUBLIC_URL);
  const trustProxy = read('TRUST_PROXY', FIELDS.TRUST_PROXY) ?? 0;
  const contentDir = read('CONTENT_DIR', FIELDS.CONTENT_DIR);
  const databaseUrl = read('DATABASE_URL', FIELDS.DATABASE_URL);
  const conversationDays = read('KEEP_CONVERSATIONS_DAYS', FIELDS.KEEP_CONVERSATIONS_DAYS);
  const journalDays = read('KEEP_JOURNAL_DAYS', FIELDS.KEEP_JOURNAL_DAYS);
  const metricsToken = read('METRICS_TOKEN', FIELDS.METRICS_TOKEN);
  const logLevel = read('LOG_LEVEL', FIELDS.LOG_LEVEL) ?? 'info';
  const wecom = readWecom({ read, given, complain: (what) => wrong.push(what) });
  if (wrong.length > 0) throw new PosDoctorError('BAD_CONFIG', { what: wrong.join('; ') });
  return {
    host,
    port,
    dataDir,
    dataDirGiven: Boolean(env.DATA_DIR),
    databaseUrl,
    publicUrl: publicUrl ?? urlOf(host, port),
    publicUrlGiven: publicUrl !== undefined,
    trustProxy,
    contentDir,
    keep: { conversationDays, journalDays },
    logLevel,
    metricsToken,
    wecom,
  };
}

/** The URL under which a listener on `host` and `port` can be opened on this machine. */
export function urlOf(host: string, port: number): string {
  const name = WILDCARDS.has(host) ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** True if the service listens on every address of the machine. */
export function isWildcard(host: string): boolean {
  return WILDCARDS.has(host);
}

/** True for what names a PostgreSQL database. An unescaped # in a password would cut it off, an unescaped % change it. */
export function isDatabaseUrl(value: string): boolean {
  if (!/^postgres(?:ql)?:\/\/\P{Cc}*$/u.test(value) || value.includes('#') || !URL.canParse(value)) return false;
  try {
    decodeURIComponent(value);
    return true;
  } catch {
    return false;
  }
}

/** Scheme, host and port, and nothing else: pages live at the root. */
function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const bare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return /^https?:$/.test(url.protocol) && bare;
}
