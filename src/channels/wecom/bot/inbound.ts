/** What the bot's frames say, in our words; the long connection and the HTTP callback share the form. Pure. */
import { z } from 'zod';
import type { Attachment } from '../../../dialogue/event.js';

const text = z.object({ content: z.string().default('') });
const part = z.object({ msgtype: z.string(), text: text.optional() });
const body = z.object({
  msgtype: z.string().default(''),
  text: text.optional(),
  voice: text.optional(),
  mixed: z.object({ msg_item: z.array(part).max(100) }).optional(),
});

/** Section 1.4 and 1.5 of the protocol page; whatever else a frame holds is left alone. */
export const frameSchema = body.extend({
  msgid: z.string().max(256).default(''),
  chatid: z.string().max(256).optional(),
  chattype: z.string().optional(),
  from: z.object({ userid: z.string().min(1).max(256) }).optional(),
  response_url: z.string().max(2048).optional(),
  quote: body.optional().catch(undefined),
  stream: z.object({ id: z.string().max(256) }).optional(),
  event: z.looseObject({ eventtype: z.string() }).optional(),
});

export type BotFrame = z.infer<typeof frameSchema>;

const press = z.object({ event_key: z.string().max(1024).default(''), task_id: z.string().max(128).default('') });
const feedback = z.object({
  id: z.string().max(256).default(''),
  type: z.number().int(),
  content: z.string().optional(),
  inaccurate_reason_list: z.array(z.number().int()).max(20).optional(),
});

/** Where a conversation is held. */
export interface Chat {
  user: string;
  /** Undefined: a single chat. */
  group?: string;
}

const SINGLE = 'wecom-bot:u:';
const GROUP = 'wecom-bot:g:';

/** One conversation a member, in a group too: what one says answers no question that another was asked. */
export function conversationOf({ user, group }: Chat): string {
  return group === undefined ? SINGLE + user : `${GROUP}${encodeURIComponent(group)}:${user}`;
}

/** The inverse of {@link conversationOf}; null: not one of ours. */
export function chatOf(conversation: string): Chat | null {
  if (conversation.startsWith(SINGLE)) return { user: conversation.slice(SINGLE.length) };
  const [, group, user] = /^wecom-bot:g:([^:]+):(.+)$/s.exec(conversation) ?? [];
  return group === undefined || user === undefined ? null : { user, group: decodeURIComponent(group) };
}

/** Where its messages appear: a group has many conversations, and WeCom's limits are those of the group. */
export function placeOf(conversation: string): string {
  const group = chatOf(conversation)?.group;
  return group === undefined ? conversation : GROUP + encodeURIComponent(group);
}

export function chatOfFrame({ from, chatid, chattype }: BotFrame): Chat | null {
  if (!from) return null;
  return chattype === 'group' && chatid ? { user: from.userid, group: chatid } : { user: from.userid };
}

const ATTACHMENTS: ReadonlySet<string> = new Set(['image', 'file', 'video']);

/** The words of a message and what came with them. Voice arrives as text. */
export function contentOf(message: z.infer<typeof body>): { text: string; attachments: Attachment[] } {
  if (message.msgtype === 'text') return { text: message.text?.content ?? '', attachments: [] };
  if (message.msgtype === 'voice') return { text: message.voice?.content ?? '', attachments: [] };
  if (message.msgtype === 'mixed') {
    const items = message.mixed?.msg_item ?? [];
    const words = items.filter(({ msgtype }) => msgtype === 'text').map((item) => item.text?.content ?? '');
    const others = items.filter(({ msgtype }) => msgtype !== 'text').map(({ msgtype }) => attachment(msgtype));
    return { text: words.join('\n').trim(), attachments: [...new Set(others)] };
  }
  return { text: '', attachments: [attachment(message.msgtype)] };
}

function attachment(msgtype: string): Attachment {
  return ATTACHMENTS.has(msgtype) ? (msgtype as Attachment) : 'other';
}

/** Spaces of every width, and the joiners that chat programs put after a name. */
const SPACE = '[\\s\\u2000-\\u200d\\u2060\\ufeff]';

/**
 * A group message without the bot's own name: wherever it stands if the name is known, however it is spaced; else the first
 * `@word`, if other words follow.
 */
export function withoutMention(said: string, names: readonly string[]): string {
  let rest = said;
  for (const name of names) {
    const letters = [...name.replace(new RegExp(SPACE, 'gu'), '')].map(escaped);
    if (letters.length > 0)
      rest = rest.replace(new RegExp(`[@\\uff20]${SPACE}*${letters.join(`${SPACE}*`)}${SPACE}*`, 'giu'), ' ');
  }
  if (rest === said) {
    const other = said.replace(new RegExp(`^${SPACE}*[@\\uff20]\\S+?(?:${SPACE}+|$)`, 'u'), '');
    if (other.trim() !== '') rest = other;
  }
  return rest.replace(new RegExp(`^${SPACE}+|${SPACE}+$`, 'gu'), '');
}

function escaped(letter: string): string {
  return letter.replace(/[\\^$.*+?()[\]{}|/-]/u, '\\$&');
}

export type BotEvent =
  | { kind: 'enter' }
  | { kind: 'press'; key: string; taskId: string }
  | { kind: 'feedback'; answer: string; rating: 'good' | 'bad' | 'withdrawn'; text?: string; reasons?: number[] };

const RATINGS: Readonly<Record<number, 'good' | 'bad' | 'withdrawn'>> = { 1: 'good', 2: 'bad', 3: 'withdrawn' };

/**
 * The event of a frame; null: none that concerns us. The payload is nested under the event's name in real frames, flat in the
 * SDK's types (protocol page, 1.5); letter-case varies. Both are read.
 */
export function eventOf({ event }: BotFrame): BotEvent | null {
  if (!event) return null;
  const type = event.eventtype.toLowerCase();
  const nested = Object.entries(event).find(([name]) => name.toLowerCase() === type)?.[1];
  const payload = typeof nested === 'object' && nested !== null ? nested : event;
  if (type === 'enter_chat') return { kind: 'enter' };
  if (type === 'template_card_event') {
    const { data } = press.safeParse(payload);
    return data ? { kind: 'press', key: data.event_key, taskId: data.task_id } : null;
  }
  const rated = type === 'feedback_event' ? feedback.safeParse(payload).data : undefined;
  const rating = rated && RATINGS[rated.type];
  if (!rated || !rating) return null;
  return {
    kind: 'feedback',
    answer: rated.id,
    rating,
    ...(rated.content ? { text: rated.content } : {}),
    ...(rated.inaccurate_reason_list ? { reasons: rated.inaccurate_reason_list } : {}),
  };
}
