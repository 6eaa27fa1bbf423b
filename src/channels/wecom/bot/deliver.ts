/** Sends an answer through the bot: in bubbles and a card if there is a message to answer, else as a push. */
import { isPosDoctorError, PosDoctorError } from '../../../errors.js';
import type { Log } from '../../../log.js';
import type { OutboxItem } from '../../../store/store.js';
import type { Progress } from '../../channel.js';
import { mayHaveArrived } from '../before.js';
import type { Button, ButtonCard, CardWords } from '../card.js';
import type { Transport } from '../http.js';
import type { Pace } from '../pace.js';
import { postOnce } from '../response-url.js';
import { sendError } from '../send-error.js';
import { type Chat, chatOf, placeOf } from './inbound.js';
import { markOf, renderBot, renderLate } from './render.js';
import { isWelcome, targetOf } from './reply-to.js';
import { type BotSender, BUBBLE_OVER, errcodeOf, isOver, isUnheard } from './send.js';
import { type Asked, fresh, type Stream, type Streams } from './streams.js';

export const BOT = 'wecom-bot';
/** A card's task id was used before: by ourselves, in an attempt whose ack did not come. */
const TASK_USED = 42014;

export interface DeliverOptions extends Transport {
  sender: BotSender;
  streams: Streams;
  pace: Pace;
  /** Where a response_url may lie, besides WeCom's own hosts. */
  apiBase: string;
  words: CardWords;
  log: Log;
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
  /** What was made before this may have been sent by the process before us. Milliseconds since the epoch. */
  readonly #startedAt: number;

  constructor(private readonly options: DeliverOptions) {
    this.#startedAt = options.clock.now();
  }

  /** @throws {PosDoctorError} SEND_FAILED, SEND_LATER, SEND_REFUSED */
  async send(conversation: string, items: readonly OutboxItem[], progress: Progress): Promise<void> {
    const chat = chatOf(conversation);
    if (!chat) throw new PosDoctorError('SEND_REFUSED', { channel: BOT, why: 'the conversation is none of this door' });
    // What is said unasked answers no message, though it remembers the last one.
    const unasked = items[0]?.inReplyTo === '';
    const { clock, log } = this.options;
    const target = unasked ? null : targetOf(items[0]?.replyTo, clock.now());
    if (!unasked && target === null && isWelcome(items[0]?.replyTo)) {
      log.debug({ conversation }, 'the time for a greeting is over; it is left out');
      return;
    }
    const batch = { conversation, chat, items, progress };
    if (items[0]?.interim) {
      if (target?.kind === 'message') this.#meanwhile(batch, target);
      return;
    }
    try {
      if (target?.kind === 'enter') await this.#welcome(batch, target.req);
      else if (target?.kind === 'message') await this.#answer(batch, target);
      else if (target?.kind === 'tap') await this.#afterTap(batch, target.url);
      else await this.#push(batch);
    } catch (error) {
      throw sendError(BOT, error);
    }
  }

  async #welcome({ conversation, items, progress }: Batch, req: string): Promise<void> {
    const { sender, words, starts, log } = this.options;
    const { texts, card } = renderBot(items, { words, cards: true, starts: starts() });
    this.#hold(conversation);
    // One message is all that a welcome may be, and it may be tried once: whether it arrived, nobody may be able to say.
    const whole = card && texts.length === 0 ? { card } : { text: items.map((item) => item.reply.text).join('\n') };
    await sender.welcome(req, whole).catch((error: unknown) => {
      if (!isOver(error) && !isUnheard(error)) throw error;
      log.debug({ conversation, error: String(error) }, 'a greeting is not repeated');
    });
    progress.taken += 1;
  }

  #meanwhile(batch: Batch, { req, at }: { req: string; at: number }): void {
    const { conversation, items } = batch;
    const text = items.map(({ reply }) => reply.text).join('\n');
    this.options.streams.meanwhile(
      { conversation, event: items[0]?.inReplyTo ?? '', req, at },
      this.#mark(batch),
      text,
    );
  }

  async #answer(batch: Batch, { req, at }: { req: string; at: number }): Promise<void> {
    const { conversation, items } = batch;
    const asked: Asked = { conversation, event: items[0]?.inReplyTo ?? '', req, at };
    const also = items[0]?.alsoAnswers ?? [];
    const { streams } = this.options;
    const stream = streams.take(asked, this.#mark(batch), also, this.#isOfBefore(batch));
    try {
      await this.#answerIn(stream, asked, batch);
    } catch (error) {
      streams.failed(asked);
      throw error;
    }
    streams.done(asked, also);
  }

  async #answerIn(stream: Stream, asked: Asked, batch: Batch): Promise<void> {
    const { conversation, chat, items, progress } = batch;
    const { sender, words, clock } = this.options;
    const { texts, card } = renderBot(items, { words, cards: true, ...(chat.group && { owner: conversation }) });
    for (const [part, text] of texts.entries()) {
      if (part < progress.taken) continue;
      // Only the first bubble continues the one that may be open; each further one stands by itself.
      if (part === 0) await this.#bubble(batch, stream, text, text.split('\n')[0]);
      else await this.#further(batch, fresh(asked, undefined, clock.now(), part), text);
      progress.taken += 1;
    }
    if (card && progress.taken <= texts.length) {
      this.#hold(conversation);
      // One mark an answer: where there is text, that has it.
      const mark = texts.length === 0 ? this.#mark(batch) : undefined;
      await sender.card(asked.req, card, mark).catch((error: unknown) => {
        if (isOver(error)) return this.#pushCard(batch, card, mark);
        if (!this.#usedBefore(error, items)) throw error;
      });
      progress.taken += 1;
    }
    progress.memory = { wrote: true };
  }

  /** All of it; a bubble that is not begun yet shows `firstLine` at once. */
  async #bubble(batch: Batch, stream: Stream, text: string, firstLine = text): Promise<void> {
    const content = stream.shown === '' || text.startsWith(stream.shown) ? text : `${stream.shown}\n\n${text}`;
    const again = stream.state === 'finishing';
    if (stream.state === 'ended') return this.#pushText(batch, text);
    try {
      if (stream.state === 'new' && firstLine !== text) await this.#frame(batch, stream, firstLine, false);
      await this.#frame(batch, stream, content, true);
      stream.state = 'ended';
    } catch (error) {
      if (!isOver(error)) throw error;
      stream.state = 'ended';
      // The frame before, whose ack did not come, has ended it with the same text.
      if (!again || errcodeOf(error) !== BUBBLE_OVER) await this.#pushText(batch, text);
    }
  }

  /** In one frame, so that it has ended or never begun when it is sent again. */
  async #further(batch: Batch, stream: Stream, text: string): Promise<void> {
    if (mayHaveArrived(batch.items, this.#startedAt)) stream.state = 'finishing';
    await this.#bubble(batch, stream, text);
  }

  async #frame({ conversation }: Batch, stream: Stream, content: string, finish: boolean): Promise<void> {
    const { state, openedAt, req, id, mark } = stream;
    // Whether WeCom counts the further frames of a bubble is not documented (protocol page, 1.10; 31 within 8.4 s were all
    // taken): they are counted, to be safe, but what was begun is never kept waiting for its end.
    if (state === 'new') this.#hold(conversation);
    else this.options.pace.wait(placeOf(conversation));
    stream.openedAt ||= this.options.clock.now();
    stream.state = finish ? 'finishing' : 'open';
    try {
      await this.options.sender.stream(req, { id, content, finish, ...(state === 'new' && mark ? { mark } : {}) });
      stream.shown = content;
    } catch (error) {
      // Refused: it is as it was.
      if (errcodeOf(error) !== undefined) Object.assign(stream, { state, openedAt });
      throw error;
    }
  }

  async #pushText(batch: Batch, text: string): Promise<void> {
    this.#hold(batch.conversation);
    await this.options.sender.pushText(batch.chat, text, this.#mark(batch));
  }

  /** Made before this process: another may have sent it, or a part of it. */
  #isOfBefore({ items }: Batch): boolean {
    return (items[0]?.createdAt ?? 0) < this.#startedAt;
  }

  #usedBefore(error: unknown, items: readonly OutboxItem[]): boolean {
    return errcodeOf(error) === TASK_USED && mayHaveArrived(items, this.#startedAt);
  }

  #mark({ conversation, items }: Batch): { id: string } | undefined {
    const [first] = items;
    return first && markOf(conversation, first.inReplyTo === '' ? first.id : first.inReplyTo);
  }

  /**
   * Whoever has only tapped, never written, may not be pushed to, and no card can be pushed to a group (protocol page, 1.8); but
   * a tap can be answered once.
   */
  async #afterTap(batch: Batch, url: string): Promise<void> {
    const { conversation, chat, items, progress } = batch;
    const canPush = hasWritten(progress.memory);
    const owner = chat.group === undefined ? {} : { owner: conversation };
    const body = renderLate(items, { words: this.options.words, cards: true, ...owner });
    const isCard = chat.group !== undefined && body.msgtype === 'template_card' && progress.taken === 0;
    if (canPush && !isCard) return this.#push(batch);
    this.#hold(conversation);
    try {
      await postOnce(BOT, url, body, this.options);
    } catch (error) {
      // Over earlier than the page says, or used: the options go out by number.
      if (canPush && isPosDoctorError(error, 'SEND_REFUSED')) return this.#push(batch);
      throw error;
    }
    progress.taken += 1;
  }

  async #push(batch: Batch): Promise<void> {
    const { chat, items, progress } = batch;
    const { words } = this.options;
    const { texts, card } = renderBot(items, { words, cards: chat.group === undefined });
    for (const text of texts.slice(progress.taken)) {
      await this.#pushText(batch, text);
      progress.taken += 1;
    }
    if (!card || progress.taken > texts.length) return;
    await this.#pushCard(batch, card, texts.length === 0 ? this.#mark(batch) : undefined).catch((error: unknown) => {
      if (!this.#usedBefore(error, items)) throw error;
    });
    progress.taken += 1;
  }

  async #pushCard(
    { conversation, chat, items }: Batch,
    card: ButtonCard,
    mark: { id: string } | undefined,
  ): Promise<void> {
    const { sender, words } = this.options;
    this.#hold(conversation);
    if (chat.group === undefined) return sender.pushCard(chat, card, mark);
    const asks = items.filter(({ reply }) => reply.options.length > 0);
    for (const text of renderBot(asks, { words, cards: false }).texts) await sender.pushText(chat, text, mark);
  }

  /** WeCom drops what is sent beyond its limits without a word; so it waits here. */
  #hold(conversation: string): void {
    const waitMs = this.options.pace.wait(placeOf(conversation));
    if (waitMs > 0) throw new PosDoctorError('SEND_LATER', { channel: BOT }, { retryAfterMs: waitMs });
  }
}

/** What the door keeps with the conversation: whether the user ever wrote. */
function hasWritten(memory: unknown): boolean {
  return (memory as { wrote?: unknown } | null | undefined)?.wrote === true;
}
