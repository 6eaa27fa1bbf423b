/** Calls of WeCom's interface, bounded, with what comes of a refusal in words. */
import { WecomApi, type WecomApiOptions } from '../../channels/wecom/api.js';
import { hintText, reactionTo } from '../../channels/wecom/errcodes.js';
import { fetchTokenThrough } from '../../channels/wecom/token.js';
import { isPosDoctorError } from '../../errors.js';
import { silentLog } from '../../log.js';
import { type Desk, note, type Outcome, wrong } from './desk.js';

/** Milliseconds that one check may take, waits for a busy WeCom included; then its exchange is cut. */
export const CALL_MS = 15_000;

/** `value`, or what is to be said instead. */
export type Called<T> = { value: T } | { outcome: Outcome };

export class Calls {
  readonly #desk: Desk;
  #token: string | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Fetches the access token that further calls carry: corp id and secret belong together if it comes. */
  async token(corpId: string, secret: string): Promise<Called<undefined>> {
    const called = await this.call((api) => fetchTokenThrough(api)(corpId, secret));
    if ('outcome' in called) return called;
    this.#token = called.value.token;
    return { value: undefined };
  }

  /** @param untold errcodes that tell nothing about our settings in this call */
  async call<T>(work: (api: WecomApi) => Promise<T>, untold: readonly number[] = []): Promise<Called<T>> {
    const { clock, fetch } = this.#desk;
    const over = new AbortController();
    const cancel = clock.after(CALL_MS, () => over.abort());
    let told: string | undefined;
    const api = this.#api({
      // Told once in a while by each WecomApi, so each call has its own. Only here is the address that 60020 names.
      alert: (text) => {
        told = text;
      },
      fetch: (url, init) =>
        fetch(url, { ...init, signal: AbortSignal.any([over.signal, ...(init?.signal ? [init.signal] : [])]) }),
    });
    try {
      return { value: await work(api) };
    } catch (error) {
      return { outcome: this.#said(error, told, untold) };
    } finally {
      cancel();
    }
  }

  #api(own: Pick<WecomApiOptions, 'alert' | 'fetch'>): WecomApi {
    const { config, clock, ui } = this.#desk;
    const token = this.#token;
    // A token this new that is refused will not get better by another one.
    const keeper = token === undefined ? {} : { keeper: { get: async () => token, refused: async () => token } };
    return new WecomApi({ base: config.wecom.apiBase, clock, log: silentLog, ui: () => ui, ...own, ...keeper });
  }

  #said(error: unknown, told: string | undefined, untold: readonly number[]): Outcome {
    const { word, ui, config } = this.#desk;
    if (isPosDoctorError(error, 'WECOM_ERROR')) {
      const code = Number(error.subject.errcode);
      const { hint } = reactionTo(code);
      // What only time can change, or nobody has listed, says nothing about the settings.
      if (hint === undefined || untold.includes(code)) return note(word('doctor.api.unknown', { code }));
      return wrong(word('doctor.api.refused', { code }), told ?? hintText(ui, hint));
    }
    if (!isPosDoctorError(error, 'WECOM_UNREACHABLE')) throw error;
    const why = String(error.subject.why ?? '');
    const fix = word('doctor.api.unreachableFix', { base: config.wecom.apiBase });
    return wrong(word('doctor.api.unreachable', { why }), fix);
  }
}
