/** Markdown as WeCom shows it in a bubble, read into parts; what draws it never takes it for HTML. Pure. */

export type Inline =
  | { type: 'text'; text: string }
  | { type: 'bold'; parts: Inline[] }
  | { type: 'code'; text: string }
  | { type: 'link'; url: string; text: string }
  | { type: 'mention'; user: string }
  | { type: 'colour'; colour: string; parts: Inline[] };

export type Block =
  | { type: 'paragraph'; lines: Inline[][] }
  | { type: 'heading'; level: number; parts: Inline[] }
  | { type: 'list'; start: number | null; items: Inline[][] }
  | { type: 'quote'; lines: Inline[][] }
  | { type: 'code'; text: string }
  | { type: 'rule' };

const HEADING = /^(#{1,6})\s+(.+)$/;
const NUMBERED = /^\s{0,3}(\d{1,3})[.)]\s+(.+)$/;
const BULLET = /^\s{0,3}[-*+]\s+(.+)$/;
const QUOTE = /^>\s?(.*)$/;
const RULE = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;
const FENCE = /^\s*```/;

/** What may stand in an address: it ends at a space, at Chinese and its punctuation. */
const ADDRESS = "https?:\\/\\/[\\w.~:/?#@!$&'*+,;=%[\\]()-]+";
/** Within `[title](address)` the bracket ends it. */
const IN_BRACKETS = ADDRESS.replace('()', '');
const TRAILING = new Set('.,;:!?)]');
// Lengths are bounded so that what does not close costs no more than its own line.
const MARKUP = new RegExp(
  [
    '\\*\\*(?<bold>[^\\n]{1,2000}?)\\*\\*',
    '`(?<code>[^`\\n]{1,2000})`',
    `\\[(?<label>[^\\]\\n]{1,500})\\]\\((?<url>${IN_BRACKETS})\\)`,
    '<@(?<user>[\\w.@-]{1,64})>',
    '<font color="(?<colour>info|comment|warning)">(?<coloured>[^\\n]{0,2000}?)<\\/font>',
    `(?<bare>${ADDRESS})`,
  ].join('|'),
  'gi',
);
const ANCHOR = /<a href=["']?(?<url>https?:\/\/[^"'\s>]{1,2048})["']?>(?<label>[^<\n]{1,500})<\/a>/gi;
const BARE = new RegExp(`(?<bare>${ADDRESS})`, 'gi');

/** The blocks of a Markdown bubble. */
export function readMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  let fence: string[] | null = null;
  for (const line of text.split('\n')) {
    if (FENCE.test(line)) {
      if (fence) blocks.push({ type: 'code', text: fence.join('\n') });
      fence = fence ? null : [];
    } else if (fence) fence.push(line);
    else readLine(blocks, line);
  }
  // A stream may end within it.
  if (fence) blocks.push({ type: 'code', text: fence.join('\n') });
  return blocks.filter((block) => block.type !== 'paragraph' || block.lines.length > 0);
}

function readLine(blocks: Block[], line: string): void {
  const last = blocks.at(-1);
  const [, marks, heading] = HEADING.exec(line) ?? [];
  const [, number, numbered] = NUMBERED.exec(line) ?? [];
  const [, bullet] = BULLET.exec(line) ?? [];
  const [, quote] = QUOTE.exec(line) ?? [];
  const item = numbered ?? bullet;
  if (line.trim() === '') blocks.push({ type: 'paragraph', lines: [] });
  else if (RULE.test(line)) blocks.push({ type: 'rule' });
  else if (marks !== undefined && heading !== undefined)
    blocks.push({ type: 'heading', level: marks.length, parts: readInline(heading) });
  else if (item !== undefined) {
    const ordered = numbered !== undefined;
    if (last?.type === 'list' && (last.start !== null) === ordered) last.items.push(readInline(item));
    else blocks.push({ type: 'list', start: ordered ? Number(number) : null, items: [readInline(item)] });
  } else if (quote !== undefined) {
    if (last?.type === 'quote') last.lines.push(readInline(quote));
    else blocks.push({ type: 'quote', lines: [readInline(quote)] });
  } else if (last?.type === 'paragraph') last.lines.push(readInline(line));
  else blocks.push({ type: 'paragraph', lines: [readInline(line)] });
}

/** What stands within a line. */
export function readInline(text: string): Inline[] {
  return readParts(text, MARKUP, ({ bold, code, label, url, user, colour, coloured, bare }) => {
    if (bold !== undefined) return [{ type: 'bold', parts: readInline(bold) }];
    if (code !== undefined) return [{ type: 'code', text: code }];
    if (label !== undefined && url !== undefined) return [{ type: 'link', url, text: label }];
    if (user !== undefined) return [{ type: 'mention', user }];
    if (colour !== undefined) return [{ type: 'colour', colour, parts: readInline(coloured ?? '') }];
    return bareLink(bare ?? '');
  });
}

/** Plain text: its addresses can be opened; `<a href>` only where the door reads it (自建应用). */
export function readPlain(text: string, anchors = false): Inline[] {
  const bare = (rest: string): Inline[] => readParts(rest, BARE, ({ bare: address }) => bareLink(address ?? ''));
  if (!anchors) return bare(text);
  return readParts(text, ANCHOR, ({ url = '', label = '' }) => [{ type: 'link', url, text: label }]).flatMap((part) =>
    part.type === 'text' ? bare(part.text) : part,
  );
}

type Groups = Partial<Record<string, string>>;

function readParts(text: string, markup: RegExp, read: (groups: Groups) => Inline[]): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(markup)) {
    if (match.index > from) parts.push({ type: 'text', text: text.slice(from, match.index) });
    parts.push(...read(match.groups ?? {}));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ type: 'text', text: text.slice(from) });
  return parts;
}

/** A full stop at the end of a sentence is not part of the address before it. */
function bareLink(found: string): Inline[] {
  let end = found.length;
  while (TRAILING.has(found.charAt(end - 1))) end -= 1;
  const url = found.slice(0, end);
  const rest = found.slice(end);
  return [{ type: 'link', url, text: url }, ...(rest === '' ? [] : [{ type: 'text', text: rest } as const])];
}
