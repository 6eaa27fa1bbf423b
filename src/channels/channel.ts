/** The channel contract: a door through which people reach the assistant. Transport options never leave the channel. */
import type { InboundEvent } from '../dialogue/event.js';
import type { OutboxItem, TranscriptLine } from '../store/store.js';

/** What a channel can show; its renderer, and nobody else, reads it. */
export interface Capabilities {
  markdown: boolean;
  cards: boolean;
  /** Most buttons in one card; 0: options are listed by number. */
  buttons: number;
  /** UTF-8 bytes a message may have. */
  bytesPerMessage: number;
  /** Can write to a user who has not just written. */
  canPush: boolean;
  /** Can change what it has sent. */
  canEdit: boolean;
  /** It shows ratings of its own beside each answer: whether it helped is not asked as well. */
  rates?: true;
  /** It is a board for the people behind the bot: hand-over notes go there. */
  takesNotices?: boolean;
  /** It gives a conversation to people of its own when a human is asked for, and tells so by `human` events. */
  handsOver?: boolean;
  /** A message that nothing is said to stays marked as being worked on. */
  acknowledges?: boolean;
}

/** What a channel may ask of the service. */
export interface Service {
  /**
   * Resolves when the event is durable. A channel acknowledges to its platform only then.
   * @returns false if it was taken before: a repeated delivery, which changes nothing
   */
  accept(channel: string, event: InboundEvent): Promise<boolean>;
  /** The channel can send again after a time in which it could not: what waits for it is sent now, not when it is next due. */
  reconnected(channel: string): Promise<void>;
  /** What was said, masked, oldest first. */
  transcript(conversation: string): Promise<TranscriptLine[]>;
  /** Whether a human is believed to have the conversation: what is said is kept then, and not answered. */
  silent(conversation: string): Promise<boolean>;
}

/** How far a batch has come; the channel writes it as it sends, and it is committed with the outbox, sent or not. */
export interface Progress {
  /** Messages of this batch that the platform has taken: after a failure the rest is sent, not all. */
  taken: number;
  /** What the channel keeps with the conversation: JSON, small. */
  memory: unknown;
}

export interface Channel {
  readonly name: string;
  readonly capabilities: Capabilities;
  start(service: Service): Promise<void>;
  /**
   * Sends what answers one event, in order: never empty. Resolves when the platform took all of it; rejects to have the rest
   * tried again (SEND_REFUSED: never; SEND_LATER: nothing was tried, there is room in `retryAfterMs`). Must not send twice what has the same item id, where the platform lets it.
   */
  send(conversation: string, items: readonly OutboxItem[], progress: Progress): Promise<void>;
  stop(): Promise<void>;
  /** Whether it is connected; a channel that is nothing but a listener has no say in it. */
  ready?(): { ok: boolean; why?: string };
  /** Lets go of what it remembers of a conversation beside its record: that was erased. */
  forget?(conversation: string): void;
  /** Whether this one of several processes can send through it now; without it every one can. */
  serves?(): boolean;
  /** Whether this one of several processes holds the right to its one connection; only where there is but one. */
  holdsLease?(): boolean;
}
