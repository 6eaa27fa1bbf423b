/** Sends what waits in the outboxes and writes the journal; both can be done again after a crash. */
import type { Channel, Progress } from './channels/channel.js';
import type { Clock } from './clock.js';
import { isPosDoctorError, PosDoctorError } from './errors.js';
import type { Log } from './log.js';
import { type Delivery, noObserver, type Observer } from './observer.js';
import { batches, dueOfOutbox, triedAt } from './outbox.js';
import { giveBackUnreached } from './relay/unreached.js';
import { Rounds } from './rounds.js';
import type { CaseEvent, Committed, ConversationRecord, DeadReason, Lane, OutboxItem, Store } from './store/store.js';
import { traceFields } from './trace.js';

/** Waits between attempts: doubled each time, up to the longest. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 5 * 60_000;

/** Another process has the work just now: what came meanwhile it sends as well, unless it was about to end. */
const CLAIMED_RETRY_MS = 250;

/** Milliseconds to wait after so many failures in a row (1 …). */
function waitAfter(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 20));
}

export interface DispatcherOptions {
  store: Store;
  channels: ReadonlyMap<string, Channel>;
  clock: Clock;
  log: Log;
  /** Asks to be woken for a conversation at a time (ms since the epoch). */
  later(conversation: string, at: number): void;
  /**
   * `own`: what the conversation's own channel is to send, and the journal; `boards`: what goes elsewhere, notes for the people
   * behind the bot: a board that is slow must not keep the user waiting.
   */
  lane: Lane;
  observer?: Observer;
  /** Told of what a round failed with. @returns true if that is known already and needs no line in the log */
  failed?(error: unknown): boolean;
}

/** What one round did to the items it tried. */
interface Round {
  sent: Set<string>;
  failed: Map<
    string,
    Partial<Pick<OutboxItem, 'attempts' | 'nextAttemptAt' | 'state' | 'deadBecause' | 'deadAt' | 'taken'>>
  >;
  /** What the conversation's channel keeps with it. */
  memory: unknown;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #rounds: Rounds;
  /** Conversation → items sent while the record could not be told so: not to be sent again by this process. */
  readonly #unmarked = new Map<string, Set<string>>();
  /** Conversation → rounds in a row that the store failed. */
  readonly #failures = new Map<string, number>();

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#rounds = new Rounds((conversation, isWanted) => this.#go(conversation, isWanted));
  }

  /** Sends what is due in a conversation, one round at a time, in order. */
  dispatch(conversation: string): void {
    this.#rounds.run(conversation);
  }

  /** Resolves when no round is under way (in one conversation, or in any). */
  settled(conversation?: string): Promise<void> {
    return this.#rounds.settled(conversation);
  }

  /**
   * Waits for the round under way and begins no other; what was remembered of the conversation goes. @returns what ends the pause:
   * what came meanwhile is sent then
   */
  async pause(conversation: string): Promise<() => void> {
    const end = await this.#rounds.pause(conversation);
    this.#unmarked.delete(conversation);
    this.#failures.delete(conversation);
    return end;
  }

  async #go(conversation: string, isWanted: () => boolean): Promise<void> {
    try {
      do await this.#claimed(conversation);
      while (isWanted());
      this.#failures.delete(conversation);
    } catch (error) {
      const failures = (this.#failures.get(conversation) ?? 0) + 1;
      this.#failures.set(conversation, failures);
      if (this.#options.failed?.(error) !== true)
        this.#options.log.error({ conversation, failures, error: String(error) }, 'dispatch failed; trying again');
      this.#options.later(conversation, this.#options.clock.now() + waitAfter(failures));
    }
  }

  /** One round, unless another process is at it: two that send what one conversation waits for would send it twice. */
  async #claimed(conversation: string): Promise<void> {
    const { store, clock, later, lane } = this.#options;
    const { claims } = store;
    if (!claims) return this.#round(conversation, await this.#read(conversation));
    // Most conversations have nothing for a board.
    if (lane === 'boards' && !this.#hasWork(await this.#read(conversation))) return;
    const claimed = await claims.take(conversation, lane);
    if (!claimed) {
      later(conversation, clock.now() + CLAIMED_RETRY_MS);
      return;
    }
    try {
      await this.#round(conversation, claimed.record && this.#ours(claimed.record));
    } finally {
      // What was sent and could not be marked so, only this process knows: nobody else is to send it again meanwhile.
      if (!this.#unmarked.has(conversation)) await claims.release(conversation, lane);
    }
  }

  async #read(conversation: string): Promise<ConversationRecord | null> {
    const stored = await this.#options.store.read(conversation);
    return stored && this.#ours(stored);
  }

  #hasWork(record: ConversationRecord | null): record is ConversationRecord {
    return record !== null && (dueOfOutbox(record.outbox) !== null || record.unjournaled.length > 0);
  }

  async #round(conversation: string, record: ConversationRecord | null): Promise<void> {
    if (!this.#hasWork(record)) {
      this.#unmarked.delete(conversation);
      return;
    }
    const round = await this.#sendDue(record);
    const { journaled, trouble } = await this.#journal(record);
    const nextAt =
      round.sent.size + round.failed.size + journaled.length === 0
        ? this.#dueOf(record)
        : await this.#mark(conversation, round, journaled);
    if (nextAt !== null) this.#options.later(conversation, nextAt);
    if (trouble !== undefined) throw trouble;
  }

  /** A journal that refuses must not keep replies from being marked as sent. Where there are claims it is written with the mark. */
  async #journal({ unjournaled }: ConversationRecord): Promise<{ journaled: readonly CaseEvent[]; trouble?: unknown }> {
    const { store } = this.#options;
    if (store.claims || unjournaled.length === 0) return { journaled: unjournaled };
    try {
      await store.journal(unjournaled);
      return { journaled: unjournaled };
    } catch (trouble) {
      return { journaled: [], trouble };
    }
  }

  /** The record with what this lane deals with. */
  #ours(record: ConversationRecord): ConversationRecord {
    const { lane } = this.#options;
    const outbox = record.outbox.filter(({ channel }) => (channel === record.channel) === (lane === 'own'));
    return { ...record, outbox, unjournaled: lane === 'own' ? record.unjournaled : [] };
  }

  /** Writes down what was done. @returns when the first reply that is left is due (ms since the epoch), or null */
  async #mark(conversation: string, round: Round, events: readonly CaseEvent[]): Promise<number | null> {
    const { store, lane } = this.#options;
    const journaled = new Set(events.map(({ id }) => id));
    const mark = (current: ConversationRecord | null): Committed<number | null> => {
      if (current === null) return { record: null, result: null };
      current.unjournaled = current.unjournaled.filter(({ id }) => !journaled.has(id));
      current.outbox = current.outbox
        .filter(({ id }) => !round.sent.has(id))
        .map((item) => ({ ...item, ...round.failed.get(item.id) }));
      if (round.memory !== undefined) current.channelMemory = round.memory;
      const refused = current.outbox.filter(({ id }) => round.failed.get(id)?.deadBecause === 'refused');
      const now = this.#options.clock.now();
      const wrote = giveBackUnreached(current, refused, now);
      return { record: current, result: wrote ? now : this.#dueOf(this.#ours(current)) };
    };
    const nextAt = await (store.claims?.finish(conversation, lane, events, mark) ?? store.transact(conversation, mark));
    this.#unmarked.delete(conversation);
    return nextAt;
  }

  /** When to look again (ms since the epoch); what another process has to send is looked after there. */
  #dueOf({ outbox }: ConversationRecord): number | null {
    const now = this.#options.clock.now();
    return dueOfOutbox(outbox.filter(({ channel, expiresAt }) => expiresAt <= now || this.#serves(channel)));
  }

  /** Whether this process, of several, can send through a channel now. */
  #serves(channel: string): boolean {
    return !this.#options.store.claims || this.#options.channels.get(channel)?.serves?.() !== false;
  }

  /** In order; after a failure the rest of that channel waits, so that replies never overtake one another. */
  async #sendDue(record: ConversationRecord): Promise<Round> {
    const round: Round = {
      sent: new Set(this.#unmarked.get(record.id)),
      failed: new Map(),
      memory: record.channelMemory,
    };
    const waiting = record.outbox.filter(({ id, state }) => state === 'waiting' && !round.sent.has(id));
    for (const item of this.#expired(waiting)) {
      round.failed.set(item.id, this.#dead('expired'));
      this.#tell('expired', [item]);
      const known = { conversation: record.id, item: item.id, ...traceFields(item.trace) };
      this.#options.log.warn(known, 'a reply expired unsent');
    }
    const blocked = new Set<string>();
    for (const batch of batches(waiting.filter(({ id }) => !round.failed.has(id)))) {
      const [first] = batch;
      if (!first || blocked.has(first.channel) || !this.#serves(first.channel)) continue;
      const due = batch.every((item) => triedAt(item) <= this.#options.clock.now());
      if (!due || !(await this.#sendBatch(record, batch, round))) blocked.add(first.channel);
    }
    return round;
  }

  #dead(why: DeadReason): Pick<OutboxItem, 'state' | 'deadBecause' | 'deadAt'> {
    return { state: 'dead', deadBecause: why, deadAt: this.#options.clock.now() };
  }

  #expired(waiting: readonly OutboxItem[]): OutboxItem[] {
    const now = this.#options.clock.now();
    return waiting.filter(({ expiresAt }) => expiresAt <= now);
  }

  /** @returns false if what follows must wait */
  async #sendBatch(record: ConversationRecord, batch: readonly OutboxItem[], round: Round): Promise<boolean> {
    const [first] = batch;
    if (!first) return true;
    const mine = first.channel === record.channel;
    const progress: Progress = { taken: first.taken ?? 0, memory: mine ? round.memory : undefined };
    const failure = await this.#send(record.id, first.channel, batch, progress);
    if (mine) round.memory = progress.memory;
    const about = { conversation: record.id, item: first.id, ...traceFields(first.trace) };
    if (failure === null) {
      for (const { id } of batch) round.sent.add(id);
      this.#unmarked.set(record.id, round.sent);
      this.#tell('sent', batch);
      this.#options.log.debug({ ...about, channel: first.channel, replies: batch.length }, 'replies were sent');
      return true;
    }
    const known = { ...about, error: failure.message };
    if (isPosDoctorError(failure, 'SEND_REFUSED')) {
      const dead = { ...this.#dead('refused'), attempts: first.attempts + 1 };
      for (const { id } of batch) round.failed.set(id, dead);
      this.#tell('refused', batch);
      this.#options.log.warn(known, 'a reply was refused for good');
      return true;
    }
    const asked = isPosDoctorError(failure) ? (failure.retryAfterMs ?? 0) : 0;
    // What was kept back on our side says nothing of the platform: it goes out when there is room, however often that was seen.
    const keptBack = isPosDoctorError(failure, 'SEND_LATER');
    const attempts = keptBack ? first.attempts : first.attempts + 1;
    const wait = keptBack ? asked : Math.max(waitAfter(attempts), asked);
    const next = { attempts, nextAttemptAt: this.#options.clock.now() + wait, taken: progress.taken };
    for (const { id } of batch) round.failed.set(id, next);
    this.#tell('retry', batch);
    this.#options.log.warn({ ...known, attempts }, 'a reply was not taken; trying again');
    return false;
  }

  #tell(what: Delivery, items: readonly OutboxItem[]): void {
    const { clock, observer = noObserver } = this.#options;
    // By the clock of the world, as it may have been made by another process: never less than nothing.
    for (const { channel, createdAt } of items) observer.delivery(channel, what, Math.max(0, clock.now() - createdAt));
  }

  async #send(
    conversation: string,
    to: string,
    batch: readonly OutboxItem[],
    progress: Progress,
  ): Promise<Error | null> {
    const channel = this.#options.channels.get(to);
    if (!channel) return new PosDoctorError('SEND_FAILED', { channel: to, why: 'no such channel is running' });
    try {
      await channel.send(conversation, batch, progress);
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error('unknown');
    }
  }
}
