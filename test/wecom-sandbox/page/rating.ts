// 👍 and 👎 under an answer; a 👎 asks why.
import { byId, make } from '../../../web/dom.js';
import type { BubbleView, Rating } from './types.js';

export interface Why {
  reasons: number[];
  text: string;
}

/** 3: taken back. */
export type Rate = (bubble: number, type: Rating | 3, why?: Why) => void;

const GOOD = 1;
const BAD = 2;
const WITHDRAWN = 3;

export function drawRating({ id }: BubbleView, chosen: Rating | undefined, rate: Rate): HTMLElement {
  const thumb = (type: Rating, sign: string, label: string) => {
    const pressed = chosen === type;
    const button = make('button', { type: 'button', 'aria-pressed': String(pressed), 'aria-label': label }, sign);
    button.addEventListener('click', () => {
      if (pressed) rate(id, WITHDRAWN);
      else if (type === GOOD) rate(id, GOOD);
      else askWhy((why) => rate(id, BAD, why));
    });
    return button;
  };
  const group = { class: 'rating', role: 'group', 'aria-label': '评价这条回答' };
  return make('div', group, thumb(GOOD, '👍', '有帮助'), thumb(BAD, '👎', '没帮助'));
}

function askWhy(tell: (why: Why) => void): void {
  const dialog = byId('why', HTMLDialogElement);
  const form = byId('why-form', HTMLFormElement);
  form.reset();
  dialog.returnValue = '';
  dialog.addEventListener(
    'close',
    () => {
      if (dialog.returnValue !== 'send') return;
      const data = new FormData(form);
      tell({ reasons: data.getAll('reason').map(Number), text: String(data.get('text') ?? '').trim() });
    },
    { once: true },
  );
  dialog.showModal();
}
