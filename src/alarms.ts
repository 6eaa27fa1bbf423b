/** One timer a key: the earliest that was asked for. */
import type { Clock } from './clock.js';

export class Alarms {
  readonly #set = new Map<string, { at: number; cancel: () => void }>();

  constructor(
    private readonly clock: Clock,
    private readonly ring: (key: string) => void,
  ) {}

  /** `at`: ms since the epoch. Nothing changes if it rings before anyway. */
  set(key: string, at: number): void {
    const set = this.#set.get(key);
    if (set && set.at <= at) return;
    set?.cancel();
    const cancel = this.clock.after(Math.max(0, at - this.clock.now()), () => {
      this.#set.delete(key);
      this.ring(key);
    });
    this.#set.set(key, { at, cancel });
  }

  cancel(key: string): void {
    this.#set.get(key)?.cancel();
    this.#set.delete(key);
  }

  clear(): void {
    for (const { cancel } of this.#set.values()) cancel();
    this.#set.clear();
  }
}
