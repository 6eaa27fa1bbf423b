/** What reaches a conversation from outside. */
import type { Note } from '../handover/letter.js';

/** Made by the channel, stored with the outbox, never read by the core (a req_id, a welcome code, a response_url …). */
export interface ReplyTo {
  channel: string;
  token: string;
  /** Milliseconds since the epoch after which it is of no use. */
  expiresAt?: number;
}

interface EventBase {
  /** Unique within the conversation, made by the channel from the platform's own message id: redelivery has the same id. */
  id: string;
  conversation: string;
  /** Milliseconds since the epoch. */
  at: number;
  replyTo?: ReplyTo;
  /** Our step in the trace of what brought it, as W3C's `traceparent`; set when it is taken in, never read by the core. */
  trace?: string;
  /** False: never joined with other messages into one turn, whatever the clock says. Default true. */
  mayJoin?: boolean;
}

/** What came with or instead of words; none of it is looked into. */
export type Attachment = 'image' | 'voice' | 'video' | 'file' | 'location' | 'other';

/** What the channel learnt of the shop without asking: from the sticker whose code was scanned. */
export interface Shop {
  /** Merchant number. */
  merchant?: string;
  /** Terminal serial. */
  terminal?: string;
}

/** Numbers and what the list adds to them. */
export interface KnownShop extends Shop {
  /** What was said of it; the rest is from the list. */
  told?: Shop;
  /** The list names the user for this very shop. */
  own?: true;
  /** The sticker in the shop said it, not the user's words. */
  sticker?: true;
  name?: string;
  region?: string;
  /** The lexicon's id, or as the operator wrote it. */
  acquirer?: string;
  /** Of the terminal. */
  model?: string;
}

export type InboundEvent =
  /** `text` is masked before it is stored; `hidden` says what was; `cut`: it was too long. */
  | (EventBase & { kind: 'message'; text: string; hidden?: string[]; cut?: boolean; attachments?: Attachment[] })
  /** A tap. `question` names what it answers; another one than the current is stale. */
  | (EventBase & { kind: 'option'; option: string; question?: string })
  /** The user opened the chat. `quiet`: the channel cannot greet now. */
  | (EventBase & { kind: 'enter'; shop?: Shop; quiet?: boolean })
  /** Somebody rated an answer: `answer` is what the channel marked it with; no turn is taken. */
  | (EventBase & {
      kind: 'feedback';
      answer: string;
      rating: 'good' | 'bad' | 'withdrawn';
      /** Masked before it is stored. */
      text?: string;
      reasons?: number[];
    })
  /** A human took the conversation over (the bot is silent then), or gave it back. */
  | (EventBase & { kind: 'human'; active: boolean })
  /** Another conversation has something to say to this one: the merchant's and the colleague's, in a hand-over. */
  | (EventBase & { kind: 'letter'; note: Note })
  | (EventBase & { kind: 'reset' })
  /** A wake-up that the session set. */
  | (EventBase & { kind: 'wake'; name: string });
