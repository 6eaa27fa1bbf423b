/** How the web page gets a neutral reply: as it is, but with links that the page can open safely. Pure. */
import type { Link, Reply } from '../../dialogue/reply.js';
import type { OutboxItem, TranscriptLine } from '../../store/store.js';

/** Our own pages by path, so that they open under whatever name the page was reached; other schemes than these: no link. */
export function pageReply(reply: Reply, publicUrl: string): Reply {
  return { ...reply, links: reply.links.flatMap((link) => pageLink(link, publicUrl)) };
}

function pageLink({ title, url }: Link, publicUrl: string): Link[] {
  const path = url.startsWith(`${publicUrl}/`) ? url.slice(publicUrl.length) : url;
  if (/^\/(?!\/)/.test(path) || /^(?:https?:\/\/|tel:[\d+-]+$)/.test(path)) return [{ title, url: path }];
  return [];
}

/** An outbox item as the stream brings it; its id is that of its line in the transcript, so it is drawn once. */
export function pageItem(item: OutboxItem, publicUrl: string) {
  return {
    id: item.id,
    inReplyTo: item.inReplyTo,
    at: item.createdAt,
    reply: pageReply(item.reply, publicUrl),
    ...(item.by === undefined ? {} : { by: item.by }),
  };
}

export function pageLine(line: TranscriptLine, publicUrl: string): TranscriptLine {
  return line.reply === undefined ? line : { ...line, reply: pageReply(line.reply, publicUrl) };
}
