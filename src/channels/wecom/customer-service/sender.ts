/** Sends what answers one event: within the five messages and 48 h that WeCom allows, each message once (protocol page, 5.2, 5.3). */
import { z } from 'zod';
import type { Clock } from '../../../clock.js';
import { isPosDoctorError, PosDoctorError } from '../../../errors.js';
import type { Log } from '../../../log.js';
import type { OutboxItem } from '../../../store/store.js';
import type { Progress } from '../../channel.js';
import type { WecomApi } from '../api.js';
import type { Button, CardWords } from '../card.js';
import { type Address, addressOf, KF } from './address.js';
import { exhausted, failed, isExhausted, isForbiddenState, isUsedMsgid, refused, WRONG_PARAMETER } from './errors.js';
import { type Answerable, counted, layoutSize, type Memory, msgidOf, readMemory } from './memory.js';
import { renderOffer, splitOffer } from './offer.js';
import { type KfMessage, type Rendered, renderAnswer, renderWelcome, SENDS_MAX } from './render.js';
import type { Sessions } from './sessions.js';
import { readToken } from './token.js';

export interface SenderOptions {
  api: Pick<WecomApi, 'post'>;
  sessions: Sessions;
  /** The customer's newest message that this process has heard of. */
  newest: (conversation: string) => Answerable | undefined;
  /** Whether a human is believed to have the conversation. */
  silent: (conversation: string) => Promise<boolean>;
  words: CardWords;
  starts: () => readonly Button[];
  clock: Clock;
  log: Log;
}

/** One batch being sent. */
interface Batch {
  conversation: string;
  to: Address;
  items: readonly OutboxItem[];
  first: OutboxItem;
  /** It answers an event; else the bot speaks of its own accord. */
  isAnswer: boolean;
  progress: Progress;
}

const answered = z.object({});

export class Sender {
  readonly #options: SenderOptions;
  /** What was handed to WeCom before this may have arrived although the record does not say so. Milliseconds since the epoch. */
  readonly #startedAt: number;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  /** As `Channel.send`. */
  async send(conversation: string, items: readonly OutboxItem[], progress: Progress): Promise<void> {
    const to = addressOf(conversation);
    const [first] = items;
    if (to === null || first === undefined) throw refused('the conversation is none of this door');
    const batch: Batch = { conversation, to, items, first, isAnswer: first.inReplyTo !== '', progress };
    const token = readToken(first.replyTo);
    await this.#expectFree(batch, token?.kind === 'message' && token.ask === true);
    const msgid = token?.kind === 'message' ? token.msgid : undefined;
    if (batch.isAnswer && token?.kind === 'welcome') await this.#welcome(batch, token.code);
    else if (items.some(({ reply }) => reply.handover !== undefined)) await this.#handOver(batch, msgid);
    else await this.#answer(batch, items, msgid);
  }

  /** What can be chosen is sent last, and only if nobody takes the conversation over: to a human its buttons lead nowhere. */
  async #handOver(batch: Batch, msgid: string | undefined): Promise<void> {
    const { conversation, to, items, progress } = batch;
    const { sessions, words } = this.#options;
    const { said, offer } = splitOffer(items);
    const menu = renderOffer(offer, words);
    const parts = await this.#answer(batch, said, msgid, menu === null ? 0 : 1);
    if ((await sessions.handOver(conversation, to)) || menu === null || progress.taken > parts) return;
    // Everything in it can be typed as well: not worth waiting until the customer writes again.
    if (this.#count(batch, msgid).sends >= SENDS_MAX) return;
    await this.#part(batch, msgid, parts, menu);
  }

  /** @throws SEND_REFUSED if a human has the conversation, SEND_FAILED if that has to be asked and cannot be for now */
  async #expectFree({ conversation, to, first }: Batch, ask: boolean): Promise<void> {
    const { sessions, silent } = this.#options;
    if (await silent(conversation)) throw refused('a human has the conversation');
    if (!ask && !sessions.isInDoubt(conversation)) return;
    const free = await sessions.settle(conversation, to, `${first.id}:state`).catch((error: unknown) => {
      throw failed(error);
    });
    if (!free) throw refused('a human has the conversation, or it has ended');
  }

  async #welcome({ items, first, progress }: Batch, code: string): Promise<void> {
    const { api, clock, words, starts } = this.#options;
    const message = renderWelcome(items, starts(), words);
    if (message === null || progress.taken > 0) return;
    if (clock.now() >= (first.replyTo?.expiresAt ?? 0)) throw refused('the welcome code has expired');
    const body = { code, msgid: msgidOf(first.id, 0, message), ...message };
    await api.post('/cgi-bin/kf/send_msg_on_event', body, { schema: answered }).catch((error: unknown) => {
      // The code is for one message (5.3): what is refused for good was either sent before or never can be. With which errcode a
      // used or late code is refused is a GAP; one that nobody has listed is tried again until the code has expired.
      throw isExhausted(error) || isForbiddenState(error)
        ? refused('the customer cannot be welcomed now')
        : failed(error);
    });
    progress.taken = 1;
  }

  /** @param spare messages that are to be left over, if more than one may be sent @returns how many messages it has */
  async #answer(batch: Batch, items: readonly Rendered[], msgid: string | undefined, spare = 0): Promise<number> {
    const { first, isAnswer, progress } = batch;
    let memory = this.#count(batch, msgid);
    const most = layoutSize(memory, first.id);
    if (most === 0) throw exhausted(isAnswer, 'as many messages as are allowed were sent');
    // Kept even if nothing is sent: the next attempt must cut the answer into the same parts.
    memory = { ...memory, batch: { item: first.id, most } };
    progress.memory = memory;
    const messages = renderAnswer(items, Math.max(1, most - spare), this.#options.words);
    for (const [part, message] of messages.entries())
      if (part >= progress.taken) await this.#part(batch, msgid, part, message);
    return messages.length;
  }

  /** One message, if it may be sent. */
  async #part(batch: Batch, msgid: string | undefined, part: number, message: KfMessage): Promise<void> {
    const { isAnswer, progress } = batch;
    const memory = this.#count(batch, msgid);
    if (memory.sends >= SENDS_MAX) throw exhausted(isAnswer, 'as many messages as are allowed were sent');
    if (this.#options.clock.now() >= memory.until) throw exhausted(isAnswer, 'the customer wrote too long ago');
    await this.#sendPart(batch, memory, part, message);
    progress.taken = part + 1;
  }

  /** The memory as it counts now; the customer may have written since the last part. */
  #count({ conversation, first, progress }: Batch, msgid: string | undefined): Memory {
    const expiresAt = first.replyTo?.expiresAt;
    const asked = msgid === undefined || expiresAt === undefined ? undefined : { msgid, until: expiresAt };
    const memory = counted(readMemory(progress.memory), this.#options.newest(conversation), asked);
    if (memory === null) throw refused('the customer has not written yet');
    return memory;
  }

  async #sendPart(batch: Batch, memory: Memory, part: number, message: KfMessage): Promise<void> {
    const { to, first, progress } = batch;
    const msgid = msgidOf(first.id, part, message);
    const unsure = memory.unsure === msgid || first.createdAt < this.#startedAt;
    const { unsure: _, ...sure } = memory;
    try {
      const body = { touser: to.customer, open_kfid: to.account, msgid, ...message };
      await this.#options.api.post('/cgi-bin/kf/send_msg', body, { schema: answered, expects: [WRONG_PARAMETER] });
    } catch (error) {
      if (!isUsedMsgid(error, unsure)) {
        const lost = isPosDoctorError(error, 'WECOM_UNREACHABLE') || memory.unsure === msgid;
        const used = isExhausted(error) ? { sends: SENDS_MAX } : {};
        progress.memory = { ...sure, ...used, ...(lost ? { unsure: msgid } : {}) } satisfies Memory;
        throw await this.#failure(batch, error);
      }
      this.#options.log.warn({ channel: KF, error: String(error) }, 'a message is taken to have been sent before');
    }
    progress.memory = { ...sure, sends: memory.sends + 1 } satisfies Memory;
  }

  async #failure({ conversation, to, first, isAnswer }: Batch, error: unknown): Promise<Error> {
    if (isExhausted(error)) return exhausted(isAnswer, 'the customer has to write first');
    if (!isForbiddenState(error)) return failed(error);
    const free = await this.#options.sessions.isFree(conversation, to, `${first.id}:state`);
    const why = 'the state of the session does not allow sending';
    if (!free) return refused('a human has the conversation, or it has ended');
    // It may have changed between the two calls; after that it is the 48 h, for which WeCom has this code too.
    if (first.attempts === 0) return new PosDoctorError('SEND_FAILED', { channel: KF, why }, { cause: error });
    return exhausted(isAnswer, why);
  }
}
