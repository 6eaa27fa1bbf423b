/** What comes through a door as an Activity, and an Activity as what a door sends. Pure. */
import type { Activity } from 'botbuilder-core';
import { addressOf, type InboundEvent, type Link, type OutboxItem, type ReplyOption, type ReplyTo } from 'pos-doctor';
import { FEEDBACK, HUMAN, OVERHEARD } from '../event.js';
import { payloadOf } from '../payload.js';
import type { QuickReply } from '../reply.js';

/** The other end of every conversation. */
export const BOT = { id: 'pos-doctor', name: 'pos-doctor' } as const;

/** What a door's event has beside the text; Botkit lays it into its message. */
export interface WecomData {
  botkitEventType?: string;
  /** How to answer, opaque. Whoever keeps a reference for later gives it back in `channelData.replyTo`. */
  replyTo?: ReplyTo;
  [field: string]: unknown;
}

/**
 * @param silent a human has the conversation
 * @param label what stood on the button, if it is known
 * @returns null if the conversation is none of WeCom's, or the event is none of a door's
 */
export function activityOf(event: InboundEvent, silent: boolean, label?: string): Partial<Activity> | null {
  const address = addressOf(event.conversation);
  if (!address) return null;
  const { id, conversation: _, at, replyTo, kind, ...rest } = event;
  const base = {
    id,
    channelId: address.channel,
    timestamp: new Date(at),
    conversation: { id: address.chat } as Activity['conversation'],
    from: { id: address.user } as Activity['from'],
    recipient: BOT,
  };
  const shared: WecomData = replyTo ? { replyTo } : {};
  const happened = (botkitEventType: string, more: object, text?: string): Partial<Activity> => ({
    ...base,
    type: 'event',
    ...(text === undefined ? {} : { text }),
    channelData: { ...shared, botkitEventType, ...more },
  });
  const said = (text: string, more: object): Partial<Activity> => ({
    ...base,
    type: silent ? 'event' : 'message',
    text,
    channelData: { ...shared, ...more, ...(silent ? { botkitEventType: OVERHEARD } : {}) },
  });
  switch (event.kind) {
    case 'message': {
      const { text, attachments, mayJoin } = event;
      return said(text, { ...(attachments && { attachments }), ...(mayJoin === undefined ? {} : { mayJoin }) });
    }
    case 'option': {
      const { option, question } = event;
      const tapped = said(option, label === undefined ? {} : { label });
      return { ...tapped, value: option, ...(question === undefined ? {} : { replyToId: question }) };
    }
    case 'enter':
      return happened('enter_chat', rest);
    case 'feedback':
      return happened(FEEDBACK, rest, event.text);
    case 'human':
      return happened(HUMAN, rest);
    default:
      return null;
  }
}

/** Another connection has taken over; it happens to the bot, not in a conversation. */
export function kickedActivity(id: string, now: number): Partial<Activity> {
  return {
    type: 'event',
    id,
    channelId: 'wecom-bot',
    timestamp: new Date(now),
    conversation: { id: 'wecom-bot' } as Activity['conversation'],
    from: { id: 'wecom-bot' } as Activity['from'],
    recipient: BOT,
    channelData: { botkitEventType: 'disconnected_event' } satisfies WecomData,
  };
}

export interface Sending {
  /** The activity's id, by which a tap on its card says what was tapped. */
  id: string;
  channel: string;
  now: number;
  /** The message that is answered; '' if the bot speaks of its own accord. */
  answers: string;
  replyTo?: ReplyTo | undefined;
}

/** Nothing here is stored: a batch is tried again for minutes at most. */
const LIFE_MS = 24 * 3_600_000;

export function itemOf(activity: Partial<Activity>, { id, channel, now, answers, replyTo }: Sending): OutboxItem {
  const data = (activity.channelData ?? {}) as { links?: Link[] };
  const options = optionsOf(activity);
  return {
    id,
    channel,
    reply: {
      type: options.length > 0 ? 'question' : 'text',
      text: activity.text ?? '',
      options,
      links: (data.links ?? []).map(({ title, url }) => ({ title, url })),
      ...(options.length > 0 ? { question: id } : {}),
    },
    inReplyTo: answers,
    createdAt: now,
    attempts: 0,
    nextAttemptAt: now,
    expiresAt: now + LIFE_MS,
    state: 'waiting',
    ...(replyTo ? { replyTo } : {}),
  };
}

function optionsOf({ channelData, suggestedActions }: Partial<Activity>): ReplyOption[] {
  const quick = (channelData as { quick_replies?: Partial<QuickReply>[] } | undefined)?.quick_replies;
  const replies =
    quick?.map(({ title, payload }) => ({ label: title, id: payload })) ??
    suggestedActions?.actions.map(({ title, value }) => ({
      label: title,
      id: typeof value === 'string' ? value : title,
    }));
  return (replies ?? []).map(({ id, label }) => ({ id: String(id ?? label ?? ''), label: String(label ?? id ?? '') }));
}

/** The assistant's own item, if the plug-in sends it: with the ids that a tap brings back through Botkit. */
export function ownItem(activity: Partial<Activity>, channel: string): OutboxItem | null {
  const { posDoctor, replyTo } = (activity.channelData ?? {}) as { posDoctor?: OutboxItem; replyTo?: ReplyTo };
  if (!posDoctor) return null;
  const { question: _, ...reply } = posDoctor.reply;
  const options = reply.options.map(({ id, label }) => ({ id: payloadOf(posDoctor.reply, id) ?? id, label }));
  return {
    ...posDoctor,
    channel,
    reply: { ...reply, text: activity.text ?? reply.text, options },
    ...(replyTo ? { replyTo } : {}),
  };
}
