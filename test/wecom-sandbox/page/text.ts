// Draws text: Markdown, and plain text with addresses. Everything goes in as text nodes.
import { hidden, make } from '../../../web/dom.js';
import { type Block, type Inline, readMarkdown, readPlain } from './markdown.js';

/** @param nameOf what a mentioned member is called */
export type NameOf = (user: string) => string;

export function markdown(text: string, nameOf: NameOf): HTMLElement {
  return make('div', { class: 'text' }, ...readMarkdown(text).map((block) => drawBlock(block, nameOf)));
}

/** @param anchors `<a href>` in it is a link */
export function plain(text: string, anchors = false): HTMLElement {
  const lines = text.split('\n').map((line) => drawInline(readPlain(line, anchors), (user) => user));
  return make('div', { class: 'text' }, make('p', {}, ...broken(lines)));
}

function drawBlock(block: Block, nameOf: NameOf): HTMLElement {
  const inline = (parts: readonly Inline[]) => drawInline(parts, nameOf);
  switch (block.type) {
    case 'paragraph':
      return make('p', {}, ...broken(block.lines.map(inline)));
    case 'heading':
      // The page has headings of its own; these are only big letters.
      return make('p', { class: `heading level-${block.level}` }, ...inline(block.parts));
    case 'list': {
      const items = block.items.map((item) => make('li', {}, ...inline(item)));
      return block.start === null ? make('ul', {}, ...items) : make('ol', { start: String(block.start) }, ...items);
    }
    case 'quote':
      return make('blockquote', {}, ...broken(block.lines.map(inline)));
    case 'code':
      return make('pre', {}, make('code', {}, block.text));
    case 'rule':
      return make('hr');
  }
}

function drawInline(parts: readonly Inline[], nameOf: NameOf): (Node | string)[] {
  return parts.map((part) => drawPart(part, nameOf));
}

function drawPart(part: Inline, nameOf: NameOf): Node | string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'bold':
      return make('strong', {}, ...drawInline(part.parts, nameOf));
    case 'code':
      return make('code', {}, part.text);
    case 'link':
      return link(part.url, part.text);
    case 'mention':
      return make('span', { class: 'mention' }, `@${nameOf(part.user)}`);
    case 'colour':
      return make('span', { class: part.colour }, ...drawInline(part.parts, nameOf));
  }
}

/** Opens beside the chat. Anything but http(s) stays words. */
export function link(url: string, words: string): Node | string {
  if (!/^https?:\/\//.test(url)) return words;
  return make('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, words, hidden('（在新标签页打开）'));
}

function broken(lines: readonly (Node | string)[][]): (Node | string)[] {
  return lines.flatMap((line, index) => (index === 0 ? line : [make('br'), ...line]));
}
