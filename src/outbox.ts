/** What waits in a conversation's record to be sent: bounds, order, letters to other conversations. No I/O. */
import type { Letter } from './handover/letter.js';
import { type ConversationRecord, type DeadReason, LIMITS, type OutboxItem } from './store/store.js';

/** The channel that carries letters to other conversations. */
export const SWITCHBOARD = 'switchboard';
/** Milliseconds for which a letter is worth carrying. */
export const LETTER_MS = 24 * 3_600_000;

/** Puts a letter into the outbox. */
export function post(record: ConversationRecord, letter: Letter, id: string, now: number): void {
  record.outbox.push({
    id,
    channel: SWITCHBOARD,
    reply: { type: 'text', text: '', options: [], links: [] },
    letter,
    inReplyTo: '',
    createdAt: now,
    attempts: 0,
    nextAttemptAt: now,
    expiresAt: now + LETTER_MS,
    state: 'waiting',
  });
  boundOutbox(record, now);
}

/** Beyond the bound the oldest waiting replies are given up, all that answer one event, then the oldest of those forgotten. */
export function boundOutbox(record: ConversationRecord, now: number): void {
  const waiting = record.outbox.filter(({ state }) => state === 'waiting');
  const excess = waiting.slice(0, Math.max(0, waiting.length - LIMITS.outbox));
  record.outbox = record.outbox.map((item) =>
    item.state === 'waiting' && excess.some((old) => goTogether(old, item)) ? buried(item, 'given-up', now) : item,
  );
  const dead = record.outbox.filter(({ state }) => state === 'dead');
  const forgotten = new Set(dead.slice(0, Math.max(0, dead.length - LIMITS.outbox)).map(({ id }) => id));
  if (forgotten.size > 0) record.outbox = record.outbox.filter(({ id }) => !forgotten.has(id));
}

/** Of one channel, answering the same event: sent as one, tried again as one, given up as one. */
export function goTogether(a: OutboxItem, b: OutboxItem): boolean {
  return a.channel === b.channel && a.inReplyTo === b.inReplyTo && a.createdAt === b.createdAt;
}

/** The item as a dead letter: kept for an operator to look at, sent only if one says so. */
export function buried(item: OutboxItem, why: DeadReason, now: number): OutboxItem {
  return { ...item, state: 'dead', deadBecause: why, deadAt: now };
}

/** As they are sent: an emergency before whatever waits, else as they came. */
function inOrder(items: readonly OutboxItem[]): OutboxItem[] {
  return [...items.filter(({ urgent }) => urgent === true), ...items.filter(({ urgent }) => urgent !== true)];
}

/** Items that are drawn as one, in the order in which they are sent. */
export function batches(items: readonly OutboxItem[]): OutboxItem[][] {
  const groups: OutboxItem[][] = [];
  for (const item of inOrder(items)) {
    const group = groups.find(([first]) => first !== undefined && goTogether(first, item));
    if (group) group.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** When the first waiting reply of a channel is to be sent or given up (ms since the epoch); null if none waits. */
export function dueOfOutbox(outbox: readonly OutboxItem[]): number | null {
  const waiting = inOrder(outbox.filter(({ state }) => state === 'waiting'));
  const first = waiting.filter(({ channel }, index) => waiting.findIndex((item) => item.channel === channel) === index);
  return first.length === 0 ? null : Math.min(...first.map((item) => Math.min(triedAt(item), item.expiresAt)));
}

/**
 * When a reply is to be tried (ms since the epoch). One that never was: at once, whatever the time was said to be when it was made;
 * the clock may have been set back since.
 */
export function triedAt({ attempts, createdAt, nextAttemptAt }: OutboxItem): number {
  return attempts === 0 && nextAttemptAt === createdAt ? 0 : nextAttemptAt;
}
