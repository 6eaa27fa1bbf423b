/** All that leaves: a conversation's own channel and the boards, each at its own pace, and hands off whom is being erased. */
import type { Alarms } from './alarms.js';
import { Dispatcher, type DispatcherOptions } from './dispatcher.js';
import { HandsOff } from './hands-off.js';
import type { Work } from './observer.js';
import type { Claims, ConversationRecord } from './store/store.js';

/** Conversations remembered to hold nothing for a board. */
export const REMEMBERED_MAX = 5_000;

export interface OutgoingOptions extends Omit<DispatcherOptions, 'lane'> {
  alarms: Alarms;
}

export class Outgoing {
  /** The conversations' own first. */
  readonly #lanes: readonly [own: Dispatcher, boards: Dispatcher];
  readonly #handsOff: HandsOff;
  readonly #options: OutgoingOptions;
  /** Conversations that hold nothing for a board, as was seen at the commit after which they are sent. */
  readonly #ownOnly = new Set<string>();

  constructor(options: OutgoingOptions) {
    this.#options = options;
    const { alarms, channels } = options;
    this.#lanes = [new Dispatcher({ ...options, lane: 'own' }), new Dispatcher({ ...options, lane: 'boards' })];
    this.#handsOff = new HandsOff({ dispatchers: this.#lanes, alarms, channels });
  }

  /** Conversations remembered. */
  get remembered(): number {
    return this.#ownOnly.size;
  }

  /** The same work; what is then to be sent or journaled at once is claimed with its commit: nobody else need be asked for it. */
  claiming<T>(work: Work<T>): Work<T> {
    return (stored) => {
      const made = work(stored);
      if (made.record) this.#look(made.record);
      return made.record && this.#isOurs(made.record) ? { ...made, claim: 'own' } : made;
    };
  }

  /** Sends what is due in a conversation. */
  send(conversation: string): void {
    const [own, boards] = this.#lanes;
    own.dispatch(conversation);
    // Most have nothing for a board: it costs nothing to know that, and a read to find out.
    if (!this.#ownOnly.delete(conversation)) boards.dispatch(conversation);
  }

  /** Resolves when nothing is being sent, or nothing that the conversation's own channel is to send. */
  async settled(conversation?: string): Promise<void> {
    if (conversation !== undefined) return this.#lanes[0].settled(conversation);
    for (const lane of this.#lanes) await lane.settled();
  }

  /** Runs `work` while nothing of these conversations is sent, journaled or due. */
  quietly<T>(conversations: readonly string[], work: () => Promise<T>): Promise<T> {
    return this.#handsOff.during(conversations, work);
  }

  /** Lets go of whom another process has erased. */
  listen(claims: Claims): void {
    this.#handsOff.listen(claims);
  }

  stop(): void {
    this.#handsOff.stop();
  }

  #look({ id, channel: own, outbox }: ConversationRecord): void {
    if (outbox.some(({ channel, state }) => channel !== own && state === 'waiting')) this.#ownOnly.delete(id);
    else this.#ownOnly.add(id);
    // Those whose commit failed are not sent after it. Forgetting costs a read each.
    if (this.#ownOnly.size > REMEMBERED_MAX) this.#ownOnly.clear();
  }

  #isOurs({ channel: own, outbox, unjournaled }: ConversationRecord): boolean {
    if (this.#options.channels.get(own)?.serves?.() === false) return false;
    return unjournaled.length > 0 || outbox.some(({ channel, state }) => channel === own && state === 'waiting');
  }
}
