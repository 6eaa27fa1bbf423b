/**
 * Bubbles under way. A bubble is replaced as a whole with each frame, so each frame begins with all that was shown. If an
 * answer takes its time, its bubble is opened with a line that says so.
 */
import type { Clock } from '../../../clock.js';
import { shortHash } from '../card.js';
import type { BotSender } from './send.js';

/** Milliseconds without an answer after which its bubble is opened. */
export const LEAD_MS = 800;
/** WeCom ends a bubble six minutes after its first frame (protocol page, 1.6: of two readings the shorter); we end it before. */
export const STREAM_MS = 5.5 * 60_000;
/** Bubbles kept in mind; beyond it an answer just starts without its opening line. */
export const STREAMS_MAX = 5_000;

export interface Stream {
  conversation: string;
  id: string;
  /** What it shows so far; '' before the first frame. */
  shown: string;
  /** When its first frame went out, milliseconds since the epoch. */
  openedAt: number;
  /** Its last frame went out, whether or not the ack came. */
  finishing: boolean;
  /** Goes with the first frame, and only with it. */
  mark: { id: string } | undefined;
}

/** Messages of which it is remembered that they came. */
const SEEN_MAX = 1_000;

export class Streams {
  /** Marks of messages: one that is delivered again, with another request, has its bubble already. */
  readonly #seen = new Set<string>();
  readonly #streams = new Map<string, Stream & { cancel: () => void }>();

  constructor(
    private readonly sender: BotSender,
    private readonly clock: Clock,
    private readonly lead: () => string,
  ) {}

  /** Bubbles kept in mind. */
  get size(): number {
    return this.#streams.size;
  }

  /** A message came: if its answer takes its time, its bubble is opened meanwhile. */
  expect(conversation: string, req: string, mark: { id: string } | undefined): void {
    if (this.#streams.has(req) || this.#streams.size >= STREAMS_MAX || this.#isAgain(mark)) return;
    const cancel = this.clock.after(LEAD_MS, () => void this.#open(req));
    this.#streams.set(req, { ...fresh(conversation, req, mark), cancel });
  }

  /** The bubble in which to answer; its timers end. */
  take(conversation: string, req: string, mark: { id: string } | undefined): Stream {
    this.expect(conversation, req, mark);
    const stream = this.#streams.get(req);
    stream?.cancel();
    return stream ?? fresh(conversation, req, mark);
  }

  /** The answer is out. Other open bubbles of the conversation end: their messages were answered together with this one. */
  async done(conversation: string, req: string): Promise<void> {
    this.#forget(req);
    for (const [other, stream] of this.#streams)
      if (stream.conversation === conversation && stream.shown !== '') await this.#end(other);
  }

  #isAgain(mark: { id: string } | undefined): boolean {
    if (mark === undefined) return false;
    if (this.#seen.has(mark.id)) return true;
    this.#seen.add(mark.id);
    const [oldest] = this.#seen;
    if (this.#seen.size > SEEN_MAX && oldest !== undefined) this.#seen.delete(oldest);
    return false;
  }

  /** The conversation was erased. */
  forget(conversation: string): void {
    for (const [req, stream] of [...this.#streams]) if (stream.conversation === conversation) this.#forget(req);
  }

  stop(): void {
    for (const req of [...this.#streams.keys()]) this.#forget(req);
  }

  async #open(req: string): Promise<void> {
    const stream = this.#streams.get(req);
    if (!stream) return;
    const content = this.lead();
    stream.shown = content;
    stream.openedAt = this.clock.now();
    stream.cancel = this.clock.after(STREAM_MS, () => void this.#end(req));
    // What comes of it matters to nobody: the answer itself waits for its own acks.
    const { id, mark } = stream;
    await this.sender.stream(req, { id, content, finish: false, ...(mark ? { mark } : {}) }).catch(() => undefined);
  }

  async #end(req: string): Promise<void> {
    const stream = this.#streams.get(req);
    if (!stream) return;
    this.#forget(req);
    await this.sender.stream(req, { id: stream.id, content: stream.shown, finish: true }).catch(() => undefined);
  }

  #forget(req: string): void {
    this.#streams.get(req)?.cancel();
    this.#streams.delete(req);
  }
}

/** A bubble that shows nothing yet. `part`: the number of a further bubble of the same answer. */
export function fresh(conversation: string, req: string, mark: { id: string } | undefined, part = 0): Stream {
  const id = shortHash(`${conversation} ${req} ${part}`);
  return { conversation, id, shown: '', openedAt: 0, finishing: false, mark };
}
