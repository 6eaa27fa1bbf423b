/** One look at an HTTP address: bounded in time and size, no redirect followed. */
import type { Clock } from '../../clock.js';
import { codeOf } from '../../store/fs.js';

/** Milliseconds until a look is given up. */
export const PROBE_MS = 10_000;
/** Characters of an answer that are read; what we ask for is shorter. */
const READ_MAX = 4096;

export type Probed =
  | { status: number; text: string }
  /** Nobody answered: the system's code, or "timeout". */
  | { away: string };

export async function probe(url: string, { clock, fetch }: { clock: Clock; fetch: typeof globalThis.fetch }) {
  const abort = new AbortController();
  const stopWaiting = clock.after(PROBE_MS, () => abort.abort());
  try {
    const response = await fetch(url, { redirect: 'manual', signal: abort.signal });
    return { status: response.status, text: await begin(response) } satisfies Probed;
  } catch (error) {
    return { away: abort.signal.aborted ? 'timeout' : reasonOf(error) } satisfies Probed;
  } finally {
    stopWaiting();
  }
}

/** The first {@link READ_MAX} characters, or a few more. */
async function begin(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  // Web streams of Node are iterable; the types of the DOM, which fetch has, do not say so.
  for await (const part of (response.body as unknown as AsyncIterable<Uint8Array> | null) ?? []) {
    text += decoder.decode(part, { stream: true });
    // Leaving the loop cancels the stream.
    if (text.length > READ_MAX) break;
  }
  return text;
}

/** The system's code (ECONNREFUSED, ENOTFOUND, CERT_HAS_EXPIRED …), which undici hides below its own error. */
function reasonOf(error: unknown): string {
  return codeOf((error as { cause?: unknown } | null)?.cause) || codeOf(error) || 'failed';
}
