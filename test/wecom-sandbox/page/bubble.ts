// One bubble, as WeCom or WeChat draws it.
import { hidden, make } from '../../../web/dom.js';
import { drawCard } from './card.js';
import { drawRating, type Rate } from './rating.js';
import { mediaWords, type Row } from './state.js';
import { link, markdown, type NameOf, plain } from './text.js';
import type { BubbleView, Chat, MenuView } from './types.js';

export interface Around {
  chat: Chat;
  /** Who sits before the page. */
  me: string;
  nameOf: NameOf;
  /** A button of a card. */
  tap(taskId: string, key: string): void;
  /** An entry of a menu. */
  pick(key: string): void;
  rate: Rate;
}

const BOT = ['chat-bot', '医'] as const;

/** A line of the log. */
export function drawRow({ bubble, mine, named, timed }: Row, around: Around): HTMLElement {
  const time = timed ? make('p', { class: 'time' }, drawTime(bubble.at)) : undefined;
  if (bubble.from === 'system')
    return make('div', { class: 'row system', tabindex: '-1' }, time, make('p', {}, bubble.text));
  const name = named ? make('p', { class: 'name' }, bubble.name, tagOf(bubble)) : undefined;
  const rating =
    bubble.ratings && bubble.growing === undefined && around.me !== ''
      ? drawRating(bubble, bubble.ratings[around.me], around.rate)
      : undefined;
  const said = make('div', { class: 'said' }, name, drawBody(bubble, around), ending(bubble), rating);
  const side = mine ? 'mine' : 'theirs';
  const line = make(
    'div',
    { class: 'line' },
    hidden(mine ? '我说：' : `${bubble.name}说：`),
    avatar(bubble, around.chat),
    said,
  );
  const classes = `row ${side} from-${bubble.from}`;
  return make('div', { class: classes, tabindex: '-1', 'aria-busy': bubble.growing ? 'true' : undefined }, time, line);
}

function drawBody(bubble: BubbleView, around: Around): HTMLElement {
  const { chat, me } = around;
  const card = bubble.cardFor?.[me] ?? bubble.card;
  if (card) {
    const { taskId } = card;
    const tap = me === '' || taskId === undefined ? undefined : (key: string) => around.tap(taskId, key);
    return drawCard(card, tap);
  }
  if (bubble.menu) return make('div', { class: 'bubble menu' }, ...drawMenu(bubble.menu, around));
  if (bubble.kind === 'media') return drawMedia(bubble);
  const isMarkdown = bubble.kind === 'markdown' || bubble.kind === 'stream';
  const words = isMarkdown ? markdown(bubble.text, around.nameOf) : plain(bubble.text, chat.id === 'app');
  const dots =
    bubble.growing && make('span', { class: 'dots', 'aria-hidden': 'true' }, make('i'), make('i'), make('i'));
  return make('div', { class: 'bubble' }, words, dots);
}

function drawMenu({ head, items, tail }: MenuView, around: Around): (HTMLElement | undefined)[] {
  return [
    head === '' ? undefined : plain(head),
    make('ul', {}, ...items.map((item) => make('li', {}, drawEntry(item, around)))),
    tail === '' ? undefined : plain(tail),
  ];
}

function drawEntry({ text, key, url }: MenuView['items'][number], around: Around): Node | string {
  if (url !== undefined) return link(url, text);
  if (key === undefined) return text;
  const button = make('button', { type: 'button' }, text);
  // It can be tapped again whenever one scrolls back to it, as in WeChat.
  button.addEventListener('click', () => around.pick(key));
  return button;
}

function drawMedia({ text }: BubbleView): HTMLElement {
  if (text === 'image') return make('div', { class: 'media image', role: 'img', 'aria-label': '图片' });
  if (text === 'voice') return make('div', { class: 'bubble media voice' }, '语音 3″');
  return make('div', { class: 'bubble media' }, mediaWords(text));
}

function ending({ expired }: BubbleView): HTMLElement | undefined {
  return expired && make('p', { class: 'expired' }, '回答超时，企业微信结束了这条消息');
}

function tagOf({ from }: BubbleView): HTMLElement | undefined {
  if (from === 'user') return undefined;
  return make('span', { class: 'tag' }, from === 'bot' ? '机器人' : '人工');
}

function avatar({ user, name }: BubbleView, { id, sign }: Chat): HTMLElement {
  // In the group the bot looks as it does in its own chat.
  const [who, glyph] =
    user !== undefined ? [`user-${user}`, [...name][0]] : id === 'group' ? BOT : [`chat-${id}`, sign];
  return make('span', { class: `avatar ${who}`, 'aria-hidden': 'true' }, glyph);
}

function drawTime(at: number): HTMLElement {
  const date = new Date(at);
  const words = new Intl.DateTimeFormat('zh-CN', { hour: '2-digit', minute: '2-digit' }).format(date);
  return make('time', { datetime: date.toISOString() }, words);
}
