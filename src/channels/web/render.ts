/** How the web page gets a neutral reply: as it is, but with links that the page can open safely. Pure. */
import type { Link, Reply } from '../../dialogue/reply.js';
import type { OutboxItem, TranscriptLine } from '../../store/store.js';

/** A transcript line as the page gets it. `id` tells a line that came by the stream from the same line in the history. */
export interface PageLine {
  id?: string;
  at: number;
  from: 'user' | 'assistant';
  text: string;
  reply?: Reply;
}

/** Our own pages by path, so that they open under whatever name the page was reached; other schemes than these: no link. */
export function pageReply(reply: Reply, publicUrl: string): Reply {
  return { ...reply, links: reply.links.flatMap((link) => pageLink(link, publicUrl)) };
}

function pageLink({ title, url }: Link, publicUrl: string): Link[] {
  const path = url.startsWith(`${publicUrl}/`) ? url.slice(publicUrl.length) : url;
  if (/^\/(?!\/)/.test(path) || /^(?:https?:\/\/|tel:[\d+-]+$)/.test(path)) return [{ title, url: path }];
  return [];
}

export function pageItem(item: OutboxItem, publicUrl: string) {
  return {
    id: item.id,
    inReplyTo: item.inReplyTo,
    at: item.createdAt,
    reply: pageReply(item.reply, publicUrl),
  };
}

export function pageLine(line: TranscriptLine & { id?: string }, publicUrl: string): PageLine {
  const { id, at, from, text, reply } = line;
  return {
    ...(id === undefined ? {} : { id }),
    at,
    from,
    text,
    ...(reply === undefined ? {} : { reply: pageReply(reply, publicUrl) }),
  };
}
