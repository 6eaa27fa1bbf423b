/**
 * Bubbles under way. A bubble is replaced as a whole with each frame, so each frame begins with all that was shown. If an
 * answer takes its time, its bubble is opened with a line that says so. What has ended is never written again: WeCom may take
 * such a frame and show nothing of it.
 */
import type { Clock } from '../../../clock.js';
import { shortHash } from '../card.js';
import { type BotSender, isOver } from './send.js';

/** Milliseconds without an answer after which its bubble is opened. */
export const LEAD_MS = 800;
/** WeCom ends a bubble six minutes after its first frame (protocol page, 1.6: of two readings the shorter); we end it before. */
export const STREAM_MS = 5.5 * 60_000;
/** Bubbles kept in mind; beyond it an answer just starts without its opening line. */
export const STREAMS_MAX = 5_000;
/** Milliseconds after which the end of a bubble is sent again if it was not taken. */
export const END_AGAIN_MS = 15_000;

/** A message to be answered. */
export interface Asked {
  conversation: string;
  /** The event's id, the same however often it is delivered. */
  event: string;
  req: string;
  /** When it came, milliseconds since the epoch. */
  at: number;
}

export interface Stream {
  req: string;
  id: string;
  /** What it shows so far; '' before the first frame. */
  shown: string;
  /** When its first frame went out, milliseconds since the epoch; 0 before. */
  openedAt: number;
  /** `finishing`: its last frame went out, or may have; whether it was taken is not known. */
  state: 'new' | 'open' | 'finishing' | 'ended';
  /** Goes with the first frame, and only with it. */
  mark: { id: string } | undefined;
}

interface Entry {
  stream: Stream;
  conversation: string;
  /** Its answer was begun: it is no longer opened by itself. */
  taken: boolean;
  cancel: () => void;
}

export interface StreamsOptions {
  sender: Pick<BotSender, 'stream'>;
  clock: Clock;
  /** `looking`: what opens a bubble; `together`: what ends that of a message whose answer stands with a later one. */
  words: (key: 'looking' | 'together') => string;
  /** Counts a frame of the conversation; false if there is no room for it. */
  room: (conversation: string) => boolean;
}

export class Streams {
  readonly #options: StreamsOptions;
  readonly #entries = new Map<string, Entry>();
  /** Ends to be sent again. */
  readonly #ends = new Set<() => void>();

  constructor(options: StreamsOptions) {
    this.#options = options;
  }

  /** Bubbles kept in mind. */
  get size(): number {
    return this.#entries.size;
  }

  /** A message came: if its answer takes its time, its bubble is opened meanwhile. */
  expect(asked: Asked, mark: { id: string } | undefined): void {
    const key = keyOf(asked.conversation, asked.event);
    if (this.#entries.has(key) || this.#entries.size >= STREAMS_MAX) return;
    const { clock } = this.#options;
    const stream = fresh(asked, mark, clock.now());
    const entry: Entry = { stream, conversation: asked.conversation, taken: false, cancel: () => undefined };
    entry.cancel = clock.after(LEAD_MS, () => this.#open(key, entry, this.#options.words('looking')));
    this.#entries.set(key, entry);
  }

  /** Something to say before the answer; it goes into the bubble, and is left out where that is begun to be answered. */
  meanwhile(asked: Asked, mark: { id: string } | undefined, text: string): void {
    this.expect(asked, mark);
    const key = keyOf(asked.conversation, asked.event);
    const entry = this.#entries.get(key);
    if (entry?.stream.req === asked.req && !entry.taken) this.#open(key, entry, text);
  }

  /** The message had come before: whatever is to be said to it was said, or stands in the bubble of the first delivery. */
  known({ conversation, event, req }: Asked): void {
    const key = keyOf(conversation, event);
    const entry = this.#entries.get(key);
    if (!entry || entry.taken || entry.stream.req !== req) return;
    this.#forget(key);
    if (entry.stream.state === 'open') this.#end(entry, entry.stream.shown);
  }

  /**
   * The bubble in which to answer; it stays as it is until `done` or `failed`.
   * @param also ids of events that the same answer is for: what is not open yet of their bubbles never will be
   * @param unsure an attempt that this process knows nothing of may have been made
   */
  take(asked: Asked, mark: { id: string } | undefined, also: readonly string[] = [], unsure = false): Stream {
    const { conversation, event, req } = asked;
    const now = this.#options.clock.now();
    for (const other of also) {
      const key = keyOf(conversation, other);
      if (this.#entries.get(key)?.stream.state === 'new') this.#forget(key);
    }
    const key = keyOf(conversation, event);
    const known = this.#entries.get(key);
    // Of another delivery of the same message.
    if (known && known.stream.req !== req) return begun(asked, mark, now, unsure);
    const entry = known ?? {
      stream: begun(asked, mark, now, unsure),
      conversation,
      taken: true,
      cancel: () => undefined,
    };
    entry.cancel();
    entry.taken = true;
    if (entry.stream.openedAt > 0 && now - entry.stream.openedAt >= STREAM_MS) {
      if (entry.stream.state === 'open') this.#end(entry, entry.stream.shown);
      entry.stream = fresh(asked, mark, now);
    }
    if (known || this.#entries.size < STREAMS_MAX) this.#entries.set(key, entry);
    return entry.stream;
  }

  /** The answer did not get out: its bubble waits for the next attempt, as long as WeCom lets it. */
  failed({ conversation, event, req }: Asked): void {
    const key = keyOf(conversation, event);
    const entry = this.#entries.get(key);
    if (entry?.stream.req === req) this.#endLater(key, entry);
  }

  /** The answer is out, for `also` too: their bubbles end. */
  done({ conversation, event, req }: Asked, also: readonly string[]): void {
    const own = keyOf(conversation, event);
    const entry = this.#entries.get(own);
    if (entry?.stream.req === req) {
      this.#forget(own);
      // All of the answer stands on a card.
      if (entry.stream.state === 'open') this.#end(entry, entry.stream.shown);
    }
    for (const other of also) {
      const key = keyOf(conversation, other);
      const joined = this.#entries.get(key);
      if (!joined) continue;
      this.#forget(key);
      if (joined.stream.state !== 'open') continue;
      const lines = [joined.stream.shown, this.#options.words('together')];
      this.#end(joined, lines.filter((line) => line !== '').join('\n\n'));
    }
  }

  /** The conversation was erased. */
  forget(conversation: string): void {
    for (const [key, entry] of [...this.#entries]) if (entry.conversation === conversation) this.#forget(key);
  }

  stop(): void {
    for (const key of [...this.#entries.keys()]) this.#forget(key);
    for (const cancel of this.#ends) cancel();
    this.#ends.clear();
  }

  /** Shows a line, below what the bubble shows already. */
  #open(key: string, entry: Entry, line: string): void {
    const { clock, sender, room } = this.#options;
    const { stream, conversation } = entry;
    if (!room(conversation)) {
      this.#endLater(key, entry);
      return;
    }
    const { req, id, mark } = stream;
    const first = stream.state === 'new';
    stream.shown = first ? line : `${stream.shown}\n\n${line}`;
    stream.openedAt ||= clock.now();
    stream.state = 'open';
    this.#endLater(key, entry);
    // What comes of it matters to nobody: the answer itself waits for its own acks.
    sender
      .stream(req, { id, content: stream.shown, finish: false, ...(first && mark ? { mark } : {}) })
      .catch(() => undefined);
  }

  /** Ends a bubble before WeCom does. What is said to it after that begins another: {@link fresh}. */
  #endLater(key: string, entry: Entry): void {
    const { clock } = this.#options;
    const { openedAt } = entry.stream;
    entry.cancel();
    entry.cancel = clock.after((openedAt || clock.now()) + STREAM_MS - clock.now(), () => {
      this.#forget(key);
      if (entry.stream.state === 'open') this.#end(entry, entry.stream.shown);
    });
  }

  /** Sends the last frame; again, if it was not taken, as long as the bubble would else stay as if more was to come. */
  #end(entry: Entry, content: string): void {
    const { clock, sender, room } = this.#options;
    const { stream, conversation } = entry;
    stream.state = 'finishing';
    room(conversation);
    sender.stream(stream.req, { id: stream.id, content, finish: true }).catch((error: unknown) => {
      const isLate = clock.now() - stream.openedAt > STREAM_MS;
      if (isOver(error) || isLate || this.#ends.size >= STREAMS_MAX) return;
      const cancel = clock.after(END_AGAIN_MS, () => {
        this.#ends.delete(cancel);
        this.#end(entry, content);
      });
      this.#ends.add(cancel);
    });
  }

  #forget(key: string): void {
    this.#entries.get(key)?.cancel();
    this.#entries.delete(key);
  }
}

function keyOf(conversation: string, event: string): string {
  return JSON.stringify([conversation, event]);
}

/** As {@link fresh}; of one that may have been begun before, nothing is known but that it may be whole already. */
function begun(asked: Asked, mark: { id: string } | undefined, now: number, unsure: boolean): Stream {
  return unsure ? { ...fresh(asked, undefined, now), state: 'finishing' } : fresh(asked, mark, now);
}

/**
 * A bubble that shows nothing yet. Its id is the same in another process and at another attempt, so that what was shown is not
 * shown again, but not for longer than a bubble lives.
 * @param part the number of a further bubble of the same answer
 */
export function fresh(
  { conversation, req, at }: Asked,
  mark: { id: string } | undefined,
  now: number,
  part = 0,
): Stream {
  const life = Math.max(0, Math.floor((now - at) / STREAM_MS));
  const id = shortHash(`${conversation} ${req} ${part}${life === 0 ? '' : ` ${life}`}`);
  return { req, id, shown: '', openedAt: 0, state: 'new', mark };
}
