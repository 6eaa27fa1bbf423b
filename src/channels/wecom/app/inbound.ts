/** What the callbacks of a self-built app say, as events. Pure. */
import type { Attachment, InboundEvent } from '../../../dialogue/event.js';
import { shortHash } from '../card.js';
import { type Press, pressOf } from '../keys.js';
import type { CallbackFields } from '../xml.js';

const PREFIX = 'wecom-app:';
/** China has one time and no summer time. */
const CHINA_MS = 8 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

export function conversationOf(user: string): string {
  return PREFIX + user;
}

/** Null: not one of ours. */
export function userOf(conversation: string): string | null {
  return conversation.startsWith(PREFIX) ? conversation.slice(PREFIX.length) : null;
}

const ATTACHMENTS: Readonly<Record<string, Attachment>> = {
  image: 'image',
  voice: 'voice',
  video: 'video',
  shortvideo: 'video',
  file: 'file',
  location: 'location',
};

/** A tapped card can be changed once, with this code (protocol page, 3.4). */
export interface Tap {
  responseCode: string;
  taskId: string;
}

export interface AppInbound {
  event: InboundEvent;
  tap?: Tap;
}

/** The event of a callback; null: none that concerns us. `now`: milliseconds since the epoch. */
export function inboundOf(fields: CallbackFields, now: number): AppInbound | null {
  const user = fields.FromUserName ?? '';
  if (user === '') return null;
  const conversation = conversationOf(user);
  const type = (fields.MsgType ?? '').toLowerCase();
  if (type === 'event') return eventOf(fields, conversation, user, now);
  const id = fields.MsgId ?? eventId(fields);
  const base = { id, conversation, at: now, kind: 'message' as const };
  if (type === 'text') return { event: { ...base, text: fields.Content ?? '' } };
  return { event: { ...base, text: '', attachments: [ATTACHMENTS[type] ?? 'other'] } };
}

function eventOf(fields: CallbackFields, conversation: string, user: string, now: number): AppInbound | null {
  const base = { conversation, at: now };
  switch ((fields.Event ?? '').toLowerCase()) {
    case 'subscribe':
    case 'enter_agent':
      // It comes each time the app is opened; a greeting a day is enough.
      return { event: { ...base, id: `enter:${Math.floor((now + CHINA_MS) / DAY_MS)}`, kind: 'enter' } };
    case 'click':
    case 'template_card_menu_event':
      return { event: pressed(pressOf(fields.EventKey ?? ''), { ...base, id: eventId(fields) }) };
    case 'template_card_event': {
      const taskId = fields.TaskId ?? '';
      const key = fields.EventKey ?? '';
      const event = pressed(pressOf(key), { ...base, id: `tap:${shortHash(`${user} ${taskId} ${key}`)}` });
      return fields.ResponseCode ? { event, tap: { responseCode: fields.ResponseCode, taskId } } : { event };
    }
    default:
      return null;
  }
}

function pressed(press: Press, base: { id: string; conversation: string; at: number }): InboundEvent {
  if (press.kind === 'words') return { ...base, kind: 'message', text: press.words, mayJoin: false };
  const { option, question } = press;
  return { ...base, kind: 'option', option, ...(question === undefined ? {} : { question }) };
}

/** WeCom's own pair of sender and second is too coarse: two taps may fall into one second (protocol page, 4.2). */
function eventId(fields: CallbackFields): string {
  const { FromUserName, CreateTime, Event, EventKey, AgentID, TaskId } = fields;
  return `event:${shortHash(JSON.stringify([FromUserName, CreateTime, Event, EventKey, AgentID, TaskId]))}`;
}
