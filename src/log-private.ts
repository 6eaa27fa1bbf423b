/** The log of the service: pino, with people under other names and every line counted. */
import { type Logger, pino } from 'pino';
import type { Log } from './log.js';
import type { LogName } from './log-names.js';

/** Fields that no line of ours has; should one get there by mistake, its value is not written. */
const SECRETS = [
  'text',
  'content',
  'password',
  'secret',
  'token',
  'access_token',
  'aesKey',
  'authorization',
  'cookie',
  'url',
];
const CENSOR = '[hidden]';
/** Conversation ids of our doors wherever they stand: in the id of a reply, in an error, in a file's name. */
const IDS = /\b(?:wecom-(?:app|bot|kf)(?::|%3a)[^\s"'`,;()<>]+|web-[0-9a-f]{32})/gi;

/** Characters of an id that is looked for inside other words; a shorter one would be found by chance. */
const LEAST_ID = 6;

type Level = 'debug' | 'info' | 'warn' | 'error';

/** JSON lines to a stream (or a file descriptor's), without what is secret. */
export function operatorLogger(level: string, stream: { write(line: string): void }): Logger {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, redact: { paths, censor: CENSOR } }, stream);
}

/**
 * @param name what a conversation is called in the log
 * @param written told of each line, debug lines apart
 */
export function privateLog(
  logger: Logger,
  name: LogName,
  written: (level: Exclude<Level, 'debug'>, message: string) => void,
): Log {
  const to =
    (level: Level) =>
    (data: object, message: string): void => {
      if (level !== 'debug') written(level, message);
      if (logger.isLevelEnabled(level)) logger[level](renamed(data, name), message);
    };
  return { debug: to('debug'), info: to('info'), warn: to('warn'), error: to('error') };
}

/** The data of a line with names for conversations. */
function renamed(data: object, name: LogName): object {
  const { conversation } = data as { conversation?: unknown };
  const id = typeof conversation === 'string' ? conversation : '';
  const plain = (text: string): string => {
    if (text === id) return name(id);
    const own = id.length < LEAST_ID ? text : text.replaceAll(id, name(id));
    return own.replace(IDS, name);
  };
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return plain(value);
    if (Array.isArray(value)) return value.map(walk);
    if (value === null || typeof value !== 'object' || value instanceof Error) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(data) as object;
}
