/** What all doors of the local WeCom share. */
import type { Clock } from '../../src/clock.js';
import type { Faults } from './faults.js';
import type { Ledger } from './ledger.js';
import type { Rooms } from './rooms.js';

export interface Core {
  clock: Clock;
  random: (count: number) => Buffer;
  ledger: Ledger;
  faults: Faults;
  rooms: Rooms;
  /** A new id with that beginning. */
  id: (prefix: string) => string;
  /** A new 64-bit number as text, too big for a JavaScript number. */
  bigId: () => string;
  /** Counts work that is on the wire; call what it returns when it is done. */
  busy: () => () => void;
  /** The base of the HTTP API; known once started. */
  base: () => string;
}

export const seconds = (ms: number): number => Math.floor(ms / 1000);
