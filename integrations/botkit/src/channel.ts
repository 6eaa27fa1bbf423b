/**
 * The Botkit bot as a channel of the assistant's. An answer goes out through the turn that asked for it while that lasts, for
 * some adapters have no other way; else (reminders, what is tried again, what waited for more words, and everything where the
 * adapter says that it can) through the adapter's `continueConversation`.
 */
import type { Activity, BotAdapter, TurnContext } from 'botbuilder-core';
import type { Botkit, BotWorker } from 'botkit';
import {
  type Capabilities,
  type Channel,
  isPosDoctorError,
  type OutboxItem,
  PosDoctorError,
  type Progress,
} from 'pos-doctor';
import { addressIn } from './event.js';
import { activityOf, PROGRESS, type Shows } from './reply.js';

/** Adapters that come with Botkit and draw quick replies, and how many. The others get numbers. */
const KNOWN: Readonly<Record<string, number>> = { 'Web Adapter': 20, 'Facebook Adapter': 13 };

export interface BotkitChannelOptions {
  name: string;
  /** As {@link Shows.quickReplies}; by default what is known of the adapter. */
  quickReplies?: number | undefined;
  canPush: boolean;
}

/** A turn under way, and what is being sent through it. */
interface Live {
  context: TurnContext;
  sending: Set<Promise<void>>;
}

type Adapter = BotAdapter & { name?: string; shows?: Shows };

export class BotkitChannel implements Channel {
  readonly name: string;
  readonly #options: BotkitChannelOptions;
  readonly #live = new Map<string, Live>();
  #controller: Botkit | undefined;
  #running = false;

  constructor(options: BotkitChannelOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get capabilities(): Capabilities {
    const { quickReplies, rates = false } = this.#shows();
    return {
      markdown: false,
      cards: quickReplies > 0,
      buttons: quickReplies,
      bytesPerMessage: 64 * 1024,
      canPush: this.#options.canPush,
      canEdit: false,
      ...(rates ? { rates } : {}),
    };
  }

  /** An answer needs not be waited for in the turn of its question. */
  get answersLater(): boolean {
    return this.#shows().batches;
  }

  /** Speaks through this bot from now on. */
  attach(controller: Botkit): void {
    this.#controller = controller;
  }

  async start(): Promise<void> {
    this.#running = true;
  }

  async stop(): Promise<void> {
    this.#running = false;
  }

  /** Answers of the conversation go through this turn until `work` is over. */
  async during(conversation: string, context: TurnContext, work: () => Promise<void>): Promise<void> {
    const live: Live = { context, sending: new Set() };
    this.#live.set(conversation, live);
    try {
      await work();
    } finally {
      if (this.#live.get(conversation) === live) this.#live.delete(conversation);
      // A context is revoked with its turn; what is half sent through it would be sent twice.
      await Promise.allSettled(live.sending);
    }
  }

  /** As `Channel.send`. */
  async send(conversation: string, items: readonly OutboxItem[], progress: Progress): Promise<void> {
    const controller = this.#controller;
    if (!this.#running || !controller) throw this.#failed('SEND_FAILED', 'the bot is not running');
    const address = addressIn(items[0]?.replyTo);
    if (!address) throw this.#failed('SEND_REFUSED', 'it is not known where the conversation is held');
    const say = (context: TurnContext) => this.#say(controller, context, items, address.back, progress);
    const live = this.#live.get(conversation);
    try {
      if (!live) return await this.#push(controller.adapter, address.reference, say);
      const sending = say(live.context);
      live.sending.add(sending);
      await sending.finally(() => live.sending.delete(sending));
    } catch (error) {
      if (isPosDoctorError(error, 'SEND_REFUSED') || isPosDoctorError(error, 'SEND_FAILED')) throw error;
      // Its message may hold what was to be said.
      throw this.#failed('SEND_FAILED', error instanceof Error ? error.name : 'unknown', error);
    }
  }

  /** What fails in there would end in `onTurnError` and look like sent. */
  async #push(
    adapter: Adapter,
    reference: Parameters<Adapter['continueConversation']>[0],
    say: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    let outcome: { error?: unknown } | undefined;
    await adapter.continueConversation(reference, async (context) => {
      outcome = await say(context).then(
        () => ({}),
        (error: unknown) => ({ error }),
      );
    });
    if (!outcome) throw this.#failed('SEND_FAILED', 'the adapter did not continue the conversation');
    if ('error' in outcome) throw outcome.error;
  }

  async #say(
    controller: Botkit,
    context: TurnContext,
    items: readonly OutboxItem[],
    back: unknown,
    progress: Progress,
  ): Promise<void> {
    const shows = this.#shows();
    const bot = await controller.spawn(context);
    const ready = (item: OutboxItem) => throughSend(controller, bot, activityOf(item, shows, back));
    if (shows.batches) {
      const activities = [];
      for (const item of items) activities.push(await ready(item));
      context.turnState.set(PROGRESS, progress);
      await context.sendActivities(activities).finally(() => context.turnState.delete(PROGRESS));
      return;
    }
    for (const item of items.slice(progress.taken)) {
      await context.sendActivity(await ready(item));
      progress.taken += 1;
    }
  }

  #shows(): Shows {
    const adapter = this.#controller?.adapter as Adapter | undefined;
    const shows = adapter?.shows ?? { quickReplies: KNOWN[adapter?.name ?? ''] ?? 0, links: false, batches: false };
    const { quickReplies = shows.quickReplies } = this.#options;
    return { ...shows, quickReplies };
  }

  #failed(code: 'SEND_FAILED' | 'SEND_REFUSED', why: string, cause?: unknown): PosDoctorError {
    return new PosDoctorError(code, { channel: this.name, why }, cause === undefined ? {} : { cause });
  }
}

/** The bot's own `send` middleware sees, and may change, what the assistant says. */
function throughSend(controller: Botkit, bot: BotWorker, activity: Partial<Activity>): Promise<Partial<Activity>> {
  return new Promise((resolve, reject) => {
    controller.middleware.send.run(bot, activity, (error: unknown) => (error ? reject(error) : resolve(activity)));
  });
}
