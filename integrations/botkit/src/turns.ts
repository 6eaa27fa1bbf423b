/** One turn at a time a conversation, in the order in which they came. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { PosDoctorError } from 'pos-doctor';

/** Turns of one conversation that may wait; as many as the assistant itself lets wait. */
export const TURNS_MAX = 50;

/** The turn that the code which runs now belongs to. */
interface Turn {
  conversation: string;
  over: boolean;
  within: Turn | undefined;
}

export class Turns {
  readonly #lines = new Map<string, { last: Promise<unknown>; count: number }>();
  readonly #running = new AsyncLocalStorage<Turn>();

  /** Conversations that have a turn under way. */
  get size(): number {
    return this.#lines.size;
  }

  /**
   * Runs `work` when every turn of the conversation that came before it is over. A turn that is begun by a running one of the same
   * conversation is a part of that, and runs at once: it would wait for itself.
   * @throws {PosDoctorError} QUEUE_FULL; what `work` throws
   */
  async run<T>(conversation: string, work: () => Promise<T>): Promise<T> {
    if (this.#isWithin(conversation)) return work();
    const line = this.#lines.get(conversation) ?? { last: Promise.resolve(), count: 0 };
    if (line.count >= TURNS_MAX) throw new PosDoctorError('QUEUE_FULL', { conversation, count: line.count });
    const turn: Turn = { conversation, over: false, within: this.#running.getStore() };
    const done = line.last.then(() => this.#running.run(turn, work));
    line.count += 1;
    line.last = done
      .catch(() => undefined)
      .then(() => {
        turn.over = true;
        line.count -= 1;
        if (line.count === 0) this.#lines.delete(conversation);
      });
    this.#lines.set(conversation, line);
    return done;
  }

  /** What a turn left running after its end is no part of it any more. */
  #isWithin(conversation: string): boolean {
    for (let turn = this.#running.getStore(); turn; turn = turn.within)
      if (turn.conversation === conversation && !turn.over) return true;
    return false;
  }
}
