/**
 * An answer as 微信客服 messages: as few as can be, for after each message of the customer at most five may be sent (protocol
 * page, 5.2). Pure, and the same for the same items, so that after a failure the rest can be sent.
 */
import type { Link, Reply } from '../../../dialogue/reply.js';
import type { OutboxItem } from '../../../store/store.js';
import { utf8Length } from '../../../text/bytes.js';
import type { Button, CardWords } from '../card.js';
import { markOf, splitMarked } from '../marked.js';
import { numberedOptions } from '../numbered.js';
import { cutBytes } from './cut.js';
import { clickEntry, ENTRIES_MAX, type Entry, optionEntries, viewEntry } from './menu.js';

/** UTF-8 bytes of a text, and of what stands before and after the entries of a menu. */
export const TEXT_MAX = 2048;
export const HEAD_MAX = 1024;
/** Sends after one message of the customer. */
export const SENDS_MAX = 5;
/** An answer that takes no more leaves one for the reminder and one for the closing. */
const PLANNED = 3;

const GAP = '\n\n';

export type KfMessage =
  | { msgtype: 'text'; text: { content: string } }
  | { msgtype: 'msgmenu'; msgmenu: { head_content: string; list: Entry[]; tail_content?: string } };

export type Rendered = Pick<OutboxItem, 'id' | 'reply'>;

/** A menu and what stands around it. */
interface Layout {
  /** Whole replies, those before the menu and its own. */
  before: string[];
  /** The first of them that may stand in the menu's head. */
  headFrom: number;
  entries: Entry[];
  after: string[];
  /** All of it without a menu, options numbered. */
  plain: string;
}

/**
 * @param most messages that may be sent, 1 to 5
 * @returns none if there is nothing to say
 */
export function renderAnswer(items: readonly Rendered[], most: number, words: CardWords): KfMessage[] {
  const layout = layOut(items);
  const { before, entries, after, plain } = layout;
  if (plain === '') return [];
  const ending = entries.length > 0 ? headOf(layout) : [];
  const rest = before.slice(0, before.length - ending.length);
  const lines = splitMarked(before.join(GAP), TEXT_MAX);
  // By replies as far as that stays within the plan, then by lines, then all as text, as a menu's head holds half as much.
  const ways = [
    withMenu(byReply(rest), ending.join(GAP), layout, words),
    withMenu(splitMarked(rest.join(GAP), TEXT_MAX), ending.join(GAP), layout, words),
    withMenu(lines.slice(0, -1), lines.at(-1) ?? '', layout, words),
    splitMarked(plain, TEXT_MAX).map(text),
  ];
  return (
    ways.find(({ length }) => length <= Math.min(PLANNED, most)) ??
    ways.find(({ length }) => length <= most) ??
    cutTo(most, [...before, ...after].join(GAP), layout, words)
  );
}

/**
 * One message, as a welcome code allows no more.
 * @param starts what can be chosen under a greeting that asks nothing itself
 * @returns null if there is nothing to say
 */
export function renderWelcome(
  items: readonly Rendered[],
  starts: readonly Button[],
  words: CardWords,
): KfMessage | null {
  const { before, entries, after, plain } = layOut(items);
  if (plain === '') return null;
  const id = items[0]?.id ?? '';
  const asks = entries.some(({ type }) => type === 'click');
  const clicks = asks ? [] : starts.flatMap(({ key, label }) => clickEntry(key, label, id) ?? []);
  const list = [...clicks, ...entries].slice(0, ENTRIES_MAX);
  const head = before.join(GAP);
  const tail = after.join(GAP);
  if (list.length > 0 && utf8Length(head) <= HEAD_MAX && utf8Length(tail) <= HEAD_MAX)
    return menu(head || words('choose'), list, tail);
  return text(cutBytes(plain, TEXT_MAX));
}

function layOut(items: readonly Rendered[]): Layout {
  // Only the last question is on the table; the options of an earlier one would be stale at once.
  const asks = items.findLast(({ reply }) => reply.options.length > 0);
  const options = asks ? optionEntries(asks.reply, asks.id) : [];
  const links = uniqueLinks(items.map(({ reply }) => reply));
  const views =
    options === null ? [] : links.flatMap((link) => viewEntry(link) ?? []).slice(0, ENTRIES_MAX - options.length);
  const shown = new Set(views.map((entry) => (entry.type === 'view' ? entry.view.url : '')));
  const entries = [...(options ?? []), ...views];
  const blockOf = (item: Rendered, numbered: boolean): string =>
    [
      item.reply.text.trim(),
      ...(numbered && item === asks ? [numberedOptions(item.reply)] : []),
      ...linkLines(item.reply, numbered ? new Set() : shown),
    ]
      .filter((line) => line !== '')
      .join('\n')
      .toWellFormed();
  const blocks = items.map((item) => blockOf(item, options === null));
  const at = asks ? items.indexOf(asks) + 1 : items.length;
  const filled = (texts: readonly string[]) => texts.filter((block) => block !== '');
  const before = filled(blocks.slice(0, at));
  // A number in a text can be dialled with a tap; whether one in a menu can is UNCONFIRMED.
  const dialled = items
    .slice(0, at)
    .findLastIndex(({ reply }) => reply.links.some(({ url }) => url.startsWith('tel:')));
  const headFrom = filled(blocks.slice(0, dialled + 1)).length;
  return {
    before,
    headFrom: Math.min(headFrom, Math.max(0, before.length - 1)),
    entries,
    after: filled(blocks.slice(at)),
    plain: filled(items.map((item) => blockOf(item, true))).join(GAP),
  };
}

function uniqueLinks(replies: readonly Reply[]): Link[] {
  return [...new Map(replies.flatMap(({ links }) => links).map((link) => [link.url, link])).values()];
}

/** Links that are no entries. A number to dial is in the text already; WeChat makes numbers in texts diallable. */
function linkLines({ text: said, links }: Reply, shown: ReadonlySet<string>): string[] {
  return links
    .filter(({ url }) => !shown.has(url))
    .map(({ title, url }) => [title, url.replace(/^tel:/, '')] as const)
    .filter(([, address]) => !said.replace(/[\s-]/g, '').includes(address))
    .map(([title, address]) => `${title} ${address}`.trim());
}

/** As many whole replies in a text as fit; those that fit into none, cut at lines. */
function byReply(blocks: readonly string[]): string[] {
  const texts: string[] = [];
  for (const block of blocks.flatMap((one) => splitMarked(one, TEXT_MAX))) {
    const last = texts.at(-1);
    const joined = last === undefined ? undefined : `${last}${GAP}${block}`;
    if (joined !== undefined && utf8Length(joined) <= TEXT_MAX) texts[texts.length - 1] = joined;
    else texts.push(block);
  }
  return texts;
}

/** The last replies that fit above the entries. */
function headOf({ before, headFrom }: Layout): string[] {
  let from = before.length;
  while (from > headFrom && utf8Length(before.slice(from - 1).join(GAP)) <= HEAD_MAX) from -= 1;
  return before.slice(from);
}

/** @param head what is said above the entries; a text of its own if it is too long, or if there are none */
function withMenu(
  texts: readonly string[],
  head: string,
  { entries, after, plain }: Layout,
  words: CardWords,
): KfMessage[] {
  const above = entries.length > 0 && utf8Length(head) <= HEAD_MAX;
  const before = [...texts, ...(above || head === '' ? [] : [head])];
  if (entries.length === 0) return [...before, ...byReply(after)].map(text);
  const tail = after.join(GAP);
  const below = utf8Length(tail) <= HEAD_MAX;
  return [
    ...before.map(text),
    menu((above && head) || `${markOf(plain)}${words('choose')}`, entries, below ? tail : ''),
    ...(below ? [] : byReply(after).map(text)),
  ];
}

/** What fits of an answer that does not: its beginning, and what can be chosen. */
function cutTo(most: number, said: string, { entries }: Layout, words: CardWords): KfMessage[] {
  const asks = entries.length > 0;
  if (asks && most === 1) return [menu(cutBytes(said, HEAD_MAX), entries, '')];
  const room = asks ? most - 1 : most;
  const texts = splitMarked(said, TEXT_MAX);
  const last = cutBytes(texts.slice(room - 1).join('\n'), TEXT_MAX);
  const kept = [...texts.slice(0, room - 1), last].filter((one) => one !== '').map(text);
  return asks ? [...kept, menu(`${markOf(said)}${words('choose')}`, entries, '')] : kept;
}

function text(content: string): KfMessage {
  return { msgtype: 'text', text: { content } };
}

function menu(head: string, list: Entry[], tail: string): KfMessage {
  return { msgtype: 'msgmenu', msgmenu: { head_content: head, list, ...(tail === '' ? {} : { tail_content: tail }) } };
}
