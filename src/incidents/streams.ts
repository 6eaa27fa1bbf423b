/** Reports, and the streams that each counts in: everything, each attribute, and a few pairs. Pure. */

/** What is known of a case that an outage may have in common with others. Values are ids; absent: not known. */
export interface Attributes {
  channel?: string;
  acquirer?: string;
  bank?: string;
  region?: string;
  terminal?: string;
}
export type Attribute = keyof Attributes;

/** Somebody's till doesn't collect. */
export interface Report extends Attributes {
  /** ms since the epoch. */
  at: number;
  /** Whose till: a shop's or conversation's id. */
  shop: string;
  /** Who owns the shop, if known: thirty shops of one chain that write at once are one owner with one trouble. */
  owner?: string;
  /**
   * What the case looks like: fault id → probability, as `believe` has it from what was said, WITHOUT the factors of open incidents
   * (or an incident would prove itself). Absent if nothing was said yet. Reported again, the latest counts.
   */
  faults?: Readonly<Record<string, number>>;
}

export const ATTRIBUTES: readonly Attribute[] = ['channel', 'acquirer', 'bank', 'region', 'terminal'];

/**
 * Outages live in one attribute, or where a way of paying meets an acquirer or a region. A pair's own stream is quieter than its
 * parts, so the same rise shows sooner; each pair more costs every stream a little, as the false alarms are shared.
 */
export const PAIRS: readonly (readonly [Attribute, Attribute])[] = [
  ['channel', 'acquirer'],
  ['channel', 'region'],
  ['acquirer', 'region'],
];

/** Streams that one report counts in, at most. */
export const STREAMS_A_REPORT = 1 + ATTRIBUTES.length + PAIRS.length;

/** The stream of all reports. */
export const ALL = '';

/** Longest attribute value, characters; longer ones are cut. */
const LONGEST_VALUE = 40;

/** A stream's key, `channel=wechat&region=shanghai`; values are escaped. */
export function streamKey(attributes: Readonly<{ [name in Attribute]?: string | undefined }>): string {
  return ATTRIBUTES.flatMap((name) => {
    const value = attributes[name];
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value.slice(0, LONGEST_VALUE).toWellFormed())}`];
  }).join('&');
}

/** The attributes that make a stream, read from its key. */
export function streamAttributes(key: string): Attributes {
  const attributes: Attributes = {};
  for (const part of key === ALL ? [] : key.split('&')) {
    const [name, value] = part.split('=');
    const attribute = ATTRIBUTES.find((one) => one === name);
    if (attribute !== undefined && value !== undefined) attributes[attribute] = decodeURIComponent(value);
  }
  return attributes;
}

/** Keys of the streams that a case with these attributes counts in; that of all reports first. */
export function streamsOf(attributes: Readonly<Attributes>): string[] {
  const keys = [ALL];
  for (const name of ATTRIBUTES) {
    const value = attributes[name];
    if (value !== undefined && value !== '') keys.push(streamKey({ [name]: value }));
  }
  for (const [one, other] of PAIRS) {
    const [left, right] = [attributes[one], attributes[other]];
    if (left && right) keys.push(streamKey({ [one]: left, [other]: right }));
  }
  return keys;
}

/** A stream's attributes with their values, `name=value`. */
export const partsOf = (key: string): string[] => (key === ALL ? [] : key.split('&'));

/** Does whatever is in stream `narrow` also belong to `broad`? Both as parts. */
export const implies = (narrow: readonly string[], broad: readonly string[]): boolean =>
  broad.every((part) => narrow.includes(part));

/** Can a report be in both streams? Not if they differ in the value of an attribute. Both as parts. */
export const mayMeet = (one: readonly string[], other: readonly string[]): boolean =>
  one.every((part) => {
    const name = part.slice(0, part.indexOf('=') + 1);
    return other.every((theirs) => theirs === part || !theirs.startsWith(name));
  });

/** FNV-1a, 32 bits: who counts as one, without keeping the name. Two of 10⁴ names are mistaken for one with P ≈ 1 %. */
export function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
