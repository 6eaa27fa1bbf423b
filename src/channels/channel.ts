/** The channel contract: a door through which people reach the assistant. Transport options never leave the channel. */
import type { InboundEvent } from '../dialogue/event.js';
import type { OutboxItem } from '../store/store.js';

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
}

/** What a channel may ask of the service. */
export interface Service {
  /** Resolves when the event is durable. A channel acknowledges to its platform only then. */
  accept(channel: string, event: InboundEvent): Promise<void>;
}

export interface Channel {
  readonly name: string;
  readonly capabilities: Capabilities;
  start(service: Service): Promise<void>;
  /** Resolves when the platform took it; rejects to have it tried again. Must not send twice what has the same item id, where the platform lets it. */
  send(conversation: string, item: OutboxItem): Promise<void>;
  stop(): Promise<void>;
}
