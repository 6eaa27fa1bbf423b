/** The entries of a `msgmenu` and what comes back when one is tapped. Pure. Limits: protocol page, 5.2. */
import { createHash } from 'node:crypto';
import type { Link, ReplyOption } from '../../../dialogue/reply.js';
import { utf8Length } from '../../../text/bytes.js';
import { KEY_MAX, keyOf, type Press } from '../keys.js';
import { cutBytes } from './cut.js';

export const ENTRIES_MAX = 10;
/** Bytes of a label. */
const LABEL_MAX = 128;
const URL_MAX = 2048;
const TITLE_MAX = 1024;

export type Entry =
  | { type: 'click'; click: { id: string; content: string } }
  | { type: 'view'; view: { url: string; content: string } };

/** Stands before the menu's own mark; `keyOf` never writes it. */
const MARK = '@';
const MARKED = /^([ow]~.*)@([0-9A-Za-z_-]{8})$/s;

/** 8 characters that tell one menu from another. */
function markOf(menu: string): string {
  return createHash('sha256').update(menu).digest('base64url').slice(0, 8);
}

/**
 * An entry that answers.
 * @param menu what tells this menu from others: the id of its reply; it stands in the id if there is room
 * @returns null if the id does not fit, or there is nothing to show
 */
export function clickEntry(press: Press, label: string, menu: string): Entry | null {
  const key = keyOf(press);
  const content = cutBytes(label.replace(/\s+/gu, ' ').trim(), LABEL_MAX);
  if (key === null || content === '') return null;
  const marked = `${key}${MARK}${markOf(menu)}`;
  return { type: 'click', click: { id: marked.length <= KEY_MAX ? marked : key, content } };
}

/** The inverse for the id: without a mark it is not known of which menu it was. */
export function instanceOf(menuId: string): { key: string; instance?: string } {
  const [, key, instance] = MARKED.exec(menuId) ?? [];
  return key === undefined || instance === undefined ? { key: menuId } : { key, instance };
}

/** @returns null if WeChat would not open it */
export function viewEntry({ title, url }: Link): Entry | null {
  if (!/^https?:\/\//.test(url) || utf8Length(url) > URL_MAX) return null;
  return { type: 'view', view: { url, content: cutBytes(title.trim() || url, TITLE_MAX) } };
}

/** The options of a question as entries, or null if they cannot all be: then they are numbered in the text. */
export function optionEntries(options: readonly ReplyOption[], question: string | undefined, menu: string): Entry[] | null {
  if (options.length > ENTRIES_MAX) return null;
  const entries = options.map(({ id, label }) => {
    const press = question === undefined ? { option: id } : { option: id, question };
    return clickEntry({ kind: 'option', ...press }, label, menu);
  });
  return entries.every((entry) => entry !== null) ? entries : null;
}
