// The event stream: opens it, notices when it is dead, opens it again, and asks for what was missed.
import type { Item, PublicState } from './types.js';

export interface Listener {
  /** The stream is open. `resumed`: what was missed follows; otherwise the history has to be fetched. `at`: the service's time. */
  hello(resumed: boolean, at: number): void;
  reply(item: Item): void;
  state(state: PublicState): void;
  /** A message was taken; the assistant thinks. Not necessarily one of this page. */
  said(id: string): void;
  /** A message was not taken after all. */
  quiet(): void;
  /** Too many pages are open on this conversation; this one was let go. */
  replaced(): void;
  /** The stream broke or could not be opened. */
  down(): void;
}

const DELAYS_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];
/** The service gives a sign of life every 20 s. */
const SILENCE_MS = 45_000;
const HELLO_MS = 10_000;

export class Connection {
  #source: EventSource | undefined;
  #last: string | undefined;
  #tries = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #parked = false;
  up = false;

  constructor(private readonly listener: Listener) {
    window.addEventListener('online', () => this.open());
    window.addEventListener('offline', () => this.#broke());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible' && !this.up && !this.#parked) this.open();
    });
  }

  /** Opens the stream now, whatever the waiting time. */
  open(): void {
    this.#drop();
    this.#parked = false;
    const after = this.#last === undefined ? '' : `?after=${encodeURIComponent(this.#last)}`;
    const source = new EventSource(`/api/stream${after}`);
    this.#source = source;
    this.#watch(HELLO_MS);
    source.onerror = () => this.#broke();
    this.#on('hello', ({ resumed, at }: { resumed: boolean; at: number }) => {
      this.up = true;
      this.#tries = 0;
      this.listener.hello(resumed, at);
    });
    this.#on('reply', (item: Item) => {
      this.#last = item.id;
      this.listener.reply(item);
    });
    this.#on('state', (state: PublicState) => this.listener.state(state));
    this.#on('said', ({ id }: { id: string }) => this.listener.said(id));
    this.#on('quiet', () => this.listener.quiet());
    this.#on('beat', () => undefined);
    this.#on('replaced', () => {
      this.#drop();
      this.#parked = true;
      this.listener.replaced();
    });
  }

  /** Gives this stream up and tries again after a while: what it brought cannot be completed. */
  giveUp(): void {
    this.#broke();
  }

  #on<T>(event: string, handle: (data: T) => void): void {
    const source = this.#source;
    source?.addEventListener(event, (message: MessageEvent<string>) => {
      if (source !== this.#source) return;
      this.#watch(SILENCE_MS);
      handle(JSON.parse(message.data) as T);
    });
  }

  #watch(ms: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#broke(), ms);
  }

  #broke(): void {
    if (this.#parked) return;
    this.#drop();
    this.listener.down();
    const delay = DELAYS_MS[Math.min(this.#tries, DELAYS_MS.length - 1)] ?? 1000;
    this.#tries += 1;
    // Many pages lose the same service at the same moment; they should not all come back at the same moment.
    this.#retry = setTimeout(() => this.open(), delay * (0.8 + 0.4 * Math.random()));
  }

  #drop(): void {
    this.up = false;
    clearTimeout(this.#retry);
    clearTimeout(this.#watchdog);
    this.#source?.close();
    this.#source = undefined;
  }
}
