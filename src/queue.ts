/** What happens to a message while more come than can be answered at once: it waits its turn, is told so once, unless it is urgent. */
import { alertIn, emergencyOf } from './dialogue/danger.js';
import type { InboundEvent } from './dialogue/event.js';
import type { World } from './dialogue/world.js';
import { boundOutbox } from './outbox.js';
import { addLine, type Desk, REPLY_LIFE_MS } from './record.js';
import type { ConversationRecord, OutboxItem } from './store/store.js';

/** Milliseconds until a message that waits is looked at again. */
export const QUEUE_MS = 1_000;
/** Whoever was told so within this time knows it, ms. */
export const TOLD_MS = 10 * 60_000;
/** What is asked for in an emergency: a number to call, a human. */
const URGENT: ReadonlySet<string> = new Set(['contacts', 'agent']);

/** A greeting is due at once or not at all. */
export function maySayLater({ kind }: InboundEvent): boolean {
  return kind === 'message' || kind === 'option';
}

/** True for dangers, emergencies, and whoever asks for a number or a human: they are answered whatever else waits. */
export function isUrgent(event: InboundEvent, world: World): boolean {
  const { nlu, flows } = world;
  if (event.kind !== 'message' || event.text === '') return false;
  try {
    const { intents, normalized } = nlu.understand(event.text, {});
    if (URGENT.has(intents[0]?.id ?? '') || alertIn(flows.get('alerts'), normalized, '') !== undefined) return true;
    return emergencyOf(world, event.text) !== undefined;
  } catch {
    // The turn will fail in the same way, and answer for it: no reason to jump the queue.
    return false;
  }
}

/** Says once that it takes a while. */
export function tellToWait(record: ConversationRecord, event: InboundEvent, { now, world, busy }: Desk): void {
  const since = now - (record.toldToWaitAt ?? Number.NEGATIVE_INFINITY);
  if (since >= 0 && since < TOLD_MS) return;
  record.toldToWaitAt = now;
  const text = world.flows.get('repair')?.texts[busy === 'flood' ? 'queued-flood' : 'queued'] ?? '';
  const item: OutboxItem = {
    id: `${record.id}:${now}:${record.version}:queued`,
    channel: record.channel,
    reply: { type: 'text', text, options: [], links: [] },
    inReplyTo: event.id,
    createdAt: now,
    attempts: 0,
    nextAttemptAt: now,
    // When the answer itself is out, nobody needs to know that it took a while.
    expiresAt: now + REPLY_LIFE_MS.reminder,
    state: 'waiting',
    interim: true,
    ...(event.replyTo ? { replyTo: event.replyTo } : {}),
  };
  record.outbox.push(item);
  boundOutbox(record, now);
  addLine(record, { id: item.id, at: now, from: 'assistant', text, reply: item.reply });
}
