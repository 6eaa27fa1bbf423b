// What the page and the service exchange. The page is built on its own, so the shapes are stated again here;
// test/channels/page-types.test.ts keeps them equal to the service's.

export interface Link {
  title: string;
  url: string;
}

export interface Reply {
  type: 'text' | 'question' | 'fix' | 'contact' | 'code' | 'summary' | 'error';
  text: string;
  options: { id: string; label: string }[];
  links: Link[];
  question?: string;
}

export interface PublicState {
  status: 'idle' | 'asking' | 'fixing' | 'resolved' | 'escalated';
  question: string | null;
  fix: string | null;
  /** How far a hand-over to a human is; only while one is open. */
  handoffState?: HandoverState;
}

export type HandoverState = 'requested' | 'notified' | 'accepted' | 'timed-out' | 'closed';

/** A line of the history. Its id is that of the message or reply. */
export interface Line {
  id: string;
  at: number;
  from: 'user' | 'assistant';
  text: string;
  reply?: Reply;
  /** The colleague who said it; without it the assistant did. */
  by?: string;
}

/** A reply as the stream brings it. */
export interface Item {
  id: string;
  inReplyTo: string;
  at: number;
  reply: Reply;
  /** The colleague who says it. */
  by?: string;
}

export interface History {
  transcript: Line[];
  state: PublicState;
}

export interface Ui {
  words: Record<string, string>;
  name: string;
  organization: string;
  textMax: number;
}

export type Body = { text: string } | { option: string; question?: string } | { reset: true };
