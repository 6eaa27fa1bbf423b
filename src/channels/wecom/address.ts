/** Who is at the other end of a WeCom conversation, whatever its door. Pure. */
import { conversationOf as appConversation, userOf } from './app/inbound.js';
import { conversationOf as botConversation, chatOf } from './bot/inbound.js';
import { addressOf as kfAddressOf, conversationOf as kfConversation } from './customer-service/address.js';

export interface WecomAddress {
  /** The door: `wecom-bot`, `wecom-app` or `wecom-kf`. */
  channel: string;
  /** userid of a member, or external_userid of a customer. */
  user: string;
  /** Where they talk: the chatid of a group, the open_kfid of a customer service account; else the user. */
  chat: string;
}

/** Null: the conversation is none of WeCom's. */
export function addressOf(conversation: string): WecomAddress | null {
  const chat = chatOf(conversation);
  if (chat) return { channel: 'wecom-bot', user: chat.user, chat: chat.group ?? chat.user };
  const user = userOf(conversation);
  if (user !== null) return { channel: 'wecom-app', user, chat: user };
  const kf = kfAddressOf(conversation);
  return kf && { channel: 'wecom-kf', user: kf.customer, chat: kf.account };
}

/** The inverse of {@link addressOf}. */
export function conversationAt({ channel, user, chat }: WecomAddress): string {
  if (channel === 'wecom-kf') return kfConversation(chat, user);
  if (channel === 'wecom-app') return appConversation(user);
  return botConversation(chat === user ? { user } : { user, group: chat });
}
