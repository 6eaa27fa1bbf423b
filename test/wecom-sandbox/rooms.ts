/** What people see: the bubbles of every conversation, by door. A page can draw each room from this alone. */
import type { Card } from './cards.js';

export type Door = 'token' | 'bot' | 'bot-http' | 'app' | 'kf' | 'webhook';

/** An item of a 微信客服 menu; `id` only of those that answer. */
export interface MenuItem {
  type: 'click' | 'view' | 'miniprogram' | 'text';
  content: string;
  id?: string;
  url?: string;
}

export interface Bubble {
  /** Counts up over all rooms. */
  id: number;
  at: number;
  from: 'user' | 'bot' | 'servicer' | 'system';
  kind: 'text' | 'markdown' | 'stream' | 'card' | 'menu' | 'media' | 'tap';
  text: string;
  /** Who wrote or tapped, in a group. */
  user?: string;
  /** stream: false while more may come. */
  finished?: boolean;
  /** stream: every text it ever showed. */
  frames?: string[];
  /** stream: WeCom ended it. */
  expired?: true;
  card?: Card;
  /** card: how it looks to those for whom alone it was updated. */
  cardFor?: Record<string, Card>;
  /** card: how often it was replaced. */
  updates?: number;
  menu?: { head: string; items: MenuItem[]; tail: string };
  /** The id under which a 👍 comes back. */
  feedbackId?: string;
  /** The id that the sender knows it by. */
  msgid?: string;
}

export type NewBubble = Omit<Bubble, 'id' | 'at'>;

/** Bubbles kept a room; older ones are forgotten. */
const KEEP = 1000;

export class Rooms {
  readonly #rooms = new Map<string, Bubble[]>();
  #count = 0;

  constructor(
    private readonly now: () => number,
    private readonly changed: (door: Door, chat: string) => void,
  ) {}

  /** `chat`: a userid, an external_userid, a group's chatid or a robot's key. */
  seen(door: Door, chat: string): Bubble[] {
    return this.#rooms.get(`${door} ${chat}`) ?? [];
  }

  /** Every room of a door that has bubbles. */
  chats(door: Door): string[] {
    return [...this.#rooms.keys()].filter((key) => key.startsWith(`${door} `)).map((key) => key.slice(door.length + 1));
  }

  add(door: Door, chat: string, bubble: NewBubble): Bubble {
    this.#count += 1;
    const added: Bubble = { id: this.#count, at: this.now(), ...bubble };
    const key = `${door} ${chat}`;
    const room = this.#rooms.get(key) ?? [];
    room.push(added);
    if (room.length > KEEP) room.shift();
    this.#rooms.set(key, room);
    this.changed(door, chat);
    return added;
  }

  /** Say so after a bubble was changed in place. */
  touch(door: Door, chat: string): void {
    this.changed(door, chat);
  }

  /** The card with that task_id in a room, the newest first. */
  card(door: Door, chat: string, taskId: string): Bubble | undefined {
    return this.seen(door, chat).findLast((bubble) => bubble.card?.taskId === taskId);
  }
}

/** The card as this user sees it. */
export const cardOf = (bubble: Bubble, user: string): Card | undefined => bubble.cardFor?.[user] ?? bubble.card;

/** Replaces a card for everybody, or only for some of those who see it. */
export function replaceCard(bubble: Bubble, card: Card, users: readonly string[] = []): void {
  if (users.length === 0) {
    bubble.card = card;
    delete bubble.cardFor;
  } else bubble.cardFor = { ...bubble.cardFor, ...Object.fromEntries(users.map((user) => [user, card])) };
  bubble.updates = (bubble.updates ?? 0) + 1;
}
