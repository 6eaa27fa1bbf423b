/** What a store offers beside the contract, so that it can be copied into another one. */
import type { Small } from './rules.js';
import type { ConversationRecord, Store } from './store.js';

export interface Portable extends Store {
  /** How much is stored. */
  counts(): Promise<{ conversations: number; events: number }>;
  /** Writes records as they are, version included, over what is there; durable when it resolves. Throws STORE_FULL. */
  restore(records: readonly ConversationRecord[]): Promise<void>;
  smallKeys(): Promise<string[]>;
  /** As `restore`, for a small record. */
  restoreSmall(key: string, small: Small): Promise<void>;
}
