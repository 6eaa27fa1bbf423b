/** Bodies of requests that anybody may send: bounded in size, time and number, before anything is known of the sender. */
import type { Clock } from '../../clock.js';

export interface BodyLimits {
  /** Bytes of one body. */
  bodyMax: number;
  /** Milliseconds it may take; WeCom itself gives up after 5 s. */
  bodyMs: number;
  /** Bodies that are read at one time. */
  readingMax: number;
}

export type Body = { text: string } | { unread: 'too-large' | 'too-slow' };

export class BodyReader {
  /** What gives up each body under way, the one that waits longest first. */
  readonly #reading = new Set<() => void>();

  constructor(
    private readonly limits: BodyLimits,
    private readonly clock: Clock,
  ) {}

  /** Bodies being read. */
  get size(): number {
    return this.#reading.size;
  }

  /**
   * Reads a body, as one character a byte: all that is looked for in it is ASCII.
   * When too many are being read, the one that has waited longest gives way: WeCom's arrive at once, so what lingers is
   * somebody who wants to occupy the place.
   */
  async read(request: Request): Promise<Body> {
    // Said too much: no need to hear it. Said too little: it is counted below.
    if (Number(request.headers.get('content-length')) > this.limits.bodyMax) return { unread: 'too-large' };
    const reader = request.body?.getReader();
    if (reader === undefined) return { text: '' };
    const [longest] = this.#reading;
    if (this.#reading.size >= this.limits.readingMax) longest?.();
    let gaveUp = false;
    const giveUp = (): void => {
      gaveUp = true;
      this.#reading.delete(giveUp);
      // Ends the read that is waiting.
      reader.cancel().catch(() => undefined);
    };
    this.#reading.add(giveUp);
    const stopWaiting = this.clock.after(this.limits.bodyMs, giveUp);
    const parts: Uint8Array[] = [];
    let bytes = 0;
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        bytes += part.value.byteLength;
        if (bytes > this.limits.bodyMax) {
          giveUp();
          return { unread: 'too-large' };
        }
        parts.push(part.value);
      }
    } catch {
      // The sender went away in the middle.
      return { unread: 'too-slow' };
    } finally {
      stopWaiting();
      this.#reading.delete(giveUp);
    }
    return gaveUp ? { unread: 'too-slow' } : { text: Buffer.concat(parts, bytes).toString('latin1') };
  }
}
