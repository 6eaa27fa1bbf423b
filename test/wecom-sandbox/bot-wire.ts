/** The bodies of the bot's callbacks, the same over the socket and over HTTP (wecom-protocol.md 1.4, 1.5). */
import type { JsonObject } from './json.js';
import type { Selections } from './taps.js';

export interface BotMessage {
  user: string;
  text?: string;
  /** A group's chatid; absent in a single chat. */
  chat?: string;
  /** In a group, what stands before the text; '' for none. */
  mention?: string;
  /** A message that the user answers to. */
  quote?: JsonObject;
  /** Another msgtype than text: image, mixed, voice, file, video, or one that nobody knows. */
  kind?: string;
  /** What stands under the msgtype, in place of the usual. */
  payload?: JsonObject;
  /** An id used before: the same callback once more. */
  msgid?: string;
}

/** Whom a callback is about. */
export interface Where {
  user: string;
  /** A group's chatid; absent in a single chat. */
  chat?: string;
}

/** The parts that every callback has. `at`: seconds. */
export const envelope = (msgid: string, at: number, aibotid: string, { user, chat }: Where): JsonObject => ({
  msgid,
  create_time: at,
  aibotid,
  ...(chat !== undefined && { chatid: chat }),
  chattype: chat === undefined ? 'single' : 'group',
  from: { userid: user },
});

export const plainEvent = (type: string, payload?: JsonObject): JsonObject => ({
  msgtype: 'event',
  event: { eventtype: type, ...(payload && { [type]: payload }) },
});

export interface Rating {
  /** The feedback id of the answer. */
  id: string;
  /** 1 like, 2 dislike, 3 withdrawn. */
  type: number;
  content?: string;
  reasons?: number[];
}

type Publish = (content: Buffer, name: string) => { url: string; aeskey?: string };

/** msgtype, its payload, and the quote. */
export function messageParts({ kind = 'text', text = '', payload, quote }: BotMessage, publish: Publish): JsonObject {
  const part = payload ?? usual(kind, text, publish);
  return { msgtype: kind, ...(part && { [kind]: part }), ...(quote && { quote }) };
}

function usual(kind: string, text: string, publish: Publish): JsonObject | null {
  switch (kind) {
    case 'text':
    case 'voice':
      return { content: text };
    case 'image':
      return { ...publish(Buffer.from('a picture'), 'a.jpg') };
    case 'file':
      return { ...publish(Buffer.from('a file'), '说明.pdf') };
    case 'video':
      return { ...publish(Buffer.from('a video'), 'a.mp4') };
    case 'mixed': {
      const image = { msgtype: 'image', image: { ...publish(Buffer.from('a picture'), 'a.jpg') } };
      return { msg_item: [{ msgtype: 'text', text: { content: text } }, image] };
    }
    default:
      return null;
  }
}

/** What the user's own bubble shows. */
export const shownText = ({ kind = 'text', text = '' }: BotMessage, mention: string): string =>
  kind === 'text' ? `${mention}${text}` : text === '' ? kind : text;

export function cardEvent(type: string, taskId: string, key: string, selections: Selections): JsonObject {
  const selected = Object.entries(selections).map(([question_key, options]) => ({
    question_key,
    option_ids: { option_id: [...options] },
  }));
  const payload = {
    card_type: type,
    event_key: key,
    task_id: taskId,
    ...(selected.length > 0 && { selected_items: { selected_item: selected } }),
  };
  return plainEvent('template_card_event', payload);
}

export function feedbackEvent({ id, type, content, reasons }: Rating): JsonObject {
  const payload = {
    id,
    type,
    ...(content !== undefined && { content }),
    ...(reasons !== undefined && { inaccurate_reason_list: reasons }),
  };
  return plainEvent('feedback_event', payload);
}
