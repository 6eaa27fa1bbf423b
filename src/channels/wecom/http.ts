/** One exchange with WeCom's HTTP interface: bounded in time and size, and silent about what it carries. */
import { z } from 'zod';
import type { Clock } from '../../clock.js';
import { PosDoctorError } from '../../errors.js';
import { codeOf } from '../../store/fs.js';

/** Milliseconds until an exchange is given up, answer read to its end. */
export const EXCHANGE_MS = 10_000;
/** Bytes of an answer: a page of sync_msg holds up to 1000 messages. */
export const ANSWER_MAX = 8 * 1024 * 1024;

export interface Exchange {
  /** What errors and logs call it: the path, without the query, which holds secrets. */
  api: string;
  url: URL;
  /** Sent as JSON by POST; without it, it is a GET. */
  body?: unknown;
}

export interface Transport {
  clock: Clock;
  fetch?: typeof globalThis.fetch;
}

/** Everything that WeCom answers has these two. */
const envelope = z.looseObject({ errcode: z.number().int(), errmsg: z.string().catch('') });
export type Answer = z.infer<typeof envelope>;

/**
 * Sends a request and reads the answer, whatever its errcode.
 * Errors carry no cause: what is thrown below may quote the URL or the answer.
 * @throws {PosDoctorError} WECOM_UNREACHABLE for no answer in time, another status than 200, or an answer that is too large or no JSON object with an errcode
 */
export async function exchange({ clock, fetch = globalThis.fetch }: Transport, request: Exchange): Promise<Answer> {
  const { api, url, body } = request;
  const away = (why: string) => new PosDoctorError('WECOM_UNREACHABLE', { api, why });
  const abort = new AbortController();
  const stopWaiting = clock.after(EXCHANGE_MS, () => abort.abort());
  let text: string | null;
  try {
    const response = await fetch(url, {
      // A redirect would carry the access token to wherever it points.
      redirect: 'error',
      signal: abort.signal,
      ...(body === undefined
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw away(`HTTP ${response.status}`);
    }
    text = await readText(response);
  } catch (error) {
    if (error instanceof PosDoctorError) throw error;
    throw away(abort.signal.aborted ? `no answer within ${EXCHANGE_MS / 1000} s` : reasonOf(error));
  } finally {
    stopWaiting();
  }
  if (text === null) throw away(`the answer has more than ${ANSWER_MAX} bytes`);
  const answer = envelope.safeParse(jsonIn(text));
  if (!answer.success) throw away('the answer is not of the known form');
  return answer.data;
}

/** Null if it is longer than the bound. */
async function readText(response: Response): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Web streams of Node are iterable; the types of the DOM, which fetch has, do not say so.
  const body = response.body as unknown as AsyncIterable<Uint8Array> | null;
  for await (const part of body ?? []) {
    bytes += part.byteLength;
    // Leaving the loop cancels the stream.
    if (bytes > ANSWER_MAX) return null;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

/** The system's code (ECONNREFUSED, ENOTFOUND …), which undici hides below its own error. */
function reasonOf(error: unknown): string {
  return codeOf((error as { cause?: unknown } | null)?.cause) || codeOf(error) || 'the connection failed';
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
