/** The terminal as a channel: replies are collected for whoever reads them. */
import type { Reply } from '../dialogue/reply.js';
import { PosDoctorError } from '../errors.js';
import type { Channel } from './channel.js';

export interface ConsoleChannel extends Channel {
  /** The replies since the last call. */
  take(): Reply[];
}

/** A terminal shows one conversation; what is left for another one waits in the store until that is opened. */
export function createConsoleChannel(conversation: string): ConsoleChannel {
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
    send: async (to, items) => {
      if (to !== conversation)
        throw new PosDoctorError('SEND_FAILED', { channel: 'console', why: 'another conversation is open' });
      replies.push(...items.map(({ reply }) => reply));
    },
    take: () => {
      const taken = replies;
      replies = [];
      return taken;
    },
  };
}
