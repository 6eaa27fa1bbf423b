/** An answer of the app: text, as few messages as it fits into, then the card. Pure. */
import type { OutboxItem } from '../../../store/store.js';
import { APP_CARD, type Button, type ButtonCard, buttonCard, buttonsOf, type CardWords, taskIdOf } from '../card.js';
import { splitMarked } from '../marked.js';
import { asMarkdown, markdownLink, webLinks } from '../markup.js';
import { numberedOptions } from '../numbered.js';

/** Bytes of a text or of Markdown; what is longer is cut by WeCom without a word (protocol page, 4.6). */
export const TEXT_MAX = 2048;

export type AppMessage =
  | { msgtype: 'text'; text: { content: string } }
  | { msgtype: 'markdown'; markdown: { content: string } }
  | { msgtype: 'template_card'; template_card: ButtonCard };

export interface AppRenderOptions {
  words: CardWords;
  /** Markdown does not show in the WeChat plug-in. */
  markdown: boolean;
  /** Buttons of an answer that has none of its own. */
  starts?: readonly Button[];
}

/** The same items give the same messages, so that what failed can be sent again. */
export function renderApp(items: readonly OutboxItem[], { words, markdown, starts }: AppRenderOptions): AppMessage[] {
  const asks = items.findLast(({ reply }) => reply.options.length > 0) ?? (starts ? items.at(-1) : undefined);
  const buttons = asks && asks.reply.options.length > 0 ? buttonsOf(asks.reply, APP_CARD) : (starts ?? null);
  const card = (text: string) =>
    asks && buttons ? buttonCard(text, buttons, taskIdOf(asks.id), APP_CARD, words) : null;
  // One message rings the phone once, and a member gets thirty a minute: if all of it fits, the card holds it all.
  const all = items.some(({ reply }) => webLinks(reply.links).length > 0)
    ? null
    : card(items.map(({ reply }) => reply.text).join('\n'));
  if (all?.whole) return [{ msgtype: 'template_card', template_card: all.card }];
  const made = asks ? card(asks.reply.text) : null;
  const text = items
    .map((item) => textOf(item, item === asks ? made : null, markdown))
    .filter((part) => part !== '')
    .join('\n\n');
  return [
    ...splitMarked(text, TEXT_MAX).map(
      (content): AppMessage =>
        markdown ? { msgtype: 'markdown', markdown: { content } } : { msgtype: 'text', text: { content } },
    ),
    ...(made ? [{ msgtype: 'template_card' as const, template_card: made.card }] : []),
  ];
}

function textOf({ reply }: OutboxItem, made: { whole: boolean } | null, markdown: boolean): string {
  const plain = markdown ? asMarkdown : asText;
  const parts = [
    made?.whole ? '' : plain(reply.text),
    made ? '' : plain(numberedOptions(reply)),
    ...webLinks(reply.links).map((link) => (markdown ? markdownLink(link) : `${asText(link.title)} ${link.url}`)),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** A text message may hold `<a href>`; what a user wrote is no link. */
function asText(text: string): string {
  return text.replaceAll('<', '\uff1c');
}
