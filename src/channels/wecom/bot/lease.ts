/** The right to hold the bot's one connection: WeCom cuts the older of two, so only one process may try. */
import type { Clock } from '../../../clock.js';
import { isPosDoctorError } from '../../../errors.js';
import type { Log } from '../../../log.js';
import type { Store } from '../../../store/store.js';

/** Milliseconds a lease lasts; a process that died is followed within this and one {@link RENEW_MS}. */
export const LEASE_MS = 8_000;
/** Milliseconds between two looks. */
export const RENEW_MS = 2_000;

export interface LeaseOptions {
  store: Pick<Store, 'acquireLease' | 'releaseLease'>;
  clock: Clock;
  log: Log;
  name: string;
  /** Names this process. */
  holder: string;
  gained(): void;
  lost(): void;
}

export class ConnectionLease {
  readonly #options: LeaseOptions;
  #held = false;
  /** Milliseconds since the epoch. */
  #grantedAt = 0;
  /** True after a stranger took the connection: not contended for before another of our own processes held the lease. */
  #resigned = false;
  #cancel: () => void = () => undefined;
  #running = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  get held(): boolean {
    return this.#held;
  }

  async start(): Promise<void> {
    this.#running = true;
    await this.#look();
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancel();
    if (this.#held) await this.#release();
  }

  /** Gives the lease up for good, unless another process of ours takes it and loses it again. */
  async resign(): Promise<void> {
    this.#resigned = true;
    if (this.#held) await this.#release();
  }

  async #release(): Promise<void> {
    this.#held = false;
    const { store, name, holder, log } = this.#options;
    await store.releaseLease(name, holder).catch((error: unknown) => {
      log.warn({ error: String(error) }, 'the lease of the connection could not be given back; it expires');
    });
  }

  async #look(): Promise<void> {
    const { store, clock, log, name, holder } = this.#options;
    try {
      const granted = await store.acquireLease(name, holder, clock.now(), LEASE_MS);
      if (granted) this.#grantedAt = clock.now();
      if (this.#running) await this.#settle(granted);
    } catch (error) {
      // A store that refuses writes gives the lease to nobody else either; whoever has the connection keeps it. One that we
      // cannot reach may do so as soon as ours has expired.
      if (isPosDoctorError(error, 'STORE_UNREACHABLE') && this.#isOver())
        this.#lose('it expired while the store could not be reached');
      log.debug({ error: String(error) }, 'the lease of the connection could not be renewed');
    }
    if (this.#running) this.#cancel = clock.after(RENEW_MS, () => void this.#look());
  }

  /** True if the lease has expired since it was granted last; or if the clock was set back, which nobody can tell apart. */
  #isOver(): boolean {
    const since = this.#options.clock.now() - this.#grantedAt;
    return since < 0 || since >= LEASE_MS;
  }

  #lose(why: string): void {
    if (!this.#held) return;
    this.#held = false;
    const { log, lost } = this.#options;
    log.warn({ why }, 'the lease of the connection is lost; staying off until it is granted again');
    lost();
  }

  async #settle(granted: boolean): Promise<void> {
    if (!granted) {
      // Another process of ours holds it: whoever took the connection was one of us.
      this.#resigned = false;
      this.#lose('another process of ours has it');
    } else if (this.#resigned) await this.#options.store.releaseLease(this.#options.name, this.#options.holder);
    else if (!this.#held) {
      this.#held = true;
      this.#options.gained();
    }
  }
}
