// Template cards, as WeCom draws them.
import { make } from '../../../web/dom.js';
import { link } from './text.js';
import type { CardView } from './types.js';

/** @param tap called with the key of a tapped button; undefined: nobody here can tap it */
export function drawCard(card: CardView, tap: ((key: string) => void) | undefined): HTMLElement {
  const { source, title, desc, emphasis, quote, subTitle, facts, jumps, url } = card;
  const heading = url === undefined ? title || subTitle : link(url, title || subTitle);
  return make(
    'article',
    { class: `card ${card.type}${url === undefined ? '' : ' leads'}`, 'aria-label': `卡片：${title || subTitle}` },
    source === undefined ? undefined : make('p', { class: 'source' }, source),
    make('p', { class: 'title' }, heading),
    desc === '' ? undefined : make('p', { class: 'desc' }, desc),
    emphasis && make('div', { class: 'emphasis' }, make('b', {}, emphasis.title), make('small', {}, emphasis.desc)),
    quote && make('blockquote', {}, quote.title === '' ? undefined : make('b', {}, quote.title), quote.text),
    subTitle === '' || title === '' ? undefined : make('p', { class: 'sub' }, subTitle),
    facts.length === 0 ? undefined : make('dl', {}, ...facts.flatMap(drawFact)),
    ...jumps.map((jump) =>
      make('p', { class: 'jump' }, jump.url === undefined ? jump.title : link(jump.url, jump.title)),
    ),
    buttons(card, tap),
  );
}

function drawFact({ name, value, url }: CardView['facts'][number]): HTMLElement[] {
  return [make('dt', {}, name), make('dd', {}, url === undefined ? value : link(url, value))];
}

function buttons(card: CardView, tap: ((key: string) => void) | undefined): HTMLElement | undefined {
  if (card.replacedBy !== undefined)
    return make('div', { class: 'buttons' }, make('p', { class: 'replaced' }, card.replacedBy));
  if (card.buttons.length === 0) return undefined;
  let tapped = false;
  const all = card.buttons.map(({ text, key, style }) => {
    const button = make('button', { type: 'button', class: `style-${style}`, disabled: tap === undefined }, text);
    button.addEventListener('click', () => {
      // A second tap while the card is being changed is what people do; WeCom sends it as well, so we do.
      tap?.(key);
      if (!tapped) button.classList.add('tapped');
      tapped = true;
    });
    return button;
  });
  return make('div', { class: 'buttons', role: 'group', 'aria-label': '按钮' }, ...all);
}
