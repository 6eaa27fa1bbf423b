/** task_ids that were used: each counts once per bot or app. */

import { Recent } from './recent.js';
import { Refusal } from './rules.js';

export class TaskIds {
  /** task_id → its answer was lost on purpose, so that a second try is right. */
  readonly #used = new Recent<boolean>();

  /** Refuses one that was used before. */
  check(id: string): void {
    const lost = this.#used.get(id);
    if (lost !== undefined) throw new Refusal('task-id-reused', id, { forgiven: lost });
  }

  take(id: string, answerLost: boolean): void {
    this.#used.set(id, answerLost);
  }
}
