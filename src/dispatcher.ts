/** Sends what waits in the outboxes and writes the journal; both can be done again after a crash. */
import type { Channel } from './channels/channel.js';
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { ConversationRecord, OutboxItem, Store } from './store/store.js';

/** Waits between attempts: doubled each time, up to the longest. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5 * 60_000;

interface DispatcherOptions {
  store: Store;
  channels: ReadonlyMap<string, Channel>;
  clock: Clock;
  log: Log;
  /** Asks to be woken for a conversation at a time (ms since the epoch). */
  later(conversation: string, at: number): void;
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
    } catch (error) {
      this.#options.log.error({ conversation, error: String(error) }, 'dispatch failed; trying again');
      this.#options.later(conversation, this.#options.clock.now() + FIRST_RETRY_MS);
    } finally {
      this.#rounds.delete(conversation);
    }
  }

  async #round(conversation: string): Promise<void> {
    const { store } = this.#options;
    const record = await store.read(conversation);
    if (!record || (!record.outbox.some(({ state }) => state === 'waiting') && record.unjournaled.length === 0)) return;
    const round = await this.#sendDue(record);
    await store.journal(record.unjournaled);
    const journaled = new Set(record.unjournaled.map(({ id }) => id));
    if (round.sent.size + round.failed.size + journaled.size === 0) return;
    const nextAt = await store.transact(conversation, (current) => {
      if (current === null) return { record: null, result: null };
      current.unjournaled = current.unjournaled.filter(({ id }) => !journaled.has(id));
      current.outbox = current.outbox
        .filter(({ id }) => !round.sent.has(id))
        .map((item) => ({ ...item, ...round.failed.get(item.id) }));
      const waiting = current.outbox
        .filter(({ state }) => state === 'waiting')
        .map(({ nextAttemptAt }) => nextAttemptAt);
      return { record: current, result: waiting.length === 0 ? null : Math.min(...waiting) };
    });
    if (nextAt !== null) this.#options.later(conversation, nextAt);
  }

  /** In order; after a failure the rest waits, so that replies never overtake one another. */
  async #sendDue(record: ConversationRecord): Promise<Round> {
    const round: Round = { sent: new Set(), failed: new Map() };
    for (const item of record.outbox) {
      if (item.state === 'dead') continue;
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
        continue;
      }
      const attempts = item.attempts + 1;
      const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 20));
      round.failed.set(item.id, { attempts, nextAttemptAt: now + wait, state: 'waiting' });
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
