/** What the page and its server exchange. */

export interface Person {
  id: string;
  name: string;
}

/** A chat as the left column lists it. */
export interface Chat {
  id: string;
  /** Who or what is talked to. */
  title: string;
  /** One character in place of its picture. */
  sign: string;
  /** The door's name. */
  door: string;
  /** How it is drawn. */
  skin: 'wecom' | 'wechat';
  /** Who may be on this side; nobody: it is read only. */
  people: Person[];
  /** What a group message begins with so that the bot hears it. */
  mention: string | null;
  /** What opening it tells: nothing, that somebody came, or that with the numbers of a sticker. */
  enter: 'none' | 'plain' | 'sticker';
  /** Voice arrives as words (bot) or as sound. */
  voice: 'words' | 'sound' | 'none';
  /** Servicers can take part. */
  servicers: boolean;
  /** What an empty chat says. */
  intro: string;
}

export interface CardView {
  type: string;
  taskId?: string;
  source?: string;
  title: string;
  desc: string;
  emphasis?: { title: string; desc: string };
  quote?: { title: string; text: string };
  subTitle: string;
  facts: { name: string; value: string; url?: string }[];
  jumps: { title: string; url?: string }[];
  /** Where a tap on the card itself leads. */
  url?: string;
  buttons: { text: string; key: string; style: number }[];
  /** Shown in place of the buttons, which can no longer be tapped. */
  replacedBy?: string;
}

export interface MenuView {
  head: string;
  items: { text: string; key?: string; url?: string }[];
  tail: string;
}

/** 1 good, 2 bad: the numbers of WeCom. */
export type Rating = 1 | 2;

export interface BubbleView {
  /** Counts up over all chats. */
  id: number;
  at: number;
  from: 'user' | 'bot' | 'servicer' | 'system';
  /** Who wrote, if it was a person. */
  user?: string;
  name: string;
  kind: 'text' | 'markdown' | 'stream' | 'card' | 'menu' | 'media';
  text: string;
  /** A stream that still grows. */
  growing?: true;
  /** A stream that WeCom ended. */
  expired?: true;
  card?: CardView;
  /** How the card looks to those for whom alone it was changed. */
  cardFor?: Record<string, CardView>;
  menu?: MenuView;
  /** There are 👍 and 👎 under it; who chose which. */
  ratings?: Record<string, Rating>;
}

export interface Breach {
  at: number;
  where: string;
  /** The rule's name, or the field that shows badly. */
  rule: string;
  errcode: number;
  what: string;
}

export interface Call {
  at: number;
  /** `out`: the service called WeCom; `in`: WeCom called the service. */
  way: 'out' | 'in';
  api: string;
  result: string;
  bad: boolean;
  /** So often in a row. */
  times: number;
}

export interface Fault {
  id: string;
  label: string;
  hint: string;
  /** Chats where it makes sense. */
  chats: string[];
}

/** What stands in the panel beside the chats. */
export interface PanelView {
  service: 'up' | 'restarting';
  /** Where the service listens: its own pages, and what WeCom calls. */
  address: string;
  /** null: there is no long connection in this mode. */
  connected: boolean | null;
  violations: Breach[];
  warnings: Breach[];
  crashes: string[];
  calls: Call[];
  /** Scripted faults that are still to come. */
  waiting: string[];
  kf: { state: number; servicer: string; sent: number; receives: boolean };
}

export interface Snapshot {
  chats: Chat[];
  faults: Fault[];
  bubbles: Record<string, BubbleView[]>;
  panel: PanelView;
}

/** What became new or different since the last one. */
export interface Change {
  bubbles: Record<string, BubbleView[]>;
  panel?: PanelView;
}

export type ServicerAct = 'take' | 'say' | 'end' | 'pause' | 'resume';

/** What a person does on the page. `user`: who he is at that moment. */
export type Act =
  | { act: 'say'; chat: string; user: string; text: string; mention?: boolean | undefined }
  | { act: 'voice'; chat: string; user: string; text: string }
  | { act: 'picture'; chat: string; user: string; text: string }
  | { act: 'tap'; chat: string; user: string; taskId: string; key: string }
  | { act: 'pick'; chat: string; user: string; key: string }
  | { act: 'enter'; chat: string; user: string; merchant?: string | undefined; terminal?: string | undefined }
  | {
      act: 'rate';
      chat: string;
      user: string;
      bubble: number;
      type: Rating | 3;
      reasons?: number[] | undefined;
      text?: string | undefined;
    }
  | { act: 'servicer'; what: ServicerAct; text: string }
  | { act: 'fault'; fault: string; chat: string }
  | { act: 'restart' };

/** `note`: something to know about what was done; `error`: why it was not. */
export interface Done {
  note?: string;
  error?: string;
}
