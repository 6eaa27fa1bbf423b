// How one reply looks: its text in paragraphs and lists, buttons, links.
import { hidden, make } from './dom.js';
import type { Link, Reply } from './types.js';
import { word } from './words.js';

/** Numbers people dial: short service numbers and 400 numbers. Used on contact replies only, where a number is a number. */
const PHONE = /(?<![\d-])(?:110|9\d{4,5}|1[02]\d{3}|400-?\d{3,4}-?\d{3,4})(?![\d-])/g;
const NUMBERED = /^(\d{1,2})[.、)](?!\d)\s*/;
const BULLET = /^[·•-]\s+/;

/** The text of a reply: a line a paragraph, numbered lines as an ordered list, `·` and `-` lines as a list. */
export function textOf(reply: Reply): HTMLElement {
  const block = make('div', { class: 'text' });
  let open: HTMLElement | undefined;
  for (const line of reply.text.split('\n').map((raw) => raw.trim())) {
    if (line === '') {
      open = undefined;
      continue;
    }
    const numbered = NUMBERED.exec(line);
    const tag = numbered ? 'ol' : BULLET.test(line) ? 'ul' : 'p';
    const words = linkPhones(line.replace(NUMBERED, '').replace(BULLET, ''), reply);
    if (tag === 'p') {
      block.append(make('p', {}, ...words));
      open = undefined;
      continue;
    }
    if (!open || open.localName !== tag) {
      open = make(tag);
      block.append(open);
    }
    open.append(make('li', { value: numbered?.[1] }, ...words));
  }
  return block;
}

function linkPhones(line: string, reply: Reply): (Node | string)[] {
  if (reply.type !== 'contact') return [line];
  const parts: (Node | string)[] = [];
  let from = 0;
  for (const { 0: number, index } of line.matchAll(PHONE)) {
    const label = word('call', { number });
    parts.push(line.slice(from, index), make('a', { href: `tel:${number}`, 'aria-label': label }, number));
    from = index + number.length;
  }
  return [...parts, line.slice(from)];
}

/** Links below the text: numbers to call as buttons, pages as a list that opens in a new tab. */
export function linksOf(links: readonly Link[]): HTMLElement | undefined {
  const items = links.map(({ title, url }) => {
    if (url.startsWith('tel:'))
      return make('a', { class: 'call', href: url }, word('call', { number: url.slice(4) }), make('small', {}, title));
    const safe = /^(?:https?:\/\/|\/(?!\/))/.test(url);
    const newTab = hidden(` (${word('newTab')})`);
    return safe ? make('a', { href: url, target: '_blank', rel: 'noopener' }, title, newTab) : undefined;
  });
  const real = items.filter((item) => item !== undefined);
  return real.length === 0 ? undefined : make('ul', { class: 'links' }, ...real.map((item) => make('li', {}, item)));
}

export interface Buttons {
  element: HTMLElement;
  /** Makes the buttons unusable; marks the one that was chosen, if one was. */
  close(chosen?: string): void;
}

/** The options of a reply as buttons. `tap` is called at most once. */
export function buttonsOf(reply: Reply, tap: (option: { id: string; label: string }) => void): Buttons {
  const element = make('div', { class: 'options', role: 'group', 'aria-label': reply.text.split('\n')[0] });
  let closed = false;
  const buttons = reply.options.map((option) => {
    const button = make('button', { type: 'button' }, option.label);
    button.addEventListener('click', () => {
      if (!closed) tap(option);
    });
    element.append(button);
    return { option, button };
  });
  return {
    element,
    close(chosen) {
      closed = true;
      element.classList.add('closed');
      for (const { option, button } of buttons) {
        button.disabled = true;
        if (option.id !== chosen || button.classList.contains('chosen')) continue;
        button.classList.add('chosen');
        button.append(hidden(` (${word('chosen')})`));
      }
    },
  };
}
