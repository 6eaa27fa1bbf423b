/** One conversation's mailbox, as the shell drives it: a record, a clock, and the timers that the mailbox asks for. */
import type { InboundEvent } from '../../src/dialogue/event.js';
import type { Reply } from '../../src/dialogue/reply.js';
import type { TurnInput } from '../../src/dialogue/turn.js';
import type { World } from '../../src/dialogue/world.js';
import { silentLog } from '../../src/log.js';
import { enqueue, nextDue, runDue } from '../../src/mailbox.js';
import type { Committed, ConversationRecord } from '../../src/store/store.js';
import { realWorld } from './world.js';

export const T0 = Date.UTC(2026, 10, 23, 2, 0, 0);

export interface PlayedTurn {
  at: number;
  input: TurnInput;
  replies: Reply[];
}

type Message = Extract<InboundEvent, { kind: 'message' }>;

export class Box {
  readonly id = 'c';
  now = T0;
  world: World = realWorld();
  pushes = true;
  /** What went to the error log. */
  readonly errors: object[] = [];
  /** Everything said to the log, as text. */
  logged = '';
  #stored: string | null = null;
  #due: number | null = null;
  #count = 0;

  /** What is stored; a copy. */
  get record(): ConversationRecord {
    if (this.#stored === null) throw new Error('nothing was stored yet');
    return JSON.parse(this.#stored) as ConversationRecord;
  }

  set record(record: ConversationRecord) {
    this.#stored = JSON.stringify(record);
  }

  /** Everything that is stored, as it would lie on disk. */
  get text(): string {
    return this.#stored ?? '';
  }

  /** When the mailbox wants to be attended to. */
  get due(): number | null {
    return this.#due;
  }

  take(event: InboundEvent): void {
    const { record, result } = enqueue(this.#copy(), 'web', event, this.#desk());
    expect(result.isNew).toBe(record !== null);
    this.#commit({ record, result: result.dueAt });
  }

  say(text: string, more: Partial<Message> = {}): Message {
    this.#count += 1;
    const event: Message = {
      id: `m${this.#count}`,
      conversation: this.id,
      at: this.now,
      kind: 'message',
      text,
      ...more,
    };
    this.take(event);
    return event;
  }

  tap(option: string, question?: string): InboundEvent {
    this.#count += 1;
    const base = { id: `t${this.#count}`, conversation: this.id, at: this.now, kind: 'option' as const, option };
    const event: InboundEvent = question === undefined ? base : { ...base, question };
    this.take(event);
    return event;
  }

  /** What a timer or a start does. */
  attend(force = false): void {
    this.#commit(runDue(this.#copy(), { ...this.#desk(), force }));
  }

  /** Lets time pass; attends whenever that was asked for. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (let rounds = 0; this.#due !== null && this.#due <= end; rounds += 1) {
      if (rounds > 1000) throw new Error('attends for ever');
      this.now = Math.max(this.now, this.#due);
      this.#due = null;
      this.attend();
    }
    this.now = end;
  }

  /** The turns taken so far, from the events for the journal. */
  turns(): PlayedTurn[] {
    const turns = this.#stored === null ? [] : this.record.unjournaled.filter(({ type }) => type === 'turn');
    return turns.map(({ at, data }) => ({ at, ...(data as unknown as Omit<PlayedTurn, 'at'>) }));
  }

  /** The messages of each turn. */
  said(): (readonly string[])[] {
    return this.turns().flatMap(({ input }) => (input.kind === 'message' ? [input.texts] : []));
  }

  #desk() {
    const note = (data: object, message: string) => {
      this.logged += `${JSON.stringify(data)} ${message}\n`;
    };
    const log = {
      ...silentLog,
      warn: note,
      error: (data: object, message: string) => {
        note(data, message);
        this.errors.push(data);
      },
    };
    return { world: this.world, now: this.now, pushes: this.pushes, log };
  }

  #copy(): ConversationRecord | null {
    return this.#stored === null ? null : this.record;
  }

  #commit({ record, result }: Committed<number | null>): void {
    if (record !== null) {
      this.record = { ...record, version: record.version + 1 };
      expect(result).toBe(nextDue(this.record, this.now));
    }
    this.#due = result;
  }
}

/** A world whose understanding breaks on some words. */
export function brittleWorld(breaksOn: string): World {
  const world = realWorld();
  return {
    ...world,
    nlu: {
      ...world.nlu,
      understand(text, context) {
        if (text.includes(breaksOn)) throw new TypeError('broken on purpose');
        return world.nlu.understand(text, context);
      },
    },
  };
}
