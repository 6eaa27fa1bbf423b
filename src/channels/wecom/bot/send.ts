/** Frames of the bot, each waiting for its ack: streams that replace themselves, cards, welcomes, pushes. */
import type { TemplateCard } from '@wecom/aibot-node-sdk';
import { isPosDoctorError } from '../../../errors.js';
import type { Card } from '../card.js';
import { type BotConnection, NO_ACK } from './connection.js';
import type { Chat } from './inbound.js';

/** The request can no longer be answered. */
const REQUEST_OVER = 846605;
/** The bubble was ended, by WeCom or by us. */
export const BUBBLE_OVER = 846608;

/** The errcode of an ack that refuses. */
export function errcodeOf(error: unknown): number | undefined {
  return isPosDoctorError(error, 'WECOM_ERROR') ? Number(error.subject.errcode) : undefined;
}

/** Nothing more can be said there: what is left is to push. */
export function isOver(error: unknown): boolean {
  const errcode = errcodeOf(error);
  return errcode === REQUEST_OVER || errcode === BUBBLE_OVER;
}

/** It may have been taken: no ack came. */
export function isUnheard(error: unknown): boolean {
  return isPosDoctorError(error, 'SEND_FAILED') && error.subject.why === NO_ACK;
}

const frame = (reqId: string) => ({ headers: { req_id: reqId } });
/** Our cards are a part of what the SDK's loose type allows. */
const loose = (card: Card): TemplateCard => card as unknown as TemplateCard;

export interface StreamFrame {
  id: string;
  /** Markdown, all of it so far: it replaces what was shown. */
  content: string;
  finish: boolean;
  /** By which a rating finds it; only with the first frame. */
  mark?: { id: string };
}

export class BotSender {
  constructor(private readonly connection: BotConnection) {}

  stream(reqId: string, { id, content, finish, mark }: StreamFrame): Promise<void> {
    return this.connection.send('aibot_respond_msg', (client) =>
      client.replyStream(frame(reqId), id, content, finish, undefined, mark),
    );
  }

  card(reqId: string, card: Card, feedback?: { id: string }): Promise<void> {
    return this.connection.send('aibot_respond_msg', (client) =>
      client.replyTemplateCard(frame(reqId), loose(card), feedback),
    );
  }

  /** Only for `enter_chat`, within 5 s. */
  welcome(reqId: string, welcome: { text: string } | { card: Card }): Promise<void> {
    return this.connection.send('aibot_respond_welcome_msg', (client) =>
      client.replyWelcome(
        frame(reqId),
        'card' in welcome
          ? { msgtype: 'template_card', template_card: loose(welcome.card) }
          : { msgtype: 'text', text: { content: welcome.text } },
      ),
    );
  }

  /** Only for a tap, within 5 s. `users`: who sees the change; everybody without it. */
  update(reqId: string, card: Card, users?: string[]): Promise<void> {
    return this.connection.send('aibot_respond_update_msg', (client) =>
      client.updateTemplateCard(frame(reqId), loose(card), users),
    );
  }

  pushText(chat: Chat, content: string, feedback?: { id: string }): Promise<void> {
    return this.connection.send('aibot_send_msg', (client) =>
      client.sendMessage(chat.group ?? chat.user, {
        ...target(chat),
        msgtype: 'markdown',
        markdown: { content, ...(feedback ? { feedback } : {}) },
      }),
    );
  }

  pushCard(chat: Chat, card: Card, feedback?: { id: string }): Promise<void> {
    return this.connection.send('aibot_send_msg', (client) =>
      client.sendMessage(chat.group ?? chat.user, {
        ...target(chat),
        msgtype: 'template_card',
        template_card: { ...loose(card), ...(feedback ? { feedback } : {}) },
      }),
    );
  }
}

/** 1: single, 2: group; without it WeCom looks for a group first (protocol page, 1.8). The SDK passes it on. */
function target({ group }: Chat): { chat_type: 1 | 2 } {
  return { chat_type: group === undefined ? 1 : 2 };
}
