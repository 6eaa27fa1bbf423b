/**
 * The shell around the pure core: accept, lock, load, turn, commit, dispatch. One commit takes a message in and puts its
 * answers into the outbox; what happens after it can be done again without harm.
 */
import { Alarms } from './alarms.js';
import type { Channel, Service } from './channels/channel.js';
import { atMost, type Clock } from './clock.js';
import type { InboundEvent } from './dialogue/event.js';
import { type Reasoning, reason } from './dialogue/reasoning.js';
import type { PublicState } from './dialogue/reply.js';
import { newSession, reviveSession } from './dialogue/session.js';
import { publicState } from './dialogue/state.js';
import type { World } from './dialogue/world.js';
import { Dispatcher } from './dispatcher.js';
import { isStoreOutage, PosDoctorError } from './errors.js';
import { HandsOff } from './hands-off.js';
import type { Log } from './log.js';
import { enqueue, hurried, runDue } from './mailbox.js';
import { Outage } from './outage.js';
import type { Desk } from './record.js';
import type { Store, TranscriptLine } from './store/store.js';
import { Sweeper } from './sweeper.js';

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
}

/** What channels, the server and commands see of the service. */
export class Assistant implements Service {
  readonly #options: AssistantOptions;
  readonly #dispatcher: Dispatcher;
  /** Brings hand-over notes to the board, at the board's own pace. */
  readonly #boards: Dispatcher | undefined;
  /** Of several processes: takes up what others left. */
  readonly #sweeper: Sweeper | undefined;
  readonly #channels: Map<string, Channel>;
  /** The channel that takes hand-over notes, if one is on. */
  readonly #noticesTo: string | undefined;
  /** By conversation. */
  readonly #alarms: Alarms;
  readonly #handsOff: HandsOff;
  /** Events being taken in and conversations being attended to. */
  readonly #underWay = new Set<Promise<unknown>>();
  #running = false;
  #accepted = 0;
  readonly #outage: Outage;

  constructor(options: AssistantOptions) {
    this.#options = options;
    this.#outage = new Outage(options.log);
    this.#alarms = new Alarms(options.clock, (conversation) => this.#ring(conversation));
    this.#channels = new Map(options.channels.map((channel) => [channel.name, channel]));
    this.#noticesTo = options.channels.find(({ capabilities }) => capabilities.takesNotices)?.name;
    const shared = {
      ...options,
      channels: this.#channels,
      later: (id: string, at: number) => this.#attendAt(id, at),
      failed: (error: unknown) => this.#refused(error),
    };
    this.#dispatcher = new Dispatcher(this.#noticesTo === undefined ? shared : { ...shared, lane: 'own' });
    if (this.#noticesTo !== undefined) this.#boards = new Dispatcher({ ...shared, lane: 'boards' });
    const dispatchers = [this.#dispatcher, ...(this.#boards ? [this.#boards] : [])];
    this.#handsOff = new HandsOff({ dispatchers, alarms: this.#alarms, channels: this.#channels });
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
      if (this.#options.store.claims) this.#handsOff.listen(this.#options.store.claims);
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
    this.#handsOff.stop();
    this.#alarms.clear();
    await Promise.allSettled([...this.#underWay]);
    await atMost(this.#options.clock, STOP_GRACE_MS, this.#sent());
    for (const channel of this.#channels.values())
      await channel.stop().catch((error: unknown) => {
        this.#options.log.error({ channel: channel.name, error: String(error) }, 'a channel did not stop properly');
      });
    await this.#sent();
    await this.#options.store.close();
  }

  /**
   * Resolves when the event is durable; its answers are then on their way. An event seen before changes nothing.
   * @throws STOPPING before `start` and from `stop` on, QUEUE_FULL when too much waits, STORE_FULL or STORE_UNREACHABLE when it
   * can't be kept: the platform should deliver it again
   */
  async accept(channel: string, event: InboundEvent): Promise<void> {
    if (!this.#running) throw new PosDoctorError('STOPPING');
    this.#accepted += 1;
    try {
      await this.#track(this.#take(channel, event));
      this.#outage.kept(this.#options.clock.now());
    } catch (error) {
      this.#refused(error);
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
      const waits = await this.#options.store.transact(conversation, (record) => ({
        record: record && hurried(record, channel, this.#options.clock.now()),
        result: record?.outbox.some((item) => item.channel === channel && item.state === 'waiting') === true,
      }));
      if (waits) this.#send(conversation);
    }
  }

  /** Events taken since the start; tells busy from idle. */
  get accepted(): number {
    return this.#accepted;
  }

  /** What the conversation waits for, and what is believed. */
  async state(conversation: string): Promise<PublicState> {
    const record = await this.#options.store.read(conversation);
    const session = record?.session ? reviveSession(record.session) : newSession();
    return publicState(session, this.#options.world());
  }

  /** The evidence and the plan behind the state. */
  async reasoning(conversation: string): Promise<Reasoning> {
    const record = await this.#options.store.read(conversation);
    return reason(record?.session ? reviveSession(record.session) : newSession(), this.#options.world());
  }

  async transcript(conversation: string): Promise<TranscriptLine[]> {
    return (await this.#options.store.read(conversation))?.transcript ?? [];
  }

  async silent(conversation: string): Promise<boolean> {
    return (await this.#options.store.read(conversation))?.silent ?? false;
  }

  /** Whether messages can be taken now: it runs, and the store keeps what is written, which is tried if it was not lately. */
  async ready(): Promise<{ ok: boolean; why?: string }> {
    if (!this.#running) return { ok: false, why: 'not started or stopping' };
    for (const { name, ready } of this.#channels.values()) {
      const state = ready?.() ?? { ok: true };
      if (!state.ok) return { ok: false, why: `${name}: ${state.why ?? 'not connected'}` };
    }
    return this.#outage.ready(this.#options.store, this.#options.clock.now());
  }

  /** Resolves when everything that is due has been sent or has failed for now; for the terminal and tests. */
  async settled(conversation?: string): Promise<void> {
    await this.#sweeper?.settled();
    if (conversation === undefined) while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
    await this.#dispatcher.settled(conversation);
    if (conversation === undefined) await this.#boards?.settled();
  }

  /** Messages that are accepted but wait for others to join them. */
  async held(conversation: string): Promise<number> {
    return (await this.#options.store.read(conversation))?.inbox.length ?? 0;
  }

  /** Ends the wait for further messages to join: what is held is answered now. */
  async flush(conversation: string): Promise<void> {
    await this.#track(this.#attend(conversation, true));
    await this.#dispatcher.settled(conversation);
  }

  /** Sends what waits in a conversation, as something else than a turn has changed it. */
  nudge(conversation: string): void {
    if (this.#running) this.#send(conversation);
  }

  /** Runs `work` while nothing of these conversations is sent, journaled or due, as it erases them. */
  quietly<T>(conversations: readonly string[], work: () => Promise<T>): Promise<T> {
    return this.#handsOff.during(conversations, work);
  }

  #desk(channel: string): Desk {
    return {
      world: this.#options.world(),
      now: this.#options.clock.now(),
      pushes: this.#channels.get(channel)?.capabilities.canPush ?? false,
      log: this.#options.log,
      ...(this.#noticesTo === undefined ? {} : { noticesTo: this.#noticesTo }),
    };
  }

  async #take(channel: string, event: InboundEvent): Promise<void> {
    const dueAt = await this.#options.store.transact(event.conversation, (record) =>
      enqueue(record, channel, event, this.#desk(channel)),
    );
    this.#follow(event.conversation, dueAt);
  }

  #follow(conversation: string, dueAt: number | null): void {
    this.#send(conversation);
    if (dueAt !== null) this.#attendAt(conversation, dueAt);
  }

  #send(conversation: string): void {
    this.#dispatcher.dispatch(conversation);
    this.#boards?.dispatch(conversation);
  }

  async #sent(): Promise<void> {
    await this.#dispatcher.settled();
    await this.#boards?.settled();
  }

  #attendAt(conversation: string, at: number): void {
    if (this.#running) this.#alarms.set(conversation, at);
  }

  #ring(conversation: string): void {
    this.#track(this.#attend(conversation)).catch((error: unknown) => {
      if (!this.#refused(error))
        this.#options.log.error(
          { conversation, error: String(error) },
          'could not attend to a conversation; trying again',
        );
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
    const dueAt = await this.#options.store.transact(conversation, (record) =>
      runDue(record, { ...this.#desk(record?.channel ?? ''), force }),
    );
    this.#follow(conversation, dueAt);
  }
}
