/**
 * WeCom's doors as an adapter of Botkit's: what comes through a door is a turn, what the bot says goes out through the door.
 * Connection, callbacks, rendering, pace and errcodes are the doors' own.
 */
import {
  type Activity,
  BotAdapter,
  type ConversationReference,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder-core';
import type { Botkit } from 'botkit';
import {
  addressOf,
  type Channel,
  type Clock,
  conversationAt,
  createDoors,
  type Doors,
  type DoorsOptions,
  type ErrorCode,
  type InboundEvent,
  isPosDoctorError,
  type Log,
  PosDoctorError,
  type Service,
  systemClock,
  type TranscriptLine,
} from 'pos-doctor';
import type { Place } from '../event.js';
import { guard } from '../guard.js';
import { stderrLog } from '../log.js';
import type { LongMemory, Remembering } from '../plugin.js';
import { PROGRESS, type Shows } from '../reply.js';
import { Turns } from '../turns.js';
import { activityOf, itemOf, kickedActivity, ownItem, type WecomData } from './activity.js';
import { deliver } from './deliver.js';
import { type HookHandler, type HookRequest, handlerOf } from './http.js';
import { Memory, Seen } from './memory.js';
import { idOf, type Said, TURN, type Turn, turnOf } from './turn.js';

/** Milliseconds that a door waits for a turn; WeCom's callbacks give up after five seconds, a card changes within five. */
export const ACK_MS = 2_500;
/** Milliseconds that turns under way may take once the adapter stops. */
const STOP_GRACE_MS = 1_000;
/** What fails for these reasons may be delivered again: nothing was done yet. */
const AGAIN: readonly ErrorCode[] = ['STOPPING', 'QUEUE_FULL', 'STORE_FULL', 'STORE_REFUSED', 'STORE_UNREACHABLE'];

/** As for `createDoors`; the store is open before the controller is made. */
export interface WeComAdapterOptions extends Omit<DoorsOptions, 'clock' | 'log' | 'kicked'> {
  clock?: Clock;
  log?: Log;
}

export class WeComAdapter extends BotAdapter implements Service, Remembering {
  readonly name = 'WeCom Adapter';
  /** Resolves when the doors are open. */
  started: Promise<void> = Promise.resolve();
  /** WeCom's callbacks, for `http.createServer` or `app.use`; Botkit's own server gets it by itself. */
  readonly handler: HookHandler;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #doors: Doors;
  readonly #memory = new Memory();
  readonly #seen = new Seen();
  readonly #turns = new Turns();
  readonly #long: LongMemory[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #controller: Botkit | undefined;

  constructor(options: WeComAdapterOptions) {
    super();
    const { clock = systemClock, log = stderrLog } = options;
    this.#clock = clock;
    this.#log = log;
    this.#doors = createDoors({ ...options, clock, log, kicked: () => this.#kicked() });
    this.handler = handlerOf(this.#doors.callbacks, (error) =>
      log.error({ error: String(error) }, 'a callback could not be answered'),
    );
  }

  /** Each door shows what it can and numbers the rest. */
  get shows(): Shows {
    const doors = this.#doors.channels.filter(({ capabilities }) => !capabilities.takesNotices);
    const rates = doors.length > 0 && doors.every(({ capabilities }) => capabilities.rates === true);
    return { quickReplies: 20, links: true, batches: true, rates };
  }

  /** Channels for hand-over notes (the group robot), to be given to the assistant. */
  get boards(): Channel[] {
    return this.#doors.channels.filter(({ capabilities }) => capabilities.takesNotices);
  }

  /** Botkit calls it, for to Botkit an adapter is a plug-in. Opens the doors as soon as Botkit is ready. */
  init(controller: Botkit): void {
    guard(controller, this.#log);
    controller.on('shutdown', () => this.stop());
    controller.ready(() => {
      controller.webserver?.use(this.handler);
      this.#controller = controller;
      this.started = this.#start();
      this.started.catch((error: unknown) => this.#log.error({ error: String(error) }, 'the doors did not open'));
    });
  }

  async #start(): Promise<void> {
    for (const channel of this.#doors.channels) await channel.start(this);
  }

  /** Takes no more turns and closes the doors. */
  async stop(): Promise<void> {
    this.#controller = undefined;
    await this.#atMost(STOP_GRACE_MS, Promise.allSettled(this.#underWay));
    for (const channel of this.#doors.channels) await channel.stop();
  }

  /** Whether every door is connected. */
  ready(): { ok: boolean; why?: string } {
    for (const channel of this.#doors.channels) {
      const state = channel.ready?.() ?? { ok: true };
      if (!state.ok) return { ok: false, why: `${channel.name}: ${state.why ?? 'not connected'}` };
    }
    return { ok: true };
  }

  /** Resolves when nothing is being pulled from WeCom; for tests. */
  settled(): Promise<void> {
    return this.#doors.settled();
  }

  /**
   * What the doors call. Resolves when the turn is over, its answer is on its way (one door sends it in the response to what is
   * accepted here), or it has run for {@link ACK_MS}; rejects if it is to be delivered again.
   * @returns false for what is delivered again
   * @throws {PosDoctorError} STOPPING, QUEUE_FULL, STORE_FULL, STORE_REFUSED, STORE_UNREACHABLE
   */
  async accept(channel: string, event: InboundEvent): Promise<boolean> {
    const { conversation, id } = event;
    let isNew = false;
    await this.#seen.once(JSON.stringify([channel, conversation, id]), async () => {
      isNew = true;
      const turn = turnOf(conversation, event.kind === 'option' ? event.question : undefined);
      const answering = new Promise<void>((resolve) => {
        turn.answering = resolve;
      });
      const over = this.#track(this.#turns.run(conversation, () => this.#take(event, turn)));
      await this.#atMost(ACK_MS, Promise.race([over, answering]));
      turn.card = undefined;
    });
    return isNew;
  }

  /** The plug-in calls it: what its assistant remembers outlives this process. */
  remember(memory: LongMemory): void {
    this.#long.push(memory);
  }

  async transcript(conversation: string): Promise<TranscriptLine[]> {
    const place = placeAt(conversation);
    const kept = await Promise.all(place ? this.#long.map((memory) => memory.transcript(place)) : []);
    // Of two lines of the same id the last counts, and the assistant knows what stood on a button that we have forgotten.
    return [...this.#memory.of(conversation).lines, ...kept.flat()];
  }

  /** Nothing waits here: what the bot says goes out at once, or its turn fails. */
  async reconnected(): Promise<void> {}

  async silent(conversation: string): Promise<boolean> {
    const place = placeAt(conversation);
    if (this.#memory.of(conversation).silent || !place) return this.#memory.of(conversation).silent;
    return (await Promise.all(this.#long.map((memory) => memory.silent(place)))).includes(true);
  }

  /** What is said in a turn goes out together when it ends. Other types than messages WeCom does not show. */
  override async sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    const turn = context.turnState.get<Turn | undefined>(TURN);
    const messages = activities.map((activity) => ({ id: idOf(activity), activity }));
    const shown = messages.filter(({ activity }) => activity.type === 'message');
    if (turn?.open) turn.said.push(...shown);
    else await this.#send(context, shown, turn);
    return messages.map(({ id, activity }) => ({ id: activity.type === 'message' ? id : '' }));
  }

  /** Changes the text on the card that was tapped, while the turn of the tap runs. @throws {PosDoctorError} SEND_REFUSED else */
  override async updateActivity(context: TurnContext, activity: Partial<Activity>): Promise<void> {
    const turn = context.turnState.get<Turn | undefined>(TURN);
    const line = turn && this.#memory.of(turn.conversation).lines.find(({ id }) => id === activity.id);
    if (!line || turn.card === undefined || turn.card !== activity.id)
      throw this.#refused(
        activity.channelId,
        'only the card that was tapped can be changed, within seconds of the tap',
      );
    line.text = activity.text ?? '';
  }

  /** @throws {PosDoctorError} SEND_REFUSED, always */
  override async deleteActivity(_context: TurnContext, { channelId }: Partial<ConversationReference>): Promise<void> {
    throw this.#refused(channelId, 'nothing that was said can be taken back');
  }

  /** What is said in there is pushed: it answers nothing. */
  override async continueConversation(
    reference: Partial<ConversationReference>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    const request = { type: 'event', name: 'continueConversation' };
    const context = new TurnContext(this, TurnContext.applyConversationReference(request, reference, true));
    await this.runMiddleware(context, logic);
  }

  /** Botkit's server calls it on `webhook_uri`; the turn comes through the door, not through `_logic`. */
  async processActivity(
    request: HookRequest,
    response: Parameters<HookHandler>[1],
    _logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    this.handler(request, response);
  }

  async #take(event: InboundEvent, turn: Turn): Promise<void> {
    const known = this.#memory.of(event.conversation);
    const label = event.kind === 'option' ? known.labelOf(event.option) : undefined;
    const activity = activityOf(event, await this.silent(event.conversation), label);
    if (!activity) return;
    known.heard(event);
    await this.#run(activity, turn);
  }

  async #run(activity: Partial<Activity>, turn: Turn): Promise<void> {
    const controller = this.#controller;
    if (!controller) throw new PosDoctorError('STOPPING');
    const context = new TurnContext(this, activity);
    context.turnState.set(TURN, turn);
    // `onTurnError` ends what is thrown in there; the door has to know all the same.
    const failures: unknown[] = [];
    const failed = (error: unknown): void => void failures.push(error);
    await this.runMiddleware(context, async (own) => {
      await controller.handleTurn(own).catch(failed);
      turn.open = false;
      await this.#send(own, turn.said, turn).catch(failed);
      if (failures.length > 0) throw failures[0];
    });
    if (AGAIN.some((code) => isPosDoctorError(failures[0], code))) throw failures[0];
  }

  async #send(context: TurnContext, messages: readonly Said[], turn: Turn | undefined): Promise<void> {
    const [first] = messages;
    if (!first) return;
    const { channelId = '', conversation, recipient } = first.activity;
    const door = this.#doors.channels.find(({ name }) => name === channelId);
    if (!door || !conversation) throw this.#refused(channelId, 'there is no such door');
    const to = conversationAt({ channel: channelId, user: recipient?.id ?? '', chat: conversation.id });
    const answers = turn && !turn.answered ? context.activity : undefined;
    const data = answers?.channelData as WecomData | undefined;
    const now = this.#clock.now();
    const items = messages.map(
      ({ id, activity }) =>
        ownItem(activity, channelId) ??
        itemOf(activity, { id, channel: channelId, now, answers: answers?.id ?? '', replyTo: data?.replyTo }),
    );
    if (turn) {
      turn.answered = true;
      turn.answering();
    }
    const progress = context.turnState.get(PROGRESS);
    await deliver({ door, conversation: to, items, known: this.#memory.of(to), progress, clock: this.#clock });
  }

  #kicked(): void {
    const id = idOf({});
    const activity = kickedActivity(id, this.#clock.now());
    this.#track(this.#run(activity, { ...turnOf(id), answered: true })).catch((error: unknown) => {
      this.#log.error({ error: String(error) }, 'nobody could be told that another connection has taken over');
    });
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const done = work.finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
    return done;
  }

  async #atMost(ms: number, work: Promise<unknown>): Promise<void> {
    let cancel = (): void => undefined;
    const enough = new Promise<void>((resolve) => {
      cancel = this.#clock.after(ms, resolve);
    });
    await Promise.race([work, enough]).finally(() => cancel());
  }

  #refused(channel = '', why: string): PosDoctorError {
    return new PosDoctorError('SEND_REFUSED', { channel, why });
  }
}

function placeAt(conversation: string): Place | null {
  const address = addressOf(conversation);
  return address && { channelId: address.channel, channel: address.chat, user: address.user };
}
