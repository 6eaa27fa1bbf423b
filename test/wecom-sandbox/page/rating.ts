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
  const thumb = (type: Rating, label: string) => {
    const pressed = chosen === type;
    const attributes = { type: 'button', 'aria-pressed': String(pressed), 'aria-label': label, title: label } as const;
    const button = make('button', { ...attributes, class: type === GOOD ? 'up' : 'down' }, drawThumb());
    button.addEventListener('click', () => {
      if (pressed) rate(id, WITHDRAWN);
      else if (type === GOOD) rate(id, GOOD);
      else askWhy((why) => rate(id, BAD, why));
    });
    return button;
  };
  const group = { class: 'rating', role: 'group', 'aria-label': '评价这条回答' };
  return make('div', group, thumb(GOOD, '有帮助'), thumb(BAD, '没帮助'));
}

/** Drawn, because not every machine has a font with 👍. */
function drawThumb(): SVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const picture = document.createElementNS(namespace, 'svg');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute(
    'd',
    'M3 11h4v9H3zM7 11l4-8c1.6 0 2.6 1.1 2.4 2.7L13 9h5.2a2 2 0 0 1 2 2.4l-1.4 7a2 2 0 0 1-2 1.6H7',
  );
  picture.append(path);
  return picture;
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
