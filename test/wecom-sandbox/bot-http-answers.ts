/** What a client answers to a callback of the bot's HTTP mode: opened, checked, shown. */
import type { BotDesk, Place } from './bot-desk.js';
import type { Callbacks } from './callbacks.js';
import type { Core } from './core.js';
import { type JsonObject, maybeNumber, maybeText, needObject, needText, parseObject, texts } from './json.js';
import { Recent } from './recent.js';
import { Refusal } from './rules.js';

/** The callback that is answered. */
export interface Asked {
  kind: 'message' | 'enter_chat' | 'template_card_event' | 'other';
  chat: string;
  msgid: string;
  /** When the user wrote. */
  at: number;
  taskId?: string;
  /** The stream that a refresh asks for. */
  stream?: string;
}

export class BotHttpAnswers {
  /** msgids whose card was shown. */
  readonly #carded = new Recent<true>();

  constructor(
    private readonly core: Core,
    private readonly desk: BotDesk,
    private readonly callbacks: Callbacks,
  ) {}

  /** Shows an answer; the id of its stream if that goes on, else null. An empty answer says nothing. */
  take(asked: Asked, answer: string, nonce: string): string | null {
    if (answer === '') return asked.stream ?? null;
    try {
      return this.#show(asked, parseObject(this.#open(answer, nonce)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.core.ledger.refuse('bot-http', `answer to ${asked.stream === undefined ? asked.kind : 'refresh'}`, error);
      return asked.stream ?? null;
    }
  }

  #open(answer: string, nonce: string): string {
    const envelope = parseObject(answer, 'answer-crypto');
    const timestamp = maybeNumber(envelope, 'timestamp', 'answer-crypto');
    if (timestamp === undefined) throw new Refusal('answer-crypto', 'timestamp is missing');
    if (needText(envelope, 'nonce', 'answer-crypto') !== nonce)
      throw new Refusal('answer-crypto', 'the nonce is not that of the callback');
    const encrypt = needText(envelope, 'encrypt', 'answer-crypto');
    const signature = needText(envelope, 'msgsignature', 'answer-crypto');
    try {
      return this.callbacks.open({ encrypt, signature, timestamp: String(timestamp), nonce });
    } catch (error) {
      throw new Refusal('answer-crypto', String(error));
    }
  }

  #show(asked: Asked, body: JsonObject): string | null {
    // Who answers over HTTP never hears whether it arrived: the same answer to a repeated callback is right.
    const place: Place = { chat: asked.chat, api: `answer to ${asked.kind}`, scope: asked.msgid, answerLost: true };
    if (asked.kind === 'message') return this.#showReply(asked, body, { ...place, since: asked.at });
    if (asked.kind === 'enter_chat') this.desk.show(body, ['text', 'template_card'], place);
    else if (asked.kind === 'template_card_event' && maybeText(body, 'response_type') === 'update_template_card')
      this.desk.update(body, asked.taskId ?? '', texts(body, 'userids'), place);
    else throw new Refusal('answer-kind', `to ${asked.kind}`);
    return null;
  }

  #showReply(asked: Asked, body: JsonObject, place: Place): string | null {
    const type = needText(body, 'msgtype', 'answer-kind');
    if (type === 'template_card' && asked.stream === undefined) {
      this.desk.show(body, ['template_card'], place);
      return null;
    }
    if (type !== 'stream' && type !== 'stream_with_template_card') throw new Refusal('answer-kind', type);
    const stream = needObject(body, 'stream', 'answer-kind');
    const id = needText(stream, 'id', 'stream-id');
    if (asked.stream !== undefined && id !== asked.stream) throw new Refusal('stream-switched', id);
    this.desk.stream(stream, place);
    if (type === 'stream_with_template_card' && body.template_card !== undefined) {
      if (this.#carded.has(asked.msgid)) throw new Refusal('card-twice', asked.msgid);
      this.desk.card(needObject(body, 'template_card'), place);
      this.#carded.set(asked.msgid, true);
    }
    return stream.finish === true ? null : id;
  }
}
