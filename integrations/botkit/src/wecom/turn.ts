/** One turn of the adapter's under way, in the state of its context. */
import { randomBytes } from 'node:crypto';
import type { Activity } from 'botbuilder-core';

export interface Said {
  id: string;
  activity: Partial<Activity>;
}

export interface Turn {
  conversation: string;
  /** What the bot has said so far. It goes out as one answer when the turn ends. */
  said: Said[];
  /** The handlers are at work. */
  open: boolean;
  /** Something went out: what follows is said of our own accord. */
  answered: boolean;
  /** The activity whose card was tapped, as long as the card can be changed. */
  card: string | undefined;
  /** Tells that an answer is on its way. */
  answering: () => void;
}

/** Where it is kept. */
export const TURN = Symbol('turn');

export function turnOf(conversation: string, card?: string): Turn {
  return { conversation, said: [], open: true, answered: false, card, answering: () => undefined };
}

/** 16 characters, short enough to come back with a tap; of the plug-in's messages their own. */
export function idOf({ channelData }: Partial<Activity>): string {
  const own = (channelData as { posDoctor?: { id: string } } | undefined)?.posDoctor;
  return own?.id ?? randomBytes(12).toString('base64url');
}
