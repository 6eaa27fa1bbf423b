/** A request that the platform refused to deliver: the merchant's conversation hears of it, and goes on to the next. No I/O. */

import { over } from '../handover/duty.js';
import type { Note } from '../handover/letter.js';
import { isOpen } from '../handover/machine.js';
import { post } from '../outbox.js';
import type { Desk } from '../record.js';
import type { ConversationRecord, OutboxItem } from '../store/store.js';
import { next, wording } from './say.js';

/** Milliseconds for which the people behind the bot are served by knowing whom it cannot reach. */
const NOTICE_MS = 72 * 3_600_000;

/**
 * Writes to those whose requests died with these items, and takes the requests from the colleague who never saw them.
 * @returns whether anything was written
 */
export function giveBackUnreached(record: ConversationRecord, dead: readonly OutboxItem[], now: number): boolean {
  const unasked = dead.filter(({ asks }) => asks !== undefined);
  for (const { id, asks } of unasked) {
    if (!asks) continue;
    const by = { channel: record.channel, conversation: record.id };
    post(
      record,
      { to: asks.merchant, note: { kind: 'unreached', handover: asks.handover, by } },
      `${id}:unreached`,
      now,
    );
    if (record.duty && record.duty.mine?.handover !== asks.handover) record.duty = over(record.duty, asks.handover);
  }
  return unasked.length > 0;
}

/** The people behind the bot hear whom it cannot write to, once a request. */
export function tellOfUnreached(
  record: ConversationRecord,
  { handover: id, by }: Extract<Note, { kind: 'unreached' }>,
  desk: Desk,
): void {
  const { handover } = record;
  const contact = handover?.contacts.find(({ conversation }) => conversation === by.conversation);
  if (!handover || handover.id !== id || !isOpen(handover) || !contact || contact.unreached || !desk.noticesTo) return;
  const name = contact.name || wording(desk, 'team');
  const text = wording(desk, 'notice-unreached', { name, userid: contact.userid });
  record.outbox.push({
    id: `${handover.id}:s${next(record)}`,
    channel: desk.noticesTo,
    reply: { type: 'text', text, options: [], links: [] },
    inReplyTo: '',
    createdAt: desk.now,
    attempts: 0,
    nextAttemptAt: desk.now,
    expiresAt: desk.now + NOTICE_MS,
    state: 'waiting',
  });
}
