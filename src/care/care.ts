/** What an operator may do with what is stored, beside the running service or without one. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import { type Merchants, NO_MERCHANTS } from '../dialogue/merchants.js';
import { PosDoctorError } from '../errors.js';
import { changeBoard, readBoard } from '../incident-board.js';
import type { Board, BoardChange, BoardIncident } from '../incidents/board.js';
import { CLAIM_MS, type Claims, type Lane, type Store } from '../store/store.js';
import { forgetPerson, type Receipt } from './forget.js';
import { type Changed, type Choice, drop, type Letters, listLetters, resend } from './letters.js';
import { findPerson } from './person.js';
import { type PersonFile, personFile } from './person-file.js';

export interface Care {
  letters(request: { text: boolean }): Promise<Letters>;
  resend(choice: Choice): Promise<Changed>;
  drop(choice: Choice): Promise<Changed>;
  /** How many conversations of a person there are, before anything is done about them. */
  look(request: { user: string }): Promise<{ conversations: number }>;
  forget(request: { user: string }): Promise<Receipt>;
  export(request: { user: string }): Promise<PersonFile>;
  /** What is on the board of incidents. */
  board(request: Record<string, never>): Promise<Board>;
  /** Changes it. */
  incident(change: BoardChange): Promise<BoardIncident>;
}

/** The service that runs on the same store in this process, if one does. */
export interface Live {
  /** Sends what waits in a conversation. */
  nudge(conversation: string): void;
  quietly<T>(conversations: readonly string[], work: () => Promise<T>): Promise<T>;
}

/** Over an open store. Without `live` nobody else works on it, or they can be told by its claims. `merchants`: the list of shops. */
export function careOf(
  store: Store,
  clock: Clock,
  live?: Live,
  merchants: () => Promise<Merchants> = async () => NO_MERCHANTS,
): Care {
  const quietly: Live['quietly'] =
    live?.quietly.bind(live) ??
    ((conversations, work) => (store.claims ? claimed(store.claims, clock, conversations, work) : work()));
  return {
    letters: ({ text }) => listLetters(store, text),
    async resend(choice) {
      const changed = await resend(store, choice, clock.now());
      for (const conversation of changed.conversations) live?.nudge(conversation);
      return changed;
    },
    drop: (choice) => drop(store, choice),
    look: async ({ user }) => ({ conversations: (await findPerson(store, user)).conversations.length }),
    forget: async ({ user }) => {
      const known = await merchants();
      const nudge = live?.nudge.bind(live) ?? (() => undefined);
      return forgetPerson(user, { store, quietly, nudge, merchants: known, now: clock.now(), id: randomUUID() });
    },
    export: async ({ user }) => personFile(user, store, await merchants(), clock.now()),
    board: () => readBoard(store),
    incident: (change) => changeBoard(store, change, clock.now()),
  };
}

const LANES: readonly Lane[] = ['own', 'boards'];
/** Between two tries to get a claim, ms; a process that died keeps its own for {@link CLAIM_MS}. */
const AGAIN_MS = 100;
const PATIENCE_MS = CLAIM_MS + 3_000;

/** While the processes of the service keep their hands off: each of them sends and journals only what it has claimed. */
async function claimed<T>(
  claims: Claims,
  clock: Clock,
  conversations: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const held: [string, Lane][] = [];
  try {
    for (const conversation of conversations)
      for (const lane of LANES) {
        await claim(claims, clock, conversation, lane);
        held.push([conversation, lane]);
      }
    return await work();
  } finally {
    for (const [conversation, lane] of held) await claims.release(conversation, lane).catch(() => undefined);
  }
}

async function claim(claims: Claims, clock: Clock, conversation: string, lane: Lane): Promise<void> {
  const until = clock.now() + PATIENCE_MS;
  while (!(await claims.take(conversation, lane))) {
    if (clock.now() >= until) throw new PosDoctorError('CONVERSATION_BUSY', { conversation });
    await new Promise<void>((resolve) => clock.after(AGAIN_MS, resolve));
  }
}
