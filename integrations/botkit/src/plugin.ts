/** The assistant as a plug-in of a Botkit bot, whatever its adapter. */
import { randomUUID } from 'node:crypto';
import type { Botkit, BotkitMessage, BotkitPlugin, BotWorker } from 'botkit';
import { type Assistant, type Clock, type Log, systemClock, type TranscriptLine } from 'pos-doctor';
import { BotkitChannel } from './channel.js';
import { conversationAt, eventOf, FEEDBACK, HUMAN, OVERHEARD, optionOf, type Place, placeOf } from './event.js';
import { guard } from './guard.js';
import { stderrLog } from './log.js';

export interface PosDoctorOptions {
  /** Started by whoever made it, before or after. */
  assistant: Assistant;
  /**
   * Which messages are the assistant's, before any dialogue or `hears` sees them; while it waits for an answer, the others of
   * that user are too. Without it, the assistant gets what no interrupt, dialogue or `hears` took.
   */
  when?: (message: BotkitMessage) => boolean | Promise<boolean>;
  /** Botkit's types of what is a message. */
  events?: readonly string[];
  /** Botkit's types of what opens a conversation, to be answered with a greeting. */
  greetOn?: readonly string[];
  /** Quick replies that the adapter draws under one message; 0: options are listed by number. By default what is known of it. */
  quickReplies?: number;
  /** False: the adapter can answer only while the turn lasts (webhooks that answer in their response); no reminders then. */
  canPush?: boolean;
  /** Of the channel; two bots with one assistant need two. */
  name?: string;
  clock?: Clock;
  log?: Log;
}

const MESSAGES = ['message', 'direct_message', 'direct_mention', 'mention'];
const GREETINGS = ['enter_chat', 'hello', 'welcome_back'];
const WAITING: ReadonlySet<string> = new Set(['asking', 'fixing']);

/** What the assistant remembers of a conversation, restarts included. */
export interface LongMemory {
  transcript(place: Place): Promise<TranscriptLine[]>;
  silent(place: Place): Promise<boolean>;
}

/** An adapter that wants to know it. */
export interface Remembering {
  remember(memory: LongMemory): void;
}

/** Mounts the assistant: `controller.usePlugin(posDoctor({ assistant }))`. Guards the controller. */
export function posDoctor(options: PosDoctorOptions): BotkitPlugin {
  const { assistant, when, canPush = true, name = 'botkit', clock = systemClock, log = stderrLog } = options;
  const events = [...(options.events ?? MESSAGES)];
  const greetOn = new Set(options.greetOn ?? GREETINGS);
  const channel = new BotkitChannel({ name, quickReplies: options.quickReplies, canPush });
  const mounted = assistant.mount(channel);
  // Told by the first turn, which waits for it.
  mounted.catch(() => undefined);

  /** Resolves when the message is durable; where an answer can only be given in the turn, when that has been tried. */
  async function take(_bot: BotWorker, message: BotkitMessage): Promise<void> {
    await mounted;
    const event = eventOf(message, { name, now: clock.now(), id: randomUUID, greetOn, canPush });
    if (channel.answersLater) {
      await assistant.accept(name, event);
      return;
    }
    await channel.during(event.conversation, message.context, async () => {
      await assistant.accept(name, event);
      await assistant.settled(event.conversation);
    });
  }

  async function isOurs(message: BotkitMessage): Promise<boolean> {
    if (optionOf(message)) return true;
    if (!when) return false;
    if (await when(message)) return true;
    await mounted;
    return WAITING.has((await assistant.state(conversationAt(name, placeOf(message)))).status);
  }

  return {
    name: `pos-doctor ${name}`,
    init(controller: Botkit) {
      guard(controller, log);
      channel.attach(controller);
      (controller.adapter as Partial<Remembering>).remember?.({
        transcript: (place) => assistant.transcript(conversationAt(name, place)),
        silent: (place) => assistant.silent(conversationAt(name, place)),
      });
      controller.interrupts(isOurs, events, take);
      if (!when) controller.on(events, take);
      controller.on([...greetOn, FEEDBACK, HUMAN, OVERHEARD], take);
    },
  };
}
