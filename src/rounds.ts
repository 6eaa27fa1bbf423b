/** One round at a time in a conversation; what is asked for meanwhile makes it go round once more. */

interface Round {
  done: Promise<void>;
  again: boolean;
}

export class Rounds {
  readonly #rounds = new Map<string, Round>();

  /** `go`: one round; it handles its own failures. */
  constructor(private readonly go: (conversation: string, isWanted: () => boolean) => Promise<void>) {}

  run(conversation: string): void {
    const running = this.#rounds.get(conversation);
    if (running) {
      running.again = true;
      return;
    }
    const round: Round = { again: false, done: Promise.resolve() };
    this.#rounds.set(conversation, round);
    const isWanted = () => {
      const { again } = round;
      round.again = false;
      return again;
    };
    round.done = this.go(conversation, isWanted).finally(() => {
      this.#rounds.delete(conversation);
      // Asked for between the last look and now.
      if (round.again) this.run(conversation);
    });
  }

  /** Resolves when no round is under way (in one conversation, or in any). */
  async settled(conversation?: string): Promise<void> {
    if (conversation !== undefined) {
      await this.#rounds.get(conversation)?.done;
      return;
    }
    while (this.#rounds.size > 0) await Promise.all([...this.#rounds.values()].map(({ done }) => done));
  }

  /** Waits for the round under way and begins no other. @returns what ends the pause: what was asked for meanwhile is done then */
  async pause(conversation: string): Promise<() => void> {
    for (let running = this.#rounds.get(conversation); running; running = this.#rounds.get(conversation))
      await running.done;
    let end = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      end = resolve;
    });
    const paused: Round = { again: false, done };
    this.#rounds.set(conversation, paused);
    return () => {
      this.#rounds.delete(conversation);
      end();
      if (paused.again) this.run(conversation);
    };
  }
}
