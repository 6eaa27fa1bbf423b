/**
 * WeCom's HTTP interface: calls with an access token, answers checked, errcodes acted on as the table says.
 *
 * What is thrown: WECOM_UNREACHABLE (no answer that can be read) and WECOM_ERROR (an errcode; in `subject.errcode`, so that
 * a door can look up the reaction and do what only it can). Neither holds a token, a body or an errmsg.
 */
import type { z } from 'zod';
import type { Clock } from '../../clock.js';
import { isPosDoctorError, PosDoctorError } from '../../errors.js';
import type { Log } from '../../log.js';
import { type ErrcodeAdvice, hintText, ipIn, type Reaction, reactionTo } from './errcodes.js';
import { type Answer, exchange } from './http.js';

/** Where access tokens come from. */
export interface TokenSource {
  get(): Promise<string>;
  /** Another token than this one, which WeCom did not take. */
  refused(token: string): Promise<string>;
}

export interface WecomApiOptions {
  /** Scheme and host, without a trailing slash. */
  base: string;
  /** Without it, calls carry no access token. */
  keeper?: TokenSource;
  clock: Clock;
  log: Log;
  fetch?: typeof globalThis.fetch;
  /** Told in the operator's words what has to be changed, once in ten minutes for each errcode. */
  alert?: (text: string) => void;
  /** The words of ui.yaml. */
  ui?: () => Readonly<Record<string, string>>;
}

export interface CallOptions<T> {
  /** What is read of the answer; checked. */
  schema: z.ZodType<T>;
  /** Further parameters of the query. */
  query?: Readonly<Record<string, string>>;
  /** Errcodes that the caller knows an answer to: thrown like any, but not logged as a defect of ours. */
  expects?: readonly number[];
}

/** Milliseconds before each further try of what WeCom was too busy for; then it is the outbox's turn. */
export const RETRY_WAITS_MS = [500, 1000, 2000] as const;
/** Minute limits are lifted after a minute (docs of 45009); five seconds for clocks that differ. */
export const TOO_OFTEN_MS = 65_000;
/** Calls that were too many at one time are over soon. */
export const TOO_MANY_MS = 2_000;
const ALERT_PAUSE_MS = 10 * 60_000;
/** Paths are fixed words of our own; the bound only guards against one that is not. */
const PATHS_MAX = 100;

/** The reaction to an error that `WecomApi` threw; undefined if it is another one. */
export function reactionOf(error: unknown): Reaction | undefined {
  return isPosDoctorError(error, 'WECOM_ERROR') ? reactionTo(Number(error.subject.errcode)).reaction : undefined;
}

export class WecomApi {
  readonly #options: WecomApiOptions;
  /** Path → when it may be called again. */
  readonly #held = new Map<string, { until: number; errcode: number }>();
  /** Errcode → when it was last told. */
  readonly #told = new Map<number, number>();

  constructor(options: WecomApiOptions) {
    this.#options = options;
  }

  /**
   * @param path from /cgi-bin on, without a query
   * @throws {PosDoctorError} WECOM_UNREACHABLE, WECOM_ERROR; with `retryAfterMs` while the path is held back
   */
  post<T>(path: string, body: unknown, { query = {}, ...options }: CallOptions<T>): Promise<T> {
    return this.#call(path, query, body, options);
  }

  /** As `post`, with parameters in the query. */
  get<T>(
    path: string,
    query: Readonly<Record<string, string>>,
    { schema }: Pick<CallOptions<T>, 'schema'>,
  ): Promise<T> {
    return this.#call(path, query, undefined, { schema });
  }

  async #call<T>(
    path: string,
    query: Readonly<Record<string, string>>,
    body: unknown,
    { schema, expects = [] }: Pick<CallOptions<T>, 'schema' | 'expects'>,
  ): Promise<T> {
    const { keeper, clock } = this.#options;
    let token = await keeper?.get();
    let tries = 0;
    let refreshed = false;
    for (;;) {
      this.#expectFree(path);
      const answer = await exchange(this.#options, { api: path, url: this.#url(path, query, token), body });
      const advice = reactionTo(answer.errcode);
      if (advice.reaction === 'ok') return read(path, answer, schema);
      const wait = RETRY_WAITS_MS[tries];
      if (advice.reaction === 'refresh' && keeper && token !== undefined && !refreshed) {
        refreshed = true;
        token = await keeper.refused(token);
      } else if (advice.reaction === 'retry' && wait !== undefined) {
        tries += 1;
        await new Promise<void>((resolve) => clock.after(wait, resolve));
      } else throw this.#failed(path, answer, advice, expects);
    }
  }

  #url(path: string, query: Readonly<Record<string, string>>, token: string | undefined): URL {
    const url = new URL(`${this.#options.base}${path}`);
    if (token !== undefined) url.searchParams.set('access_token', token);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  /** Refused here rather than asked again: each further call while blocked makes WeCom block for longer. */
  #expectFree(path: string): void {
    const held = this.#held.get(path);
    const left = (held?.until ?? 0) - this.#options.clock.now();
    if (held === undefined || left <= 0) this.#held.delete(path);
    else throw errorOf(path, held.errcode, left);
  }

  #failed(
    path: string,
    { errcode, errmsg }: Answer,
    { reaction, what, hint }: ErrcodeAdvice,
    expects: readonly number[],
  ): PosDoctorError {
    if (reaction === 'slow-down') {
      const wait = errcode === 45033 ? TOO_MANY_MS : TOO_OFTEN_MS;
      this.#hold(path, errcode, wait);
      return errorOf(path, errcode, wait);
    }
    if (hint !== undefined) this.#tell(path, errcode, hintText(this.#options.ui?.() ?? {}, hint, ipIn(errmsg)));
    if (reaction === 'defect' && !expects.includes(errcode))
      this.#options.log.error({ api: path, errcode, what }, 'WeCom takes this for malformed');
    return errorOf(path, errcode);
  }

  #hold(path: string, errcode: number, ms: number): void {
    const [oldest] = this.#held.keys();
    if (this.#held.size >= PATHS_MAX && oldest !== undefined) this.#held.delete(oldest);
    this.#held.set(path, { until: this.#options.clock.now() + ms, errcode });
  }

  #tell(path: string, errcode: number, text: string): void {
    const now = this.#options.clock.now();
    const last = this.#told.get(errcode);
    if (last !== undefined && now - last < ALERT_PAUSE_MS) return;
    this.#told.set(errcode, now);
    this.#options.log.error({ api: path, errcode, hint: text }, 'WeCom refuses until a setting is changed');
    this.#options.alert?.(text);
  }
}

function errorOf(api: string, errcode: number, retryAfterMs?: number): PosDoctorError {
  const { what } = reactionTo(errcode);
  return new PosDoctorError('WECOM_ERROR', { api, errcode, what }, retryAfterMs === undefined ? {} : { retryAfterMs });
}

function read<T>(api: string, answer: Answer, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') ?? '';
  throw new PosDoctorError('WECOM_UNREACHABLE', { api, why: `the answer is not of the known form at "${where}"` });
}
