/** A door that remembers what it was given and fails when told to. */
import type { Capabilities, Channel, Progress } from '../../src/channels/channel.js';
import type { OutboxItem } from '../../src/store/store.js';

export interface Sent {
  conversation: string;
  item: OutboxItem;
}

/** A batch that nothing was sent of yet. */
export const unsent = (): Progress => ({ taken: 0, memory: undefined });

export class FakeChannel implements Channel {
  readonly name: string;
  readonly capabilities: Capabilities = {
    markdown: false,
    cards: true,
    buttons: 6,
    bytesPerMessage: 2048,
    canPush: true,
    canEdit: false,
  };
  /** What was taken, in order. */
  readonly sent: Sent[] = [];
  /** Every attempt, taken or not. */
  attempts = 0;
  running = false;
  /** Called before a reply is taken; throws, or waits, to stop it. */
  before: (sent: Sent) => void | Promise<void> = () => undefined;
  /** Called when a reply was taken, before the sender knows. */
  after: (sent: Sent) => void | Promise<void> = () => undefined;

  constructor(name = 'web') {
    this.name = name;
  }

  async start(): Promise<void> {
    this.running = true;
  }

  async stop(): Promise<void> {
    this.running = false;
  }

  /** Takes the items one by one and notes how far it came, as a door does whose platform knows no batches. */
  async send(conversation: string, items: readonly OutboxItem[], progress: Progress): Promise<void> {
    for (const item of items.slice(progress.taken)) {
      this.attempts += 1;
      if (!this.running) throw new Error('the door is closed');
      const sent = { conversation, item };
      await this.before(sent);
      this.sent.push(sent);
      await this.after(sent);
      progress.taken += 1;
    }
  }

  /** What was taken of one conversation. */
  texts(conversation = 'c'): string[] {
    return this.sent.filter((one) => one.conversation === conversation).map(({ item }) => item.reply.text);
  }
}

/** A promise that somebody else settles. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
