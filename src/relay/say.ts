/** What a hand-over says, and writes to other conversations: items of the conversation's outbox. No I/O. */
import { fill } from '../dialogue/flow.js';
import type { Note } from '../handover/letter.js';
import type { Handover } from '../handover/types.js';
import { post } from '../outbox.js';
import { addLine, type Desk } from '../record.js';
import type { ConversationRecord, OutboxItem } from '../store/store.js';

/** Milliseconds for which the merchant is served by knowing how the hand-over stands. */
export const SAID_MS = 2 * 3_600_000;

/** Drawn with what answers the same event. */
export function beside(item: OutboxItem, { inReplyTo, createdAt, replyTo, alsoAnswers }: OutboxItem): OutboxItem {
  return {
    ...item,
    inReplyTo,
    createdAt,
    ...(replyTo ? { replyTo } : {}),
    ...(alsoAnswers ? { alsoAnswers } : {}),
  };
}

/** `to`: what it is drawn with, or the event that it answers; without it, it is said of our own accord. */
export function sayText(
  record: ConversationRecord,
  text: string,
  desk: Desk,
  to?: OutboxItem | { id: string; inReplyTo?: never },
  by?: string,
): void {
  if (text === '') return;
  const replyTo = record.replyTo;
  const item: OutboxItem = {
    id: `${record.handover?.id ?? record.id}:s${next(record)}`,
    channel: record.channel,
    reply: { type: 'text', text, options: [], links: [] },
    inReplyTo: to?.inReplyTo === undefined ? (to?.id ?? '') : to.inReplyTo,
    createdAt: desk.now,
    attempts: 0,
    nextAttemptAt: desk.now,
    expiresAt: desk.now + SAID_MS,
    state: 'waiting',
    ...(replyTo ? { replyTo } : {}),
    ...(by ? { by } : {}),
  };
  record.outbox.push(to?.inReplyTo === undefined ? item : beside(item, to));
  addLine(record, { id: item.id, at: desk.now, from: 'assistant', text, reply: item.reply, ...(by ? { by } : {}) });
}

/** Adds a line to what is said anyway, before the question at its end: an emergency is answered in one message. */
export function sayWithin(record: ConversationRecord, { id }: OutboxItem, question: string, line: string): void {
  const added = (text: string): string =>
    question !== '' && text.endsWith(question)
      ? `${text.slice(0, -question.length)}${line}\n${question}`
      : `${text}\n${line}`;
  record.outbox = record.outbox.map((item) =>
    item.id === id ? { ...item, reply: { ...item.reply, text: added(item.reply.text) } } : item,
  );
  record.transcript = record.transcript.map((one) =>
    one.id === id && one.reply
      ? { ...one, text: added(one.text), reply: { ...one.reply, text: added(one.reply.text) } }
      : one,
  );
}

/** Writes to the other side of the hand-over: the letter lies in the outbox and is stored and sent with the record. Without an address nothing is written. */
export function send(
  record: ConversationRecord,
  handover: Handover | undefined,
  note: Note,
  to: { channel?: string; conversation?: string },
  desk: Desk,
): void {
  const { channel, conversation } = to;
  if (channel === undefined || conversation === undefined) return;
  post(record, { to: { channel, conversation }, note }, `${handover?.id ?? record.id}:l${next(record)}`, desk.now);
}

/** Counts what this conversation's hand-overs said, wrote and noted, so that each has an id of its own. */
export function next(record: ConversationRecord): number {
  record.handoverLines = (record.handoverLines ?? 0) + 1;
  return record.handoverLines;
}

export function wording({ world }: Desk, key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return fill(world.flows.get('handoff')?.texts[key] ?? '', values);
}
