/** One timer a name: a nearer time takes the place of a later one. As many as there are names that wait for something. */
import type { Clock } from './clock.js';

export class Timers {
  readonly #set = new Map<string, { at: number; cancel: () => void }>();

  constructor(private readonly clock: Clock) {}

  /** Calls back at `at` (ms since the epoch), or at once if that is past; not if it is called sooner already. */
  set(name: string, at: number, callBack: () => void): void {
    const set = this.#set.get(name);
    if (set && set.at <= at) return;
    set?.cancel();
    const cancel = this.clock.after(Math.max(0, at - this.clock.now()), () => {
      this.#set.delete(name);
      callBack();
    });
    this.#set.set(name, { at, cancel });
  }

  clear(): void {
    for (const { cancel } of this.#set.values()) cancel();
    this.#set.clear();
  }
}
