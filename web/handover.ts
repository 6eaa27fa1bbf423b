// How far a hand-over to a colleague is, in a line of words above the composer.
import type { HandoverState, PublicState } from './types.js';
import { word } from './words.js';

const WORDS: Readonly<Record<HandoverState, string>> = {
  requested: 'handover.requested',
  notified: 'handover.notified',
  accepted: 'handover.accepted',
  'timed-out': 'handover.timedOut',
  closed: 'handover.closed',
};

export class HandoverLine {
  #open: HandoverState | undefined;

  /** `element`: a live region, so that each step is read out once. */
  constructor(private readonly element: HTMLElement) {}

  show({ handoffState }: PublicState): void {
    const before = this.#open;
    this.#open = handoffState;
    if (handoffState !== undefined) this.#say(word(WORDS[handoffState]), handoffState);
    else if (before !== undefined) this.#say(word(WORDS.closed), 'closed');
  }

  /** That it is over has been seen once something else is said. */
  settle(): void {
    if (this.#open === undefined) this.#say('', '');
  }

  /** True while a colleague has the conversation: the assistant says nothing. */
  get accepted(): boolean {
    return this.#open === 'accepted';
  }

  /** True while somebody has been called or is there: calling again changes nothing. */
  get called(): boolean {
    return this.accepted || this.#open === 'notified';
  }

  #say(words: string, state: string): void {
    // What does not change must not be read out again.
    if (this.element.textContent !== words) this.element.textContent = words;
    this.element.dataset.state = state;
  }
}
