/** 智能机器人: what the client's commands may do, by the callback they answer (wecom-protocol.md 1.6 to 1.8). */
import { BotDesk, type DeskOptions, type Place } from './bot-desk.js';
import type { Frame } from './bot-socket.js';
import { BotUpload } from './bot-upload.js';
import type { Core } from './core.js';
import { type JsonObject, maybeNumber, maybeText, needText, texts } from './json.js';
import type { Media } from './media.js';
import { DAY } from './rates.js';
import { Recent } from './recent.js';
import { Refusal } from './rules.js';

const ANSWER_MS = 5000;
const REPLY = ['stream', 'template_card', 'markdown', 'file', 'image', 'voice', 'video'];
const PUSH = ['markdown', 'template_card', 'file', 'image', 'voice', 'video'];

/** A callback that was pushed, for what its req_id allows. */
export interface Pushed {
  kind: 'message' | 'enter_chat' | 'template_card_event' | 'other';
  at: number;
  /** Where the answer shows: the userid, or the group's chatid. */
  chat: string;
  taskId?: string;
  welcomed?: true;
}

export class BotCommands {
  /** userid or chatid → somebody wrote to the bot there. */
  readonly wrote = new Set<string>();
  readonly groups = new Set<string>();
  readonly desk: BotDesk;
  readonly #pushed = new Recent<Pushed>();
  readonly #upload: BotUpload;

  constructor(
    private readonly core: Core,
    private readonly members: ReadonlySet<string>,
    media: Media,
    options: DeskOptions,
  ) {
    this.desk = new BotDesk(core, 'bot', media, options);
    this.#upload = new BotUpload(core, media);
  }

  /** Remembers what a req_id belongs to. */
  remember(reqId: string, pushed: Pushed): void {
    this.#pushed.set(reqId, pushed);
  }

  handle = (frame: Frame): JsonObject => {
    switch (frame.cmd) {
      case 'aibot_respond_msg':
        return this.#respond(frame);
      case 'aibot_respond_welcome_msg':
        return this.#welcome(frame);
      case 'aibot_respond_update_msg':
        return this.#update(frame);
      case 'aibot_send_msg':
        return this.#send(frame);
      case 'aibot_upload_media_init':
        return this.#upload.init(frame.body);
      case 'aibot_upload_media_chunk':
        return this.#upload.chunk(frame.body);
      case 'aibot_upload_media_finish':
        return this.#upload.finish(frame.body);
      default:
        throw new Refusal('command', frame.cmd);
    }
  };

  #respond(frame: Frame): JsonObject {
    const pushed = this.#pushed.get(frame.reqId);
    if (pushed?.kind !== 'message') throw new Refusal('req-id', pushed?.kind ?? 'unknown req_id');
    if (this.core.faults.isLate('reply')) throw new Refusal('req-id-expired', 'scripted', { forgiven: true });
    if (this.#age(pushed) > DAY) throw new Refusal('req-id-expired', pushed.chat);
    this.desk.show(frame.body, REPLY, this.#place(frame, pushed.chat));
    return {};
  }

  #welcome(frame: Frame): JsonObject {
    const pushed = this.#pushed.get(frame.reqId);
    if (pushed?.kind !== 'enter_chat') throw new Refusal('welcome-event', pushed?.kind ?? 'unknown req_id');
    if (this.core.faults.isLate('welcome')) throw new Refusal('welcome-late', 'scripted', { forgiven: true });
    if (this.#age(pushed) > ANSWER_MS) throw new Refusal('welcome-late', `${this.#age(pushed)} ms`);
    if (pushed.welcomed) throw new Refusal('welcome-twice', pushed.chat);
    this.desk.show(frame.body, ['text', 'template_card'], this.#place(frame, pushed.chat));
    pushed.welcomed = true;
    return {};
  }

  #update(frame: Frame): JsonObject {
    const pushed = this.#pushed.get(frame.reqId);
    if (pushed?.kind !== 'template_card_event') throw new Refusal('update-event', pushed?.kind ?? 'unknown req_id');
    if (this.core.faults.isLate('update')) throw new Refusal('update-late', 'scripted', { forgiven: true });
    if (this.#age(pushed) > ANSWER_MS) throw new Refusal('update-late', `${this.#age(pushed)} ms`);
    const { body } = frame;
    if (maybeText(body, 'response_type') !== 'update_template_card')
      throw new Refusal('field', `response_type ${body.response_type}`);
    this.desk.update(body, pushed.taskId ?? '', texts(body, 'userids'), this.#place(frame, pushed.chat));
    return {};
  }

  #send(frame: Frame): JsonObject {
    if (this.#pushed.has(frame.reqId)) throw new Refusal('req-id-foreign', frame.reqId);
    const { body } = frame;
    const chat = needText(body, 'chatid', 'chat-id');
    const isGroup = this.groups.has(chat);
    const type = maybeNumber(body, 'chat_type') ?? 0;
    if (![0, 1, 2].includes(type)) throw new Refusal('field', `chat_type ${type}`);
    if (type !== 0 && (type === 2) !== isGroup) throw new Refusal('chat-id', `${chat} with chat_type ${type}`);
    if (!this.wrote.has(chat)) throw new Refusal(this.members.has(chat) ? 'never-wrote' : 'chat-id', chat);
    if (isGroup && body.msgtype === 'template_card') throw new Refusal('group-card', chat);
    this.desk.show(body, PUSH, this.#place(frame, chat));
    return {};
  }

  #place({ cmd, reqId, answerLost }: Frame, chat: string): Place {
    return { chat, api: cmd, scope: reqId, answerLost };
  }

  #age({ at }: Pushed): number {
    return this.core.clock.now() - at;
  }
}
