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
    const declared = request.headers.get('content-length');
    if (Number(declared) > this.limits.bodyMax) return { unread: 'too-large' };
    const [longest] = this.#reading;
    if (this.#reading.size >= this.limits.readingMax) longest?.();
    // HTTP's parser hands over no more than was declared, and read whole it costs a third of a stream.
    const source = declared === null ? this.#inPieces(request) : this.#whole(request);
    let giveUp = (): void => undefined;
    const givenUp = new Promise<Body>((resolve) => {
      giveUp = () => {
        // Here and now, so that the next one who comes makes another give way.
        this.#reading.delete(giveUp);
        source.cancel();
        resolve({ unread: 'too-slow' });
      };
    });
    this.#reading.add(giveUp);
    const stopWaiting = this.clock.after(this.limits.bodyMs, giveUp);
    try {
      // Rejected: the sender went away in the middle.
      return await Promise.race([source.body.catch((): Body => ({ unread: 'too-slow' })), givenUp]);
    } finally {
      stopWaiting();
      this.#reading.delete(giveUp);
    }
  }

  #whole(request: Request): { body: Promise<Body>; cancel: () => void } {
    const body = request.arrayBuffer().then((bytes): Body => {
      if (bytes.byteLength > this.limits.bodyMax) return { unread: 'too-large' };
      return { text: Buffer.from(bytes).toString('latin1') };
    });
    // What was declared and does not come is at most one body; the connection is closed after our answer.
    return { body, cancel: () => undefined };
  }

  #inPieces(request: Request): { body: Promise<Body>; cancel: () => void } {
    const reader = request.body?.getReader();
    const cancel = (): void => {
      reader?.cancel().catch(() => undefined);
    };
    const read = async (): Promise<Body> => {
      const parts: Uint8Array[] = [];
      let bytes = 0;
      for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
        bytes += part.value.byteLength;
        if (bytes > this.limits.bodyMax) {
          cancel();
          return { unread: 'too-large' };
        }
        parts.push(part.value);
      }
      return { text: Buffer.concat(parts, bytes).toString('latin1') };
    };
    return { body: read(), cancel };
  }
}
