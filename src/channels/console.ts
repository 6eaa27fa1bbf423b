/** The terminal as a channel: replies are collected for whoever reads them. */
import type { Reply } from '../dialogue/reply.js';
import type { Channel } from './channel.js';

export interface ConsoleChannel extends Channel {
  /** The replies since the last call. */
  take(): Reply[];
}

export function createConsoleChannel(): ConsoleChannel {
  let replies: Reply[] = [];
  return {
    name: 'console',
    capabilities: {
      markdown: false,
      cards: false,
      buttons: 0,
      bytesPerMessage: Number.MAX_SAFE_INTEGER,
      canPush: false,
      canEdit: false,
    },
    start: async () => undefined,
    stop: async () => undefined,
    send: async (_conversation, item) => {
      replies.push(item.reply);
    },
    take: () => {
      const taken = replies;
      replies = [];
      return taken;
    },
  };
}
