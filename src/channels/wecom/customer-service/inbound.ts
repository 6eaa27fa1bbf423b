/** What sync_msg brings, as events of a conversation. Pure. Protocol page, 5.1. */
import { z } from 'zod';
import type { Attachment, InboundEvent } from '../../../dialogue/event.js';
import { pressOf } from '../keys.js';
import { readSceneParam } from '../scene.js';
import { addressOf, conversationOf, KF } from './address.js';
import { readEntryId } from './menu.js';
import { MESSAGE_LIFE_MS, WELCOME_LIFE_MS, writeToken } from './token.js';

/** Everything but the ids is read leniently: one strange field must not hold up a page. */
const envelope = z.object({
  msgid: z.string().min(1),
  open_kfid: z.string().optional().catch(undefined),
  external_userid: z.string().optional().catch(undefined),
  /** Seconds since the epoch. */
  send_time: z.number(),
  origin: z.number().catch(0),
  msgtype: z.string(),
  text: z
    .object({ content: z.string().catch(''), menu_id: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  event: z
    .object({
      event_type: z.string().catch(''),
      open_kfid: z.string().optional().catch(undefined),
      external_userid: z.string().optional().catch(undefined),
      scene_param: z.string().optional().catch(undefined),
      welcome_code: z.string().optional().catch(undefined),
      change_type: z.number().optional().catch(undefined),
      fail_type: z.number().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

type Envelope = z.infer<typeof envelope>;

/** Something that came from, or happened to, one customer. */
export interface Arrival {
  account: string;
  conversation: string;
  msgid: string;
  /** Milliseconds since the epoch. */
  at: number;
  event: InboundEvent;
  /** The customer did it: a human who has the conversation may have left it meanwhile. */
  byCustomer: boolean;
  /** The menu entry that was tapped, if it says of which menu: tapped twice it counts once. */
  tapped?: string;
}

/** A message of ours that WeCom took and could not deliver. */
export interface SendFailure {
  conversation: string;
  failType: number;
}

/** Origins of messages (5.1); API-sent messages are never among them. */
const CUSTOMER = 3;
const SERVICER = 5;

const ATTACHMENTS: ReadonlySet<string> = new Set<Attachment>(['image', 'voice', 'video', 'file', 'location']);

/** change_type of session_status_change → whether a human has the conversation from then on. */
const CHANGES: ReadonlyMap<number, boolean> = new Map([
  // Taken from the pool, transferred, re-opened by a servicer.
  [1, true],
  [2, true],
  [4, true],
  // Ended.
  [3, false],
]);

/** @returns null for what needs nothing done: recalls, changes of servicers, and whatever is not known here */
export function readArrival(raw: unknown): Arrival | { failure: SendFailure } | null {
  const parsed = envelope.safeParse(raw);
  if (!parsed.success) return null;
  const message = parsed.data;
  // Events carry the ids inside (5.1).
  const account = message.open_kfid ?? message.event?.open_kfid ?? '';
  const customer = message.external_userid ?? message.event?.external_userid ?? '';
  const conversation = conversationOf(account, customer);
  if (addressOf(conversation) === null) return null;
  const { event } = message;
  if (message.msgtype === 'event' && event?.event_type === 'msg_send_fail')
    return { failure: { conversation, failType: event.fail_type ?? 0 } };
  const arrived = { account, conversation, msgid: message.msgid, at: message.send_time * 1000 };
  const happened =
    message.msgtype === 'event'
      ? eventOf(message, arrived)
      : message.origin === CUSTOMER
        ? said(message, arrived)
        : null;
  if (happened !== null) return { ...arrived, ...happened };
  if (message.msgtype !== 'event' && message.origin === SERVICER)
    return { ...arrived, event: human(arrived, true), byCustomer: false };
  return null;
}

type Arrived = Pick<Arrival, 'account' | 'conversation' | 'msgid' | 'at'>;
type Happened = Pick<Arrival, 'event' | 'byCustomer' | 'tapped'>;

function human({ msgid, conversation, at }: Arrived, active: boolean): InboundEvent {
  return { kind: 'human', id: msgid, conversation, at, active };
}

function said({ msgtype, text }: Envelope, { msgid, conversation, at }: Arrived): Happened {
  const token = writeToken({ kind: 'message', msgid });
  const replyTo = { channel: KF, token, expiresAt: at + MESSAGE_LIFE_MS };
  const base = { id: msgid, conversation, at, replyTo };
  if (msgtype !== 'text' || text === undefined) {
    const attachment = ATTACHMENTS.has(msgtype) ? (msgtype as Attachment) : 'other';
    return { event: { ...base, kind: 'message', text: '', attachments: [attachment] }, byCustomer: true };
  }
  // The label of an entry that does not carry an id is what the customer would have typed.
  if (text.menu_id === undefined || text.menu_id === '')
    return { event: { ...base, kind: 'message', text: text.content }, byCustomer: true };
  const { key, menu } = readEntryId(text.menu_id);
  const press = pressOf(key);
  const tapped = menu === undefined ? {} : { tapped: text.menu_id };
  if (press.kind === 'words')
    return { event: { ...base, kind: 'message', text: press.words }, byCustomer: true, ...tapped };
  const { option, question } = press;
  const choice = question === undefined ? { option } : { option, question };
  return { event: { ...base, kind: 'option', ...choice }, byCustomer: true, ...tapped };
}

function eventOf({ event }: Envelope, arrived: Arrived): Happened | null {
  if (event?.event_type === 'session_status_change') {
    const active = CHANGES.get(event.change_type ?? 0);
    return active === undefined ? null : { event: human(arrived, active), byCustomer: false };
  }
  if (event?.event_type !== 'enter_session') return null;
  const { msgid: id, conversation, at } = arrived;
  const shop = readSceneParam(event.scene_param ?? '');
  const known = shop.merchant === undefined && shop.terminal === undefined ? {} : { shop };
  const code = event.welcome_code ?? '';
  // Without a code nothing can be said before the customer writes; an earlier message stays what reminders answer.
  if (code === '') return { event: { kind: 'enter', id, conversation, at, quiet: true, ...known }, byCustomer: true };
  const token = writeToken({ kind: 'welcome', code });
  const replyTo = { channel: KF, token, expiresAt: at + WELCOME_LIFE_MS };
  return { event: { kind: 'enter', id, conversation, at, replyTo, ...known }, byCustomer: true };
}
