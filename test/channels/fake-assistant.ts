/** An assistant for tests of the web side: remembers in memory, answers from a script, drops what it has seen. */
import type { AssistantPort, WebChannel } from '../../src/channels/web.js';
import type { InboundEvent } from '../../src/dialogue/event.js';
import type { PublicState, Reply } from '../../src/dialogue/reply.js';
import type { HandoverState } from '../../src/handover/types.js';
import type { OutboxItem, TranscriptLine } from '../../src/store/store.js';
import { unsent } from '../support/channel.js';

export interface Answer {
  replies: Reply[];
  state?: Partial<PublicState>;
}

export const IDLE: PublicState = { status: 'idle', question: null, fix: null, causes: [], faults: [], handoff: false };

export const textReply = (text: string): Reply => ({ type: 'text', text, options: [], links: [] });

export class FakeAssistant implements AssistantPort {
  /** Every event that was not a repetition, in order. */
  readonly events: InboundEvent[] = [];
  /** How often `accept` was called, repetitions included. */
  accepted = 0;
  /** Thrown by the next `accept`. */
  failWith: Error | undefined;
  readiness: { ok: boolean; why?: string } = { ok: true };
  /** Option id → label, for the transcript. */
  labels: Readonly<Record<string, string>> = {};
  readonly #lines = new Map<string, TranscriptLine[]>();
  readonly #states = new Map<string, PublicState>();
  #held: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #clock = 0;

  constructor(
    private readonly channel: () => WebChannel,
    private readonly now: () => number,
    private readonly answer: (event: InboundEvent) => Answer = (event) => ({
      replies: [textReply(`echo ${wordsOf(event)}`)],
    }),
  ) {}

  async accept(channel: string, event: InboundEvent): Promise<boolean> {
    this.accepted += 1;
    const error = this.failWith;
    this.failWith = undefined;
    if (error) throw error;
    if (channel !== 'web') throw new Error(`unexpected channel ${channel}`);
    if (this.events.some(({ id, conversation }) => id === event.id && conversation === event.conversation))
      return false;
    this.events.push(event);
    this.#add(event.conversation, { id: event.id, at: this.tick(), from: 'user', text: wordsOf(event, this.labels) });
    void this.#turn(event);
    return true;
  }

  /** Keeps answers back until {@link resume}, to look at the page while it waits. */
  pause(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  resume(): void {
    this.#release();
  }

  async #turn(event: InboundEvent): Promise<void> {
    await this.#held;
    const { replies, state } = this.answer(event);
    const conversation = event.conversation;
    this.#states.set(conversation, { ...IDLE, ...state });
    const items = replies.map((reply, index) => this.item(reply, `${event.id}.${index}`, event.id));
    for (const { id, createdAt, reply } of items)
      this.#add(conversation, { id, at: createdAt, from: 'assistant', text: reply.text, reply });
    for (const item of items) await this.channel().send(conversation, [item], unsent());
  }

  /** How far a hand-over is, without a word being said. */
  handOver(conversation: string, handoffState?: HandoverState): void {
    const { handoffState: _, ...before } = this.#states.get(conversation) ?? IDLE;
    const open = handoffState !== undefined;
    this.#states.set(conversation, { ...before, handoff: open, ...(open ? { handoffState } : {}) });
  }

  /** What a colleague says. */
  async colleague(conversation: string, by: string, words: string): Promise<void> {
    const said = { ...this.item(textReply(`${by}：${words}`), `said-${this.tick()}`, ''), by };
    const { id, createdAt, reply } = said;
    this.#add(conversation, { id, at: createdAt, from: 'assistant', text: reply.text, reply, by });
    await this.channel().send(conversation, [said], unsent());
  }

  item(reply: Reply, id: string, inReplyTo: string): OutboxItem {
    const at = this.tick();
    return {
      id,
      channel: 'web',
      reply,
      inReplyTo,
      createdAt: at,
      attempts: 0,
      nextAttemptAt: at,
      expiresAt: at + 60_000,
      state: 'waiting',
    };
  }

  tick(): number {
    this.#clock = Math.max(this.now(), this.#clock + 1);
    return this.#clock;
  }

  #add(conversation: string, line: TranscriptLine): void {
    const lines = this.#lines.get(conversation) ?? [];
    lines.push(line);
    this.#lines.set(conversation, lines);
  }

  async state(conversation: string): Promise<PublicState> {
    return this.#states.get(conversation) ?? IDLE;
  }

  async transcript(conversation: string): Promise<TranscriptLine[]> {
    return [...(this.#lines.get(conversation) ?? [])];
  }

  async silent(): Promise<boolean> {
    return false;
  }

  async reconnected(): Promise<void> {
    // Nothing waits here: what is answered is sent at once.
  }

  ready(): { ok: boolean; why?: string } {
    return this.readiness;
  }
}

/** What the event says, as a transcript shows it. */
export function wordsOf(event: InboundEvent, labels: Readonly<Record<string, string>> = {}): string {
  if (event.kind === 'message') return event.text;
  return event.kind === 'option' ? (labels[event.option] ?? event.option) : event.kind;
}
