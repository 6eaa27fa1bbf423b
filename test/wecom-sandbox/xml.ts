/** WeCom's callback XML: written by template, read only as far as WeCom's own answers go. */

export type XmlValue = string | number | bigint | XmlElement | readonly (string | XmlElement)[];
export type XmlElement = { readonly [name: string]: XmlValue };

/** `]]>` cannot stand inside CDATA: it is split over two sections. */
export const cdata = (text: string): string => `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

/** Strings become CDATA, numbers stand bare (64-bit ones as bigint), a list repeats its element. */
export function element(name: string, value: XmlValue): string {
  if (typeof value === 'number' || typeof value === 'bigint') return `<${name}>${value}</${name}>`;
  if (typeof value === 'string') return `<${name}>${cdata(value)}</${name}>`;
  if (Array.isArray(value)) return value.map((one: string | XmlElement) => element(name, one)).join('');
  return `<${name}>${inside(value as XmlElement)}</${name}>`;
}

const inside = (of: XmlElement): string =>
  Object.entries(of)
    .map(([name, value]) => element(name, value))
    .join('');

export const document = (of: XmlElement): string => `<xml>${inside(of)}</xml>`;

/** The text of the first element of that name, CDATA or not; undefined if there is none. */
export function textOf(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)?.[1];
  if (found === undefined) return undefined;
  const parts = [...found.matchAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g)].map((match) => match[1] ?? '');
  return parts.length > 0 ? parts.join('') : unescapeXml(found.trim());
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const unescapeXml = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => ENTITIES[name] ?? '');
