/** Has what is older than it is to be kept removed, a little at a time. */
import type { Clock } from '../clock.js';
import { isPosDoctorError } from '../errors.js';
import type { StoreLog } from './adapter.js';
import type { Keep } from './keeping.js';

/** Between two steps, so that turns have the disk meanwhile, ms. */
export const PAUSE = 200;
/** Between two looks, ms. */
export const EVERY = 3_600_000;

export class Reaper {
  #cancel = (): void => {};
  #stopped = false;
  /** Ends the pause of a round that `stop` finds under way. */
  #hurry = (): void => {};
  #round: Promise<void> = Promise.resolve();

  /** `step`: removes a little; true if there is more. */
  constructor(
    private readonly step: (now: number) => Promise<boolean>,
    private readonly keep: Keep,
    private readonly clock: Clock,
    private readonly log: StoreLog,
  ) {}

  /** Looks now and from time to time, until `stop`. Several processes may: they share the work. */
  start(): void {
    if (this.keep.conversationDays === undefined && this.keep.journalDays === undefined) return;
    this.#round = this.#look();
  }

  /** Resolves when the step under way is done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    this.#hurry();
    await this.#round;
  }

  async #look(): Promise<void> {
    try {
      while (!this.#stopped && (await this.step(this.clock.now()))) if (!this.#stopped) await this.#pause();
    } catch (error) {
      // The next look may find the store again.
      if (!isPosDoctorError(error)) throw error;
      this.log(error);
    }
    if (!this.#stopped) this.#cancel = this.clock.after(EVERY, () => this.start());
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(PAUSE, resolve);
      this.#hurry = () => {
        cancel();
        resolve();
      };
    });
  }
}
