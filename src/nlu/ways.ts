/** Ways of paying that a sentence names, and which of them a code beside them came from. Pure. */

/** Channel of the lexicon → how such a payment is made: an option of the question `pay-method`. */
export const METHOD_OF: Readonly<Record<string, string>> = {
  wechat: 'scan',
  alipay: 'scan',
  'cloud-quickpass': 'scan',
  huabei: 'scan',
  scan: 'scan',
  'bank-card': 'card',
  'credit-card': 'card',
  'foreign-card': 'card',
  contactless: 'tap',
};
/** Channels that name a way and no app: with one of the app names beside them, the app is what was meant (「微信扫码」). */
const GENERIC: readonly string[] = ['scan'];
/** Units between two ways that are named together (「刷卡和扫码都报96」): neither is nearer then. */
const TOGETHER = 1;

/** A way of paying in a text. `value`: its channel. */
export interface Way {
  value: string;
  start: number;
  end: number;
}

/** The channel that several ways of paying in a row come down to: the app among them, none if their methods differ. */
export function oneWay(channels: readonly string[]): string | undefined {
  const named = [...new Set(channels)].filter((channel) => METHOD_OF[channel] !== undefined);
  const apps = named.filter((channel) => !GENERIC.includes(channel));
  const [only] = apps.length > 0 ? apps : named;
  const methods = new Set(named.map((channel) => METHOD_OF[channel]));
  return methods.size === 1 && apps.length <= 1 ? only : undefined;
}

/**
 * The ways that count for a code: of those named between the code before it and itself the nearest, with the app that stands
 * beside it; else the nearest before. Empty: none stands before it.
 *
 * @param ways in the order of the text
 * @param codes where the codes of the text begin and end
 */
export function waysBefore(
  ways: readonly Way[],
  codes: readonly { start: number; end: number }[],
  start: number,
): Way[] {
  const before = ways.filter(({ end }) => end <= start);
  const since = Math.max(0, ...codes.filter(({ end }) => end <= start).map(({ end }) => end));
  const nearest = before.at(-1);
  if (nearest === undefined) return [];
  const own = before.filter((way) => way.start >= since);
  const taken = [nearest];
  for (const way of own.slice(0, -1).reverse()) {
    const [first = nearest] = taken;
    const same = METHOD_OF[way.value] === METHOD_OF[nearest.value];
    // An app anywhere before 「扫码」 in its own stretch says whose code was scanned; another way only right beside it.
    if ((same && GENERIC.includes(nearest.value)) || first.start - way.end <= TOGETHER) taken.unshift(way);
    else break;
  }
  return taken;
}
