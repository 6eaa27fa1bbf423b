// The left column: the chats, who one is in them, what came meanwhile.
import { hidden, make } from '../../../web/dom.js';
import { lastLine, type State, unread } from './state.js';
import type { Chat } from './types.js';

export function drawChats(list: HTMLElement, state: State, choose: (chat: string) => void): void {
  const focused = list.contains(document.activeElement) ? document.activeElement?.getAttribute('data-chat') : undefined;
  list.replaceChildren(...state.chats.map((chat) => make('li', {}, drawChat(chat, state, choose))));
  if (focused) list.querySelector<HTMLElement>(`[data-chat="${focused}"]`)?.focus({ preventScroll: true });
}

function drawChat(chat: Chat, state: State, choose: (chat: string) => void): HTMLElement {
  const { id, title, sign, skin } = chat;
  const count = unread(state, id);
  const button = make(
    'button',
    { type: 'button', 'data-chat': id, 'aria-current': id === state.current ? 'true' : undefined },
    make('span', { class: `avatar chat-${id} ${skin}`, 'aria-hidden': 'true' }, sign),
    make(
      'span',
      { class: 'names' },
      make('span', { class: 'to' }, title, make('small', {}, asWhom(chat))),
      make('span', { class: 'as' }, chat.door),
      make('span', { class: 'last' }, lastLine(state, id)),
    ),
    count === 0 ? undefined : make('b', { class: 'unread' }, String(count), hidden(' 条新消息')),
  );
  button.addEventListener('click', () => choose(id));
  return button;
}

function asWhom({ people, skin }: Chat): string {
  if (people.length === 0) return '只看不说';
  const names = people.map(({ name }) => name).join('、');
  return skin === 'wechat' ? `您是顾客${names}` : `您是${names}`;
}
