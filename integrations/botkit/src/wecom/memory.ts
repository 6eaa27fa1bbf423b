/** What the adapter remembers of conversations while it runs: for the doors, which ask what was said. Bounded. */
import type { InboundEvent, OutboxItem, TranscriptLine } from 'pos-doctor';

/** Conversations remembered; the one silent for longest is forgotten first. */
export const CONVERSATIONS_MAX = 2_000;
/** Lines of one conversation; as many as a door looks back. */
export const LINES_MAX = 40;

export class Conversation {
  readonly lines: TranscriptLine[] = [];
  /** A human has it. */
  silent = false;
  /** What the door keeps with it. */
  kept: unknown = undefined;

  heard(event: InboundEvent): void {
    if (event.kind === 'human') this.silent = event.active;
    const text =
      event.kind === 'message' ? event.text : event.kind === 'option' ? this.labelOf(event.option) : undefined;
    if (text !== undefined) this.#add({ id: event.id, at: event.at, from: 'user', text });
  }

  /** What is tried again is one line. */
  said(items: readonly OutboxItem[]): void {
    for (const { id, createdAt, reply } of items)
      if (!this.lines.some((line) => line.id === id))
        this.#add({ id, at: createdAt, from: 'assistant', text: reply.text, reply });
  }

  /** What stood on the button; the option's id where that is not known any more. */
  labelOf(option: string): string {
    const shown = this.lines.findLast(({ reply }) => reply?.options.some(({ id }) => id === option));
    return shown?.reply?.options.find(({ id }) => id === option)?.label ?? option;
  }

  #add(line: TranscriptLine): void {
    this.lines.push(line);
    if (this.lines.length > LINES_MAX) this.lines.shift();
  }
}

export class Memory {
  readonly #conversations = new Map<string, Conversation>();

  get size(): number {
    return this.#conversations.size;
  }

  of(conversation: string): Conversation {
    const known = this.#conversations.get(conversation) ?? new Conversation();
    this.#conversations.delete(conversation);
    this.#conversations.set(conversation, known);
    const [oldest] = this.#conversations.keys();
    if (this.#conversations.size > CONVERSATIONS_MAX && oldest !== undefined) this.#conversations.delete(oldest);
    return known;
  }
}

/** Deliveries remembered, so that a repeated one is not taken twice. */
export const SEEN_MAX = 10_000;

export class Seen {
  readonly #seen = new Map<string, Promise<void>>();

  get size(): number {
    return this.#seen.size;
  }

  /** Runs `work` once a key; who comes again gets the same outcome. What failed may come again. */
  once(key: string, work: () => Promise<void>): Promise<void> {
    const known = this.#seen.get(key);
    if (known) return known;
    const done = work();
    this.#seen.set(key, done);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > SEEN_MAX && oldest !== undefined) this.#seen.delete(oldest);
    done.catch(() => this.#seen.delete(key));
    return done;
  }
}
