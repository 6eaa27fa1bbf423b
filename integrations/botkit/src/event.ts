/** A message of Botkit's as an event of the assistant's. Pure. */
import type { ConversationReference } from 'botbuilder-core';
import type { BotkitMessage } from 'botkit';
import type { Attachment, InboundEvent, ReplyTo, Shop } from 'pos-doctor';
import { optionIn } from './payload.js';

/** Botkit's types of what is no message; WeComAdapter makes them. */
export const FEEDBACK = 'feedback_event';
export const HUMAN = 'human_session';
/** What is said while a human has the conversation: heard, and not answered. */
export const OVERHEARD = 'message_to_human';

export interface Reading {
  /** The channel's name. */
  name: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** Makes an id where the platform gave none: then a second delivery cannot be told from a second message. */
  id: () => string;
  /** Types of what opens a conversation. */
  greetOn: ReadonlySet<string>;
  /** Whether the adapter can say something later than in the turn; if not, each message is answered by itself, at once. */
  canPush: boolean;
}

/** Who is at the other end, in Botkit's words. */
export interface Place {
  channelId: string;
  /** `conversation.id`. */
  channel: string;
  user: string;
}

export function placeOf({ channel, user, incoming_message: { channelId } }: BotkitMessage): Place {
  return { channelId, channel, user };
}

/** As Botkit keeps its own state: a conversation for each user in a place. */
export function conversationAt(name: string, { channelId, channel, user }: Place): string {
  return [name, channelId, channel, user].map((part) => encodeURIComponent(part ?? '')).join(':');
}

export function eventOf(message: BotkitMessage, { name, now, id, greetOn, canPush }: Reading): InboundEvent {
  const base = {
    id: message.incoming_message.id || id(),
    conversation: conversationAt(name, placeOf(message)),
    at: now,
    replyTo: replyTo(name, message),
  };
  if (greetOn.has(message.type)) {
    const shop = message.shop as Shop | undefined;
    return { ...base, kind: 'enter', ...(shop && { shop }), ...(message.quiet === true && { quiet: true }) };
  }
  if (message.type === FEEDBACK) {
    const { answer, rating, reasons, text } = message;
    return {
      ...base,
      kind: 'feedback',
      answer: String(answer),
      rating,
      ...(text && { text }),
      ...(reasons && { reasons }),
    };
  }
  if (message.type === HUMAN) return { ...base, kind: 'human', active: message.active === true };
  const tapped = optionOf(message);
  if (tapped) {
    const { option, question } = tapped;
    return { ...base, kind: 'option', option, ...(question === undefined ? {} : { question }) };
  }
  const attachments = attachmentsOf(message);
  const alone = message.mayJoin === false || !canPush;
  return {
    ...base,
    kind: 'message',
    text: message.text ?? '',
    ...(attachments.length > 0 && { attachments }),
    ...(alone && { mayJoin: false }),
  };
}

/** The option of ours that was tapped, wherever the adapter puts a button's payload. */
export function optionOf(message: BotkitMessage) {
  const { text, value, quick_reply: quick, postback } = message;
  for (const candidate of [text, value, quick?.payload, postback?.payload]) {
    const option = optionIn(candidate);
    if (option) return option;
  }
  return null;
}

const KINDS: ReadonlySet<string> = new Set<Attachment>(['image', 'voice', 'video', 'file', 'location']);
const MEDIA: Readonly<Record<string, Attachment>> = { image: 'image', audio: 'voice', video: 'video' };

/** Kinds only; nothing is looked into. Platforms write `image`, `image/png`, or an object that has one of these. */
function attachmentsOf(message: BotkitMessage): Attachment[] {
  const own: unknown = message.attachments ?? message.incoming_message.attachments;
  if (!Array.isArray(own)) return [];
  const kinds = own.map((one: unknown): Attachment => {
    const { type, contentType } = (one ?? {}) as { type?: unknown; contentType?: unknown };
    const said = String(typeof one === 'string' ? one : (type ?? contentType ?? '')).toLowerCase();
    return KINDS.has(said) ? (said as Attachment) : (MEDIA[said.split('/')[0] ?? ''] ?? 'other');
  });
  return [...new Set(kinds)];
}

/** Where an answer goes, and what the adapter put beside the message to be given back with it. */
export interface Address {
  reference: Partial<ConversationReference>;
  back?: unknown;
}

/** UTF-16 units of what an adapter may ask to be given back; it is stored with each answer. */
const BACK_MAX = 4_096;

function replyTo(name: string, { reference, replyTo: back }: BotkitMessage): ReplyTo {
  const kept = back !== undefined && (JSON.stringify(back)?.length ?? 0) <= BACK_MAX ? { back } : {};
  const address: Address = { reference, ...kept };
  return { channel: name, token: JSON.stringify(address) };
}

/** The inverse; null: it is not known where the answer goes. */
export function addressIn(to: ReplyTo | undefined): Address | null {
  try {
    const address = JSON.parse(to?.token ?? 'null') as Address | null;
    return address?.reference ? address : null;
  } catch {
    return null;
  }
}
