/** The bot's answer to one event: text for the bubble, and the card that ends it. Pure. */
import type { OutboxItem } from '../../../store/store.js';
import { BOT_CARD, type Button, type ButtonCard, buttonCard, buttonsOf, type CardWords, taskIdOf } from '../card.js';
import { splitMarked } from '../marked.js';
import { asMarkdown, markdownLink, webLinks } from '../markup.js';
import { numberedOptions } from '../numbered.js';

/** 20480 bytes a bubble (protocol page, 1.6), less what its opening line may take. */
export const BUBBLE_MAX = 20_000;
/** Bytes of a feedback id (protocol page, 1.6). */
const FEEDBACK_MAX = 256;

export interface BotAnswer {
  /** Markdown, one a bubble; none of them empty. */
  texts: string[];
  card: ButtonCard | null;
}

export interface RenderOptions {
  words: CardWords;
  /** Cards can be shown: pushed to a group they can't (protocol page, 1.8). */
  cards: boolean;
  /** Whose card it is, where others see it too. */
  owner?: string;
  /** Buttons of an answer that has none of its own. */
  starts?: readonly Button[];
}

/** What an answer looks like; the same items give the same messages, so that a part that failed can be sent again. */
export function renderBot(items: readonly OutboxItem[], options: RenderOptions): BotAnswer {
  const asks = items.findLast(({ reply }) => reply.options.length > 0) ?? (options.starts ? items.at(-1) : undefined);
  const own = asks && asks.reply.options.length > 0 ? buttonsOf(asks.reply, BOT_CARD) : (options.starts ?? null);
  const made =
    options.cards && asks && own
      ? buttonCard(asks.reply.text, own, taskIdOf(asks.id, options.owner), BOT_CARD, options.words)
      : null;
  const text = items
    .map((item) => textOf(item, item === asks ? made : null))
    .filter((part) => part !== '')
    .join('\n\n');
  return { texts: splitMarked(text, BUBBLE_MAX), card: made?.card ?? null };
}

function textOf({ reply }: OutboxItem, made: { whole: boolean } | null): string {
  const parts = [
    made?.whole ? '' : asMarkdown(reply.text),
    made ? '' : asMarkdown(numberedOptions(reply)),
    ...webLinks(reply.links).map(markdownLink),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

/** The mark by which a rating finds its answer: the conversation, and the event that was answered or what was said unasked. */
export function markOf(conversation: string, answered: string): { id: string } | undefined {
  const id = `${conversation}|${answered}`;
  return answered === '' || Buffer.byteLength(id) > FEEDBACK_MAX ? undefined : { id };
}

/** The inverse of {@link markOf}; null: not one of ours. */
export function readMark(id: string): { conversation: string; answer: string } | null {
  const at = id.lastIndexOf('|');
  return at < 0 ? null : { conversation: id.slice(0, at), answer: id.slice(at + 1) };
}

export type LateBody =
  | { msgtype: 'template_card'; template_card: ButtonCard }
  | { msgtype: 'markdown'; markdown: { content: string } };

/** An answer as one message: a card if all is on it, else the text with the options by number. What is longer is cut. */
export function renderLate(items: readonly OutboxItem[], options: RenderOptions): LateBody {
  const asks = items.findLast(({ reply }) => reply.options.length > 0);
  const buttons = asks && options.cards ? buttonsOf(asks.reply, BOT_CARD) : null;
  const links = items.some(({ reply }) => webLinks(reply.links).length > 0);
  if (asks && buttons && !links) {
    const text = items.map(({ reply }) => reply.text).join('\n');
    const { card, whole } = buttonCard(text, buttons, taskIdOf(asks.id, options.owner), BOT_CARD, options.words);
    if (whole) return { msgtype: 'template_card', template_card: card };
  }
  return { msgtype: 'markdown', markdown: { content: renderBot(items, { ...options, cards: false }).texts[0] ?? '' } };
}
