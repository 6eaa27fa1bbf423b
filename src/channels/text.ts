/** A reply as plain text: the twin of every card, for terminals and for those who listen. Pure. */
import type { Reply } from '../dialogue/reply.js';

/** Text, then options by number, then links. */
export function renderText({ text, options, links }: Reply): string {
  const numbered = options.map(({ label }, index) => `  ${index + 1}. ${label}`);
  const addresses = links.map(({ title, url }) => `  → ${title} ${url}`);
  return [text, ...numbered, ...addresses].filter((line) => line !== '').join('\n');
}
