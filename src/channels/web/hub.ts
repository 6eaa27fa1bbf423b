/**
 * The open event streams (server-sent events) of the web chat, and the last replies of each conversation so that a
 * stream that broke can go on where it stopped. Everything is bounded; what falls out is in the transcript.
 */

export interface HubLimits {
  /** Streams of one conversation (tabs); the oldest is told that it was replaced and closed. */
  streamsPerConversation: number;
  /** Streams of all conversations. */
  streams: number;
  /** Conversations whose last replies are remembered. */
  conversations: number;
  /** Replies remembered of each. */
  replies: number;
  /** Bytes waiting in one stream before it is given up as stuck. */
  bytesWaiting: number;
}

export const HUB_LIMITS: HubLimits = {
  streamsPerConversation: 4,
  streams: 1000,
  conversations: 500,
  replies: 10,
  bytesWaiting: 256 * 1024,
};

interface Stream {
  conversation: string;
  controller: ReadableStreamDefaultController<Uint8Array>;
}

const encoder = new TextEncoder();

/** One server-sent event. `data` is JSON, which has no line break of its own. */
export function frame(event: string, data: unknown, id?: string): Uint8Array {
  const idLine = id === undefined ? '' : `id: ${id.replace(/[\r\n\0]/g, '')}\n`;
  return encoder.encode(`event: ${event}\n${idLine}data: ${JSON.stringify(data)}\n\n`);
}

export class StreamHub {
  readonly #streams = new Map<string, Set<Stream>>();
  /** Conversation → its last replies by id, oldest first; conversations by last use, oldest first. */
  readonly #recent = new Map<string, Map<string, Uint8Array>>();
  #count = 0;

  constructor(private readonly limits: HubLimits = HUB_LIMITS) {}

  /** Open streams. */
  get size(): number {
    return this.#count;
  }

  /** True if somebody listens to the conversation. */
  listening(conversation: string): boolean {
    return this.#streams.has(conversation);
  }

  /**
   * Opens a stream. It starts with `hello {resumed, at}`: resumed if every reply after `after` follows, otherwise the page has
   * to fetch the history; `at` is our time (ms since the epoch), by which the page sets its clock. Null if there are too many.
   */
  open(conversation: string, at: number, after?: string): ReadableStream<Uint8Array> | null {
    const siblings = this.#streams.get(conversation);
    const [oldest] = siblings ?? [];
    if (oldest && siblings && siblings.size >= this.limits.streamsPerConversation) {
      this.#write(oldest, frame('replaced', {}));
      this.#close(oldest);
    }
    if (this.#count >= this.limits.streams) return null;
    let stream: Stream | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          stream = { conversation, controller };
          this.#add(stream);
          const missed = after === undefined ? undefined : this.#after(conversation, after);
          this.#write(stream, frame('hello', { resumed: missed !== undefined, at }));
          for (const event of missed ?? []) this.#write(stream, event);
        },
        cancel: () => {
          if (stream) this.#remove(stream);
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: this.limits.bytesWaiting }),
    );
  }

  /** Sends a reply to the conversation's streams and remembers it. The same id a second time goes out only once. */
  publish(conversation: string, id: string, data: unknown): void {
    const recent = this.#recent.get(conversation) ?? new Map<string, Uint8Array>();
    this.#recent.delete(conversation);
    this.#recent.set(conversation, recent);
    if (recent.has(id)) return;
    const event = frame('reply', data, id);
    recent.set(id, event);
    dropOldest(recent, this.limits.replies);
    dropOldest(this.#recent, this.limits.conversations);
    this.#broadcast(conversation, event);
  }

  /** No stream goes on from what is remembered of the conversation: it is not all. */
  forget(conversation: string): void {
    this.#recent.delete(conversation);
  }

  /** Sends what is true only now (typing, state) to the conversation's streams. */
  tell(conversation: string, event: string, data: unknown): void {
    this.#broadcast(conversation, frame(event, data));
  }

  /** A sign of life in every stream: proxies keep it open, pages notice a dead one. */
  beat(): void {
    const event = frame('beat', {});
    for (const conversation of [...this.#streams.keys()]) this.#broadcast(conversation, event);
  }

  /** Ends every stream. */
  closeAll(): void {
    for (const streams of [...this.#streams.values()]) for (const stream of [...streams]) this.#close(stream);
  }

  #after(conversation: string, id: string): Uint8Array[] | undefined {
    const recent = this.#recent.get(conversation);
    if (!recent?.has(id)) return undefined;
    const ids = [...recent.keys()];
    return [...recent.values()].slice(ids.indexOf(id) + 1);
  }

  #broadcast(conversation: string, event: Uint8Array): void {
    for (const stream of [...(this.#streams.get(conversation) ?? [])]) this.#write(stream, event);
  }

  #write(stream: Stream, event: Uint8Array): void {
    // A reader that does not read would let the queue grow for ever: it is cut off and resumes when it comes back.
    if ((stream.controller.desiredSize ?? 0) <= 0) this.#close(stream);
    else stream.controller.enqueue(event);
  }

  #add(stream: Stream): void {
    const siblings = this.#streams.get(stream.conversation) ?? new Set();
    siblings.add(stream);
    this.#streams.set(stream.conversation, siblings);
    this.#count += 1;
  }

  #close(stream: Stream): void {
    if (this.#remove(stream)) stream.controller.close();
  }

  #remove(stream: Stream): boolean {
    const siblings = this.#streams.get(stream.conversation);
    if (!siblings?.delete(stream)) return false;
    if (siblings.size === 0) this.#streams.delete(stream.conversation);
    this.#count -= 1;
    return true;
  }
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
