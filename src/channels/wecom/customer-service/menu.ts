/** The entries of a `msgmenu`, and what comes back when one is tapped. Pure. Limits: protocol page, 5.2. */
import { createHash } from 'node:crypto';
import type { Link, Reply } from '../../../dialogue/reply.js';
import { utf8Length } from '../../../text/bytes.js';
import { KEY_MAX, keyOf } from '../keys.js';
import { cutBytes } from './cut.js';

export const ENTRIES_MAX = 10;
/** UTF-8 bytes. */
const LABEL_MAX = 128;
const TITLE_MAX = 1024;
const URL_MAX = 2048;

export type Entry =
  | { type: 'click'; click: { id: string; content: string } }
  | { type: 'view'; view: { url: string; content: string } };

/** Stands between the key and the menu's own mark; `keyOf` never writes it. */
const SEPARATOR = '@';
const MARKED = /^([ow]~.*)@([0-9A-Za-z_-]{8})$/s;

/** 8 characters that tell one menu from another. */
function markOf(menu: string): string {
  return createHash('sha256').update(menu).digest('base64url').slice(0, 8);
}

/**
 * An entry that answers.
 * @param key of `keyOf`
 * @param menu what tells this menu from others, the id of its reply: its mark stands in the entry's id if there is room
 * @returns null if there is nothing to show
 */
export function clickEntry(key: string, label: string, menu: string): Entry | null {
  const content = cutBytes(label.replace(/\s+/gu, ' ').trim().toWellFormed(), LABEL_MAX);
  if (content === '') return null;
  const marked = `${key}${SEPARATOR}${markOf(menu)}`;
  return { type: 'click', click: { id: marked.length <= KEY_MAX ? marked : key, content } };
}

/** What the id of a tapped entry holds: without `menu` it is not known which menu it was on. */
export function readEntryId(id: string): { key: string; menu?: string } {
  const [, key, menu] = MARKED.exec(id) ?? [];
  return key === undefined || menu === undefined ? { key: id } : { key, menu };
}

/** The options of a reply as entries; null if they cannot all be: then they are numbered in the text. */
export function optionEntries({ options, question }: Reply, menu: string): Entry[] | null {
  if (options.length > ENTRIES_MAX) return null;
  const entries = options.map(({ id, label }) => {
    const key = keyOf({ kind: 'option', option: id, ...(question === undefined ? {} : { question }) });
    return key === null ? null : clickEntry(key, label, menu);
  });
  return entries.every((entry) => entry !== null) ? entries : null;
}

/** @returns null if WeChat would not open it */
export function viewEntry({ title, url }: Link): Entry | null {
  if (!/^https?:\/\//.test(url) || utf8Length(url) > URL_MAX) return null;
  return { type: 'view', view: { url, content: cutBytes((title.trim() || url).toWellFormed(), TITLE_MAX) } };
}
