/** Keeps the service's hands off conversations that are being erased, and clears its memory of them. */
import type { Alarms } from './alarms.js';
import type { Channel } from './channels/channel.js';
import type { Dispatcher } from './dispatcher.js';
import type { Claims } from './store/store.js';

export interface HandsOffOptions {
  dispatchers: readonly Dispatcher[];
  alarms: Alarms;
  channels: ReadonlyMap<string, Channel>;
}

export class HandsOff {
  #stop: () => void = () => undefined;

  constructor(private readonly options: HandsOffOptions) {}

  /** Runs `work` while nothing of these conversations is sent, journaled or due; then lets go of all that is remembered of them. */
  async during<T>(conversations: readonly string[], work: () => Promise<T>): Promise<T> {
    const { dispatchers, alarms } = this.options;
    const pauses = dispatchers.flatMap((one) => conversations.map((conversation) => one.pause(conversation)));
    const resume = await Promise.all(pauses);
    try {
      for (const conversation of conversations) alarms.cancel(conversation);
      return await work();
    } finally {
      for (const conversation of conversations) this.#letGo(conversation);
      for (const one of resume) one();
    }
  }

  /** Lets go of what another process has erased, too. */
  listen(claims: Claims): void {
    this.#stop = claims.listen((conversation, what) => {
      if (what === 'forgotten') this.#letGo(conversation);
    });
  }

  stop(): void {
    this.#stop();
  }

  #letGo(conversation: string): void {
    for (const channel of this.options.channels.values()) channel.forget?.(conversation);
  }
}
