/** What the shell tells whoever counts: after it is durable or done, so that what was tried twice counts once. */
import { isPosDoctorError, isStoreOutage } from './errors.js';
import type { CaseEvent, Committed, ConversationRecord, Store } from './store/store.js';

/** Why a message was not taken in. `overload`: more came than could be dealt with; `queue-full`: of one user. */
export type Refusal = 'overload' | 'queue-full' | 'store' | 'stopping' | 'failed';

/** What became of a reply. `retry`: it was not taken and is tried again; `expired`, `refused`: it is dead. */
export type Delivery = 'sent' | 'retry' | 'refused' | 'expired';

export interface Observer {
  /** Milliseconds of a clock that only goes forward, for durations. */
  ticks(): number;
  /** An event of this kind was taken in. */
  accepted(door: string, kind: string): void;
  refused(door: string, why: Refusal): void;
  /** Turns, or what happens beside them, were committed after `ms`; the events are those that the commit added for the journal. */
  committed(door: string, events: readonly CaseEvent[], ms: number): void;
  /** What became of a reply `ms` after it was made. */
  delivery(door: string, what: Delivery, ms: number): void;
  /** The store took `ms` for it, not counting our own work in a transaction. `failed`: the code of the error, if it failed. */
  stored(operation: string, ms: number, failed?: string): void;
  /** A connection was lost, or could not be made, and is tried again. */
  reconnect(door: string): void;
}

const nothing = (): void => undefined;
/** For tests and for whoever does not count. */
export const noObserver: Observer = {
  ticks: () => 0,
  accepted: nothing,
  refused: nothing,
  committed: nothing,
  delivery: nothing,
  stored: nothing,
  reconnect: nothing,
};

export function refusalOf(error: unknown): Refusal {
  if (isStoreOutage(error)) return 'store';
  if (isPosDoctorError(error, 'QUEUE_FULL')) return 'queue-full';
  return isPosDoctorError(error, 'STOPPING') ? 'stopping' : 'failed';
}

export type Work<T> = (record: ConversationRecord | null) => Committed<T>;

/** Runs turns in a transaction, and tells what they were when they are durable: an attempt that was not kept is not counted. */
export async function observedCommit<T>(
  store: Pick<Store, 'transact'>,
  observer: Observer,
  conversation: string,
  work: Work<T>,
): Promise<T> {
  const start = observer.ticks();
  const { result, tell } = await store.transact(conversation, (record) => {
    const last = record?.unjournaled.at(-1)?.id;
    const committed = work(record);
    const tell = committed.record && {
      door: committed.record.channel,
      events: since(last, committed.record.unjournaled),
    };
    return { ...committed, result: { result: committed.result, tell } };
  });
  if (tell !== null && tell.events.length > 0) observer.committed(tell.door, tell.events, observer.ticks() - start);
  return result;
}

/** What was added behind an event; the oldest may have been dropped meanwhile. */
function since(last: string | undefined, events: readonly CaseEvent[]): readonly CaseEvent[] {
  return last === undefined ? events : events.slice(events.findLastIndex(({ id }) => id === last) + 1);
}
