/** Gives a batch to a door: the plug-in's outbox tries again what fails, for everything else it is done here. */
import { type Channel, type Clock, isPosDoctorError, type OutboxItem, type Progress } from 'pos-doctor';
import type { Conversation } from './memory.js';

/** Attempts; with the waits between them a connection has time to come back. */
const TRIES = 5;
const FIRST_WAIT_MS = 1_000;
/** A door that wants to be left alone for longer than this is not asked again: the turn would stand still. Milliseconds. */
const LONGEST_WAIT_MS = 60_000;

export interface Delivery {
  door: Channel;
  conversation: string;
  items: readonly OutboxItem[];
  known: Conversation;
  /** Of the outbox that will try again. */
  progress: Progress | undefined;
  clock: Clock;
}

/** @throws {PosDoctorError} what the door throws at last */
export async function deliver({ door, conversation, items, known, progress, clock }: Delivery): Promise<void> {
  known.said(items);
  if (progress) return door.send(conversation, items, progress);
  const own: Progress = { taken: 0, memory: known.kept };
  for (let attempts = 0; ; attempts += 1) {
    try {
      await door.send(conversation, attempts === 0 ? items : items.map((item) => ({ ...item, attempts })), own);
      return;
    } catch (error) {
      const asked = isPosDoctorError(error) ? (error.retryAfterMs ?? 0) : 0;
      const waitMs = Math.max(asked, FIRST_WAIT_MS * 2 ** attempts);
      const isOver = isPosDoctorError(error, 'SEND_REFUSED') || attempts + 1 >= TRIES || waitMs > LONGEST_WAIT_MS;
      if (isOver) throw error;
      await new Promise<void>((resolve) => void clock.after(waitMs, resolve));
    } finally {
      known.kept = own.memory;
    }
  }
}
