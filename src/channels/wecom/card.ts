/** Template cards: the options of a reply as buttons, and what a card shows once one was tapped. Pure. */
import { createHash } from 'node:crypto';
import type { Reply } from '../../dialogue/reply.js';
import { keyOf } from './keys.js';
import { markOf } from './marked.js';

/** Characters that a field shows; longer text is cut by WeCom without saying so (protocol page, 3.2). */
export interface CardLimits {
  title: number;
  subTitle: number;
  button: number;
}

export const BOT_CARD: CardLimits = { title: 26, subTitle: 112, button: 10 };
export const APP_CARD: CardLimits = { title: 36, subTitle: 160, button: 10 };

/** What ends a sentence stays with it, and so does a bracket with all that is in it. */
const SENTENCES =
  /(?:[^\n\u3002\uff01\uff1f!?\uff08(]|\uff08[^\uff09\n]*\uff09|\([^)\n]*\)|[\uff08(])*(?:[\n\u3002\uff01\uff1f!?]|$)/gu;
const IN_BRACKETS = /^\s*[\uff08(]/u;
const QUESTION = /[\uff1f?]\s*$/u;

/** Buttons of one card (protocol page, 3.1). */
export const BUTTONS_MAX = 6;

export interface ButtonCard {
  card_type: 'button_interaction';
  task_id: string;
  main_title: { title: string };
  sub_title_text?: string;
  button_list: { text: string; style: number; key: string }[];
}

export interface NoticeCard {
  card_type: 'text_notice';
  /** The bot's change of a card repeats its id (protocol page, 1.7); an app's has none. */
  task_id?: string;
  main_title: { title: string };
  sub_title_text?: string;
  card_action: { type: 1; url: string };
}

export type Card = ButtonCard | NoticeCard;

/** Words that stand on cards, by key of ui.yaml without `wecom.`. */
export type CardWords = (key: string) => string;

export interface Button {
  label: string;
  key: string;
}

/**
 * The buttons of a reply's options; null if they cannot all be buttons (too many, a label that would be cut, an id that is
 * too long): then the options are listed by number.
 */
export function buttonsOf({ options, question }: Reply, limits: CardLimits, most = BUTTONS_MAX): Button[] | null {
  if (options.length === 0 || options.length > most) return null;
  const buttons: Button[] = [];
  for (const { id, label } of options) {
    const key = keyOf({ kind: 'option', option: id, ...(question === undefined ? {} : { question }) });
    if (key === null || [...label].length > limits.button) return null;
    buttons.push({ label, key });
  }
  return buttons;
}

/**
 * @param text what the card is about; it is all on the card if it fits
 * @returns `whole`: false if the text has to stand beside the card
 */
export function buttonCard(
  text: string,
  buttons: readonly Button[],
  taskId: string,
  limits: CardLimits,
  words: CardWords,
): { card: ButtonCard; whole: boolean } {
  const heading = headingOf(text, limits, words('choose'));
  const card: ButtonCard = {
    card_type: 'button_interaction',
    task_id: taskId,
    main_title: { title: heading.title },
    ...(heading.subTitle === '' ? {} : { sub_title_text: heading.subTitle }),
    button_list: buttons.map(({ label, key }) => ({ text: label, style: 1, key })),
  };
  return { card, whole: heading.whole };
}

/** What takes a card's place once a button was tapped: nothing that can be tapped again. */
export function chosenCard(title: string, chosen: string, url: string, limits: CardLimits): NoticeCard {
  return {
    card_type: 'text_notice',
    main_title: { title: cut(title.split('\n')[0] ?? '', limits.title) },
    sub_title_text: cut(chosen, limits.subTitle),
    card_action: { type: 1, url },
  };
}

/** Unique a reply, the same each time it is sent: `[0-9A-Za-z_-]`, 22 characters. `owner`: whose card it is, if others see it. */
export function taskIdOf(itemId: string, owner?: string): string {
  const own = shortHash(itemId);
  return owner === undefined ? own : `${own}@${shortHash(owner)}`;
}

/** True if the card was sent to `owner`, or if everybody who sees it is its owner. */
export function isOwner(taskId: string, owner: string): boolean {
  const [, hash] = taskId.split('@');
  return hash === undefined || hash === shortHash(owner);
}

/** True if the card with this task id stands for the reply of that outbox item. */
export function isCardOf(taskId: string, itemId: string): boolean {
  return taskId.split('@')[0] === shortHash(itemId);
}

/** 128 bits of SHA-256, `[0-9A-Za-z_-]`, 22 characters. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');
}

interface Heading {
  title: string;
  subTitle: string;
  /** False if the text has to stand beside the card. */
  whole: boolean;
}

/**
 * The first line is the title; where that is too long, the mark that the text begins with, else the question, as the title is all that a list of chats shows, or the first
 * sentence; where neither fits, words that say what to do.
 */
function headingOf(text: string, limits: CardLimits, choose: string): Heading {
  const fits = (piece: string) => piece.trim() !== '' && length(piece.trim()) <= limits.title;
  const heading = (title: string, rest: string): Heading =>
    length(rest.trim()) <= limits.subTitle
      ? { title: title.trim(), subTitle: rest.trim(), whole: true }
      : { title: title.trim(), subTitle: '', whole: false };
  const [first = '', ...below] = text.split('\n');
  if (fits(first)) return heading(first, below.join('\n'));
  // What is marked, as a drill's, is a story: its sentences stay in their order.
  const mark = markOf(text);
  if (mark !== '') return heading(mark, text.slice(mark.length));
  const sentences = (text.match(SENTENCES) ?? []).filter((sentence) => sentence !== '');
  const asked = sentences.findLastIndex((sentence) => QUESTION.test(sentence) && fits(sentence));
  // What stands in brackets is beside the point.
  const main = (sentence: string) => fits(sentence) && !IN_BRACKETS.test(sentence);
  const at = asked >= 0 ? asked : sentences.findIndex(main);
  const [title] = sentences.slice(at < 0 ? sentences.length : at);
  return title === undefined ? heading(choose, text) : heading(title, sentences.toSpliced(at, 1).join(''));
}

function length(text: string): number {
  return [...text].length;
}

function cut(text: string, most: number): string {
  return length(text) <= most ? text : `${[...text].slice(0, most - 1).join('')}\u2026`;
}
