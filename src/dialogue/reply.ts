/** What the assistant says, neutral of any channel. Channels render it purely. */
import type { HandoverState } from '../handover/types.js';
import type { DrillResult } from './drill-state.js';

export type ReplyType = 'text' | 'question' | 'fix' | 'contact' | 'code' | 'summary' | 'error';

export interface ReplyOption {
  id: string;
  label: string;
}

export interface Link {
  title: string;
  url: string;
}

export interface Reply {
  type: ReplyType;
  /** Plain text, lines separated by \n. Complete without the options and links (the text twin of any card). */
  text: string;
  options: ReplyOption[];
  links: Link[];
  /** What the options answer: a question id, `fix`, `clarify`…; sent back with a tap so that a stale tap is noticed. */
  question?: string;
  /** A human is asked for: the case in words, for whoever takes it over. */
  handover?: string;
}

export type Status = 'idle' | 'asking' | 'fixing' | 'resolved' | 'escalated';

/** The state that `chat --json`, `/state` and the web page show. */
export interface PublicState {
  status: Status;
  question: string | null;
  fix: string | null;
  causes: { id: string; p: number }[];
  faults: { id: string; p: number }[];
  /** From the request for a human until it is closed. */
  handoff: boolean;
  /** How far that is; only while it is open and the conversation is kept. */
  handoffState?: HandoverState;
  /** With the summary of a drill: how it was judged. */
  drill?: DrillResult;
}
