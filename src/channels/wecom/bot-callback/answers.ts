/**
 * Answers that wait to be fetched: in callback mode WeCom asks again, about once a second, until a bubble is finished, for at
 * most six minutes (protocol page, section 2). What was finished is kept as long, as the answer to a question may get lost.
 */
import type { Clock } from '../../../clock.js';
import { PosDoctorError } from '../../../errors.js';
import { BOT } from '../bot/deliver.js';
import type { BotAnswer } from '../bot/render.js';

/** Milliseconds without a question after which nobody is thought to fetch any more. */
export const FETCH_MS = 15_000;
/** Milliseconds an answer is kept: WeCom's six minutes. */
export const KEEP_MS = 6 * 60_000;
/** Answers kept; beyond it the oldest is given up, and goes to its response_url. */
export const ANSWERS_MAX = 5_000;

interface Entry {
  /** The message that is answered. */
  req: string;
  answer: BotAnswer | null;
  /** What is said before it. */
  meanwhile: string[];
  /** Told when the answer was fetched, or that it will not be. */
  fetched: (error?: Error) => void;
  /** Told when there is an answer. */
  ready: () => void;
  askedAt: number;
  cancel: () => void;
}

export class Answers {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly clock: Clock) {}

  /** Answers kept. */
  get size(): number {
    return this.#entries.size;
  }

  /** A bubble was begun for a message. */
  open(stream: string, req: string): void {
    if (this.#entries.has(stream)) return;
    const entry: Entry = {
      req,
      answer: null,
      meanwhile: [],
      fetched: () => undefined,
      ready: () => undefined,
      askedAt: this.clock.now(),
      cancel: this.clock.after(KEEP_MS, () => this.#drop(stream)),
    };
    this.#entries.set(stream, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > ANSWERS_MAX && oldest !== undefined) this.#drop(oldest);
  }

  /** Something to say before the answer. */
  say(stream: string, text: string): void {
    this.#entries.get(stream)?.meanwhile.push(text);
  }

  /** What was said before the answer. */
  meanwhile(stream: string): readonly string[] {
    return this.#entries.get(stream)?.meanwhile ?? [];
  }

  /** The answer if there is one now or within `waitMs`; null: not yet; undefined: nobody knows this bubble. */
  async fetch(stream: string, waitMs: number): Promise<BotAnswer | null | undefined> {
    const entry = this.#entries.get(stream);
    if (!entry) return undefined;
    entry.askedAt = this.clock.now();
    if (entry.answer === null && waitMs > 0)
      await new Promise<void>((resolve) => {
        const cancel = this.clock.after(waitMs, resolve);
        entry.ready = () => {
          cancel();
          resolve();
        };
      });
    if (entry.answer !== null) entry.fetched();
    return entry.answer;
  }

  /**
   * Puts an answer where it is fetched. Resolves when it was.
   * @returns null if nobody is waiting for it
   * @throws {PosDoctorError} SEND_FAILED when nobody came for it
   */
  put(stream: string, answer: BotAnswer): Promise<void> | null {
    const entry = this.#entries.get(stream);
    if (!entry || entry.answer !== null || this.clock.now() - entry.askedAt > FETCH_MS) return null;
    const fetched = new Promise<void>((resolve, reject) => {
      const cancel = this.clock.after(FETCH_MS, () => entry.fetched(nobodyCame()));
      entry.fetched = (error) => {
        cancel();
        if (error) this.#drop(stream);
        if (error) reject(error);
        else resolve();
      };
    });
    entry.answer = answer;
    entry.ready();
    return fetched;
  }

  stop(): void {
    for (const stream of [...this.#entries.keys()]) this.#drop(stream);
  }

  #drop(stream: string): void {
    const entry = this.#entries.get(stream);
    if (!entry) return;
    this.#entries.delete(stream);
    entry.cancel();
    entry.ready();
    entry.fetched(nobodyCame());
  }
}

function nobodyCame(): PosDoctorError {
  return new PosDoctorError('SEND_FAILED', { channel: BOT, why: 'nobody came for the answer' });
}
