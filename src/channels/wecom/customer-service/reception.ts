/** Takes what was pulled into the conversations: whose turn it is, the bot's or a human's, is made sure of first. */
import { isPosDoctorError } from '../../../errors.js';
import type { Log } from '../../../log.js';
import type { Service } from '../../channel.js';
import { type Address, addressOf, KF } from './address.js';
import { type Arrival, readArrival } from './inbound.js';
import type { Answerable } from './memory.js';
import type { Sessions } from './sessions.js';
import { askedLater } from './token.js';

export interface ReceptionOptions {
  service: () => Service;
  sessions: Pick<Sessions, 'holder'>;
  /** open_kfid of the accounts served; empty: all. */
  accounts: readonly string[];
  log: Log;
}

/** The same entry tapped again within this time is one tap; later it was meant. Milliseconds. */
export const DOUBLE_TAP_MS = 60_000;
/** Conversations, and menu entries, remembered. */
export const REMEMBERED_MAX = 2_000;
/** A message that fails for no reason that could pass is left out after so many tries, so that it does not hold up all others. */
export const TRIES_MAX = 5;

export class Reception {
  readonly #options: ReceptionOptions;
  /** Conversation → the customer's newest message. */
  readonly #newest = new Map<string, Answerable>();
  /** Conversation and menu entry → its first tap. */
  readonly #taps = new Map<string, { id: string; at: number }>();
  #trouble = { msgid: '', tries: 0 };

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  /** The newest message of the customer's that came while this process ran. */
  newest(conversation: string): Answerable | undefined {
    return this.#newest.get(conversation);
  }

  /** The conversation was erased. */
  forget(conversation: string): void {
    this.#newest.delete(conversation);
    for (const key of [...this.#taps.keys()]) if (key.startsWith(`${conversation} `)) this.#taps.delete(key);
  }

  /** Conversations and entries remembered. */
  get size(): number {
    return Math.max(this.#newest.size, this.#taps.size);
  }

  /** @throws what `accept` throws; the message is to be delivered again then */
  async take(raw: unknown, account: string): Promise<void> {
    const arrival = readArrival(raw);
    if (arrival === null) return;
    if ('failure' in arrival) {
      const { conversation, failType } = arrival.failure;
      this.#options.log.warn({ channel: KF, conversation, failType }, 'WeCom took a message and could not deliver it');
      return;
    }
    const { accounts } = this.#options;
    const to = addressOf(arrival.conversation);
    if (to === null || arrival.account !== account || (accounts.length > 0 && !accounts.includes(account))) return;
    try {
      await this.#accept(arrival, to);
    } catch (error) {
      if (this.#mayPass(error) || this.#tries(arrival.msgid) < TRIES_MAX) throw error;
      this.#options.log.error({ channel: KF, error: String(error) }, 'a message is left out: it fails again and again');
    }
  }

  async #accept(arrival: Arrival, to: Address): Promise<void> {
    const service = this.#options.service();
    const { conversation, msgid, at, byCustomer } = arrival;
    const event = this.#once(arrival);
    if (event.kind === 'message' || event.kind === 'option') this.#heard(arrival);
    const silent = event.kind === 'human' || byCustomer ? await service.silent(conversation) : false;
    // A servicer who types line after line takes the conversation over once.
    if (event.kind === 'human' && event.active === silent) return;
    const holder = byCustomer && silent ? await this.#options.sessions.holder(conversation, to) : undefined;
    // Nobody else's messages wait because one customer's state cannot be read: this one is kept and its answer made, which
    // goes out only once WeCom has said that no human has the conversation.
    const doubtful = holder === 'unknown' ? askedLater(event) : null;
    if (holder === 'bot' || doubtful !== null)
      await service.accept(KF, { kind: 'human', id: `${msgid}:left`, conversation, at, active: false });
    await service.accept(KF, doubtful ?? event);
  }

  /** Tapped twice in a row it is the same event. */
  #once({ conversation, tapped, at, event }: Arrival): Arrival['event'] {
    if (tapped === undefined) return event;
    const key = `${conversation} ${tapped}`;
    const first = this.#taps.get(key);
    if (first && Math.abs(at - first.at) < DOUBLE_TAP_MS) return { ...event, id: first.id };
    remember(this.#taps, key, { id: event.id, at });
    return event;
  }

  #heard({ conversation, msgid, event }: Arrival): void {
    const until = event.replyTo?.expiresAt;
    if (until !== undefined) remember(this.#newest, conversation, { msgid, until });
  }

  /** Trouble that is not the message's own. */
  #mayPass(error: unknown): boolean {
    return isPosDoctorError(error) && error.code !== 'DATA_CORRUPT';
  }

  #tries(msgid: string): number {
    this.#trouble = { msgid, tries: this.#trouble.msgid === msgid ? this.#trouble.tries + 1 : 1 };
    return this.#trouble.tries;
  }
}

/** The one longest ago is forgotten first. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED_MAX && oldest !== undefined) map.delete(oldest);
}
