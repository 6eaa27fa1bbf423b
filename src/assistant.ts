/**
 * The shell around the pure core: accept, lock, load, turn, commit, dispatch. One commit takes a message in and puts its
 * answers into the outbox; what happens after it can be done again without harm.
 */
import { Alarms } from './alarms.js';
import { reasoningIn, stateIn } from './believed.js';
import type { Channel, Service } from './channels/channel.js';
import { atMost, type Clock } from './clock.js';
import type { InboundEvent } from './dialogue/event.js';
import type { Reasoning } from './dialogue/reasoning.js';
import type { PublicState } from './dialogue/reply.js';
import type { World } from './dialogue/world.js';
import { isStoreOutage, PosDoctorError } from './errors.js';
import { Load } from './load.js';
import type { Log } from './log.js';
import { enqueue, hurry, runDue } from './mailbox.js';
import { noObserver, type Observer, observedCommit, refusalOf, type Work } from './observer.js';
import { Outage, shutDoors } from './outage.js';
import { Outgoing } from './outgoing.js';
import { abilitiesOf, type Desk } from './record.js';
import type { Store, TranscriptLine } from './store/store.js';
import { Sweeper } from './sweeper.js';
import { doorOf, withSwitchboard } from './switchboard.js';
import { type Hex, randomHex, traceFields, traceFrom } from './trace.js';
import { requestTrace } from './trace-context.js';

/** Wait before attending again to a conversation whose record could not be read or written. */
const RETRY_MS = 5_000;
/** How long replies under way may take once the service stops; what is not sent then goes out after the next start. */
const STOP_GRACE_MS = 1_000;

export interface AssistantOptions {
  store: Store;
  /** The content in use; asked anew for each turn, so that a reload takes effect at once. */
  world: () => World;
  channels: readonly Channel[];
  clock: Clock;
  log: Log;
  /** Counts what is done; nobody by default. */
  observer?: Observer;
  /** Makes trace ids; at random by default. */
  hex?: Hex;
}

/** What channels, the server and commands see of the service. */
export class Assistant implements Service {
  readonly #options: AssistantOptions;
  readonly #outgoing: Outgoing;
  /** Of several processes: takes up what others left. */
  readonly #sweeper: Sweeper | undefined;
  readonly #channels: Map<string, Channel>;
  readonly #alarms: Alarms;
  /** Events being taken in and conversations being attended to. */
  readonly #underWay = new Set<Promise<unknown>>();
  #running = false;
  #accepted = 0;
  readonly #outage: Outage;
  readonly #load: Load;
  readonly #observer: Observer;

  constructor(options: AssistantOptions) {
    this.#options = options;
    this.#observer = options.observer ?? noObserver;
    this.#outage = new Outage(options.log);
    this.#load = new Load(() => options.clock.now());
    this.#alarms = new Alarms(options.clock, (conversation) => this.#ring(conversation));
    this.#channels = withSwitchboard(options.channels, options.clock, options.store);
    this.#outgoing = new Outgoing({
      ...options,
      channels: this.#channels,
      alarms: this.#alarms,
      later: (id, at) => this.#attendAt(id, at),
      failed: (error) => this.#refused(error),
    });
    const { claims } = options.store;
    if (claims)
      this.#sweeper = new Sweeper({
        ...options,
        claims,
        channels: () => [...this.#channels.values()].filter((one) => one.serves?.() !== false).map(({ name }) => name),
        attend: (conversation) => this.#attendAt(conversation, options.clock.now()),
      });
  }

  /**
   * Opens the store, starts the channels and takes up what a stop or a crash left undone.
   * @throws what the store's `open` or a channel's `start` throws; nothing is left running then
   */
  async start(): Promise<void> {
    await this.#options.store.open();
    this.#running = true;
    try {
      for (const channel of this.#channels.values()) await channel.start(this);
      if (this.#options.store.claims) this.#outgoing.listen(this.#options.store.claims);
      if (this.#sweeper) this.#sweeper.start();
      else
        for (const { conversation, dueAt } of await this.#options.store.pending()) this.#attendAt(conversation, dueAt);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Adds a channel, before or after the start: what embeds the assistant brings its own.
   * @throws BAD_ARGUMENTS if there is one of that name; what the channel's `start` throws
   */
  async mount(channel: Channel): Promise<void> {
    const { name } = channel;
    if (this.#channels.has(name))
      throw new PosDoctorError('BAD_ARGUMENTS', { what: `there is a channel ${name} already` });
    this.#channels.set(name, channel);
    if (this.#running) await channel.start(this);
  }

  /** Takes no more messages, finishes what is under way, stops the channels, closes the store. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#sweeper?.stop();
    this.#outgoing.stop();
    this.#alarms.clear();
    await Promise.allSettled([...this.#underWay]);
    await atMost(this.#options.clock, STOP_GRACE_MS, this.#outgoing.settled());
    for (const channel of this.#channels.values())
      await channel.stop().catch((error: unknown) => {
        this.#options.log.error({ channel: channel.name, error: String(error) }, 'a channel did not stop properly');
      });
    await this.#outgoing.settled();
    await this.#options.store.close();
  }

  /**
   * Resolves when the event is durable; its answers are then on their way. An event seen before changes nothing.
   * @returns true if the event is new
   * @throws STOPPING before `start` and from `stop` on, QUEUE_FULL when too much waits, what `isStoreOutage` knows when it
   * can't be kept: the platform should deliver it again
   */
  async accept(channel: string, event: InboundEvent): Promise<boolean> {
    if (!this.#running) {
      this.#observer.refused(channel, 'stopping');
      throw new PosDoctorError('STOPPING');
    }
    this.#accepted += 1;
    try {
      const isNew = await this.#track(this.#load.take(event.conversation, () => this.#take(channel, event)));
      this.#outage.kept(this.#options.clock.now());
      this.#observer.accepted(channel, event.kind);
      return isNew;
    } catch (error) {
      this.#refused(error);
      this.#observer.refused(channel, refusalOf(error));
      throw error;
    }
  }

  /** @returns true if the store refused a write: that is told once an outage, not for each message */
  #refused(error: unknown): boolean {
    if (!isStoreOutage(error)) return false;
    this.#outage.refused(error.message, this.#options.clock.now());
    return true;
  }

  async reconnected(channel: string): Promise<void> {
    for (const { conversation } of await this.#options.store.pending(channel)) {
      const now = this.#options.clock.now();
      if (await this.#options.store.transact(conversation, (record) => hurry(record, channel, now)))
        this.#outgoing.send(conversation);
    }
  }

  /** Whether the last write was kept; true before the first. Asks nobody. */
  get storeKeeps(): boolean {
    return this.#outage.why === null;
  }

  /** Events taken since the start; tells busy from idle. */
  get accepted(): number {
    return this.#accepted;
  }

  /** What the conversation waits for, and what is believed. */
  async state(conversation: string): Promise<PublicState> {
    return stateIn(await this.#options.store.read(conversation), this.#options.world());
  }

  /** The evidence and the plan behind the state. */
  async reasoning(conversation: string): Promise<Reasoning> {
    return reasoningIn(await this.#options.store.read(conversation), this.#options.world());
  }

  async transcript(conversation: string): Promise<TranscriptLine[]> {
    return (await this.#options.store.read(conversation))?.transcript ?? [];
  }

  async silent(conversation: string): Promise<boolean> {
    return (await this.#options.store.read(conversation))?.silent ?? false;
  }

  /**
   * Whether messages can be taken now: it runs, and the store keeps what is written, which is tried if it was not lately.
   * @param doors whether every door has to be connected as well
   */
  async ready(doors = true): Promise<{ ok: boolean; why?: string }> {
    if (!this.#running) return { ok: false, why: 'not started or stopping' };
    const shut = doors ? shutDoors([...this.#channels.values()]) : [];
    if (shut.length > 0) return { ok: false, why: shut.join('; ') };
    return this.#outage.ready(this.#options.store, this.#options.clock.now());
  }

  /** Resolves when everything that is due has been sent or has failed for now; for the terminal and tests. */
  async settled(conversation?: string): Promise<void> {
    await this.#sweeper?.settled();
    if (conversation !== undefined) return this.#outgoing.settled(conversation);
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
    await this.#outgoing.settled();
  }

  /** Messages that are accepted but wait for others to join them. */
  async held(conversation: string): Promise<number> {
    return (await this.#options.store.read(conversation))?.inbox.length ?? 0;
  }

  /** Ends the wait for further messages to join: what is held is answered now. */
  async flush(conversation: string): Promise<void> {
    await this.#track(this.#attend(conversation, true));
    await this.#outgoing.settled(conversation);
  }

  #commit<T>(conversation: string, work: Work<T>): Promise<T> {
    return observedCommit(this.#options.store, this.#observer, conversation, this.#outgoing.claiming(work));
  }

  /** Sends and does what waits in a conversation, as something else than a turn has changed it. */
  nudge(conversation: string): void {
    if (this.#running) this.#follow(conversation, this.#options.clock.now());
  }

  /** Runs `work` while nothing of these conversations is sent, journaled or due, as it erases them. */
  quietly<T>(conversations: readonly string[], work: () => Promise<T>): Promise<T> {
    return this.#outgoing.quietly(conversations, work);
  }

  #desk(channel: string, conversation: string): Desk {
    const world = this.#options.world();
    return {
      ...doorOf(this.#channels, channel, world.knowledge),
      world,
      now: this.#options.clock.now(),
      ...abilitiesOf(this.#channels.get(channel)),
      log: this.#options.log,
      busy: this.#load.busyFor(conversation),
      newTrace: () => traceFrom(undefined, this.#options.hex ?? randomHex),
    };
  }

  async #take(channel: string, came: InboundEvent): Promise<boolean> {
    const trace = traceFrom(came.trace ?? requestTrace(), this.#options.hex ?? randomHex);
    const event = { ...came, trace };
    const { isNew, dueAt } = await this.#commit(event.conversation, (record) =>
      enqueue(record, channel, event, this.#desk(channel, event.conversation)),
    );
    const { kind, conversation } = event;
    this.#options.log.debug({ conversation, channel, kind, ...traceFields(trace) }, 'an event was taken in');
    this.#follow(conversation, dueAt);
    return isNew;
  }

  #follow(conversation: string, dueAt: number | null): void {
    this.#outgoing.send(conversation);
    if (dueAt !== null) this.#attendAt(conversation, dueAt);
  }

  #attendAt(conversation: string, at: number): void {
    if (this.#running) this.#alarms.set(conversation, at);
  }

  #ring(conversation: string): void {
    this.#track(this.#load.attend(() => this.#attend(conversation))).catch((error: unknown) => {
      const known = { conversation, error: String(error) };
      if (!this.#refused(error)) this.#options.log.error(known, 'could not attend to a conversation; trying again');
      this.#attendAt(conversation, this.#options.clock.now() + RETRY_MS);
    });
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const done = work.finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
    return done;
  }

  /** Runs what is due in a conversation: held messages, wake-ups; then sends. */
  async #attend(conversation: string, force = false): Promise<void> {
    const dueAt = await this.#commit(conversation, (record) =>
      runDue(record, { ...this.#desk(record?.channel ?? '', conversation), force }),
    );
    this.#follow(conversation, dueAt);
  }
}
