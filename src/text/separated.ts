/**
 * Card numbers that are not written in one go: groups with dots, commas, strokes or line breaks between them, and digits
 * written as numerals. Works on the plain text that `mask.ts` makes: folded, one unit per character.
 */

/** Between two groups of a number: space, line break, - . / _ , and the middle dot, the enumeration comma, the full stop. */
export const GAP = '[ \\n\\-./_,\\u00b7\\u3001\\u3002]';

/** ISO/IEC 7812-1, annex B. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    sum += i % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
  }
  return sum % 10 === 0;
}

/**
 * 13 to 19 digits with a valid check digit, or a UnionPay number (62…) with one digit mistyped: it still gives the card away.
 */
export function isCard(digits: string): boolean {
  return (
    digits.length >= 13 && digits.length <= 19 && (luhn(digits) || (digits.length >= 16 && digits.startsWith('62')))
  );
}

/** What the text right before a number says about it. */
export interface Announced {
  card: boolean;
  merchant: boolean;
}

/** A bank card called an order number is a bank card still. */
export function isCardAs(digits: string, announced: Announced): boolean {
  if (announced.merchant) return /^62\d{14}/.test(digits) && luhn(digits) && digits.length <= 19;
  return announced.card ? digits.length >= 13 && digits.length <= 19 : isCard(digits);
}

/** 400-820-2819 and the like: never a part of a card. */
const HOTLINE = /(?<!\d)[48]00[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)/;
const DATE = /(?<!\d)20\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\d|3[01])(?!\d)/;
/** The usual ways: fours, 6 and the rest, 4-6-5. */
const SHAPE = /^(?:4(?: 4){2} [1-4]|4(?: 4){3} [1-3]|6 (?:[7-9]|1[0-3])|4 6 5)$/;

/** Are the groups of `written` one card? Stricter the less it looks like one: lists of amounts and codes must stay. */
function isSeparatedCard(groups: readonly string[], written: string, announced: Announced): boolean {
  const digits = groups.join('');
  const shaped = SHAPE.test(groups.map((group) => group.length).join(' '));
  if (announced.merchant) return shaped && isCardAs(digits, announced);
  const round = groups.every((group) => group.endsWith('0'));
  if (shaped && ((announced.card && !round) || (/^[\d -]+$/.test(written) && isCard(digits)))) return true;
  // 「3000，4000，5000，6000」 are amounts; what begins with another digit is hardly a bank card.
  if (!/^[3-6]/.test(digits) || (round && groups.some((group) => group.length > 1))) return false;
  const first = groups[0]?.length ?? 0;
  const regular = groups.every(
    (group, i) => group.length === first || (i === groups.length - 1 && group.length < first),
  );
  if (shaped || (regular && (first === 1 || first >= 4) && digits.length >= 16)) return isCard(digits);
  if (!luhn(digits)) return false;
  if (announced.card) return true;
  // 「51，54，55」 are response codes, 「12.50，300」 amounts.
  if (digits.length < 16 || groups.every((group) => group.length <= 2)) return false;
  const kinds = new Set(written.replace(/[\d \n]/g, ''));
  return !(kinds.size > 1 && kinds.has('.')) && !HOTLINE.test(written) && !DATE.test(written);
}

const BETWEEN = new RegExp(`^${GAP}{1,3}$`);

/**
 * Finds the cards written in two or more groups, as [start, end) in `text`. `announcedAt` tells what stands before a place.
 * Ranges may overlap: whichever group a card begins with, it is found.
 */
export function separatedCards(text: string, announcedAt: (at: number) => Announced): [number, number][] {
  const out: [number, number][] = [];
  const groups = [...text.matchAll(/\d+/g)].map((match) => ({ digits: match[0], at: match.index }));
  const end = (i: number): number => (groups[i]?.at ?? 0) + (groups[i]?.digits.length ?? 0);
  const joined = (i: number): boolean => i < groups.length && BETWEEN.test(text.slice(end(i - 1), groups[i]?.at));
  // The merchant word before 「4200-0012-…」 counts for its later groups too.
  let merchant = false;
  groups.forEach((group, i) => {
    const follows = i > 0 && joined(i) && (groups[i - 1]?.digits.length ?? 0) < 8;
    merchant = follows && merchant;
    const here = announcedAt(group.at);
    merchant ||= here.merchant;
    const parts: string[] = [];
    let total = 0;
    let last = -1;
    for (let j = i; j < groups.length && (j === i || joined(j)); j++) {
      const part = groups[j]?.digits ?? '';
      total += part.length;
      // So long a number stands for itself, unless it is said to be a card.
      if ((part.length >= 14 && !here.card) || total > 19) break;
      parts.push(part);
      if (parts.length > 1 && total >= 13) {
        if (isSeparatedCard(parts, text.slice(group.at, end(j)), { card: here.card, merchant })) last = j;
      }
    }
    if (last >= 0) out.push([group.at, end(last)]);
  });
  return out;
}

const HAN = /\p{Script=Han}/u;

/**
 * Makes the function that writes numerals as digits, unit for unit, where they spell a number of three digits or more.
 * A single one at the edge of a number stays if a word goes on there (「…001一直不行」).
 * @param numerals numeral of one character → digit, 0 to 9
 */
export function createSpeller(numerals: Readonly<Record<string, number>>): (text: string) => string {
  const all = Object.keys(numerals)
    .join('')
    .replace(/[\]\\^-]/g, '');
  if (all === '') return (text) => text;
  const any = new RegExp(`[${all}]`);
  const run = new RegExp(`[${all}\\d](?:${GAP}{0,3}[${all}\\d]){2,}`, 'g');
  return (text) => {
    if (!any.test(text)) return text;
    return text.replace(run, (written: string, at: number) => {
      if (!any.test(written)) return written;
      const places = [...written.matchAll(new RegExp(`[${all}\\d]`, 'g'))].map((match) => match.index);
      const isNumeral = (i: number): boolean => any.test(written[places[i] ?? -1] ?? '');
      const units = written.split('');
      places.forEach((place, i) => {
        const digit = numerals[written[place] ?? ''];
        if (digit === undefined) return;
        const last = places.length - 1;
        const word =
          (i === 0 && !isNumeral(1) && HAN.test(text[at - 1] ?? '')) ||
          (i === last && !isNumeral(last - 1) && HAN.test(text[at + written.length] ?? ''));
        if (!word) units[place] = String(digit);
      });
      return units.join('');
    });
  };
}
