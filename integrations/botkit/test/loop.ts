/** A Botkit bot on an adapter that keeps what is said, for tests. */
import { type Activity, BotAdapter, type ConversationReference, MemoryStorage, TurnContext } from 'botbuilder-core';
import { Botkit } from 'botkit';
import type { Shows } from '../src/reply.js';

export class LoopAdapter extends BotAdapter {
  name = 'Loop Adapter';
  shows?: Shows;
  readonly sent: Partial<Activity>[] = [];
  /** References that were continued. */
  readonly continued: Partial<ConversationReference>[] = [];
  readonly errors: Error[] = [];
  /** Called before each message is taken; throws to refuse it. */
  before: (activity: Partial<Activity>) => void | Promise<void> = () => undefined;

  constructor() {
    super();
    this.onTurnError = async (_context, error) => void this.errors.push(error);
  }

  get said(): string[] {
    return this.sent.map(({ text }) => text ?? '');
  }

  override async sendActivities(_context: TurnContext, activities: Partial<Activity>[]) {
    for (const activity of activities) {
      await this.before(activity);
      this.sent.push(activity);
    }
    return activities.map((_, at) => ({ id: `sent-${at}` }));
  }

  override async updateActivity(): Promise<void> {}
  override async deleteActivity(): Promise<void> {}

  override async continueConversation(
    reference: Partial<ConversationReference>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<void> {
    this.continued.push(reference);
    const request = { type: 'event', name: 'continueConversation' };
    await this.runMiddleware(
      new TurnContext(this, TurnContext.applyConversationReference(request, reference, true)),
      logic,
    );
  }

  /** A turn, as an adapter makes it of what its platform sends. */
  async turn(activity: Partial<Activity>, handle: (context: TurnContext) => Promise<unknown>): Promise<void> {
    const context = new TurnContext(this, {
      channelId: 'loop',
      from: { id: 'user', name: '' },
      recipient: { id: 'bot', name: '' },
      conversation: { id: 'chat' } as Activity['conversation'],
      ...activity,
    });
    await this.runMiddleware(context, async (own) => void (await handle(own)));
  }
}

export interface Bot {
  adapter: LoopAdapter;
  controller: Botkit;
  says(text: string, more?: Partial<Activity>): Promise<void>;
  happens(type: string, data?: object, more?: Partial<Activity>): Promise<void>;
}

export function createBot(adapter = new LoopAdapter()): Bot {
  const storage = new MemoryStorage();
  const controller = new Botkit({ adapter, storage, disable_webserver: true, disable_console: true });
  const turn = (activity: Partial<Activity>) => adapter.turn(activity, (context) => controller.handleTurn(context));
  return {
    adapter,
    controller,
    says: (text, more = {}) => turn({ type: 'message', text, ...more }),
    happens: (botkitEventType, data = {}, more = {}) =>
      turn({ type: 'event', channelData: { botkitEventType, ...data }, ...more }),
  };
}
