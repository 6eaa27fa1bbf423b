/** A conversation held through the mailbox as the service holds it, and the events that it leaves for the journal. */
import type { InboundEvent } from '../../src/dialogue/event.js';
import { silentLog } from '../../src/log.js';
import { enqueue, runDue } from '../../src/mailbox.js';
import type { CaseEvent, ConversationRecord } from '../../src/store/store.js';
import { realWorld } from '../support/world.js';

const PAUSE = 10_000;

export class Talk {
  #record: ConversationRecord | null = null;
  #count = 0;

  /** `now`: ms since the epoch. `rates`: the door has ratings of its own. */
  constructor(
    readonly conversation: string,
    public now: number,
    private readonly rates = false,
  ) {}

  get events(): CaseEvent[] {
    return this.#record?.unjournaled ?? [];
  }

  /** The last thing said by the assistant. */
  get last(): string {
    return this.#record?.transcript.findLast(({ from }) => from === 'assistant')?.text ?? '';
  }

  say(text: string): this {
    return this.#take({ kind: 'message', text });
  }

  tap(option: string): this {
    return this.#take({ kind: 'option', option });
  }

  /** Rates what answered the last thing said. */
  rate(rating: 'good' | 'bad' | 'withdrawn'): this {
    const answer = this.#record?.transcript.findLast(({ from }) => from === 'user')?.id ?? '';
    return this.#take({ kind: 'feedback', answer, rating });
  }

  human(active: boolean): this {
    return this.#take({ kind: 'human', active });
  }

  /** Lets minutes pass; whatever is due is done. */
  pass(minutes: number): this {
    const end = this.now + minutes * 60_000;
    for (;;) {
      const due = Math.min(...(this.#record?.wakeUps.map(({ at }) => at) ?? []));
      if (due > end) break;
      this.now = due;
      this.#record = runDue(this.#record, { ...this.#desk(), force: false }).record ?? this.#record;
    }
    this.now = end;
    return this;
  }

  #take(what: Record<string, unknown> & { kind: string }): this {
    this.now += PAUSE;
    this.#count += 1;
    const id = `${this.conversation}-${this.#count}`;
    const event = { id, conversation: this.conversation, at: this.now, ...what } as InboundEvent;
    const { record } = enqueue(this.#record, 'web', event, this.#desk());
    if (record) this.#record = { ...record, version: record.version + 1 };
    return this;
  }

  #desk() {
    return { world: realWorld(), now: this.now, pushes: true, rates: this.rates, log: silentLog };
  }
}
