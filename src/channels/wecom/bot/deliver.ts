/** Sends an answer through the bot: in bubbles and a card if there is a message to answer, else as a push. */
import { isPosDoctorError, PosDoctorError } from '../../../errors.js';
import type { OutboxItem } from '../../../store/store.js';
import type { Progress } from '../../channel.js';
import type { Button, ButtonCard, CardWords } from '../card.js';
import type { Transport } from '../http.js';
import type { Pace } from '../pace.js';
import { postOnce } from '../response-url.js';
import { sendError } from '../send-error.js';
import { type Chat, chatOf } from './inbound.js';
import { markOf, renderBot, renderLate } from './render.js';
import { targetOf } from './reply-to.js';
import type { BotSender } from './send.js';
import { fresh, STREAM_MS, type Stream, type Streams } from './streams.js';

export const BOT = 'wecom-bot';
/** The request can no longer be answered, or its bubble was ended by WeCom: what is left is to push. */
const OVER: ReadonlySet<number> = new Set([846605, 846608]);
/** A card's task id was used before: by ourselves, in an attempt whose ack did not come. */
const TASK_USED = 42014;

export interface DeliverOptions extends Transport {
  sender: BotSender;
  streams: Streams;
  pace: Pace;
  /** Where a response_url may lie, besides WeCom's own hosts. */
  apiBase: string;
  words: CardWords;
  /** Buttons under the greeting. */
  starts: () => Button[];
}

interface Batch {
  conversation: string;
  chat: Chat;
  items: readonly OutboxItem[];
  progress: Progress;
}

export class BotDelivery {
  constructor(private readonly options: DeliverOptions) {}

  /** @throws {PosDoctorError} SEND_FAILED, SEND_REFUSED */
  async send(conversation: string, items: readonly OutboxItem[], progress: Progress): Promise<void> {
    const chat = chatOf(conversation);
    if (!chat) throw new PosDoctorError('SEND_REFUSED', { channel: BOT, why: 'the conversation is none of this door' });
    // What is said unasked answers no message, though it remembers the last one.
    const unasked = items[0]?.inReplyTo === '';
    const target = unasked ? null : targetOf(items[0]?.replyTo, this.options.clock.now());
    const batch = { conversation, chat, items, progress };
    try {
      if (target?.kind === 'enter') await this.#welcome(batch, target.req);
      else if (target?.kind === 'message') await this.#answer(batch, target.req);
      else if (target?.kind === 'tap') await this.#afterTap(batch, target.url);
      else await this.#push(batch);
    } catch (error) {
      throw sendError(BOT, error);
    }
  }

  async #welcome({ conversation, items, progress }: Batch, req: string): Promise<void> {
    const { sender, words, starts } = this.options;
    const { texts, card } = renderBot(items, { words, cards: true, starts: starts() });
    this.#hold(conversation);
    // One message is all that a welcome may be.
    await sender.welcome(
      req,
      card && texts.length === 0 ? { card } : { text: items.map((item) => item.reply.text).join('\n') },
    );
    progress.taken += 1;
  }

  async #answer(batch: Batch, req: string): Promise<void> {
    const { conversation, chat, items, progress } = batch;
    const { sender, streams, words } = this.options;
    const { texts, card } = renderBot(items, { words, cards: true, ...(chat.group && { owner: conversation }) });
    const mark = this.#mark(batch);
    for (const [part, text] of texts.entries()) {
      if (part < progress.taken) continue;
      // Only the first bubble continues the one that may be open; each further one stands by itself.
      const stream = part === 0 ? streams.take(conversation, req, mark) : fresh(conversation, req, undefined, part);
      await this.#bubble(batch, req, stream, text);
      progress.taken += 1;
    }
    if (card && progress.taken <= texts.length) {
      this.#hold(conversation);
      await sender.card(req, card, texts.length === 0 ? mark : undefined).catch((error: unknown) => {
        if (isOver(error)) return this.#pushCard(batch, card);
        if (!(errcodeOf(error) === TASK_USED && (items[0]?.attempts ?? 0) > 0)) throw error;
      });
      progress.taken += 1;
    }
    progress.memory = { wrote: true };
    await streams.done(conversation, req);
  }

  /** A first frame at once, with the first line or what the bubble shows already; then all of it. */
  async #bubble(batch: Batch, req: string, stream: Stream, text: string): Promise<void> {
    const { conversation, chat } = batch;
    const content = stream.shown === '' || text.startsWith(stream.shown) ? text : `${stream.shown}\n\n${text}`;
    const tried = stream.finishing;
    // WeCom ended it meanwhile; what goes into it now may be acked and never shown (protocol page, 1.6).
    if (stream.openedAt > 0 && this.options.clock.now() - stream.openedAt >= STREAM_MS) {
      this.#hold(conversation);
      return this.options.sender.pushText(chat, text, this.#mark(batch));
    }
    try {
      const [firstLine = ''] = content.split('\n');
      if (stream.shown === '' && firstLine !== content) await this.#frame(conversation, req, stream, firstLine, false);
      await this.#frame(conversation, req, stream, content, true);
    } catch (error) {
      if (!isOver(error)) throw error;
      // Refused although there was time: the frame before, whose ack did not come, has ended the bubble with the same text.
      if (tried && this.options.clock.now() - stream.openedAt < STREAM_MS) return;
      await this.options.sender.pushText(chat, text, this.#mark(batch));
    }
  }

  async #frame(conversation: string, req: string, stream: Stream, content: string, finish: boolean): Promise<void> {
    this.#hold(conversation);
    stream.openedAt ||= this.options.clock.now();
    stream.finishing ||= finish;
    const mark = stream.shown === '' && stream.mark ? { mark: stream.mark } : {};
    await this.options.sender.stream(req, { id: stream.id, content, finish, ...mark });
    stream.shown = content;
  }

  #mark({ conversation, items }: Batch): { id: string } | undefined {
    const [first] = items;
    return first && markOf(conversation, first.inReplyTo === '' ? first.id : first.inReplyTo);
  }

  /** Whoever has only tapped, never written, may not be pushed to (protocol page, 1.8); but their tap can be answered once. */
  async #afterTap(batch: Batch, url: string): Promise<void> {
    const { chat, items, progress } = batch;
    if (hasWritten(progress.memory)) return this.#push(batch);
    this.#hold(batch.conversation);
    const shown = { words: this.options.words, cards: true, ...(chat.group && { owner: batch.conversation }) };
    await postOnce(BOT, url, renderLate(items, shown), this.options);
    progress.taken += 1;
  }

  async #push(batch: Batch): Promise<void> {
    const { conversation, chat, items, progress } = batch;
    const { sender, words } = this.options;
    const { texts, card } = renderBot(items, { words, cards: chat.group === undefined });
    for (const text of texts.slice(progress.taken)) {
      this.#hold(conversation);
      await sender.pushText(chat, text, this.#mark(batch));
      progress.taken += 1;
    }
    if (!card || progress.taken > texts.length) return;
    await this.#pushCard(batch, card);
    progress.taken += 1;
  }

  async #pushCard({ conversation, chat, items }: Batch, card: ButtonCard): Promise<void> {
    const { sender, words } = this.options;
    this.#hold(conversation);
    if (chat.group === undefined) return sender.pushCard(chat, card);
    const asks = items.filter(({ reply }) => reply.options.length > 0);
    for (const text of renderBot(asks, { words, cards: false }).texts) await sender.pushText(chat, text);
  }

  /** WeCom drops what is sent beyond its limits without a word; so it waits here. */
  #hold(conversation: string): void {
    const waitMs = this.options.pace.wait(conversation);
    if (waitMs > 0)
      throw new PosDoctorError('SEND_FAILED', { channel: BOT, why: 'too much at a time' }, { retryAfterMs: waitMs });
  }
}

/** What the door keeps with the conversation: whether the user ever wrote. */
function hasWritten(memory: unknown): boolean {
  return (memory as { wrote?: unknown } | null | undefined)?.wrote === true;
}

function errcodeOf(error: unknown): number | undefined {
  return isPosDoctorError(error, 'WECOM_ERROR') ? Number(error.subject.errcode) : undefined;
}

function isOver(error: unknown): boolean {
  return OVER.has(errcodeOf(error) ?? 0);
}
