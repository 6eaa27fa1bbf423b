/** A reply of the assistant's as a message of Botkit's. Pure. */
import { ActionTypes, type Activity } from 'botbuilder-core';
import type { OutboxItem, Reply } from 'pos-doctor';
import { payloadOf } from './payload.js';

/** What an adapter shows; one can say so itself in a property `shows`. */
export interface Shows {
  /** Quick replies under one message; 0: options are listed by number. */
  quickReplies: number;
  /** It draws `channelData.posDoctor.reply.links` itself; else they stand in the text. */
  links: boolean;
  /**
   * It sends what one `sendActivities` gives it as one answer, whether or not the turn of the question still lasts, and notes how
   * far it came in {@link PROGRESS}.
   */
  batches: boolean;
  /** It has ratings of its own, so that whether something helped need not be asked. */
  rates?: boolean;
}

/** Under this key the context of a turn holds how far a batch has come: the assistant's `Progress`. */
export const PROGRESS = Symbol.for('pos-doctor.progress');

export interface QuickReply {
  content_type: 'text';
  title: string;
  payload: string;
}

/**
 * Quick replies as Botkit has them (`channelData.quick_replies`: Web, Facebook) and as Bot Framework has them
 * (`suggestedActions`). `channelData.posDoctor` is the outbox item itself, for adapters that know it.
 * @param back what the adapter put beside the message that is answered
 */
export function activityOf(item: OutboxItem, shows: Shows, back: unknown): Partial<Activity> {
  const { replyTo: _, ...posDoctor } = item;
  const replies = quickReplies(item.reply, shows.quickReplies);
  return {
    type: 'message',
    text: textOf(item.reply, shows, replies !== null),
    channelData: {
      posDoctor,
      ...(back === undefined ? {} : { replyTo: back }),
      ...(replies?.length ? { quick_replies: replies } : {}),
    },
    ...(replies?.length ? { suggestedActions: { to: [], actions: replies.map(actionOf) } } : {}),
  };
}

/** Null if not every option can be one. */
function quickReplies(reply: Reply, most: number): QuickReply[] | null {
  if (reply.options.length > most) return null;
  const replies = reply.options.map(({ id, label }) => ({ title: label, payload: payloadOf(reply, id) }));
  const whole = replies.filter((one): one is { title: string; payload: string } => one.payload !== null);
  return whole.length < replies.length ? null : whole.map((one) => ({ content_type: 'text', ...one }));
}

function actionOf({ title, payload }: QuickReply) {
  return { type: ActionTypes.PostBack, title, text: payload, displayText: title, value: payload };
}

function textOf({ text, options, links }: Reply, shows: Shows, asButtons: boolean): string {
  const numbered = asButtons ? [] : options.map(({ label }, index) => `${index + 1}. ${label}`);
  const addresses = shows.links ? [] : links.map(({ title, url }) => `${title} ${url}`);
  return [text, ...numbered, ...addresses].filter((line) => line !== '').join('\n');
}
