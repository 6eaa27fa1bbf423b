/** The board in the store: read by every process every few seconds, changed by whoever has the store, one change at a time. */
import type { Clock } from './clock.js';
import { PosDoctorError } from './errors.js';
import { type Board, type BoardChange, type BoardIncident, boardFrom, changed } from './incidents/board.js';
import type { Log } from './log.js';
import type { Store } from './store/store.js';

/** Key of the small record. */
export const BOARD_KEY = 'incidents';
/** Milliseconds between two looks at the store: so old may be what merchants are told. */
export const LOOK_MS = 3_000;
/** Changes that may come between our reading and our writing before we give up: nobody changes it that often. */
const TRIES = 20;

type Small = Pick<Store, 'getSmall' | 'putSmall'>;

/** The board as it is now. Throws DATA_CORRUPT, and what the store throws. */
export async function readBoard(store: Pick<Store, 'getSmall'>): Promise<Board> {
  return boardFrom((await store.getSmall(BOARD_KEY))?.value);
}

/**
 * Changes the board as it is at that moment, whatever other processes do to it meanwhile. @param now ms since the epoch
 * @throws BAD_ARGUMENTS, DATA_CORRUPT, what the store throws, and CONVERSATION_BUSY if it is changed by others all the time
 */
export async function changeBoard(store: Small, change: BoardChange, now: number): Promise<BoardIncident> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await store.getSmall(BOARD_KEY);
    const { board, incident } = changed(boardFrom(stored?.value), change, now);
    if (await store.putSmall(BOARD_KEY, board, stored?.version ?? 0)) return incident;
  }
  throw new PosDoctorError('CONVERSATION_BUSY', { conversation: BOARD_KEY });
}

/** What a process knows of the board without asking: the last one that could be read. */
export class BoardWatch {
  #board: Board | undefined;
  #readAt = 0;
  #failing = false;
  #cancel: () => void = () => undefined;
  #running = false;
  #look: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Pick<Store, 'getSmall'>,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Undefined until it could be read once. */
  get board(): Board | undefined {
    return this.#board;
  }

  /** When it was read last (ms since the epoch); 0 before. */
  get readAt(): number {
    return this.#readAt;
  }

  /** The store has to be open. Resolves after the first look, successful or not. */
  async start(): Promise<void> {
    this.#running = true;
    this.#look = this.#read();
    await this.#look;
  }

  /** Resolves when the look under way is over. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel();
    await this.#look;
  }

  async #read(): Promise<void> {
    try {
      this.#board = await readBoard(this.store);
      this.#readAt = this.clock.now();
      this.#failing = false;
    } catch (error) {
      if (!this.#failing)
        this.log.warn({ error: String(error) }, 'the board of incidents cannot be read: the last one is used');
      this.#failing = true;
    }
    if (this.#running)
      this.#cancel = this.clock.after(LOOK_MS, () => {
        this.#look = this.#read();
      });
  }
}
