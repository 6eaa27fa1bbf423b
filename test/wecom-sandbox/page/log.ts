// The open chat's log: what is new is added, what changed is drawn anew in its place.
import { make } from '../../../web/dom.js';
import { type Around, drawRow } from './bubble.js';
import { type Row, rows } from './state.js';
import type { BubbleView } from './types.js';

/** As far from the end as somebody may have scrolled and still be reading the newest message. */
const NEAR_END_PX = 120;

export class Log {
  readonly #drawn = new Map<number, { looks: string; element: HTMLElement }>();
  #shows = '';

  constructor(private readonly root: HTMLElement) {
    // What scrolls must be reachable by keyboard.
    root.tabIndex = 0;
  }

  draw(bubbles: readonly BubbleView[], around: Around): void {
    const { chat, me } = around;
    const shows = `${chat.id} ${me}`;
    const anew = shows !== this.#shows;
    const follow = anew || this.#following();
    if (anew) {
      // Screen readers should not read the whole chat again.
      this.root.setAttribute('aria-busy', 'true');
      this.#drawn.clear();
      this.root.replaceChildren();
    }
    this.#shows = shows;
    if (bubbles.length === 0) this.root.replaceChildren(make('p', { class: 'intro' }, chat.intro));
    else this.root.querySelector('.intro')?.remove();
    // Of those that were forgotten nothing stays.
    const kept = new Set(bubbles.map(({ id }) => id));
    for (const [id, { element }] of this.#drawn) if (!kept.has(id)) this.#forget(id, element);
    for (const row of rows(bubbles, me, chat.people.length > 1 || me === '')) this.#row(row, around);
    if (follow) this.root.scrollTop = this.root.scrollHeight;
    this.root.removeAttribute('aria-busy');
  }

  #row(row: Row, around: Around): void {
    const looks = JSON.stringify(row);
    const drawn = this.#drawn.get(row.bubble.id);
    if (drawn?.looks === looks) return;
    const element = drawRow(row, around);
    if (drawn) {
      // Whoever used the keyboard on the old one goes on from the new one.
      const focused = drawn.element.contains(document.activeElement);
      drawn.element.replaceWith(element);
      if (focused) element.focus({ preventScroll: true });
    } else this.root.append(element);
    this.#drawn.set(row.bubble.id, { looks, element });
  }

  #forget(id: number, element: HTMLElement): void {
    element.remove();
    this.#drawn.delete(id);
  }

  #following(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }
}
