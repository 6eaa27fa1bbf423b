/** Finding what a person taps: by what is written on it, or by its key. */
import type { Card } from './cards.js';
import { type Bubble, cardOf } from './rooms.js';

/** question_key → ids of the chosen options. */
export type Selections = Readonly<Record<string, readonly string[]>>;

export interface Choice {
  bubble: Bubble;
  card: Card;
  key: string;
  label: string;
}

export interface Tap {
  selections?: Selections;
  /** The very card that is tapped; otherwise the newest one that has the button. */
  taskId?: string;
}

/** The newest card with that button that `user` can tap; throws if there is none: a person could not tap it either. */
export function findChoice(bubbles: readonly Bubble[], user: string, choice: string, tap: Tap): Choice {
  for (const bubble of bubbles.toReversed()) {
    const card = cardOf(bubble, user);
    if (!card || card.replacedBy !== undefined) continue;
    if (tap.taskId !== undefined && card.taskId !== tap.taskId) continue;
    const buttons = card.submit ? [...card.buttons, card.submit] : card.buttons;
    const found = buttons.find(({ text, key }) => text === choice || key === choice);
    if (!found) continue;
    checkSelections(card, tap.selections ?? {});
    return { bubble, card, key: found.key, label: found.text };
  }
  throw new Error(`${user} sees no button ${choice}`);
}

/** Throws for options that the card does not offer. */
function checkSelections(card: Card, selections: Selections): void {
  for (const [question, ids] of Object.entries(selections)) {
    const select = card.selects.find(({ questionKey }) => questionKey === question);
    if (!select || select.disabled) throw new Error(`the card has no open question ${question}`);
    if (ids.length > 1 && !select.multiple) throw new Error(`${question} takes one option`);
    for (const id of ids)
      if (!select.options.some((option) => option.id === id)) throw new Error(`${question} has no option ${id}`);
  }
}
