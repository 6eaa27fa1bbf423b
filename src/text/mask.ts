/**
 * Hides what nobody may keep: card numbers, identity numbers, mobile numbers, security codes, passwords, one-time codes.
 * Runs before anything is stored, logged or shown, so it errs on the side of hiding, except for the numbers that a case needs:
 * merchant and terminal numbers, amounts, response codes, times and hotlines.
 */
import { fold } from './fold.js';

export type PrivateKind = 'card' | 'id' | 'phone' | 'cvv' | 'password' | 'otp';

/** Words (lexicon.yaml, `privateWords`) that announce a secret, or a merchant number, which is none. */
export interface PrivateWords {
  /** A token right after one of these is a password (「密码」「密码是」). */
  password: readonly string[];
  otp: readonly string[];
  /** Security code and expiry date. */
  cvv: readonly string[];
  /** A number after one of these stays. */
  merchantNumber: readonly string[];
}

export interface Masked {
  /** As long as the original in UTF-16 units: each hidden unit is one `*`. */
  text: string;
  found: PrivateKind[];
}

/** The visible characters in their plain form, one unit each, and the range that each stands for in the original. */
interface Plain {
  text: string;
  starts: number[];
  ends: number[];
}

function plain(text: string): Plain {
  const starts: number[] = [];
  const ends: number[] = [];
  let out = '';
  for (let at = 0; at < text.length; ) {
    const codePoint = text.codePointAt(at) ?? 0;
    const end = at + (codePoint > 0xffff ? 2 : 1);
    const folded = fold(codePoint);
    // Zero-width characters inside a number must not hide it; whatever has no single plain form stands for itself.
    if (folded !== '') {
      out += folded.length === 1 ? folded : '\u0001';
      starts.push(at);
      ends.push(end);
    }
    at = end;
  }
  return { text: out, starts, ends };
}

/** ISO/IEC 7812-1, annex B. */
function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    sum += i % 2 === 0 ? digit : digit > 4 ? 2 * digit - 9 : 2 * digit;
  }
  return sum % 10 === 0;
}

/** First two digits of identity numbers: provinces as of GB/T 2260. */
const PROVINCE = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** GB 11643-1999: check character by ISO 7064 MOD 11-2. */
function isId18(text: string): boolean {
  if (!/^\d{17}[\dx]$/.test(text) || !PROVINCE.test(text)) return false;
  let sum = 0;
  for (let i = 0; i < 17; i++) sum += (text.charCodeAt(i) - 48) * (2 ** (17 - i) % 11);
  return '10x98765432'[sum % 11] === text[17];
}

/** The older form: no check digit, so the province and a real birthday have to do. */
function isId15(digits: string): boolean {
  const part = (from: number): number => Number(digits.slice(from, from + 2));
  return PROVINCE.test(digits) && isDate(1900 + part(6), part(8), part(10));
}

/**
 * 13 to 19 digits with a valid check digit, or a UnionPay number (62…) with one digit mistyped: it still gives the card away.
 */
function isCard(digits: string): boolean {
  return (
    digits.length >= 13 && digits.length <= 19 && (luhn(digits) || (digits.length >= 16 && digits.startsWith('62')))
  );
}

const escaped = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function alternatives(words: readonly string[]): string {
  const folded = words.map((word) => escaped(plain(word).text)).filter((word) => word !== '');
  // A group that never matches when there are no words.
  return folded.length === 0 ? '(?!)' : `(?:${folded.sort((a, b) => b.length - a.length).join('|')})`;
}

interface Rule {
  kind: PrivateKind;
  /** With group 1 only that part is hidden, else the whole match. */
  pattern: RegExp;
  accepts(match: string, hasMerchantWord: boolean): boolean;
  /** Digits left readable at both ends. */
  keep?: { first: number; last: number };
}

const digitsOf = (text: string): string => text.replace(/[^\dx]/g, '');
const always = (): boolean => true;

function rulesFor(words: PrivateWords): Rule[] {
  const password = alternatives(words.password);
  const otp = alternatives(words.otp);
  const cvv = alternatives(words.cvv);
  // What may stand between a word and its secret: a few characters that are no letters or digits of a secret themselves.
  const near = '[^a-z0-9*]{0,8}?';
  const joint = '[\\s:="]{0,3}';
  // Visible ASCII but commas, semicolons and what is hidden already.
  const secret = '[!-)+./0-:<-~-]';
  const six = '(?<![\\d.])(\\d{6})(?![\\d.])';
  // In a look-ahead, so that a group of another number before a card does not swallow the card's first one.
  const grouped = (digits: string): RegExp => new RegExp(`(?<!\\d)(?=(${digits})(?!\\d))`, 'dg');
  const fours = (count: number): string => `(?:\\d{4}[ -]{1,2}){${count}}`;
  const shapes = [
    `${fours(4)}\\d{1,3}`,
    `${fours(3)}\\d{1,4}`,
    '\\d{6}[ -]{1,2}\\d{7,13}',
    '\\d{4}[ -]\\d{6}[ -]\\d{5}',
  ];
  return [
    {
      kind: 'id',
      pattern: /(?<!\d)\d{6}[ -]?\d{8}[ -]?\d{3}[\dx](?!\d)/dg,
      accepts: (match) => isId18(digitsOf(match)),
    },
    {
      kind: 'card',
      pattern: /(?<!\d)\d{13,19}(?!\d)/dg,
      // A bank card called an order number is a bank card still.
      accepts: (match, merchant) => isCard(match) && !(merchant && !(/^62\d{14}/.test(match) && luhn(match))),
    },
    ...shapes.map((shape) => ({
      kind: 'card' as const,
      pattern: grouped(shape),
      accepts: (match: string) => isCard(digitsOf(match)),
    })),
    { kind: 'id', pattern: /(?<!\d)\d{15}(?!\d)/dg, accepts: (match, merchant) => !merchant && isId15(match) },
    {
      kind: 'phone',
      pattern: /(?<!\d)(?:(?:\+|00)?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)/dg,
      accepts: (_, merchant) => !merchant,
      keep: { first: 3, last: 4 },
    },
    { kind: 'otp', pattern: new RegExp(`${otp}${joint}(\\d{4,8})(?!\\d)`, 'dg'), accepts: always },
    { kind: 'otp', pattern: new RegExp(`${otp}${near}${six}`, 'dg'), accepts: always },
    { kind: 'otp', pattern: new RegExp(`${six}[^a-z0-9*]{0,4}${otp}`, 'dg'), accepts: always },
    // Without a colon a password must have a digit, or end the statement: 「密码pos机」 is none.
    { kind: 'password', pattern: new RegExp(`${password}\\s?[:=]\\s?(${secret}{3,32})`, 'dg'), accepts: always },
    {
      kind: 'password',
      pattern: new RegExp(`${password}${joint}((?=${secret}*\\d)${secret}{4,32})`, 'dg'),
      accepts: always,
    },
    {
      kind: 'password',
      pattern: new RegExp(`${password}([a-z]{4,32})(?=\\s|[,.;!?]|$)`, 'dg'),
      accepts: always,
    },
    { kind: 'password', pattern: new RegExp(`${password}${near}${six}`, 'dg'), accepts: always },
    { kind: 'password', pattern: new RegExp(`${six}[^a-z0-9*]{0,4}${password}`, 'dg'), accepts: always },
    {
      kind: 'cvv',
      pattern: new RegExp(`${cvv}[^a-z0-9*]{0,4}?(\\d{3}|(?!19|20)\\d{4}|\\d{2} ?[/-] ?\\d{2})(?![\\d.])`, 'dg'),
      accepts: always,
    },
  ];
}

/** How far before a number (in visible characters) a merchant word may begin. */
const MERCHANT_REACH = 12;

function maskOnce(text: string, rules: readonly Rule[], merchant: RegExp): Masked {
  const source = plain(text);
  const hidden = new Set<number>();
  const found: PrivateKind[] = [];
  for (const rule of rules) {
    rule.pattern.lastIndex = 0;
    for (const match of source.text.matchAll(rule.pattern)) {
      const [start, end] = match.indices?.[1] ?? match.indices?.[0] ?? [0, 0];
      const before = source.text.slice(Math.max(0, start - MERCHANT_REACH), start);
      const what = source.text.slice(start, end);
      if (!rule.accepts(what, merchant.test(before))) continue;
      const places: number[] = [];
      for (let i = start; i < end; i++)
        if (!/[ -]/.test(source.text[i] ?? '') || rule.kind === 'password') places.push(i);
      const kept = places.slice(rule.keep?.first ?? 0, places.length - (rule.keep?.last ?? 0));
      const fresh = kept.filter((i) => !hidden.has(i));
      if (fresh.length === 0) continue;
      for (const i of fresh) hidden.add(i);
      if (!found.includes(rule.kind)) found.push(rule.kind);
    }
  }
  if (hidden.size === 0) return { text, found };
  const units = text.split('');
  for (const i of hidden) units.fill('*', source.starts[i], source.ends[i]);
  return { text: units.join(''), found };
}

/**
 * Makes the function that hides private numbers. The result has the length of the original, so offsets stay valid; masking
 * what is masked changes nothing. Mobile numbers keep the first three and last four digits.
 */
export function createMask(words: PrivateWords): (text: string) => Masked {
  const rules = rulesFor(words);
  const merchant = new RegExp(`${alternatives(words.merchantNumber)}[^a-z0-9*]{0,3}$`);
  return (text) => {
    const found: PrivateKind[] = [];
    let masked = text;
    // Hiding one number can set another one free of its neighbours, so it goes on until nothing changes: every round hides
    // at least one digit more.
    for (;;) {
      const next = maskOnce(masked, rules, merchant);
      for (const kind of next.found) if (!found.includes(kind)) found.push(kind);
      if (next.text === masked) return { text: masked, found };
      masked = next.text;
    }
  };
}
