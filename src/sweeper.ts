/**
 * Takes up what is due and nobody is at: of a process that died, or of one that can no longer send. Each process has timers for
 * what it accepted itself, so what is found here is late already.
 */
import type { Clock } from './clock.js';
import type { Log } from './log.js';
import type { Claims } from './store/store.js';

/** Milliseconds between two looks. */
export const SWEEP_MS = 1_000;
/** What is due is left to the timer of its own process for so long, ms. */
export const GRACE_MS = 1_500;
/** Conversations taken up at once. */
export const SWEEP_MAX = 50;

export interface SweeperOptions {
  claims: Claims;
  clock: Clock;
  log: Log;
  /** What this process can send through now. */
  channels(): string[];
  attend(conversation: string): void;
}

export class Sweeper {
  #cancel: () => void = () => undefined;
  #running = false;
  #failing = false;
  #underWay: Promise<void> = Promise.resolve();

  constructor(private readonly options: SweeperOptions) {}

  start(): void {
    this.#running = true;
    this.#underWay = this.#sweep();
  }

  /** Resolves when the look under way is over. */
  settled(): Promise<void> {
    return this.#underWay;
  }

  stop(): void {
    this.#running = false;
    this.#cancel();
  }

  async #sweep(): Promise<void> {
    const { claims, clock, log, channels, attend } = this.options;
    try {
      const left = await claims.due(channels(), clock.now() - GRACE_MS, SWEEP_MAX);
      for (const conversation of left) attend(conversation);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing) log.warn({ error: String(error) }, 'what others left undone could not be looked for');
      this.#failing = true;
    }
    if (this.#running) this.#cancel = clock.after(SWEEP_MS, () => this.start());
  }
}
