/** Records and events for the store's tests. */
import type { CaseEvent, ConversationRecord, OutboxItem } from '../../src/store/store.js';
import { emptyRecord, type Store } from '../../src/store/store.js';

export const T0 = Date.UTC(2026, 10, 4, 8);

export function record(id: string, change: Partial<ConversationRecord> = {}): ConversationRecord {
  return { ...emptyRecord(id, 'web'), updatedAt: T0, ...change };
}

export function reply(id: string, change: Partial<OutboxItem> = {}): OutboxItem {
  return {
    id,
    channel: 'web',
    reply: { type: 'text', text: `回复 ${id}`, options: [], links: [] },
    inReplyTo: 'm1',
    createdAt: T0,
    attempts: 0,
    nextAttemptAt: T0,
    expiresAt: T0 + 600_000,
    state: 'waiting',
    ...change,
  };
}

export function caseEvent(id: string, change: Partial<CaseEvent> = {}): CaseEvent {
  return { id, conversation: 'c', at: T0, type: 'answered', data: { question: 'scope', option: 'one' }, ...change };
}

/** Commits a record as it is given. */
export function put(store: Store, id: string, change: Partial<ConversationRecord> = {}): Promise<void> {
  return store.transact(id, (old) => ({ record: { ...(old ?? record(id)), ...change }, result: undefined }));
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** A promise and what settles it. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
