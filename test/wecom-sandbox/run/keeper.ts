/** Keeps the service: started, started anew when asked, and noticed when it ends by itself. */
import type { Service } from './service.js';

export class Keeper {
  /** Rejects when the service ended without being told to, or could not be started anew. */
  readonly failed: Promise<never>;
  #fail: (error: unknown) => void = () => undefined;
  #service: Service | null = null;
  #restarting: Promise<void> | null = null;

  /** @param start starts a service and tells WeCom where it is */
  constructor(private readonly start: () => Promise<Service>) {
    this.failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    // It may fail while nobody listens yet.
    this.failed.catch(() => undefined);
  }

  /** Where it listens; '' while none runs. */
  get url(): string {
    return this.#service?.url ?? '';
  }

  /** @throws what starting throws */
  async open(): Promise<void> {
    const service = await this.start();
    this.#service = service;
    void service.ended().then(() => {
      // Its end is meant if it was let go of before.
      if (this.#service === service) this.#fail(new Error('the service ended by itself; what it says stands above'));
    });
  }

  /** Ends it and starts it anew with the same data. Asked twice, it happens once. */
  restart(): Promise<void> {
    this.#restarting ??= this.#again().finally(() => {
      this.#restarting = null;
    });
    return this.#restarting;
  }

  async close(): Promise<void> {
    await this.#restarting?.catch(() => undefined);
    const service = this.#service;
    this.#service = null;
    await service?.stop();
  }

  async #again(): Promise<void> {
    const service = this.#service;
    this.#service = null;
    await service?.stop();
    try {
      await this.open();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }
}
