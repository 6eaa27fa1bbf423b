/**
 * Transactions of one conversation that wait while another is being written share the next write: each sees what those
 * before it made, none resolves before the write that covers it.
 */
import { copyOf, stamped } from './rules.js';
import type { Committed, ConversationRecord } from './store.js';

/** Jobs that share a write at most, so that a stream of them does not keep the first one waiting. */
export const SHARED = 16;

type Work<T> = (record: ConversationRecord | null) => Promise<Committed<T>> | Committed<T>;

interface Job {
  /** What the work returned; throws what it throws. */
  run(record: ConversationRecord | null): Promise<ConversationRecord | null>;
  resolve(): void;
  reject(error: unknown): void;
}

/** How a conversation is read (a new copy each time) and written. */
export interface RecordFile {
  read(): Promise<ConversationRecord | null>;
  write(record: ConversationRecord): Promise<void>;
}

export class Jobs {
  /** Conversation → what waits, in call order. */
  readonly #waiting = new Map<string, Job[]>();

  /** Resolves or rejects once a `run` of the conversation has come to it; the caller sees to it that there is one. */
  add<T>(conversation: string, work: Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let tell = (): void => {};
      const job: Job = {
        run: async (old) => {
          const { record, result } = await work(old);
          tell = () => resolve(result);
          return record;
        },
        resolve: () => tell(),
        reject,
      };
      const waiting = this.#waiting.get(conversation);
      if (waiting) waiting.push(job);
      else this.#waiting.set(conversation, [job]);
    });
  }

  /** False where a run has come to everything: those that wait are run together. */
  waits(conversation: string): boolean {
    return this.#waiting.has(conversation);
  }

  /**
   * Runs what waits in a conversation and commits it with one write. The caller holds the conversation's lock.
   * A job that throws is told so at once and leaves no trace. If the write fails, so does every job that saw what it
   * would have written.
   */
  async run(conversation: string, file: RecordFile): Promise<void> {
    const batch = this.#take(conversation);
    /** Jobs that saw only what is stored, and those whose result the write covers. */
    const free: Job[] = [];
    const covered: Job[] = [];
    let version: number | undefined;
    let next: ConversationRecord | null = null;
    for (const job of batch)
      try {
        const old: ConversationRecord | null = next ? (copyOf(next) as ConversationRecord) : await file.read();
        version ??= old?.version ?? 0;
        const made = await job.run(old);
        if (made) next = stamped(made, conversation, ++version);
        (next ? covered : free).push(job);
      } catch (error) {
        job.reject(error);
      }
    for (const job of free) job.resolve();
    if (!next) return;
    try {
      await file.write(next);
      for (const job of covered) job.resolve();
    } catch (error) {
      for (const job of covered) job.reject(error);
    }
  }

  #take(conversation: string): Job[] {
    const waiting = this.#waiting.get(conversation) ?? [];
    const batch = waiting.splice(0, SHARED);
    if (waiting.length === 0) this.#waiting.delete(conversation);
    return batch;
  }
}
