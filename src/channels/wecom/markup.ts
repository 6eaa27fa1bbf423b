/** Plain text where WeCom reads Markdown: what would be read as markup is shown as what it looks like. Pure. */
import type { Link } from '../../dialogue/reply.js';

/** Full-width twins: whether a backslash escapes in WeCom's Markdown is not documented, these show the same everywhere. */
const TWINS: Readonly<Record<string, string>> = { '<': '\uff1c', '*': '\uff0a', '`': '\uff40', _: '\uff3f' };

/** A user's `<@all>` calls nobody, their `[here](address)` is no link, masked digits stay asterisks. */
export function asMarkdown(text: string): string {
  return text
    .replace(/[<*`]|__/g, (mark) => [...mark].map((one) => TWINS[one] ?? one).join(''))
    .replace(/\]\(/g, ']\uff08')
    .replace(/^([ \t]*)([#>])/gm, (_, space: string, mark: string) => space + (mark === '#' ? '\uff03' : '\uff1e'));
}

/** `[title](url)`; a number to dial is in the text already and cannot be dialled from a bubble. */
export function markdownLink({ title, url }: Link): string {
  return `[${asMarkdown(title).replaceAll(']', '')}](${url})`;
}

/** Links that a bubble can open. */
export function webLinks(links: readonly Link[]): Link[] {
  return links.filter(({ url }) => /^https?:/.test(url));
}
