/** How long what is stored is kept, and how a person's data is found and erased: the contract's part on that. */

/** What is older goes. Days are whole UTC days, from 1 on; undefined: kept for ever. */
export interface Keep {
  /** Days since the last commit of a conversation that has nothing pending; dead letters, and what was set aside, go with it. */
  conversationDays?: number | undefined;
  /** Days since a case event happened. */
  journalDays?: number | undefined;
}

/** How much was erased. */
export interface Forgotten {
  records: number;
  /** Records that could not be read and were set aside. */
  setAside: number;
  events: number;
}

/** A piece of what is stored that holds something looked for. */
export interface Found {
  /** A file or a table, for whoever wants to look by hand; names nobody. */
  place: 'conversations' | 'set-aside' | 'journal' | 'small' | 'index' | 'other';
  /** As it is stored: JSON, or what is left of it. */
  text: string;
  /** Whose it is, where that can be told. */
  conversation?: string;
  /** The key of the small record that it is. */
  small?: string;
}

export interface Keeping {
  /**
   * Erases conversations with everything that is kept of them: records, what was set aside, case events. Durable when it
   * resolves; cut off in the middle, the same call completes it. Whoever calls sees to it that nobody is sending or journaling for them
   * just now; a message that comes meanwhile begins the conversation anew. Throws STORE_FULL, STORE_UNREACHABLE.
   */
  forget(conversations: readonly string[]): Promise<Forgotten>;
  /** Removes former versions of a conversation's record, where a store keeps some; without it none does. Throws STORE_FULL. */
  afresh?(conversation: string): Promise<void>;
  /** Removes a small record, from former versions of its file too. False if there was none. */
  removeSmall(key: string): Promise<boolean>;
  /**
   * Everything stored in which one of the strings occurs, unreadable and left-over pieces included. Reads all there is, piece by
   * piece; what is written meanwhile may or may not be seen. More than was asked for may be given.
   */
  search(needles: readonly string[]): AsyncIterable<Found>;
  /**
   * Removes a little of what is older than it is to be kept at `now` (ms since the epoch), nothing that is pending or in use.
   * @returns true if there is, or may be, more to remove at once
   */
  reap(keep: Keep, now: number): Promise<boolean>;
}

/** A string as it stands within JSON, which is what everything is stored as. */
export function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
