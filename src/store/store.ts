/**
 * The store contract. The conversation record is the only commit point: what one `transact` returns becomes durable as a
 * whole or not at all. Memory, lowdb and PostgreSQL pass the same contract test.
 */
import type { InboundEvent, ReplyTo } from '../dialogue/event.js';
import type { Reply } from '../dialogue/reply.js';
import type { Duty } from '../handover/duty.js';
import type { Letter } from '../handover/letter.js';
import type { Handover, Place } from '../handover/types.js';
import type { Keeping } from './keeping.js';

/** Bumped with a migration in `migrate.ts` whenever a stored form changes. */
export const RECORD_SCHEMA = 1;

/** Bounds; each has a test. */
export const LIMITS = {
  /** Event ids remembered to drop a redelivery. */
  seen: 200,
  /** Messages that may wait in one conversation. */
  inbox: 50,
  /** Replies that may wait in one conversation; the oldest are dead-lettered beyond it. */
  outbox: 100,
  /** Events that may wait for a journal that refuses; the oldest are dropped beyond it, and the log says so. */
  unjournaled: 400,
  /** Transcript lines kept for the web page's reload and the case summary. */
  transcript: 200,
} as const;

/** It was too late for it, the platform will never take it, or too much waited behind it. */
export type DeadReason = 'expired' | 'refused' | 'given-up';

export interface OutboxItem {
  /** Idempotency key: unique, stable over retries. */
  id: string;
  channel: string;
  reply: Reply;
  replyTo?: ReplyTo;
  /** Event that caused it: of those joined into one turn, the last. */
  inReplyTo: string;
  /** Ids of the earlier events of that turn, oldest first. */
  alsoAnswers?: string[];
  createdAt: number;
  attempts: number;
  /** Not before this time (ms since the epoch). */
  nextAttemptAt: number;
  /** Given up after this time (ms since the epoch). */
  expiresAt: number;
  state: 'waiting' | 'dead';
  /** Why and when it died (ms since the epoch); absent in records of before there were reasons. */
  deadBecause?: DeadReason;
  deadAt?: number;
  /** Said while the answer is waited for: a door that can say but one thing to an event leaves it out. */
  interim?: true;
  /** The trace of the event that caused it, as W3C's `traceparent`. */
  trace?: string;
  /**
   * Names a card that a later item may take the place of: with options it is that card, without it says what became of it. A door
   * that can change what it has sent does so as well.
   */
  card?: string;
  /** The colleague who says it; without it the assistant does. */
  by?: string;
  /** About an emergency: sent before whatever else waits. */
  urgent?: true;
  /** A request that a colleague is asked to take with it: whose it is hears if it cannot be delivered. */
  asks?: { handover: string; merchant: Place };
  /** To another conversation; the reply is empty then. */
  letter?: Letter;
  /** Messages that the platform took of the batch that starts with this item. */
  taken?: number;
}

export interface WakeUp {
  name: string;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Something that happened in a case, for the journal. Masked; no free text that was not masked. */
export interface CaseEvent {
  /** Unique over the whole store: appending it twice has no effect. */
  id: string;
  conversation: string;
  at: number;
  type: string;
  data: Readonly<Record<string, unknown>>;
}

export interface TranscriptLine {
  /** The event's or outbox item's id: what shows a line twice can tell. */
  id: string;
  at: number;
  from: 'user' | 'assistant';
  text: string;
  /** The whole reply, for the page to draw again. */
  reply?: Reply;
  /** The colleague who said it; without it the assistant did. */
  by?: string;
}

export interface ConversationRecord {
  schema: number;
  id: string;
  /** Which channel the conversation lives on. */
  channel: string;
  /** Counts commits; set by the store. */
  version: number;
  updatedAt: number;
  /** The dialogue's session; the store doesn't look inside. Null before the first turn. */
  session: unknown;
  inbox: InboundEvent[];
  seen: string[];
  outbox: OutboxItem[];
  wakeUps: WakeUp[];
  /** Events committed but not yet in the journal. */
  unjournaled: CaseEvent[];
  transcript: TranscriptLine[];
  /** The last event's: what is said of our own accord answers it, if anything. */
  replyTo?: ReplyTo;
  /** True while a human has the conversation: what is said is kept, nothing is answered. */
  silent?: boolean;
  /** The last request for a human, open or closed. */
  handover?: Handover;
  /** Lines, letters and notes of its hand-overs so far. */
  handoverLines?: number;
  /** Somebody who takes others over: whom they were asked to take, whom they have. */
  duty?: Duty;
  /** When the user was told last that it takes a while (ms since the epoch). */
  toldToWaitAt?: number;
  /** What the channel keeps with the conversation. */
  channelMemory?: unknown;
}

/** How far a reader of the journal has come: UTC day, counted from the epoch → a place in it. Small. */
export type JournalPlace = Readonly<Record<string, number>>;

export interface JournalPage {
  /** In the order in which they were appended, day by day. */
  events: CaseEvent[];
  /** Behind the last one of them. */
  place: JournalPlace;
  /** True if there is more. */
  more: boolean;
}

export interface Lease {
  name: string;
  holder: string;
  expiresAt: number;
}

export interface Store extends Keeping {
  /** Takes the process lock if it has one, migrates, and makes ready. Throws DATA_LOCKED, DATA_TOO_NEW, DATA_CORRUPT, STORE_UNREACHABLE. */
  open(): Promise<void>;
  /** Waits for running transactions, then lets go of everything. */
  close(): Promise<void>;

  /**
   * Runs `work` on the record (null: there is none yet) with the conversation locked against every other transaction,
   * in call order. If it returns a record, that is committed durably before the promise resolves; if it returns null or
   * throws, nothing changes. The record given is a copy: mutating it without returning it has no effect.
   * Throws STORE_FULL if the commit fails; the old record then still stands. Throws STORE_UNREACHABLE if the database was lost: the old record
   * stands, unless it was lost between the commit and the answer to it.
   */
  transact<T>(
    conversation: string,
    work: (record: ConversationRecord | null) => Promise<Committed<T>> | Committed<T>,
  ): Promise<T>;

  /** A snapshot, without a lock. */
  read(conversation: string): Promise<ConversationRecord | null>;

  /**
   * Conversations that have inbox, outbox, wake-ups or unjournaled events, and when they next need attention (ms since the epoch).
   * Costs in proportion to what is pending, not to what is stored; may name a conversation that turns out to have nothing left,
   * and, where only those of one channel are asked for, some of others.
   */
  pending(channel?: string): Promise<{ conversation: string; dueAt: number }[]>;

  /**
   * Takes or renews a lease. False if another holder's has not expired at `now`, by the caller's clock; a store that several
   * machines share goes by its own. Where one process has the store for itself, opening it ends what was held before: whoever
   * held it is gone.
   */
  acquireLease(name: string, holder: string, now: number, ttlMs: number): Promise<boolean>;
  releaseLease(name: string, holder: string): Promise<void>;

  /** Small records: access tokens, cursors. `expect` makes the write conditional on the version read (0: absent). */
  getSmall(key: string): Promise<{ value: unknown; version: number } | null>;
  putSmall(key: string, value: unknown, expect?: number): Promise<boolean>;

  /** Appends to the journal what is not in it yet, by id. */
  journal(events: readonly CaseEvent[]): Promise<void>;
  /** The journal in order, optionally of one conversation and between two times (ms, from inclusive, to exclusive). */
  readJournal(filter?: { conversation?: string; from?: number; to?: number }): AsyncIterable<CaseEvent>;

  /**
   * Events of a type that were appended behind a place (null: all), of the days before, of and after `now` (ms since the epoch); at
   * most `limit`. Costs in proportion to what was appended since. Of what several processes append at the same time some may turn up
   * before a place that was given already, and what is erased from a day may move the rest of it: a reader who wants all of them goes
   * back a little now and then, and takes events that come again for what they are.
   */
  journalAfter(place: JournalPlace | null, type: string, now: number, limit: number): Promise<JournalPage>;

  /** Every stored conversation's id; for reports and tests. */
  conversations(): AsyncIterable<string>;

  /** Who of several processes does what. Absent: there is but one. */
  readonly claims?: Claims;
}

/** A part of a conversation's work, which one process at a time does. */
export type Lane = 'own' | 'boards';

/**
 * The division of work among processes that share a store. A claim is held until it is released; that of a process that
 * died is free after {@link CLAIM_MS}, by the store's clock. Every method throws STORE_UNREACHABLE.
 */
export interface Claims {
  /** The record as it is now, if this process has the claim now: nobody else does this work until `release`. Null: another has it. */
  take(conversation: string, lane: Lane): Promise<{ record: ConversationRecord | null } | null>;
  /** Costs nothing where the claim was given back already. */
  release(conversation: string, lane: Lane): Promise<void>;
  /**
   * `transact` whose commit also appends events to the journal and gives the claim back. Where the work returns no record it does
   * neither. Throws as `transact`.
   */
  finish<T>(
    conversation: string,
    lane: Lane,
    events: readonly CaseEvent[],
    work: (record: ConversationRecord | null) => Committed<T>,
  ): Promise<T>;
  /**
   * Claims ('own') conversations of these channels that were due at `by` (ms since the epoch), in nobody's turn and nobody's
   * claim: at most `limit`, those longest due first.
   */
  due(channels: readonly string[], by: number, limit: number): Promise<string[]>;
  /** What time it is where all of them look (ms since the epoch). */
  time(): Promise<number>;
  /** Tells the other processes that something was said in a conversation; whoever is not there to hear it misses it. */
  tell(conversation: string): Promise<void>;
  /** Calls back for each conversation that another process tells of, or has erased. @returns what ends it */
  listen(heard: News): () => void;
}

export type News = (conversation: string, what: 'said' | 'forgotten') => void;

/** Milliseconds after which the claim of a process that gives no sign of life is free. */
export const CLAIM_MS = 12_000;

export interface Committed<T> {
  /** Null: leave the record as it is. */
  record: ConversationRecord | null;
  result: T;
  /** Part of what the record then waits for, to be claimed with the commit if nobody has it: `Claims.take` costs nothing then. */
  claim?: Lane;
}

/** A record as it is before anything was said. */
export function emptyRecord(id: string, channel: string): ConversationRecord {
  return {
    schema: RECORD_SCHEMA,
    id,
    channel,
    version: 0,
    updatedAt: 0,
    session: null,
    inbox: [],
    seen: [],
    outbox: [],
    wakeUps: [],
    unjournaled: [],
    transcript: [],
  };
}
