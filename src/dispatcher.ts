/** Sends what waits in the outboxes and writes the journal; both can be done again after a crash. */
import type { Channel } from './channels/channel.js';
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import { dueOfOutbox } from './mailbox.js';
import type { ConversationRecord, OutboxItem, Store } from './store/store.js';

/** Waits between attempts: doubled each time, up to the longest. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** Milliseconds to wait after so many failures in a row (1 …). */
function waitAfter(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20));
}

interface DispatcherOptions {
  store: Store;
  channels: ReadonlyMap<string, Channel>;
  clock: Clock;
  log: Log;
  /** Asks to be woken for a conversation at a time (ms since the epoch). */
  later(conversation: string, at: number): void;
  /** Told of what a round failed with. @returns true if that is known already and needs no line in the log */
  failed?(error: unknown): boolean;
}

/** What one round did to the items it tried. */
interface Round {
  sent: Set<string>;
  failed: Map<string, Pick<OutboxItem, 'attempts' | 'nextAttemptAt' | 'state'>>;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  /** Conversation → the round under way; `again` if something was added meanwhile. */
  readonly #rounds = new Map<string, { done: Promise<void>; again: boolean }>();
  /** Conversation → items sent while the record could not be told so: not to be sent again by this process. */
  readonly #unmarked = new Map<string, Set<string>>();
  /** Conversation → rounds in a row that the store failed. */
  readonly #failures = new Map<string, number>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Sends what is due in a conversation, one round at a time, in order. */
  dispatch(conversation: string): void {
    const running = this.#rounds.get(conversation);
    if (running) {
      running.again = true;
      return;
    }
    const round = { again: false, done: Promise.resolve() };
    this.#rounds.set(conversation, round);
    round.done = this.#loop(conversation, round);
  }

  /** Resolves when no round is under way (in one conversation, or in any). */
  async settled(conversation?: string): Promise<void> {
    if (conversation !== undefined) {
      await this.#rounds.get(conversation)?.done;
      return;
    }
    while (this.#rounds.size > 0) await Promise.all([...this.#rounds.values()].map(({ done }) => done));
  }

  async #loop(conversation: string, round: { again: boolean }): Promise<void> {
    try {
      do {
        round.again = false;
        await this.#round(conversation);
      } while (round.again);
      this.#failures.delete(conversation);
    } catch (error) {
      const failures = (this.#failures.get(conversation) ?? 0) + 1;
      this.#failures.set(conversation, failures);
      if (this.#options.failed?.(error) !== true)
        this.#options.log.error({ conversation, failures, error: String(error) }, 'dispatch failed; trying again');
      this.#options.later(conversation, this.#options.clock.now() + waitAfter(failures));
    } finally {
      this.#rounds.delete(conversation);
    }
  }

  async #round(conversation: string): Promise<void> {
    const { store } = this.#options;
    const record = await store.read(conversation);
    if (!record || (dueOfOutbox(record.outbox) === null && record.unjournaled.length === 0)) {
      this.#unmarked.delete(conversation);
      return;
    }
    const round = await this.#sendDue(record);
    // A journal that refuses must not keep replies from being marked as sent.
    const trouble = await store.journal(record.unjournaled).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    const journaled = new Set(trouble === null ? record.unjournaled.map(({ id }) => id) : []);
    const nextAt =
      round.sent.size + round.failed.size + journaled.size === 0
        ? dueOfOutbox(record.outbox)
        : await this.#mark(conversation, round, journaled);
    if (nextAt !== null) this.#options.later(conversation, nextAt);
    if (trouble !== null) throw trouble.error;
  }

  /** Writes down what was done. @returns when the first reply that is left is due (ms since the epoch), or null */
  async #mark(conversation: string, round: Round, journaled: ReadonlySet<string>): Promise<number | null> {
    const nextAt = await this.#options.store.transact(conversation, (current) => {
      if (current === null) return { record: null, result: null };
      current.unjournaled = current.unjournaled.filter(({ id }) => !journaled.has(id));
      current.outbox = current.outbox
        .filter(({ id }) => !round.sent.has(id))
        .map((item) => ({ ...item, ...round.failed.get(item.id) }));
      return { record: current, result: dueOfOutbox(current.outbox) };
    });
    this.#unmarked.delete(conversation);
    return nextAt;
  }

  /** In order; after a failure the rest waits, so that replies never overtake one another. */
  async #sendDue(record: ConversationRecord): Promise<Round> {
    const round: Round = { sent: new Set(this.#unmarked.get(record.id)), failed: new Map() };
    for (const item of record.outbox) {
      if (item.state === 'dead' || round.sent.has(item.id)) continue;
      const now = this.#options.clock.now();
      if (item.expiresAt <= now) {
        round.failed.set(item.id, { attempts: item.attempts, nextAttemptAt: item.nextAttemptAt, state: 'dead' });
        this.#options.log.warn({ conversation: record.id, item: item.id }, 'a reply expired unsent');
        continue;
      }
      if (item.nextAttemptAt > now) break;
      const failure = await this.#send(record.id, item);
      if (failure === null) {
        round.sent.add(item.id);
        this.#unmarked.set(record.id, round.sent);
        continue;
      }
      const attempts = item.attempts + 1;
      round.failed.set(item.id, { attempts, nextAttemptAt: now + waitAfter(attempts), state: 'waiting' });
      this.#options.log.warn(
        { conversation: record.id, item: item.id, attempts, error: failure },
        'a reply was not taken; trying again',
      );
      break;
    }
    return round;
  }

  async #send(conversation: string, item: OutboxItem): Promise<string | null> {
    const channel = this.#options.channels.get(item.channel);
    if (!channel) return 'no such channel is running';
    try {
      await channel.send(conversation, item);
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : 'unknown';
    }
  }
}
