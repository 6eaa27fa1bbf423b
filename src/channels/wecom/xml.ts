/** WeCom's callback XML (app, kf): read into a flat record of the fields that are known here; and what a reply needs to be written. */
import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { PosDoctorError } from '../../errors.js';

/** Fields of messages and events in their official spelling; others are dropped. */
const FIELDS = [
  ...['ToUserName', 'FromUserName', 'CreateTime', 'MsgType', 'MsgId', 'AgentID', 'Content', 'PicUrl', 'MediaId'],
  ...['ThumbMediaId', 'Format', 'Title', 'Description', 'Url', 'Label', 'Location_X', 'Location_Y', 'Scale', 'AppType'],
  ...['Event', 'EventKey', 'TaskId', 'CardType', 'ResponseCode', 'ChangeType', 'Latitude', 'Longitude', 'Precision'],
  ...['Token', 'OpenKfId'],
] as const;
export type FieldName = (typeof FIELDS)[number];

/** What was chosen in one list of a card. */
export interface SelectedItem {
  questionKey: string;
  optionIds: string[];
}

/** Every value is the text as it came: `MsgId` has 64 bits and would lose digits as a number. */
export type CallbackFields = Readonly<Partial<Record<FieldName, string>>> & {
  /** Empty if nothing was chosen. */
  readonly SelectedItems: readonly SelectedItem[];
};

/** Characters of a callback; texts have at most 2048 bytes and cards a few kilobytes. */
export const XML_MAX = 128 * 1024;
/** Elements inside one another; WeCom's deepest is 5: xml, SelectedItems, SelectedItem, OptionIds, OptionId. */
export const XML_DEPTH = 8;

const SPELLING = new Map<string, FieldName>(FIELDS.map((name) => [name.toLowerCase(), name]));
/** What XML cannot hold. A user's text may; the rest of it is not to be lost for that. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
const NO_XML = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/**
 * Reads a decrypted callback. Field names are matched whatever their case; of a field that comes twice the first counts.
 * @throws {PosDoctorError} CALLBACK_REFUSED if it is no XML, has a DOCTYPE, or is larger or deeper than the bounds
 */
export function readCallbackXml(text: string): CallbackFields {
  if (text.length > XML_MAX || !isShallow(text)) throw refused();
  const fields: Partial<Record<FieldName, string>> = {};
  const selected: SelectedItem[] = [];
  for (const element of elementsOf(rootOf(text))) {
    const name = SPELLING.get(element.name.toLowerCase());
    if (name !== undefined) fields[name] ??= element.text;
    else if (is(element, 'SelectedItems')) selected.push(...selectedIn(element));
  }
  return { ...fields, SelectedItems: selected };
}

/** A text as CDATA, whatever it contains. */
export function cdata(text: string): string {
  return `<![CDATA[${text.replace(NO_XML, '').replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function rootOf(text: string): XmlElement {
  try {
    const { root } = parseXml(text.replace(NO_XML, '').toWellFormed());
    if (root !== null) return root;
  } catch {
    // The parser's message quotes the text, which may be a user's: it goes no further.
  }
  throw refused();
}

function selectedIn(list: XmlElement): SelectedItem[] {
  return elementsOf(list, 'SelectedItem').map((item) => ({
    questionKey: elementsOf(item, 'QuestionKey')[0]?.text ?? '',
    optionIds: elementsOf(item, 'OptionIds').flatMap((ids) => elementsOf(ids, 'OptionId').map(({ text }) => text)),
  }));
}

const is = (element: XmlElement, name: string): boolean => element.name.toLowerCase() === name.toLowerCase();

function elementsOf(parent: XmlElement, name?: string): XmlElement[] {
  return parent.children
    .filter((child) => child instanceof XmlElement)
    .filter((child) => name === undefined || is(child, name));
}

/** Looked at before the parser, which goes one call deeper with each element, and which skips a DOCTYPE. */
function isShallow(text: string): boolean {
  let depth = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const skipped = SKIPPED.find(({ start }) => text.startsWith(start, at));
    const end = text.indexOf(skipped?.end ?? '>', at + (skipped?.start.length ?? 1));
    if (end < 0 || (skipped === undefined && text[at + 1] === '!')) return false;
    if (skipped === undefined) {
      const tag = text.slice(at + 1, end);
      if (tag.startsWith('/')) depth -= 1;
      // With a quote in it, the tag may go on behind this ">"; counting it as open is the careful side.
      else if (!tag.endsWith('/') || /["']/.test(tag)) depth += 1;
      if (depth > XML_DEPTH) return false;
    }
    at = end;
  }
  return true;
}

const SKIPPED = [
  { start: '<![CDATA[', end: ']]>' },
  { start: '<!--', end: '-->' },
  { start: '<?', end: '?>' },
] as const;

function refused(): PosDoctorError {
  return new PosDoctorError('CALLBACK_REFUSED', { why: 'contents' });
}
