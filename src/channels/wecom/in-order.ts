/** What belongs to one conversation, one after the other in the order in which it came, however long each takes. */
import { PosDoctorError } from '../../errors.js';
import { LIMITS } from '../../store/store.js';

/** Works that may wait over all conversations. */
const WAITING_MAX = 5_000;

export class InOrder {
  /** Conversation → its last work, and how many are under way or wait. */
  readonly #lines = new Map<string, { last: Promise<unknown>; count: number }>();
  #waiting = 0;

  /**
   * @param most works of one conversation under way and waiting
   * @param mostOfAll the same over all conversations
   */
  constructor(
    private readonly most: number = LIMITS.inbox,
    private readonly mostOfAll: number = WAITING_MAX,
  ) {}

  /** Conversations with work under way. */
  get size(): number {
    return this.#lines.size;
  }

  /**
   * Runs `work` when what came before it in the conversation is over, whether well or not.
   * @throws {PosDoctorError} QUEUE_FULL when too much waits; else what `work` throws
   */
  async run<T>(conversation: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(conversation) ?? { last: Promise.resolve(), count: 0 };
    if (line.count >= this.most || this.#waiting >= this.mostOfAll)
      throw new PosDoctorError('QUEUE_FULL', { conversation, count: line.count });
    const outcome = line.last.then(work);
    line.last = outcome.catch(() => undefined);
    line.count += 1;
    this.#waiting += 1;
    this.#lines.set(conversation, line);
    try {
      return await outcome;
    } finally {
      line.count -= 1;
      this.#waiting -= 1;
      if (line.count === 0) this.#lines.delete(conversation);
    }
  }
}
