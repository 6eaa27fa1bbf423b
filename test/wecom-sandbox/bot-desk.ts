/**
 * 智能机器人: what a bot may show in a conversation, whatever way it came (socket, callback answer, response_url): streams,
 * cards, Markdown, files, with their limits (wecom-protocol.md 1.6 to 1.10, 2).
 */
import { cardAdvice } from './card-advice.js';
import { type Card, readCard } from './cards.js';
import type { Core } from './core.js';
import { bytes, type JsonObject, maybeObject, maybeText, needObject, needText } from './json.js';
import type { Media } from './media.js';
import { HOUR, MINUTE, Rates } from './rates.js';
import { Recent } from './recent.js';
import { type Bubble, type NewBubble, replaceCard } from './rooms.js';
import { Refusal } from './rules.js';
import { TaskIds } from './task-ids.js';

export const STREAM_MS = 6 * MINUTE;
const MAX_CONTENT = 20_480;
const MAX_FEEDBACK_ID = 256;

export interface DeskOptions {
  /** A frame after the 6 minutes is refused with 846608, or acked and lost; both were seen. */
  expiredStreams: 'refuse' | 'silent';
  /** A text that later frames may replace instead of adding to it. */
  isPlaceholder: (text: string) => boolean;
  /** Messages a minute in one conversation. */
  perMinute: number;
}

/** Short and ending in an ellipsis: 「正在核对…」. */
export const endsOpen = (text: string): boolean => [...text].length <= 40 && /(…|\.\.\.)\s*$/.test(text);

interface Stream {
  bubble: Bubble;
  startedAt: number;
  finished: boolean;
  /** The ack of its last frame was lost on purpose. */
  ackLost?: boolean;
  /** `scripted`: by a fault, so frames that come later are excused. */
  expired?: 'time' | 'scripted';
  cancel: () => void;
}

/** Where a body is to be shown, and for what reason it may be sent a second time. */
export interface Place {
  chat: string;
  /** The cmd or API that carried it. */
  api: string;
  /** What the stream ids belong to: the req_id or msgid of the message. */
  scope: string;
  answerLost: boolean;
  /** When the 6 minutes of a stream begin; now if absent. */
  since?: number;
}

export class BotDesk {
  readonly #tasks = new TaskIds();
  readonly #streams = new Recent<Stream>(20_000, ({ cancel }) => cancel());
  readonly #rates: Rates;

  constructor(
    private readonly core: Core,
    private readonly door: 'bot' | 'bot-http',
    private readonly media: Media,
    private readonly options: DeskOptions,
  ) {
    this.#rates = new Rates(core.clock, [
      { count: options.perMinute, ms: MINUTE },
      { count: 1000, ms: HOUR },
    ]);
  }

  /** Shows a body of one of the allowed msgtypes, or refuses it. */
  show(body: JsonObject, allowed: readonly string[], place: Place): void {
    const type = needText(body, 'msgtype', 'msgtype');
    if (!allowed.includes(type)) throw new Refusal('msgtype', `${type} with ${place.api}`);
    const part = needObject(body, type);
    if (type === 'stream') this.stream(part, place);
    else if (type === 'template_card') this.card(part, place);
    else if (type === 'markdown')
      this.#add(place, { from: 'bot', kind: 'markdown', text: limited(part, 'content'), ...feedback(part) });
    else if (type === 'text') this.#add(place, { from: 'bot', kind: 'text', text: limited(part, 'content') });
    else {
      this.media.check(part);
      this.#add(place, { from: 'bot', kind: 'media', text: type });
    }
  }

  card(json: JsonObject, place: Place): Card {
    const card = readCard(json, { door: 'bot', purpose: 'send' });
    const feedbackId = feedback(json);
    if (card.taskId !== undefined) this.#tasks.check(card.taskId);
    this.#advise(json, place.api);
    this.#add(place, { from: 'bot', kind: 'card', text: card.title, card, ...feedbackId });
    if (card.taskId !== undefined) this.#tasks.take(card.taskId, place.answerLost);
    return card;
  }

  /** Replaces the card of an event, for some users or for all. */
  update(body: JsonObject, taskId: string, users: readonly string[], { chat, api }: Place): void {
    const json = needObject(body, 'template_card');
    const card = readCard(json, { door: 'bot', purpose: 'update' });
    if (card.taskId !== taskId) throw new Refusal('task-id-differs', `${card.taskId} instead of ${taskId}`);
    this.#advise(json, api);
    const bubble = this.core.rooms.card(this.door, chat, taskId);
    if (bubble) replaceCard(bubble, card, users);
    this.core.rooms.touch(this.door, chat);
  }

  /** One frame of a stream; returns its bubble. */
  stream(json: JsonObject, place: Place): Bubble {
    const id = needText(json, 'id', 'stream-id');
    const content = maybeText(json, 'content') ?? '';
    if (bytes(content) > MAX_CONTENT)
      throw new Refusal('text-bytes', `${bytes(content)} bytes, at most ${MAX_CONTENT}`);
    this.#checkItems(json);
    const key = `${place.scope} ${id}`;
    const stream = this.#streams.get(key);
    if (stream) this.#checkFrame(stream, json, content, place);
    if (stream?.expired) return stream.bubble;
    const { bubble } = stream ?? this.#start(key, json, content, place);
    if (stream) {
      bubble.text = content;
      bubble.frames?.push(content);
    }
    if (json.finish === true) this.#finish(key, place.answerLost);
    this.core.rooms.touch(this.door, place.chat);
    return bubble;
  }

  /** True while that stream may still change. */
  isOpen(scope: string, id: string): boolean {
    const stream = this.#streams.get(`${scope} ${id}`);
    return stream !== undefined && !stream.finished && stream.expired === undefined;
  }

  stop(): void {
    for (const { cancel } of this.#streams.values()) cancel();
  }

  #start(key: string, json: JsonObject, content: string, place: Place): Stream {
    if (content === '') this.core.ledger.warn(this.door, place.api, 'stream.content', 'the first frame is empty');
    const shown = { from: 'bot', kind: 'stream', text: content, finished: false, frames: [content] } as const;
    const bubble = this.#add(place, { ...shown, frames: [content], ...feedback(json) });
    const now = this.core.clock.now();
    const startedAt = place.since ?? now;
    const cancel = this.core.clock.after(startedAt + STREAM_MS - now, () => this.#expire(key, place));
    const stream: Stream = { bubble, startedAt, finished: false, cancel };
    this.#streams.set(key, stream);
    return stream;
  }

  #checkFrame(stream: Stream, json: JsonObject, content: string, { api }: Place): void {
    const { bubble } = stream;
    // Who never heard that it was finished may say it again.
    const unheard = stream.ackLost === true && json.finish === true && content === bubble.text;
    if (stream.finished) throw new Refusal('stream-after-finish', bubble.text.slice(0, 20), { forgiven: unheard });
    if (this.core.faults.isLate('stream')) stream.expired = 'scripted';
    if (this.core.clock.now() - stream.startedAt > STREAM_MS) stream.expired ??= 'time';
    if (stream.expired) {
      stream.cancel();
      bubble.expired = true;
      const forgiven = stream.expired === 'scripted';
      if (this.options.expiredStreams === 'refuse') throw new Refusal('stream-expired', 'after 6 min', { forgiven });
      if (!forgiven) this.core.ledger.note(this.door, api, 'stream-expired', 'acked and lost');
      return;
    }
    if (json.feedback !== undefined) throw new Refusal('stream-feedback', '');
    if (!visible(content).startsWith(visible(bubble.text)) && !this.options.isPlaceholder(bubble.text))
      this.core.ledger.note(this.door, api, 'stream-not-cumulative', `after ${bytes(bubble.text)} bytes`);
  }

  #finish(key: string, ackLost: boolean): void {
    const stream = this.#streams.get(key);
    if (!stream) return;
    stream.finished = true;
    stream.ackLost = ackLost;
    stream.bubble.finished = true;
    stream.cancel();
  }

  #expire(key: string, { chat, api }: Place): void {
    const stream = this.#streams.get(key);
    if (!stream || stream.finished || stream.expired) return;
    stream.expired = 'time';
    stream.bubble.expired = true;
    this.core.ledger.note(this.door, api, 'stream-unfinished', chat);
    this.core.rooms.touch(this.door, chat);
  }

  #checkItems(json: JsonObject): void {
    const items = json.msg_item;
    if (items === undefined) return;
    if (this.door === 'bot') throw new Refusal('msg-item', 'not over WebSocket');
    if (json.finish !== true || !Array.isArray(items) || items.length > 10) throw new Refusal('msg-item', '');
  }

  #add({ chat }: Place, bubble: NewBubble): Bubble {
    if (!this.#rates.take(chat)) throw new Refusal('bot-rate', chat);
    return this.core.rooms.add(this.door, chat, bubble);
  }

  #advise(json: JsonObject, api: string): void {
    for (const { field, detail } of cardAdvice(json, 'bot')) this.core.ledger.warn(this.door, api, field, detail);
  }
}

/** The text without its folded thinking block, which may go when the answer comes. */
const visible = (text: string): string => text.replace(/<think>[\s\S]*?(<\/think>|$)/g, '').trimStart();

function limited(part: JsonObject, key: string): string {
  needText(part, key, 'text-empty');
  return needText(part, key, 'text-bytes', MAX_CONTENT);
}

function feedback(json: JsonObject): { feedbackId?: string } {
  const part = maybeObject(json, 'feedback', 'feedback-id');
  return part ? { feedbackId: needText(part, 'id', 'feedback-id', MAX_FEEDBACK_ID) } : {};
}
